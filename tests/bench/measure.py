"""What a command costs: wall clock, processor time and peak memory, with children; in rounds that take turns."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

Command = list[str]


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of wall clock, seconds of processor time (user and system), peak resident set of the largest process."""

    wall: float
    cpu: float
    memory_mb: int


@dataclass(frozen=True, slots=True)
class Step:
    """A command to measure in a folder, and what to do before each run; that time does not count."""

    command: Command
    folder: Path
    prepare: Callable[[], object] = lambda: None


def cost_of(step: Step) -> Cost:
    """Run a step once. Status 1 means that errors were found; any other than 0 ends the benchmark."""
    step.prepare()
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        process = subprocess.Popen(step.command, cwd=step.folder, stdout=output, stderr=output)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 1):
            output.seek(0)
            sys.exit(f"{' '.join(step.command)} ended with {process.returncode}:\n{output.read()[-2000:].decode()}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024)


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
        "memory_mb": max(item.memory_mb for item in costs),
    }
    if reference:
        pairs = list(zip(costs, reference, strict=True))
        found["wall_ratio"] = round(statistics.median(one.wall / other.wall for one, other in pairs), 3)
        found["cpu_ratio"] = round(statistics.median(one.cpu / other.cpu for one, other in pairs), 3)
    return found
