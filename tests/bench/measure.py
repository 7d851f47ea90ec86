"""What a command costs: wall clock and processor time with children, in rounds that take turns; and its peak memory.

Memory is that of the command with all that it started, each page counted once, and is looked at in a run of its own, so
that looking costs no time that is measured.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

Command = list[str]

ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""Modules are compiled once, as where they are installed, and not by each command."""

_LOOK_EVERY = 0.01
"""Seconds between two looks at the memory of a command."""


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of wall clock, and seconds of processor time (user and system)."""

    wall: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Step:
    """A command to measure in a folder, and what to do before each run; that time does not count."""

    command: Command
    folder: Path
    prepare: Callable[[], object] = lambda: None


def cost_of(step: Step) -> Cost:
    """Run a step once. Status 1 means that errors were found; any other than 0 ends the benchmark."""
    step.prepare()
    with _output() as output:
        start = time.perf_counter()
        process = subprocess.Popen(step.command, cwd=step.folder, env=ENVIRONMENT, stdout=output, stderr=output)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        _require_success(step, process.returncode, output)
    return Cost(wall, usage.ru_utime + usage.ru_stime)


def peak_memory(step: Step) -> int:
    """The most memory in MB that a step takes, with all its processes, in one run of it; 0 where the system tells none."""
    step.prepare()
    peak = 0
    with _output() as output:
        process = subprocess.Popen(
            step.command, cwd=step.folder, env=ENVIRONMENT, stdout=output, stderr=output, start_new_session=True
        )
        while process.poll() is None:
            peak = max(peak, sum(_memory_of(number) for number in _session(process.pid)))
            time.sleep(_LOOK_EVERY)
        _require_success(step, process.returncode, output)
    return round(peak / 1024)


def in_turns(steps: Mapping[str, Step], rounds: int) -> dict[str, list[Cost]]:
    """Run every step once in each round, so that what else the machine does hits all of them alike."""
    costs: dict[str, list[Cost]] = {name: [] for name in steps}
    for _ in range(rounds):
        for name, step in steps.items():
            costs[name].append(cost_of(step))
    return costs


def summary(costs: list[Cost], reference: list[Cost] | None) -> dict[str, float]:
    """Medians, and the medians of the ratios to the reference within each round."""
    found = {
        "wall": round(statistics.median(item.wall for item in costs), 4),
        "cpu": round(statistics.median(item.cpu for item in costs), 4),
    }
    if reference:
        pairs = list(zip(costs, reference, strict=True))
        found["wall_ratio"] = round(statistics.median(one.wall / other.wall for one, other in pairs), 3)
        found["cpu_ratio"] = round(statistics.median(one.cpu / other.cpu for one, other in pairs), 3)
    return found


@contextmanager
def _output() -> Iterator[IO[bytes]]:
    with tempfile.TemporaryFile() as output:
        yield output


def _require_success(step: Step, code: int, output: IO[bytes]) -> None:
    if code not in (0, 1):
        output.seek(0)
        sys.exit(f"{' '.join(step.command)} ended with {code}:\n{output.read()[-2000:].decode()}")


def _session(leader: int) -> Iterator[int]:
    """The processes of a session."""
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if int((entry / "stat").read_text().rpartition(")")[2].split()[3]) == leader:
                yield int(entry.name)


def _memory_of(process: int) -> int:
    """The memory of a process in kB, what it shares with others counted in parts."""
    with suppress(OSError):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0
