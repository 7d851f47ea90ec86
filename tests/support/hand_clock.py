"""A clock that only goes on when it is told to, or when somebody sleeps by it."""

from collections.abc import Callable
from itertools import count

from fgd_sync.model.moment import later

START = "2026-03-01T08:00:00Z"


class HandClock:
    """The port `Clock`, moved by hand. `on_sleep` is called whenever somebody sleeps."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.on_sleep: Callable[[], object] = lambda: None

    def now(self) -> str:
        return later(START, int(self.seconds))

    def monotonic(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        self.on_sleep()


def ids(start: str = "id") -> Callable[[], str]:
    """A maker of new ids: id-1, id-2 …"""
    numbers = count(1)
    return lambda: f"{start}-{next(numbers)}"
