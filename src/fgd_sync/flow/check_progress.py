"""A check run that shows how far a run is while it lasts.

A sink of events: it only takes note of them. A thread of its own begins the check run and brings it up to date every
few seconds if there is news, so that a slow server holds up nothing; what fails there never becomes the run's failure.
"""

from collections.abc import Callable, Mapping
from threading import Event as Signal
from threading import Lock, Thread

from fgd_sync.model.event import Event, EventType
from fgd_sync.model.failure import FgdError, as_failure
from fgd_sync.model.github import NewCheck
from fgd_sync.model.sync import State
from fgd_sync.model.value import replace
from fgd_sync.ports import GitHub
from fgd_sync.render.progress import Standing, progress_output

SECONDS = 5.0
"""Between two updates."""

_PATIENCE = 5.0
_MOST_FAILURES = 3
_ENDS: Mapping[EventType, State] = {
    EventType.SYNC_COMPLETED: State.COMPLETED,
    EventType.SYNC_FAILED: State.FAILED,
    EventType.SYNC_CANCELLED: State.CANCELLED,
}


class CheckProgress:
    """The sink. `failures` are those of begin and updates, for the notes of the run; `end` gives the check run's id."""

    most_files = 0

    def __init__(self, github: GitHub, check: NewCheck, *, seconds: float = SECONDS) -> None:
        self._github, self._check, self._seconds = github, check, seconds
        self._standings: dict[str, Standing] = {}
        self._fabric_of: dict[str, str] = {}
        self._has_news = False
        self._lock, self._over = Lock(), Signal()
        self._id: int | None = None
        self.failures: list[FgdError] = []
        self._thread = Thread(target=self._work, name="check run", daemon=True)

    @property
    def name(self) -> str:
        """The sink in messages."""
        return "check run"

    def begin(self) -> "CheckProgress":
        """Begin the check run, without waiting for it."""
        self._thread.start()
        return self

    def deliver(self, event: Event) -> None:
        """Take note of what an event says of the state of its fabric."""
        change = _CHANGES.get(event.type)
        if change is None:
            return
        sync = str(event.payload.get("sync_id") or event.fabric)
        with self._lock:
            known = self._standings.pop(self._fabric_of.get(sync, ""), None)
            standing = known or self._standings.pop(event.fabric, Standing())
            self._fabric_of[sync] = event.fabric
            self._standings[event.fabric] = change(standing, event)
            self._has_news = True

    def end(self) -> int | None:
        """Make no more updates; the id of the check run, None if there is none. Waits a few seconds at most."""
        self._over.set()
        self._thread.join(_PATIENCE)
        return self._id

    def _work(self) -> None:
        if not self._try(self._start) or self._id is None:
            return
        while not self._over.wait(self._seconds) and len(self.failures) < _MOST_FAILURES:
            self._try(self._update)

    def _start(self) -> None:
        self._id = self._github.start_check(self._check)

    def _update(self) -> None:
        with self._lock:
            if not self._has_news:
                return
            output, self._has_news = progress_output(dict(sorted(self._standings.items()))), False
        assert self._id is not None
        self._github.update_check(self._id, output)

    def _try(self, work: Callable[[], None]) -> bool:
        try:
            work()
        except FgdError as failure:
            self.failures.append(failure)
            return False
        except Exception as error:  # a fault of ours costs the progress, never the run
            self.failures.append(as_failure(error))
            return False
        return True


def _moved(standing: Standing, event: Event) -> Standing:
    return replace(standing, state=str(event.payload.get("to", standing.state)))


def _progressed(standing: Standing, event: Event) -> Standing:
    files, total = event.payload.get("files_processed", 0), event.payload.get("total_files", 0)
    return replace(standing, state=str(event.payload.get("state", standing.state)), files=files, total=total)


def _erred(standing: Standing, event: Event) -> Standing:  # noqa: ARG001 - the shape of a change
    return replace(standing, errors=standing.errors + 1)


def _ended(standing: Standing, event: Event) -> Standing:
    return replace(standing, state=_ENDS[event.type])


_CHANGES: dict[EventType, Callable[[Standing, Event], Standing]] = {
    EventType.STATE_CHANGED: _moved,
    EventType.SYNC_PROGRESS: _progressed,
    EventType.SYNC_ERROR: _erred,
    **dict.fromkeys(_ENDS, _ended),
}
