import contextlib
import threading
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_time import FakeClock, Remote
from fgd_sync.flow.breaker import OUTAGES, Breaker, Outage
from fgd_sync.model import code
from fgd_sync.model.failure import FgdError

CODES = [code.GITHUB_CONNECTION_FAILED, code.GITHUB_AUTHENTICATION_FAILED, code.PUSH_REJECTED]


def down(retry_after: float = 0) -> FgdError:
    return FgdError(code.NETBOX_CONNECTION_FAILED, "connection refused", details={"retry_after": retry_after})


def through(breaker: Breaker, work: Callable[[], object]) -> FgdError | None:
    """The failure of a call through the breaker, the breaker's own included."""
    try:
        with breaker.guard():
            work()
    except FgdError as failure:
        return failure
    return None


def opened(clock: FakeClock, **options: float) -> Breaker:
    breaker = Breaker("NetBox", clock, threshold=3, pause=options.get("pause", 30))
    for _ in range(3):
        through(breaker, Remote(down(options.get("retry_after", 0))))
    return breaker


def test_opens_after_so_many_failures_in_a_row() -> None:
    breaker, remote = Breaker("NetBox", FakeClock(), threshold=3), Remote(down(), down(), None, down(), down(), down())
    for _ in range(6):
        assert breaker.outage is None
        through(breaker, remote)
    assert breaker.outage is not None
    assert remote.calls == 6


def test_an_open_breaker_says_since_when_and_until_when_and_calls_nobody() -> None:
    clock, remote = FakeClock(), Remote()
    breaker = opened(clock)
    clock.time = 12
    failure = through(breaker, remote)
    assert failure
    assert failure.code is code.NETBOX_CONNECTION_FAILED
    assert failure.message == (
        "NetBox has not answered since 2026-03-01T08:30:00Z (3 calls in a row failed, the last: connection refused); "
        "it is tried again at 2026-03-01T08:30:30Z"
    )
    assert failure.details["retry_after"] == 18
    assert remote.calls == 0


def test_a_probe_that_succeeds_closes_it() -> None:
    clock = FakeClock()
    breaker = opened(clock)
    clock.time = 30
    assert through(breaker, Remote()) is None
    assert breaker.outage is None
    assert through(breaker, Remote(down())) is not None
    assert breaker.outage is None, "the count begins anew"


def test_a_probe_that_fails_opens_it_again_and_the_outage_is_as_old_as_before() -> None:
    clock = FakeClock()
    breaker = opened(clock)
    clock.time = 30
    through(breaker, Remote(down()))
    assert breaker.outage
    assert (breaker.outage.since, breaker.outage.until) == ("2026-03-01T08:30:00Z", "2026-03-01T08:31:00Z")
    assert breaker.outage.failures == 4
    clock.time = 59
    remote = Remote()
    assert through(breaker, remote)
    assert remote.calls == 0


def test_only_one_call_is_the_probe() -> None:
    clock, second = FakeClock(), Remote()
    breaker = opened(clock)
    clock.time = 30
    seen: list[FgdError | None] = []
    assert through(breaker, lambda: seen.append(through(breaker, second))) is None
    (failure,) = seen
    assert failure
    assert failure.message.endswith("it is being tried right now")
    assert second.calls == 0


def test_a_probe_that_is_broken_off_leaves_the_way_free_for_another() -> None:
    clock = FakeClock()
    breaker = opened(clock)
    clock.time = 30
    with pytest.raises(KeyboardInterrupt), breaker.guard():
        raise KeyboardInterrupt
    assert breaker.outage
    assert through(breaker, Remote()) is None


def test_a_server_that_asks_for_time_gets_it() -> None:
    clock = FakeClock()
    breaker = opened(clock, retry_after=600.5)
    assert breaker.outage
    assert breaker.outage.until == "2026-03-01T08:40:01Z"
    clock.time = 599
    assert through(breaker, Remote())


def test_a_refusal_is_an_answer() -> None:
    breaker = Breaker("GitHub", FakeClock(), threshold=1)
    for item in (code.GITHUB_AUTHENTICATION_FAILED, code.GITHUB_NOT_FOUND, code.PUSH_REJECTED, code.NETBOX_CONFLICT):
        through(breaker, Remote(FgdError(item, "no")))
        assert breaker.outage is None


def test_every_outage_can_pass() -> None:
    assert all(item.retryable for item in OUTAGES)


def test_tells_when_it_opens_and_closes_and_only_then() -> None:
    clock, told = FakeClock(), list[Outage | None]()
    breaker = Breaker("NetBox", clock, threshold=2, pause=10, changed=told.append)
    remote = Remote(None, down(), down(), down(), None, None)
    for _ in range(8):
        through(breaker, remote)
        clock.time += 5
    assert [item and item.since for item in told] == ["2026-03-01T08:30:10Z", None]


def test_many_threads_at_once_send_one_probe() -> None:
    clock, calls = FakeClock(), list[int]()
    breaker = opened(clock)
    clock.time = 30
    start, go = threading.Barrier(20), threading.Event()

    def probe() -> None:
        calls.append(1)
        go.wait(5)

    def work() -> None:
        start.wait(5)
        with contextlib.suppress(FgdError):
            through(breaker, probe)

    threads = [threading.Thread(target=work) for _ in range(20)]
    for thread in threads:
        thread.start()
    while sum(thread.is_alive() for thread in threads) > 1:
        pass
    go.set()
    for thread in threads:
        thread.join()
    assert len(calls) == 1
    assert breaker.outage is None


@given(
    st.lists(st.tuples(st.floats(0, 40), st.sampled_from([None, *CODES])), max_size=60),
    st.integers(1, 6),
    st.floats(0.1, 60),
)
def test_laws_of_the_breaker(steps: list[tuple[float, code.Code | None]], threshold: int, pause: float) -> None:
    """Against a model of three variables: who is called, and when it is open."""
    clock = FakeClock()
    breaker = Breaker("GitHub", clock, threshold=threshold, pause=pause)
    failures, due = 0, None
    for wait, outcome in steps:
        clock.time += wait
        remote = Remote(FgdError(outcome, "x") if outcome else None)
        through(breaker, remote)
        refused = due is not None and clock.time < due
        assert remote.calls == (0 if refused else 1)
        if refused:
            continue
        failures = failures + 1 if outcome in OUTAGES else 0
        if not failures:
            due = None
        elif due is not None or failures >= threshold:
            due = clock.time + pause
        assert (breaker.outage is not None) == (due is not None)
