"""A git store whose calls to the server are tried again where that can help: the port `GitStore` around another one.

A push is tried again only while it is known that it was not made: moving refs twice is told from losing a race.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from fgd_sync.flow.breaker import Breaker
from fgd_sync.flow.resilience import Retries, call
from fgd_sync.model.code import PUSH_REJECTED
from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import NewCommit, RefMove, TreeEntry
from fgd_sync.ports import GitStore

_Result = TypeVar("_Result")


class ResilientStore:
    """The store inside, with patience."""

    def __init__(self, inside: GitStore, breaker: Breaker, retries: Retries) -> None:
        self._inside, self._breaker, self._retries = inside, breaker, retries
        self.name = inside.name

    def _call(self, work: Callable[[], _Result]) -> _Result:
        return call(work, self._breaker, self._retries)

    def refs(self, prefix: str) -> Mapping[str, str]:
        """The refs as they are at this moment. Raises FgdError."""
        return self._call(lambda: self._inside.refs(prefix))

    def gather(self, prefix: str) -> Mapping[str, str]:
        """The refs, with what they point to available here. Raises FgdError."""
        return self._call(lambda: self._inside.gather(prefix))

    def fetch(self, wanted: Sequence[str]) -> None:
        """Make refs or commits available here. Raises FgdError."""
        self._call(lambda: self._inside.fetch(wanted))

    def update(self, moves: Sequence[RefMove]) -> None:
        """Move refs, all or none. Raises FgdError."""
        before: list[FgdError] = []

        def attempt() -> FgdError | None:
            """A lost race is an answer, not an outage; after an attempt of unknown end it may be our own."""
            try:
                self._inside.update(moves)
            except FgdError as failure:
                if failure.code is not PUSH_REJECTED:
                    before.append(failure)
                    raise
                return None if before and self._are_made(moves) else failure
            return None

        refused = self._call(attempt)
        if refused:
            raise refused

    def _are_made(self, moves: Sequence[RefMove]) -> bool:
        there = self._inside.refs("refs/")
        return all(there.get(move.ref, "") == move.new for move in moves)

    def entries(self, commit: str, folder: str = "") -> Mapping[str, TreeEntry]:
        """All entries of a commit's tree below a folder. Raises FgdError."""
        return self._inside.entries(commit, folder)

    def sizes(self, ids: Sequence[str]) -> Mapping[str, int]:
        """The sizes of blobs in bytes, by id. Raises FgdError."""
        return self._inside.sizes(ids)

    def blobs(self, ids: Sequence[str]) -> Mapping[str, bytes]:
        """The contents of blobs by id. Raises FgdError."""
        return self._inside.blobs(ids)

    def commit(self, new: NewCommit) -> str:
        """Make a commit and give its id. Raises FgdError."""
        return self._inside.commit(new)

    def message(self, commit: str) -> str:
        """The message of a commit. Raises FgdError."""
        return self._inside.message(commit)
