"""A clock that moves only when somebody waits, and a remote that fails as a script says."""

from fgd_sync.model.failure import FgdError
from fgd_sync.model.moment import later


class FakeClock:
    """Starts at half past eight; remembers every nap."""

    def __init__(self) -> None:
        self.time = 0.0
        self.naps: list[float] = []

    def now(self) -> str:
        return later("2026-03-01T08:30:00Z", int(self.time))

    def monotonic(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)
        self.time += seconds


class Remote:
    """Fails with each of the failures in turn, None standing for a call that goes well; then all goes well."""

    def __init__(self, *outcomes: FgdError | None) -> None:
        self.outcomes = list(outcomes)
        self.calls = 0

    def __call__(self) -> int:
        self.calls += 1
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if outcome:
            raise outcome
        return self.calls
