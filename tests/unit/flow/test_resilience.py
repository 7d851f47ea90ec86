from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_time import FakeClock, Remote
from fgd_sync.flow.breaker import Breaker
from fgd_sync.flow.resilience import OF_THE_RUN, Retries, Retry, call
from fgd_sync.model import code
from fgd_sync.model.code import CODES, Code
from fgd_sync.model.config import RetryPolicy
from fgd_sync.model.failure import FgdError

POLICY = RetryPolicy()
RETRYABLE = [item for item in CODES.values() if item.retryable and item not in OF_THE_RUN]
LASTING = [item for item in CODES.values() if not item.retryable or item in OF_THE_RUN]


def down(retry_after: float | None = None, cause: Code = code.NETBOX_CONNECTION_FAILED) -> FgdError:
    return FgdError(cause, "connection refused", details={} if retry_after is None else {"retry_after": retry_after})


def tried(
    remote: Remote, clock: FakeClock, policy: RetryPolicy = POLICY, until: float = inf, random: float = 1.0
) -> int:
    breaker = Breaker("NetBox", clock, threshold=1000)
    return call(remote, breaker, Retries(policy, clock, lambda: random, until))


def test_pauses_grow_up_to_the_longest() -> None:
    clock, policy = FakeClock(), RetryPolicy(max_attempts=6, initial_delay=1, backoff_factor=3, max_delay=20)
    remote = Remote(*(down() for _ in range(5)))
    assert tried(remote, clock, policy) == 6
    assert clock.naps == [1, 3, 9, 20, 20]


def test_the_last_failure_is_raised_with_the_number_of_attempts() -> None:
    failures = [down(), down(), down()]
    with pytest.raises(FgdError) as caught:
        tried(Remote(*failures), FakeClock())
    assert caught.value is failures[-1]
    assert caught.value.details["attempts"] == 3


@pytest.mark.parametrize("lasting", LASTING, ids=lambda item: item.name)
def test_what_a_retry_cannot_help_is_not_tried_again(lasting: Code) -> None:
    clock, remote = FakeClock(), Remote(down(cause=lasting))
    with pytest.raises(FgdError):
        tried(remote, clock)
    assert (remote.calls, clock.naps) == (1, [])


def test_a_cancel_and_the_end_of_the_time_come_through_at_once() -> None:
    assert {code.SYNC_CANCELLED, code.SYNC_TIMEOUT, code.LOCK_LOST} <= set(LASTING)


@pytest.mark.parametrize("passing", RETRYABLE, ids=lambda item: item.name)
def test_what_a_retry_can_help_is_tried_again(passing: Code) -> None:
    assert tried(Remote(down(cause=passing)), FakeClock()) == 2


def test_the_server_is_not_asked_again_before_it_wants() -> None:
    clock = FakeClock()
    tried(Remote(down(retry_after=42)), clock, random=0.0)
    assert clock.naps == [42]


def test_a_server_that_asks_for_more_time_than_the_run_has_is_not_waited_for() -> None:
    clock, remote = FakeClock(), Remote(down(retry_after=42))
    with pytest.raises(FgdError) as caught:
        tried(remote, clock, until=42)
    assert (remote.calls, clock.naps, caught.value.details["attempts"]) == (1, [], 1)


def test_a_run_that_was_ended_has_no_time_for_another_try() -> None:
    clock, remote = FakeClock(), Remote(down())
    ended = [inf]

    def fail() -> int:
        ended[0] = 6.0
        clock.sleep(5.9)
        return remote()

    retries = Retries(POLICY, clock, lambda: 1.0, over=lambda: ended[0])
    with pytest.raises(FgdError) as caught:
        call(fail, Breaker("NetBox", clock), retries)
    assert (remote.calls, clock.naps, caught.value.details["attempts"]) == (1, [5.9], 1)


def test_every_retry_is_told_with_words_and_numbers() -> None:
    clock, told = FakeClock(), list[Retry]()
    retries = Retries(POLICY, clock, lambda: 0.5, hook=told.append)
    call(Remote(down(), down()), Breaker("NetBox", clock), retries)
    assert [(item.remote, item.attempt, item.attempts, item.wait) for item in told] == [
        ("NetBox", 1, 3, 0.5),
        ("NetBox", 2, 3, 1.0),
    ]
    assert told[0].message == "NetBox: connection refused (attempt 1 of 3); tried again in 0.5 s"


def test_another_way_to_wait_can_be_given() -> None:
    clock, waits = FakeClock(), list[float]()
    call(Remote(down()), Breaker("NetBox", clock), Retries(POLICY, clock, lambda: 1.0, pause=waits.append))
    assert (waits, clock.naps) == ([1.0], [])


def test_a_call_that_opens_the_breaker_is_not_tried_again() -> None:
    clock, remote = FakeClock(), Remote(*(down() for _ in range(9)))
    breaker = Breaker("NetBox", clock, threshold=2)
    with pytest.raises(FgdError, match=r"^connection refused$"):
        call(remote, breaker, Retries(POLICY, clock, lambda: 1.0))
    assert (remote.calls, clock.naps) == (2, [1.0])


def test_a_wrong_call_of_ours_is_not_hidden() -> None:
    def broken() -> None:
        raise LookupError

    with pytest.raises(LookupError):
        call(broken, Breaker("NetBox", FakeClock()), Retries(POLICY, FakeClock(), lambda: 1.0))


policies = st.builds(
    RetryPolicy,
    max_attempts=st.integers(1, 12),
    initial_delay=st.floats(0, 3600),
    backoff_factor=st.floats(1, 100),
    max_delay=st.floats(0, 86400),
)
outcomes = st.lists(
    st.builds(down, st.none() | st.floats(0, 5000), st.sampled_from([*RETRYABLE, *LASTING])), max_size=15
)


@given(policies, outcomes, st.floats(0, 10_000), st.lists(st.floats(0, 1), min_size=1))
def test_laws_of_retrying(policy: RetryPolicy, failures: list[FgdError], until: float, numbers: list[float]) -> None:
    """Never beyond the policy or the run's time, never earlier than a server wants; the result or the last failure."""
    clock, remote, told = FakeClock(), Remote(*failures), list[Retry]()
    randoms = iter(numbers * 20)
    retries = Retries(policy, clock, lambda: next(randoms), until, hook=told.append)
    expected: FgdError | None = None
    try:
        call(remote, Breaker("GitHub", clock, threshold=1000), retries)
    except FgdError as failure:
        expected = failure
    made = failures[: remote.calls]
    assert 1 <= remote.calls <= policy.max_attempts
    assert expected is (made[-1] if len(made) == remote.calls else None)
    assert clock.time < until or not clock.naps
    assert [item.wait for item in told] == clock.naps
    assert all(item.code in RETRYABLE for item in made[:-1])
    for nap, item in zip(clock.naps, made, strict=False):
        asked = item.details.get("retry_after", 0)
        assert asked <= nap <= max(asked, policy.max_delay)


@given(policies, st.integers(1, 200), st.floats(0, 1))
def test_a_pause_is_a_random_part_of_the_back_off(policy: RetryPolicy, attempt: int, random: float) -> None:
    part = Retries(policy, FakeClock(), lambda: random).wait(attempt, down())
    whole = Retries(policy, FakeClock(), lambda: 1.0).wait(attempt, down())
    assert part == pytest.approx(random * whole)
    assert whole <= policy.max_delay
