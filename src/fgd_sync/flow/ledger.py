"""The state store: one ref for each fabric, replaced as a whole, each time only if nobody else replaced it meanwhile.

Entries of several fabrics, and moves of locks, are written in one atomic step. A lost race is no loss: the state is
read again, the entries are put into what is there now, and it is tried again. Where the store cannot be written, a run
goes on with a notice.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from fgd_sync.flow.book import Book
from fgd_sync.flow.bookkeeping import Entry, written
from fgd_sync.flow.state_refs import SIGNATURE, Moves, Refs, StateRefs, no_moves
from fgd_sync.model.code import GITHUB_CONNECTION_FAILED, PUSH_REJECTED
from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import NewCommit, RefMove

if TYPE_CHECKING:  # Questions are answered faster without the values of all other ports.
    from fgd_sync.ports import Clock, GitStore

_TRIES, _SECONDS = 40, 60.0
_FIRST_PAUSE, _LONGEST_PAUSE, _GROWTH = 0.1, 3.0, 1.5


class Ledger:
    """The state of all fabrics of one repository."""

    def __init__(
        self,
        git: "GitStore",
        clock: "Clock",
        refs: StateRefs,
        *,
        retention_days: int = 30,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._git, self._clock, self._refs, self._days, self._jitter = git, clock, refs, retention_days, jitter
        self._books: dict[str, Book] = {}

    def book(self, fabric: str) -> Book:
        """The state of one fabric, to read. Raises FgdError."""
        return self.books([fabric])[fabric]

    def books(self, fabrics: Sequence[str], refs: Refs | None = None) -> Mapping[str, Book]:
        """The state of some fabrics, to read; `refs` if they are known already. Raises FgdError."""
        found = self._git.refs(self._refs.states) if refs is None else refs
        wanted = {self._refs.state(name): found.get(self._refs.state(name), "") for name in fabrics}
        books = self._open(wanted)
        return {name: books[self._refs.state(name)] for name in fabrics}

    def all_books(self, refs: Refs | None = None) -> Sequence[Book]:
        """The state of every fabric that has one, to read; `refs` if they are known already. Raises FgdError."""
        known = self._git.gather(self._refs.states) if refs is None else refs
        found = {ref: commit for ref, commit in known.items() if ref.startswith(self._refs.states)}
        return [book for _, book in sorted(self._open(found).items())]

    def record(self, entries: Sequence[Entry], moves: Moves = no_moves, cut_off: Moves | None = None) -> str:
        """Write entries, and make the moves all the same if that cannot be done: `cut_off` where the connection failed.

        Gives a notice for people that says what was not recorded and why; "" if all was. Never raises FgdError.
        """
        try:
            refused = self.write(entries, moves)
        except FgdError as failure:
            with suppress(FgdError):
                self._move(cut_off if cut_off and failure.code is GITHUB_CONNECTION_FAILED else moves)
            refused = (failure,)
        return " ".join(self._notice(failure) for failure in refused)

    def write(self, entries: Sequence[Entry], moves: Moves = no_moves) -> Sequence[FgdError]:
        """Write entries and make the moves in one step; gives a failure for each fabric whose state is not ours.

        Raises FgdError where the repository fails or refuses, and what `moves` raises.
        """
        deadline = self._clock.monotonic() + _SECONDS
        for turn in range(_TRIES):
            refs = self._git.refs(self._refs.all)
            besides = moves(refs)
            refused: list[FgdError] = []
            try:
                steps = [*self._states(entries, refs, refused), *besides]
                if steps:
                    self._git.update(steps)
            except FgdError as failure:
                if failure.code is not PUSH_REJECTED or self._clock.monotonic() > deadline or turn + 1 == _TRIES:
                    raise
                self._pause(turn)
                continue
            return refused
        return ()

    def _states(self, entries: Sequence[Entry], refs: Refs, refused: list[FgdError]) -> Iterator[RefMove]:
        """The moves of the state refs to commits with the entries in them."""
        now = self._clock.now()
        ours: dict[str, list[Entry]] = {}
        for entry in entries:
            ours.setdefault(entry.fabric, []).append(entry)
        for name, book in self.books(list(ours), refs).items():
            try:
                files = written(book, ours[name], now, self._days)
            except FgdError as failure:
                refused.append(failure)
                continue
            new = self._git.commit(NewCommit(f"fgd: state of fabric {name}\n", SIGNATURE, SIGNATURE, now, files))
            yield RefMove(book.ref, book.commit, new)

    def _open(self, wanted: Refs) -> Mapping[str, Book]:
        """The books of refs at commits; those that were opened before are not read again."""
        known = {ref: book for ref, book in self._books.items() if wanted.get(ref) == book.commit}
        new = {ref: commit for ref, commit in wanted.items() if ref not in known}
        commits = sorted({commit for commit in new.values() if commit})
        if commits:
            self._git.fetch(commits)
        opened = {ref: Book(self._git, ref, commit) for ref, commit in new.items()}
        blobs = self._git.blobs(sorted({name for book in opened.values() for name in book.needed}))
        for book in opened.values():
            book.provide(blobs)
        self._books.update(opened)
        return {**known, **opened}

    def _move(self, moves: Moves) -> None:
        steps = moves(self._git.refs(self._refs.all))
        if steps:
            self._git.update(steps)

    def _notice(self, failure: FgdError) -> str:
        remedy = failure.remedy
        if failure.code not in (GITHUB_CONNECTION_FAILED, PUSH_REJECTED) and remedy == failure.code.remedy:
            remedy = (
                "Give the token write access to contents. A server that takes branches only: "
                "set `sync.state_refs: refs/heads/fgd`."
            )
        return f"the history of this sync was not recorded: {failure.message}. {remedy}"

    def _pause(self, turn: int) -> None:
        pause = min(_FIRST_PAUSE * _GROWTH**turn, _LONGEST_PAUSE)
        self._clock.sleep(pause * (0.2 + self._jitter()))
