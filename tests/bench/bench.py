"""How long checks and syncs take, and how much memory, beside kubeconform on the same files, in rounds that take turns.

Run by `make bench`; docs/performance.md explains it. KUBECONFORM names the program to compare with; without it the times
stand alone. Prints a table with each figure beside its goal.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection
from dataclasses import asdict
from pathlib import Path

from bench_report import GOAL_SIZE, Figures, table, write_into
from bench_steps import START_UP, STEPS, Content, Shape, reference_for, start_up_steps, steps_for
from measure import in_turns, peak_memory, summary

_MEMORY_FILES = Path("/dev/shm")
_MORE = 3
"""Start-up is short, and measured so many times more often."""


def measure(shape: Shape, rounds: int, kubeconform: str, *, names: Collection[str], folder: Path | None) -> Figures:
    """The figures of one shape."""
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        steps = steps_for(shape, Path(scratch), kubeconform, names)
        costs = in_turns(steps, rounds if shape.resources <= GOAL_SIZE else 1)
        return {
            **asdict(shape),
            "steps": {
                name: {**summary(costs[name], costs.get(reference_for(name))), "memory_mb": peak_memory(step)}
                for name, step in steps.items()
            },
        }


def start_up(rounds: int) -> Figures:
    """What a command costs before it does anything."""
    with tempfile.TemporaryDirectory() as scratch:
        steps = start_up_steps(Path(scratch))
        return {name: summary(found, None) for name, found in in_turns(steps, _MORE * rounds).items()}


def warm_up(names: Collection[str]) -> None:
    """Let all modules be compiled, as installing the program does."""
    with tempfile.TemporaryDirectory() as scratch:
        in_turns(steps_for(Shape(100, 1, Content.ERRORS), Path(scratch), "", names), 1)


def machine(kubeconform: str, folder: Path | None) -> dict[str, str]:
    """What the figures were measured on."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    version = (
        subprocess.run([kubeconform, "-v"], capture_output=True, text=True, check=True).stdout if kubeconform else ""
    )
    return {
        "cores": f"{cores} cores ({platform.machine()})",
        "system": platform.system(),
        "python": f"Python {platform.python_version()}",
        "files": "files in memory" if folder == _MEMORY_FILES else "files on disk",
        **({"kubeconform": f"kubeconform {version.strip()}"} if kubeconform else {}),
    }


def shapes_for(sizes: list[int], per_file: list[int], contents: list[Content] | None) -> list[Shape]:
    """Every size, number of resources to a file and content; if no content is asked for, all of them at one size only."""
    extra_size = GOAL_SIZE if GOAL_SIZE in sizes else max(sizes)
    return [
        Shape(size, per, content)
        for size in sizes
        for per in per_file
        for content in contents or (Content if size == extra_size else [Content.CLEAN])
        if per < size or per == 1
    ]


def options() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000, 10_000, 100_000], metavar="RESOURCES")
    parser.add_argument("--per-file", type=int, nargs="+", default=[1, 100], metavar="RESOURCES")
    parser.add_argument(
        "--contents", type=Content, choices=list(Content), nargs="+", help="default: all, at 10,000 only"
    )
    steps = [START_UP, *STEPS]
    parser.add_argument("--steps", choices=steps, nargs="+", default=steps, metavar="STEP", help="; ".join(steps))
    parser.add_argument("--rounds", type=int, default=3, help="of sizes up to 10,000; larger ones are measured once")
    folder = _MEMORY_FILES if _MEMORY_FILES.is_dir() else None
    parser.add_argument("--folder", type=Path, default=folder, help="where to put the files; default: in memory")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    parser.add_argument("--page", type=Path, metavar="FILE", help="write the tables into this page, between its marks")
    parser.add_argument(
        "--read", type=Path, metavar="FILE", help="show the figures of such a JSON file; measure nothing"
    )
    return parser.parse_args()


def measured(asked: argparse.Namespace) -> Figures:
    """The figures of all that is asked for."""
    kubeconform = os.environ.get("KUBECONFORM", "")
    with tempfile.TemporaryDirectory() as cache:
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = os.environ["XDG_CACHE_HOME"] = os.environ["XDG_STATE_HOME"] = cache
        warm_up(asked.steps)
        return {
            "machine": machine(kubeconform, asked.folder),
            "start_up": start_up(asked.rounds) if START_UP in asked.steps else {},
            "shapes": [
                measure(shape, asked.rounds, kubeconform, names=asked.steps, folder=asked.folder)
                for shape in shapes_for(asked.sizes, asked.per_file, asked.contents)
            ],
        }


def main() -> None:
    """Measure, or read, what is asked for, and show it."""
    asked = options()
    figures = json.loads(asked.read.read_text()) if asked.read else measured(asked)
    if asked.json:
        asked.json.parent.mkdir(parents=True, exist_ok=True)
        asked.json.write_text(json.dumps(figures, indent=2) + "\n")
    if asked.page:
        write_into(asked.page, figures)
    print(table(figures))
    if not asked.read and not shutil.which(os.environ.get("KUBECONFORM", "")):
        print("\nset KUBECONFORM to its path for ratios to kubeconform", file=sys.stderr)


if __name__ == "__main__":
    main()
