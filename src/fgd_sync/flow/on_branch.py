"""Fabrics on the tip of a branch: read from git's objects, changed by commits on that tip. No work tree is touched.

Gives what the plans change to a publisher, which makes commits of it. What lost a race against another push is planned
again on the new tip, as far as that changed the fabric. Knows nothing of YAML, and not how commits travel.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Protocol

from fgd_sync.flow.commit_tree import CommitTree, Reader, commit_files
from fgd_sync.flow.ground import Again, Run
from fgd_sync.flow.guard import Guard
from fgd_sync.flow.targets import Target
from fgd_sync.model.code import GITHUB_NOT_FOUND, PLAN_OUTDATED, PUSH_REJECTED
from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import EXECUTABLE, FILE, TreeEntry
from fgd_sync.model.tree import Tree
from fgd_sync.model.value import dataclass, field
from fgd_sync.planning.changes import ABSENT
from fgd_sync.ports import Clock, GitStore
from fgd_sync.render.commit_message import Wording, commit_message, form_message

MOST_ATTEMPTS = 60
"""So often a publisher tries when others keep pushing."""

_FIRST_PAUSE, _GROWTH, _LONGEST_PAUSE = 0.2, 1.5, 8.0
_TURN, _LONGEST_WAIT = 0.5, 60.0
"""Seconds that a run takes at least to publish when it is first in the queue; the longest time between two looks."""


@dataclass(frozen=True, slots=True)
class Uncommitted:
    """What lies in the work tree and is not committed: by path, the bytes, or None where a file was deleted.

    `head` is the commit that the work tree was checked out from.
    """

    head: str = ""
    files: Mapping[str, bytes | None] = field(default_factory=dict)

    def below(self, folder: str) -> dict[str, bytes | None]:
        """Those below a folder of the repository, by their path in it."""
        start = start_of(folder)
        return {path.removeprefix(start): data for path, data in self.files.items() if path.startswith(start)}


@dataclass(frozen=True, slots=True)
class Tip:
    """A commit at the end of the branch, and all entries of its tree."""

    commit: str
    entries: Mapping[str, TreeEntry]

    def below(self, folder: str) -> dict[str, TreeEntry]:
        """The entries below a folder."""
        start = start_of(folder)
        return {path: entry for path, entry in self.entries.items() if path.startswith(start)}


@dataclass(frozen=True, slots=True)
class Piece:
    """What one fabric has to be committed on a tip: see `NewCommit.files` and `NewCommit.executable`.

    `form`: what a new version of the normal form writes, which gets a commit of its own, before the rest.
    """

    run: Run
    folder: str
    files: Mapping[str, bytes | TreeEntry | None]
    executable: frozenset[str]
    form: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def parts(self) -> Iterator["Part"]:
        """What each of its commits holds, in their order; nothing if there is nothing to commit."""
        rest = {path: data for path, data in self.files.items() if path not in self.form or data != self.form[path]}
        report = self.run.report
        for files, words in ((self.form, form_message), (rest, commit_message)):
            if files:
                yield Part(files, self.executable & files.keys(), partial(words, report))


@dataclass(frozen=True, slots=True)
class Part:
    """One commit of a piece, with its message in a wording."""

    files: Mapping[str, bytes | TreeEntry | None]
    executable: frozenset[str]
    message: Callable[[Wording], str]


class Publisher(Protocol):
    """Makes commits of what was planned, and brings them to the remote."""

    @property
    def proposes(self) -> bool:
        """Whether changes wait for somebody to merge them, so that the branch does not have them afterwards."""

    def publish(self, tip: Tip, pieces: Sequence[Piece]) -> str:
        """Make a commit of each piece that changes something; gives the branch's tip after that.

        What became of a piece stands in the report of its run. Raises FgdError PUSH_REJECTED if the branch or a lock is
        not what it was; pieces whose runs are not reported as applied are not published then.
        """


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch of a repository, how its fabrics are read, and what a work tree has that is not committed to it."""

    store: GitStore
    name: str
    reader: Reader
    uncommitted: Uncommitted = Uncommitted()

    @property
    def ref(self) -> str:
        """The full name of its ref."""
        return f"refs/heads/{self.name}"

    def tip(self, last: Tip | None = None) -> Tip:
        """Its tip as it is now; `last` is what it was when somebody looked last. Raises FgdError."""
        commit = self.store.refs(self.ref).get(self.ref)
        if commit is None:
            words = f"{self.store.name} has no branch {self.name}"
            raise FgdError(GITHUB_NOT_FOUND, words, remedy="It may have been deleted; check the input `branch`.")
        if last and commit == last.commit:
            return last
        self.store.fetch([commit])
        return Tip(commit, self.store.entries(commit))


class OnBranch:
    """The ground of a publishing run."""

    def __init__(self, branch: Branch, guard: Guard, publisher: Publisher, clock: Clock) -> None:
        self._branch, self._guard, self._publisher, self._clock = branch, guard, publisher, clock
        self._read: dict[str, CommitTree] = {}
        self.tip = branch.tip()

    def read(self, target: Target) -> Tree:
        """The files of a fabric on the tip, with what is not committed. Raises FgdError."""
        self._guard.check(target.name)
        folder = folder_of(target)
        laid = self._branch.uncommitted.below(folder)
        if laid:
            self._refuse_conflicts(folder, laid)
        self._read[folder] = self._branch.reader.read(self.tip.commit, folder, laid)
        return self._read[folder].tree

    def _refuse_conflicts(self, folder: str, laid: Mapping[str, bytes | None]) -> None:
        """Raise FgdError where a file that is not committed was changed on the branch after the checkout."""
        head = self._branch.uncommitted.head
        if head == self.tip.commit:
            return
        self._branch.store.fetch([head])
        before = self._branch.store.entries(head, folder)
        paths = [start_of(folder) + path for path in sorted(laid)]
        moved = [path for path in paths if before.get(path) != self.tip.entries.get(path)]
        if moved:
            raise FgdError(
                PLAN_OUTDATED,
                f"{moved[0]} was changed in the workspace and meanwhile on the branch {self._branch.name} too",
                remedy="Start the workflow again: it works on the new state of the branch.",
            )

    def earlier(self, target: Target, tree: Tree, revision: str, folder: str) -> Mapping[str, bytes]:
        """What the fabric held that differs now: at the revision, or for `HEAD` at its last sync. Raises FgdError."""
        base = self._guard.last_tip(target.name) if revision == "HEAD" else revision
        if not base:
            return {}
        start = start_of(folder_of(target))
        place = f"{start}{folder}" if folder else start.rstrip("/")
        try:
            self._branch.store.fetch([base])
        except FgdError as failure:
            if revision != "HEAD" or failure.code is not GITHUB_NOT_FOUND:
                raise
            return {}  # The branch was rewritten: nothing tells what was deleted since.
        known = _plain(self._branch.store.entries(base, place), start)
        now = _plain(self.tip.below(place), start)
        laid = self._branch.uncommitted.below(folder_of(target))
        changed = {path: entry for path, entry in known.items() if path in laid or now.get(path) != entry}
        blobs = self._branch.store.blobs([entry.id for entry in changed.values()])
        old = {path: blobs[entry.id] for path, entry in changed.items() if tree.files.get(path) != blobs[entry.id]}
        below = start_of(folder)
        return {**{path: ABSENT for path in tree.files if path.startswith(below) and path not in known}, **old}

    def is_whole_repository(self, target: Target) -> bool:
        """Whether the fabric directory is the root of its repository."""
        return not folder_of(target)

    def begin(self, runs: Sequence[Run]) -> None:
        """Take the locks, then see the tip anew: from now on nobody else of us moves these fabrics."""
        self._guard.begin(runs)
        live = [folder_of(run.target) for run in runs if run.is_live]
        if live:
            self.tip = self._branch.tip(self.tip)
            self._branch.reader.warm(self.tip.commit, live)

    def publish(self, runs: Sequence[Run], again: Again) -> None:
        """Commit the changes of the runs; what lost a race is planned again on the new tip. Raises FgdError."""
        for attempt in range(1, MOST_ATTEMPTS + 1):
            live = [run for run in runs if run.is_live and not run.report.applied]
            pieces = list(self._pieces(live))
            try:
                tip = self._publisher.publish(self.tip, pieces)
            except FgdError as failure:
                if failure.code is not PUSH_REJECTED or attempt == MOST_ATTEMPTS:
                    raise
                self._lost(pieces, failure, attempt, again)
                continue
            for run in live:
                if run.is_live:
                    run.tell(applied=not self._publisher.proposes)
                    if not run.is_pull:  # What else changed on the branch is for the next sync to look at.
                        run.course.note(tip=tip)
            return

    def _pieces(self, runs: Sequence[Run]) -> Iterator[Piece]:
        for run in runs:
            folder = folder_of(run.target)
            files, executable = commit_files(self._read[folder], run.changes)
            changed = {path: data for path, data in files.items() if data is not None or path in self.tip.entries}
            yield Piece(run, folder, changed, executable & changed.keys(), self._form(run, folder))

    def _form(self, run: Run, folder: str) -> dict[str, bytes]:
        """What a new version of the normal form writes, but for files that hold what is not committed yet."""
        laid = self._read[folder].laid
        return {start_of(folder) + item.path: item.data for item in run.form if item.path not in laid}

    def _lost(self, pieces: Sequence[Piece], failure: FgdError, attempt: int, again: Again) -> None:
        """Give up the runs whose locks are lost; see the new tip, and plan on it what it changed."""
        for piece in pieces:
            piece.run.course.retry(failure)
        self._await_turn([piece.run for piece in pieces], attempt)
        before, self.tip = self.tip, self._branch.tip(self.tip)
        for piece in pieces:
            if piece.run.is_live and before.below(piece.folder) != self.tip.below(piece.folder):
                again(piece.run)

    def _await_turn(self, runs: Sequence[Run], attempt: int) -> None:
        """Step out of others' way: the locks are a queue, and who stands far back need not try yet.

        It goes on when its turn has come, or when the queue does not move: whoever is before may publish elsewhere.
        """
        pause = min(_FIRST_PAUSE * _GROWTH ** (attempt - 1), _LONGEST_PAUSE)
        ahead, before = self._guard.recheck(runs), MOST_ATTEMPTS**2
        while 0 < ahead < before and any(run.is_live for run in runs):
            self._clock.sleep(min(ahead * _TURN, _LONGEST_WAIT) * (0.5 + random.random() / 2))  # noqa: S311
            ahead, before = self._guard.recheck(runs), ahead
            pause = _FIRST_PAUSE
        self._clock.sleep(random.random() * pause)  # noqa: S311 - nobody meets the same one twice

    def end(self, runs: Sequence[Run]) -> str:
        """Write the history and give back the locks. Gives a notice if the history could not be written."""
        return self._guard.end(runs)


def folder_of(target: Target) -> str:
    """The folder of a fabric in its repository; "" for the root."""
    folder = target.directory.as_posix()
    return "" if folder == "." else folder


def start_of(folder: str) -> str:
    """What the paths below a folder start with."""
    return f"{folder}/" if folder else ""


def _plain(entries: Mapping[str, TreeEntry], start: str) -> dict[str, TreeEntry]:
    """The plain files among entries, by their path in the fabric."""
    found = entries.items()
    return {path.removeprefix(start): entry for path, entry in found if entry.mode in (FILE, EXECUTABLE)}
