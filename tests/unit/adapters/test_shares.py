import os
import signal
from collections.abc import Callable

import pytest

from fgd_sync.adapters.processes import Processes
from fgd_sync.adapters.shares import Shares


@pytest.mark.parametrize("count", [0, 1, 50, 51, 60_000])
def test_alone_a_process_is_given_everything_in_order(count: int) -> None:
    with Shares(count) as shares:
        assert list(shares) == list(range(count))
        assert list(shares) == []
        assert list(shares.left(())) == []


def drawn(shares: Shares, most: int) -> list[int]:
    """The next numbers that fall to this process; it breaks off in the middle of a part."""
    return [number for number, _ in zip(shares, range(most), strict=False)]


def test_a_part_that_was_not_finished_is_given_out_again() -> None:
    with Shares(200) as shares:
        assert drawn(shares, 70) == list(range(70))
        assert list(shares) == list(range(100, 200))
        assert list(shares.left(())) == list(range(50, 100))
        assert list(shares.left({1})) == []


@pytest.mark.parametrize("end", [lambda: None, lambda: os.kill(os.getpid(), signal.SIGKILL)], ids=["done", "killed"])
def test_two_processes_do_everything_once_and_what_one_left_again(end: Callable[[], None]) -> None:
    us = os.getpid()
    with Shares(1000) as shares:

        def work() -> tuple[list[int], set[int]]:
            mine = drawn(shares, 120)
            if os.getpid() != us:
                end()
            return mine, shares.done

        with Processes(2).steps((work,), 1_000_000) as steps:
            steps.start()
            theirs, done = steps.result()
        mine = [*theirs, *shares, *shares.left(done)]
        assert sorted(set(mine)) == list(range(1000))
