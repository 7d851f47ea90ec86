"""A circuit breaker: calls to a remote that does not answer are not made for a while, so that a run is not held up.

Closed: calls go through. Open: after some failures in a row none is made until the pause is over. Then one call goes
through as a probe (half-open), and its outcome closes the breaker or opens it again. Time comes through the clock.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import ceil
from threading import Lock

from fgd_sync.model import code
from fgd_sync.model.failure import FgdError
from fgd_sync.model.moment import later
from fgd_sync.model.value import dataclass
from fgd_sync.ports import Clock

OUTAGES = frozenset({
    code.GITHUB_CONNECTION_FAILED,
    code.GITHUB_RATE_LIMITED,
    code.NETBOX_CONNECTION_FAILED,
    code.REDIS_CONNECTION_FAILED,
    code.METRICS_FAILED,
})  # fmt: skip
"""The failures that tell that a remote is out of reach. After any other it has answered, if only to refuse."""


@dataclass(frozen=True, slots=True)
class Outage:
    """A remote does not answer. `since`: when the breaker opened, `until`: when it is tried again; RFC 3339."""

    since: str
    until: str
    failures: int
    last: FgdError


class Breaker:
    """The breaker of one remote; may be used from several threads.

    `name`: the remote in messages. `threshold`: failures in a row that open it. `pause`: seconds until it is tried
    again. `changed` is called with the outage when it opens, and with None when it closes again.
    """

    def __init__(
        self,
        name: str,
        clock: Clock,
        *,
        threshold: int = 5,
        pause: float = 30.0,
        changed: Callable[[Outage | None], object] = lambda _: None,
    ) -> None:
        self.name = name
        self._clock, self._threshold, self._pause, self._changed = clock, threshold, pause, changed
        self._lock = Lock()
        self._failures = 0
        self._outage: Outage | None = None
        self._due = 0.0
        self._probing = False

    @property
    def outage(self) -> Outage | None:
        """The outage, while the breaker is open or half-open."""
        return self._outage

    @contextmanager
    def guard(self) -> Iterator[None]:
        """Let the block through and take note of how it ends. Raises FgdError at once while the breaker is open."""
        is_probe = self._enter()
        try:
            yield
        except FgdError as failure:
            self._learn(failure if failure.code in OUTAGES else None, is_probe)
            raise
        else:
            self._learn(None, is_probe)
        finally:
            if is_probe:
                self._probing = False

    def _enter(self) -> bool:
        """Whether the call is the probe."""
        with self._lock:
            if self._outage is None:
                return False
            left = self._due - self._clock.monotonic()
            if left > 0 or self._probing:
                raise self._refusal(self._outage, max(0.0, left))
            self._probing = True
            return True

    def _learn(self, failure: FgdError | None, is_probe: bool) -> None:
        with self._lock:
            was = self._outage
            self._failures = self._failures + 1 if failure else 0
            if failure is None:
                self._outage = None
            elif is_probe or (was is None and self._failures >= self._threshold):
                self._open(failure)
            now = self._outage
        if (was is None) != (now is None):
            self._changed(now)

    def _open(self, failure: FgdError) -> None:
        pause = max(self._pause, float(failure.details.get("retry_after", 0)))
        self._due = self._clock.monotonic() + pause
        now = self._clock.now()
        since = self._outage.since if self._outage else now
        self._outage = Outage(since, later(now, ceil(pause)), self._failures, failure)

    def _refusal(self, outage: Outage, left: float) -> FgdError:
        again = "it is being tried right now" if self._probing else f"it is tried again at {outage.until}"
        message = (
            f"{self.name} has not answered since {outage.since} ({outage.failures} calls in a row failed, the last: "
            f"{outage.last.message}); {again}"
        )
        details = {"since": outage.since, "until": outage.until, "retry_after": left, "refused_by": "breaker"}
        return FgdError(outage.last.code, message, remedy=outage.last.remedy, details=details)
