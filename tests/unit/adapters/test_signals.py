import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from fgd_sync.adapters import signals
from fgd_sync.adapters.signals import GRACE, held, interruptible, seconds_left, shield
from fgd_sync.model import code
from fgd_sync.model.failure import FgdError, Interruption


def send(number: int) -> None:
    os.kill(os.getpid(), number)


@contextmanager
def ends_with(expected: code.Code, words: str = ".") -> Iterator[None]:
    with pytest.raises(FgdError, match=words) as caught:
        yield
    assert caught.value.code is expected


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_what_is_at_work_and_leaves_the_handlers_as_they_were(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with ends_with(code.SYNC_CANCELLED, number.name), interruptible(0):
        send(number)
        time.sleep(5)
    assert signal.getsignal(number) is before
    assert seconds_left() is None


def test_the_time_limit_is_kept() -> None:
    start = time.monotonic()
    with ends_with(code.SYNC_TIMEOUT, "0.2 s"), interruptible(0.2):
        time.sleep(5)
    assert time.monotonic() - start < 1
    with interruptible(0.1):
        pass
    time.sleep(0.15)


def test_a_run_ends_once_and_cleans_up_in_peace() -> None:
    with interruptible(0):
        with pytest.raises(Interruption):
            send(signal.SIGINT)
        send(signal.SIGTERM)
        send(signal.SIGALRM)
        with shield():
            send(signal.SIGINT)
        left = seconds_left()
        assert left is not None
        assert signals.CLEAN_UP - 1 < left <= signals.CLEAN_UP


def test_a_shielded_block_is_finished_first() -> None:
    done = []
    with ends_with(code.SYNC_CANCELLED), interruptible(0), shield():
        send(signal.SIGTERM)
        with shield():
            time.sleep(0.05)
            done.append("inner")
        done.append("outer")
    assert done == ["inner", "outer"]


def test_a_shielded_block_has_its_grace_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    assert GRACE < signals.CLEAN_UP
    monkeypatch.setattr(signals, "GRACE", 0.2)
    start = time.monotonic()
    with ends_with(code.SYNC_CANCELLED), interruptible(0), shield():
        send(signal.SIGTERM)
        time.sleep(5)
    assert 0.2 <= time.monotonic() - start < 1


def test_nothing_comes_between_what_is_held_together() -> None:
    done = []
    with ends_with(code.SYNC_TIMEOUT), interruptible(0.01):
        with held():
            time.sleep(0.05)
            done.append("held")
        done.append("after")
    assert done == ["held"]


@pytest.mark.parametrize("block", [shield, held])
def test_other_threads_hold_nothing_up(block: Callable[[], AbstractContextManager[None]]) -> None:
    entered, leave = threading.Event(), threading.Event()

    def work() -> None:
        with block():
            entered.set()
            leave.wait(5)

    thread = threading.Thread(target=work)
    thread.start()
    entered.wait(5)
    start = time.monotonic()
    with ends_with(code.SYNC_CANCELLED), interruptible(0):
        send(signal.SIGINT)
        time.sleep(5)
    assert time.monotonic() - start < 1
    leave.set()
    thread.join()


def test_a_failure_of_a_shielded_block_gives_way_to_the_signal() -> None:
    with ends_with(code.SYNC_CANCELLED), interruptible(0), shield():
        send(signal.SIGINT)
        raise FgdError(code.PUSH_REJECTED, "somebody else was faster")


def test_who_handles_failures_of_a_neighbour_does_not_take_it_for_one() -> None:
    with ends_with(code.SYNC_CANCELLED), interruptible(0):
        try:
            send(signal.SIGTERM)
        except (FgdError, Exception):
            pytest.fail("the cancel was swallowed")


def test_a_forked_worker_ends_with_its_signal() -> None:
    with interruptible(0):
        child = os.fork()
        if not child:
            send(signal.SIGTERM)
            time.sleep(5)
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 128 + signal.SIGTERM
