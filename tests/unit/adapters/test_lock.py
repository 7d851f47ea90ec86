import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from fgd_sync.adapters.clock import SystemClock
from fgd_sync.adapters.lock import hold
from fgd_sync.model import code
from fgd_sync.model.failure import FgdError

HOLDER = """
import sys, time
from pathlib import Path
from fgd_sync.adapters.clock import SystemClock
from fgd_sync.adapters.lock import hold
with hold(Path(sys.argv[1]), 0, SystemClock()):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


class FakeClock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.time, self.naps = 0.0, 0

    def now(self) -> str:
        return "2026-01-01T00:00:00Z"

    def monotonic(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds
        self.naps += 1


def start_holder(directory: Path, seconds: float) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", HOLDER, str(directory), str(seconds)]
    holder = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def test_names_who_is_at_work(tmp_path: Path) -> None:
    with start_holder(tmp_path, 60) as holder:
        clock = FakeClock()
        with pytest.raises(FgdError) as caught, hold(tmp_path, 5, clock):
            pass
        assert caught.value.code is code.SYNC_ALREADY_IN_PROGRESS
        assert f"process {holder.pid} (" in caught.value.message
        assert "import sys, time" in caught.value.message
        assert caught.value.details == {"pid": holder.pid}
        assert clock.time == pytest.approx(5)
        holder.kill()


def test_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    with start_holder(tmp_path, 60) as holder:
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
    with hold(tmp_path, 0, FakeClock()):
        pass


def test_waits_for_the_other_run(tmp_path: Path) -> None:
    with start_holder(tmp_path, 0.3), hold(tmp_path, 20, SystemClock()):
        pass


def test_holds_once_in_one_process_too_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with hold(tmp_path, 0, FakeClock()):
        with pytest.raises(FgdError, match=f"process {os.getpid()} "), hold(tmp_path, 0, FakeClock()):
            pass
        assert not list(tmp_path.iterdir())
    with hold(tmp_path, 0, FakeClock()):
        pass


def test_another_directory_is_free(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with hold(tmp_path, 0, FakeClock()), hold(tmp_path / "a", 0, FakeClock()):
        pass


def test_a_directory_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FgdError, match="it is not there"), hold(tmp_path / "none", 0, FakeClock()):
        pass


def test_a_read_only_directory_can_be_held(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    with hold(tmp_path, 0, FakeClock()):
        pass
    tmp_path.chmod(0o755)


def test_the_clock_is_in_utc_to_the_second() -> None:
    assert len(SystemClock().now()) == len("2026-01-01T00:00:00Z")
    assert SystemClock().now().endswith("Z")
