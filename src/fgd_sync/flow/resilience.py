"""Calls to a remote that may fail: tried again where that can help, and never beyond the time that the run has.

Takes a policy, a clock, a source of random numbers and the call; gives its result or the last failure. What happens in
between goes to a hook, as records; who listens makes events of them.
"""

from collections.abc import Callable
from math import inf
from typing import TypeVar

from fgd_sync.flow.breaker import Breaker
from fgd_sync.model.code import CODES
from fgd_sync.model.config import RetryPolicy
from fgd_sync.model.failure import FgdError
from fgd_sync.model.value import dataclass
from fgd_sync.ports import Clock

OF_THE_RUN = frozenset(item for item in CODES.values() if item.id.startswith("FGD_3"))
"""What a run does about itself: a cancel, a lost lock. It can be run again, but a call in it cannot be tried again."""

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Retry:
    """A call failed and is made again: `attempt` is the number of the one that failed, `wait` the pause in seconds."""

    remote: str
    attempt: int
    attempts: int
    wait: float
    failure: FgdError

    @property
    def message(self) -> str:
        """The record in words."""
        left = f"attempt {self.attempt} of {self.attempts}"
        return f"{self.remote}: {self.failure.message} ({left}); tried again in {self.wait:.1f} s"


@dataclass(frozen=True, slots=True)
class Retries:
    """How calls are tried again.

    `until`: the moment, on the clock's monotonic scale, at which the run must be over; `over` gives the one at which a
    run must be that was ended meanwhile. `random` gives numbers from 0 to 1. `pause` waits for so many seconds; None:
    the clock's `sleep`. `hook` hears of every retry.
    """

    policy: RetryPolicy
    clock: Clock
    random: Callable[[], float]
    until: float = inf
    pause: Callable[[float], object] | None = None
    hook: Callable[[Retry], object] = lambda _: None
    over: Callable[[], float] = lambda: inf

    def has_time(self, seconds: float) -> bool:
        """Whether the run goes on for more than so many seconds."""
        return self.clock.monotonic() + seconds < min(self.until, self.over())

    def wait(self, attempt: int, failure: FgdError) -> float:
        """Seconds before the next attempt: back-off with full jitter, and never less than the server asks for."""
        policy = self.policy
        longest = min(policy.max_delay, policy.initial_delay * policy.backoff_factor ** min(attempt - 1, 64))
        return max(self.random() * longest, float(failure.details.get("retry_after", 0)))


def call(work: Callable[[], _Result], breaker: Breaker, retries: Retries) -> _Result:
    """Do the work, again if need be. Raises FgdError: the last failure, with the number of `attempts` in its details.

    Only failures of a remote whose code is retryable are tried again (a cancel is none), and only while the pause ends
    before the run does: a server that asks for more time than there is left is not waited for.
    """
    attempt = 1
    while True:
        try:
            with breaker.guard():
                return work()
        except FgdError as failure:
            wait = retries.wait(attempt, failure)
            if not (_helps(attempt, failure, breaker, retries) and retries.has_time(wait)):
                failure.details.setdefault("attempts", attempt)
                raise
            retries.hook(Retry(breaker.name, attempt, retries.policy.max_attempts, wait, failure))
            (retries.pause or retries.clock.sleep)(wait)
        attempt += 1


def _helps(attempt: int, failure: FgdError, breaker: Breaker, retries: Retries) -> bool:
    may_help = failure.code.retryable and failure.code not in OF_THE_RUN
    return may_help and attempt < retries.policy.max_attempts and breaker.outage is None
