"""How long checks and syncs take, beside kubeconform on the same files, in rounds that take turns.

Run by `make bench`. KUBECONFORM names the program to compare with; without it the times stand alone. A table for people;
`--json FILE` writes all figures: seconds of wall clock and of processor time, peak memory, and the ratios to kubeconform.
On a machine with other work the ratios of processor time are what to trust.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from fabric_maker import documents
from measure import Command, Step, cost_of, in_turns, summary

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas" / "crd"
FGD: Command = [sys.executable, "-m", "fgd_sync.cli"]
QUIET = ["--no-color", "--format", "github", "--base", ""]
COLD = [*QUIET, "--no-cache"]
KUBECONFORM = "kubeconform"

MUST = {
    "check": 1.0,
    "check, schemas only": 0.7,
    "check, nothing changed": 0.06,
    "check, one file changed": 0.12,
    "sync from raw": 1.0,
    "sync, without a cache": 0.8,
    "sync, nothing changed": 0.06,
    "sync, one file changed": 0.12,
}
"""The most that a step may take of kubeconform's wall clock, with so many resources as below and two cores."""
_GOAL_SIZE = 10_000


@dataclass(frozen=True, slots=True)
class Shape:
    """How many resources a fabric has, how many stand in a file, and what its files are like."""

    resources: int
    per_file: int
    comments: bool = False
    errors: bool = False

    def __str__(self) -> str:
        """The shape in words."""
        extras = [name for name, is_so in (("comments", self.comments), ("1 % errors", self.errors)) if is_so]
        return ", ".join([f"{self.resources} resources", f"{self.per_file} a file", *extras])


def write_raw(folder: Path, shape: Shape) -> None:
    """A fabric directory with resources in its raw/."""
    (folder / "raw").mkdir(parents=True)
    batch: list[str] = []
    for number, text in enumerate(documents(shape.resources, comments=shape.comments, errors=shape.errors), 1):
        batch.append(text)
        if len(batch) == shape.per_file or number == shape.resources:
            (folder / "raw" / f"{number:06d}.yaml").write_text("---\n".join(batch))
            batch = []


def kubeconform_schemas(folder: Path) -> str:
    """Our schemas under the names by which kubeconform looks them up; gives its -schema-location."""
    folder.mkdir()
    for path in SCHEMAS.glob("*/*/*.json"):
        group, version = path.parts[-3:-1]
        shutil.copy(path, folder / f"{group}_{path.stem}_{version}.json")
    return f"{folder}/{{{{.Group}}}}_{{{{.ResourceKind}}}}_{{{{.ResourceAPIVersion}}}}.json"


def steps_for(shape: Shape, base: Path, kubeconform: str) -> dict[str, Step]:
    """What is measured of a shape, in order: `managed` holds the fabric once it is taken in."""
    fresh, work, managed = base / "fresh", base / "work", base / "managed"
    write_raw(fresh, shape)

    def renew() -> None:
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(fresh, work)

    def edit() -> None:
        path = min((managed / "managed" / "servers").iterdir())
        text = path.read_text()
        path.write_text(text.replace("rack ", "row ") if "rack " in text else text.replace("row ", "rack "))

    def warm(command: str, change: Callable[[], object] = lambda: None) -> Step:
        step = Step([*FGD, command, "managed", *QUIET], base)

        def known() -> None:
            cost_of(step)
            change()

        return replace(step, prepare=known)

    shutil.copytree(fresh, managed)
    in_turns({"take in": Step([*FGD, "sync", "managed", *COLD], base)}, 1)
    check, sync = [*FGD, "check"], [*FGD, "sync"]
    location = kubeconform_schemas(base / "schemas")
    compared = [kubeconform, "-strict", "-n", "2", "-schema-location", location, str(fresh / "raw")]
    return {
        **({KUBECONFORM: Step(compared, base)} if kubeconform else {}),
        "check": Step([*check, "fresh", *COLD], base),
        "check, schemas only": Step([*check, "fresh", *COLD, "--schemas-only"], base),
        "check, nothing changed": warm("check"),
        "check, one file changed": warm("check", edit),
        "sync from raw": Step([*sync, "work", *COLD], base, renew),
        "sync, without a cache": Step([*sync, "managed", *COLD], base),
        "sync, nothing changed": warm("sync"),
        "sync, one file changed": warm("sync", edit),
    }


def measure(shape: Shape, rounds: int, kubeconform: str, folder: Path | None) -> dict[str, Any]:
    """The figures of one shape."""
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        costs = in_turns(steps_for(shape, Path(scratch), kubeconform), rounds)
    reference = costs.get(KUBECONFORM)
    return {**asdict(shape), "steps": {name: summary(found, reference) for name, found in costs.items()}}


def start_up(rounds: int) -> dict[str, dict[str, float]]:
    """What a command costs before it does anything."""
    with tempfile.TemporaryDirectory() as scratch:
        base = Path(scratch)
        for count in (1, 100):
            write_raw(base / f"of-{count}", Shape(count, 1))
        steps = {
            "python": Step([sys.executable, "-c", "pass"], base),
            "fgd --help": Step([*FGD, "--help"], base),
            "check, 1 resource": Step([*FGD, "check", "of-1", *COLD], base),
            "check, 100 resources": Step([*FGD, "check", "of-100", *COLD], base),
        }
        in_turns(steps, 1)  # compiles the modules, as installing the program does
        return {name: summary(found, None) for name, found in in_turns(steps, 3 * rounds).items()}


def table(figures: dict[str, Any]) -> str:
    """All figures for people."""
    lines = ["start-up", *(_row(name, step, 0) for name, step in figures["start_up"].items())]
    for found in figures["shapes"]:
        shape = Shape(**{name: found[name] for name in ("resources", "per_file", "comments", "errors")})
        lines += ["", str(shape), *(_row(name, step, shape.resources) for name, step in found["steps"].items())]
    return "\n".join([*lines, *_growth(figures["shapes"])])


def _row(name: str, step: dict[str, float], resources: int) -> str:
    row = f"  {name:<24}{step['wall']:9.3f} s{step['cpu']:9.3f} s CPU{step['memory_mb']:6.0f} MB"
    if "wall_ratio" in step and name != KUBECONFORM:
        row += f"   {step['wall_ratio']:6.2f} x{step['cpu_ratio']:6.2f} x CPU"
        row += f"   must {MUST[name]:.2f}" if resources == _GOAL_SIZE else ""
    return row


def _growth(shapes: list[dict[str, Any]]) -> list[str]:
    """How much longer a step takes for ten times as many resources."""
    sizes = {found["resources"]: found["steps"] for found in shapes if found["per_file"] == 1}
    lines = []
    for size in sorted(sizes):
        if size * 10 in sizes:
            ratios = [f"{name} {sizes[size * 10][name]['cpu'] / step['cpu']:.1f}" for name, step in sizes[size].items()]
            lines += ["", f"growth of CPU time from {size} to {size * 10} resources", f"  {', '.join(ratios)}"]
    return lines


def shapes_for(sizes: list[int], per_file: list[int]) -> list[Shape]:
    """Every size in every number of resources a file; comments and errors with the first of both."""
    plain = [Shape(size, per) for size in sizes for per in per_file if per < size]
    extra = [Shape(sizes[-1], per_file[0], comments=True), Shape(sizes[-1], per_file[0], errors=True)]
    return [*plain, *extra]


def main() -> None:
    """Measure the sizes asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000, 10000])
    parser.add_argument("--per-file", type=int, nargs="+", default=[1, 100])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--folder", type=Path, help="where to put the files, such as a memory file system: /dev/shm")
    options = parser.parse_args()
    kubeconform = os.environ.get("KUBECONFORM", "")
    with tempfile.TemporaryDirectory() as cache:
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = os.environ["XDG_CACHE_HOME"] = os.environ["XDG_STATE_HOME"] = cache
        figures = {
            "start_up": start_up(options.rounds),
            "shapes": [
                measure(shape, options.rounds, kubeconform, options.folder)
                for shape in shapes_for(options.sizes, options.per_file)
            ],
        }
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2))
    print(table(figures))
    if not kubeconform:
        print("\nset KUBECONFORM to its path for ratios to kubeconform")


if __name__ == "__main__":
    main()
