"""Who else is at work: a store whose run meets trouble at one of its calls, and a receiver that is now and then away."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from fgd_sync.flow.ground import Run
from fgd_sync.model.code import GITHUB_CONNECTION_FAILED, NETBOX_CONNECTION_FAILED
from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import NewCommit, RefMove, TreeEntry
from fgd_sync.model.undelivered import Undelivered
from memory_store import MemoryStore, Server

_Result = TypeVar("_Result")


class Killed(BaseException):
    """The process is gone: nothing that it would have done happens any more."""


class TroubledStore(MemoryStore):
    """The store of one run. At its call number `at` the trouble happens, before the call or after it."""

    def __init__(self, server: Server, at: int, trouble: Callable[[], object], *, after: bool) -> None:
        super().__init__(server)
        self._left, self._trouble, self._after, self._dead = at, trouble, after, False

    def refs(self, prefix: str) -> Mapping[str, str]:
        return self._call(lambda: super(TroubledStore, self).refs(prefix))

    def fetch(self, wanted: Sequence[str]) -> None:
        self._call(lambda: super(TroubledStore, self).fetch(wanted))

    def entries(self, commit: str, folder: str = "") -> Mapping[str, TreeEntry]:
        return self._call(lambda: super(TroubledStore, self).entries(commit, folder))

    def commit(self, new: NewCommit) -> str:
        return self._call(lambda: super(TroubledStore, self).commit(new))

    def update(self, moves: Sequence[RefMove]) -> None:
        self._call(lambda: super(TroubledStore, self).update(moves))

    def _call(self, work: Callable[[], _Result]) -> _Result:
        self._left -= 1
        if self._dead:
            raise Killed
        if self._left == 0 and not self._after:
            self._happen()
        result = work()
        if self._left == 0 and self._after:
            self._happen()
        return result

    def _happen(self) -> None:
        try:
            self._trouble()
        except Killed:
            self._dead = True
            raise


def kill() -> None:
    raise Killed


def cut_off() -> None:
    raise FgdError(GITHUB_CONNECTION_FAILED, "the connection was cut")


class Neighbour:
    """Stands for NetBox: is told of every sync once, in their order, unless it is down."""

    target = "netbox"

    def __init__(self) -> None:
        self.down = False
        self.taken: list[str] = []

    def post(self, run: Run) -> Undelivered | None:
        return Undelivered(f"r-{run.sync_id}", self.target, run.report.started_at, {}, sync_id=run.sync_id)

    def deliver(self, run: Run, item: Undelivered) -> None:  # noqa: ARG002
        if self.down:
            raise FgdError(NETBOX_CONNECTION_FAILED, "NetBox is away")
        if item.sync_id not in self.taken:
            self.taken.append(item.sync_id)

    def failed(self, run: Run, reason: str) -> None:
        """The outbox keeps it."""
