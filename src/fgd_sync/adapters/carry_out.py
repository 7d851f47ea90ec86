"""Renaming staged files into their places: the part of a journal's work that comes after the decision.

Takes an open fabric directory and an intent. Every step can be taken back, and can be repeated after a kill: what was
done already is recognised by its digest. A path that holds neither the old nor the new content was edited by somebody:
a first run stops there and takes everything back, a recovery leaves the edit and puts ours into unmanaged/.
"""

import stat
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import suppress

from fgd_sync.adapters.as_planned import Stamp, outdated, stamp
from fgd_sync.adapters.intent import Dropped, Intent, Moved, Put
from fgd_sync.adapters.root import NO_FILE, Root
from fgd_sync.adapters.shares import Shares
from fgd_sync.model.code import DIRECTORY_REPAIR_FAILED
from fgd_sync.model.failure import FgdError
from fgd_sync.model.spread import Steps
from fgd_sync.model.value import dataclass
from fgd_sync.planning.archive_log import sha256
from fgd_sync.planning.place import TOP_LEVEL, UNMANAGED, beside
from fgd_sync.planning.readable import JOURNAL, JOURNAL_DRAFT

DRAFT = JOURNAL_DRAFT
"""The index before the decision. It is not in the journal so that the decision changes the time of `.hnp`."""

COST = 40
"""Of looking at a path or renaming it, in the units of `Spread`."""

Renaming = tuple[str, str, str | None]
"""From where to where a file is renamed, and where the file that it replaces has its second name."""

_OTHER = "something that is not a file"


def staged(number: int) -> str:
    """Where the new content of the put with that number waits."""
    return f"{JOURNAL}/new-{number}"


def replaced(number: int) -> str:
    """Where the old content of the put with that number, and of the drops after the puts, is kept until the end."""
    return f"{JOURNAL}/old-{number}"


def aside(path: str, data: bytes) -> str:
    """Where recovery puts the new content of a path that somebody edited meanwhile."""
    return beside(f"{UNMANAGED}/{path.removeprefix('.')}", data)


@dataclass(frozen=True, slots=True)
class Team:
    """Two processes at one journal. The steps of the other one are to prepare, and to make moves."""

    steps: Steps
    moves: Shares


class CarryOut:
    """One attempt at an intent. `recovering`: after a kill, when part of it may be done.

    `seen`: files that hold what the intent says as long as the system tells the same of them.
    """

    def __init__(self, root: Root, intent: Intent, *, recovering: bool = False) -> None:
        self.root, self.intent, self._recovering = root, intent, recovering
        self.seen: dict[str, Stamp] = {}
        self._undo: list[Callable[[], object] | Renaming] = []
        self._folders: set[str] = set()
        # A killed run may have renamed anything and made none of it durable.
        self._touched: set[str] = {JOURNAL, *(_above(intent) if recovering else ())}

    def run(self, team: Team | None = None) -> None:
        """Do what is not done yet, and make it durable; in a team moves are shared. Raises OSError and FgdError."""
        if team and self._is_free_of_order():
            self._move_and_put(team)
        else:
            for move in self.intent.moves:
                self._move(move)
            self._put_all()
        for number, drop in enumerate(self.intent.drops, len(self.intent.puts)):
            self._drop(number, drop)
        self._remove_emptied()
        self.root.sync(self._touched)

    def _is_free_of_order(self) -> bool:
        """Whether no path that is to be written is free only after the moves."""
        return {move.source for move in self.intent.moves}.isdisjoint(put.path for put in self.intent.puts)

    def _move_and_put(self, team: Team) -> None:
        """Let the other process begin with the moves. What it may have done is noted here before."""
        targets = _parents([move.target for move in self.intent.moves])
        for folder in targets:
            self._make_folders(folder)
        self._undo.append(self._move_all_back)
        self._touched |= targets | _parents([move.source for move in self.intent.moves])
        team.steps.start()
        self._put_all()
        self.move(team.moves)
        for number in team.moves.left(team.steps.result()):
            move = self.intent.moves[number]
            if self.root.stat(move.source) or not self.root.stat(move.target):
                self._move(move, is_noted=True)

    def move(self, numbers: Iterable[int]) -> None:
        """Make moves that were noted before."""
        for number in numbers:
            self._move(self.intent.moves[number], is_noted=True)

    def _move_all_back(self) -> None:
        for move in reversed(self.intent.moves):
            self._back(move.source, move.target)

    def _put_all(self) -> None:
        for number, put in enumerate(self.intent.puts):
            self._put(number, put)

    def take_back(self) -> None:
        """Undo what this attempt did. Raises OSError where that fails, too; then it can be tried again."""
        while self._undo:
            last = self._undo[-1]
            if isinstance(last, tuple):
                self._back(*last)
            else:
                last()
            self._undo.pop()
        self._settle(self._touched)

    def _move(self, move: Moved, *, is_noted: bool = False) -> None:
        """Make one move; `is_noted`: how to undo it is noted already."""
        if not self._is_as_marked(move):
            return self._stop(move.source, "has changed")
        if not is_noted:
            self._note(move.source, move.target)
        if not self.root.rename_new(move.source, move.target):
            self._stop(move.target, "has appeared")
        return None

    def _is_as_marked(self, move: Moved) -> bool:
        seen = self.seen.get(move.source)
        if seen:
            status = self.root.stat(move.source)
            if status and stamp(status) == seen:
                return True
        return mark(self.root, move.source, by_size=" " in move.mark) == move.mark

    def _put(self, number: int, put: Put) -> None:
        source = staged(number)
        if put.old is None and not self._recovering:
            self._note(source, put.path)
            if not self.root.rename_new(source, put.path):
                raise outdated(put.path, "has appeared")
            return
        now = self._digest(put.path)
        if self._recovering and self.root.stat(source) is None:
            if now == put.old != put.new:
                raise FgdError(
                    DIRECTORY_REPAIR_FAILED,
                    f"the journal of an interrupted run has lost the new content of {put.path}",
                    remedy=f"Check the directory with `git status`, then delete the folder {JOURNAL}.",
                )
        elif now == put.old:
            self._rename(source, put.path, before=replaced(number) if put.old else None)
        elif now != put.new or not self._recovering:
            self._stop(put.path, "has changed")
            self._set_aside(source, put.path)

    def _drop(self, number: int, drop: Dropped) -> None:
        if self._digest(drop.path) != drop.old:
            return self._stop(drop.path, "has changed")
        self._rename(drop.path, replaced(number))
        return None

    def _stop(self, path: str, what: str) -> None:
        if not self._recovering:
            raise outdated(path, what)

    def _set_aside(self, source: str, path: str) -> None:
        target = aside(path, self.root.read(source) or b"")
        if self.root.stat(target) is None:
            self._rename(source, target)

    def _rename(self, source: str, target: str, *, before: str | None = None) -> None:
        """Rename a file; `before` is where the file that it replaces has its second name."""
        # Noted first: an interrupt may come between the renaming and the next line.
        self._note(source, target, before)
        self.root.rename(source, target)

    def _note(self, source: str, target: str, before: str | None = None) -> None:
        """Make the folder for a renaming, and note how it is undone."""
        folder = _parent(target)
        if folder not in self._folders:
            self._make_folders(folder)
        self._undo.append((source, target, before))
        self._touched.add(_parent(source))
        self._touched.add(folder)

    def _back(self, source: str, target: str, before: str | None = None) -> None:
        """Undo a renaming, if it was done at all. Until the index is gone the journal stays whole: we may be killed."""
        is_done = self.root.stat(source) is None
        if before is None:
            if is_done and self.root.stat(target) is not None:
                self.root.rename(target, source)
        elif self.root.stat(before) is not None:
            if is_done:
                self.root.keep(target, source)
                self._settle({JOURNAL})
            self.root.rename(before, target)

    def _settle(self, folders: Collection[str]) -> None:
        """Make it last what is taken back, as far as a disk that fails lets us."""
        with suppress(OSError):
            self.root.sync(folders)

    def _make_folders(self, path: str) -> None:
        if path in self._folders or not path:
            return
        self._make_folders(_parent(path))
        if self.root.stat(path) is None:
            self._undo.append(lambda: self.root.remove_folder(path))
            self._touched.add(_parent(path))
        self.root.make_folder(path)
        self._folders.add(path)

    def _remove_emptied(self) -> None:
        """Remove the folders that our own moves and drops left empty, and those above that held nothing else."""
        left = _parents(_leavers(self.intent))
        for folder in sorted(left, reverse=True):
            path = folder
            while path and path not in TOP_LEVEL and path not in self.intent.keep and self._remove_folder(path):
                path = _parent(path)

    def _remove_folder(self, path: str) -> bool:
        status = self.root.stat(path)
        if status is None:
            return True
        self._undo.append(lambda: self.root.make_folder(path, stat.S_IMODE(status.st_mode)))
        self._touched.add(_parent(path))
        return self.root.remove_folder(path)

    def _digest(self, path: str) -> str | None:
        return mark(self.root, path)


def mark(root: Root, path: str, *, by_size: bool = False) -> str | None:
    """What recognises the content of a path: the digest of a file, or its size and time; None: nothing is there."""
    try:
        if by_size:
            status = root.stat(path)
            return status and f"{status.st_size} {status.st_mtime_ns}"
        data = root.read(path)
    except OSError as error:
        if error.errno in NO_FILE:
            return _OTHER
        raise
    return None if data is None else sha256(data)


def _above(intent: Intent) -> Iterator[str]:
    """All folders above the paths of an intent."""
    targets = (move.target for move in intent.moves)
    for path in (*_leavers(intent), *targets, *(put.path for put in intent.puts)):
        folders = path.split("/")[:-1]
        yield from ("/".join(folders[:depth]) for depth in range(len(folders) + 1))


def _leavers(intent: Intent) -> Iterator[str]:
    yield from (move.source for move in intent.moves)
    yield from (drop.path for drop in intent.drops)


def _parents(paths: Iterable[str]) -> set[str]:
    return {_parent(path) for path in paths}


def _parent(path: str) -> str:
    return path.rpartition("/")[0]
