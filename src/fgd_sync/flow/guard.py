"""What a publishing run holds while it works: the locks of its fabrics; and what it leaves behind: their history.

Takes the locks before anything is read, keeps them alive, lends them to the push that publishes, and gives them back in
the same step that writes the history. A run that lost a lock goes no further with that fabric.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext

from fgd_sync.flow.book import Book
from fgd_sync.flow.bookkeeping import Entry
from fgd_sync.flow.ground import Run
from fgd_sync.flow.lease_keeper import LeaseKeeper
from fgd_sync.flow.ledger import Ledger
from fgd_sync.flow.locks import Locks
from fgd_sync.flow.state_refs import no_moves
from fgd_sync.flow.tenure import Tenure
from fgd_sync.model.code import PUSH_REJECTED, SYNC_CANCELLED, SYNC_TIMEOUT, WRITTEN_BY_NEWER_VERSION
from fgd_sync.model.event import Event, EventType
from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import RefMove
from fgd_sync.model.lock_note import Holder
from fgd_sync.model.sync import State
from fgd_sync.model.value import dataclass


@dataclass(frozen=True, slots=True)
class Custody:
    """How locks are held.

    `interrupt` stops the run's main thread: all its locks are lost. Under the `shield` a cancel has to wait.
    """

    holder: Holder
    wait_seconds: float
    interrupt: Callable[[FgdError], object]
    shield: Callable[[], AbstractContextManager[None]] = nullcontext


class Guard:
    """The locks and the history of one publishing run. It is a sink of events: the locks say how far the run is."""

    name = "locks"
    most_files = 0

    def __init__(self, locks: Locks, ledger: Ledger, custody: Custody, entry_of: Callable[[Run], Entry]) -> None:
        self._locks, self._ledger, self._custody, self._entry_of = locks, ledger, custody, entry_of
        self._tenure: Tenure | None = None
        self._books: dict[str, Book] = {}
        self._kept = ExitStack()

    def begin(self, runs: Sequence[Run]) -> None:
        """Take the locks; runs whose locks are not to be had fail. Raises FgdError where the repository fails."""
        wanted = {run.fabric: run.sync_id for run in runs}
        self._tenure = self._locks.acquire(wanted, self._custody.holder, self._custody.wait_seconds)
        self._fail(runs, {**self._tenure.refused, **self._tenure.lost})
        self._kept.enter_context(LeaseKeeper(self._tenure, self._on_loss))
        self._books = dict(self._ledger.books(self._tenure.fabrics))
        self._fail(runs, dict(_of_newer(self._books)))

    def _on_loss(self, fabric: str, failure: FgdError) -> None:  # noqa: ARG002 - noted in the tenure
        """In the keeper's thread: a run of one fabric, or the last one, is stopped where it is."""
        if self._tenure and not self._tenure.fabrics:
            self._custody.interrupt(failure)

    def check(self, fabric: str) -> None:
        """Raise FgdError if the run must not go on with a fabric."""
        failure = self._tenure.lost.get(fabric) if self._tenure else None
        if failure:
            raise failure

    def recheck(self, runs: Sequence[Run]) -> int:
        """After a rejected push: look which locks are still ours; the runs of the others fail.

        Gives how many runs stand before ours in the queue that the locks of the repository are.
        """
        if self._tenure is None:
            return 0
        self._fail(runs, self._tenure.check())
        return self._tenure.ahead

    def book(self, fabric: str) -> Book:
        """The state of a fabric as earlier runs left it; read once. Raises FgdError."""
        if fabric not in self._books:
            self._books[fabric] = self._ledger.book(fabric)
        return self._books[fabric]

    def last_tip(self, fabric: str) -> str:
        """The commit of the branch that the last completed sync of a fabric left behind; "" if that is not known."""
        past = self.book(fabric).syncs()
        return next((item.tip for item in past if item.tip and item.state == State.COMPLETED), "")

    def deliver(self, event: Event) -> None:
        """Of a sync that goes on to its next state, write that into the lock with its next renewal."""
        if self._tenure and event.type is EventType.STATE_CHANGED:
            self._tenure.note(event.fabric, event.payload["to"], event.payload["stage"] or "")

    @contextmanager
    def publishing(self, commits: Mapping[str, str]) -> Iterator[Sequence[RefMove]]:
        """The moves that belong into the push of commits (by fabric): it fails if a lock is not ours any more."""
        assert self._tenure, "nothing is published without locks"
        lost = {name: failure for name, failure in self._tenure.lost.items() if name in commits}
        if lost:
            raise FgdError(PUSH_REJECTED, next(iter(lost.values())).message)
        with self._custody.shield(), self._tenure.publishing(commits) as moves:
            yield moves

    def end(self, runs: Sequence[Run]) -> str:
        """Write the history and give back the locks. Gives a notice if the history could not be written.

        Where the connection failed the locks stay, for the next run to find in them how this one ended.
        """
        self._kept.close()
        tenure, self._tenure = self._tenure, None
        if tenure is None:
            # Without locks: the repository failed, or the run was ended while it waited for them.
            runs = [run for run in runs if run.failure and run.failure.code in (SYNC_CANCELLED, SYNC_TIMEOUT)]
        entries = [self._entry_of(run) for run in runs]
        ways = (tenure.release, tenure.bequeath) if tenure else (no_moves,)
        return self._ledger.record(entries, *ways) if entries else ""

    def _fail(self, runs: Sequence[Run], failures: Mapping[str, FgdError]) -> None:
        for run in runs:
            failure = failures.get(run.fabric)
            if failure and run.is_live:
                run.fail(failure)


def _of_newer(books: Mapping[str, Book]) -> Iterator[tuple[str, FgdError]]:
    """The fabrics whose state a newer version wrote, which may hold fabrics in another way too."""
    for name, book in books.items():
        try:
            book.check()
        except FgdError as failure:
            if failure.code is WRITTEN_BY_NEWER_VERSION:
                yield name, failure
