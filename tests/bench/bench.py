"""Ratios to kubeconform on the same files, in interleaved runs: how long a check and a sync take.

Run by `make bench`. KUBECONFORM names the program to compare with; without it the times stand alone. Times are wall
clock, in seconds, the median of the rounds; memory is the peak resident set of the process, in MB.
"""

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from fabric_maker import documents

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas" / "crd"


def write_raw(folder: Path, count: int, per_file: int) -> None:
    """A fabric directory whose raw/ holds `count` resources, so many in each file."""
    (folder / "raw").mkdir(parents=True)
    batch: list[str] = []
    for number, text in enumerate(documents(count), 1):
        batch.append(text)
        if len(batch) == per_file or number == count:
            (folder / "raw" / f"{number:06d}.yaml").write_text("---\n".join(batch))
            batch = []


def timed(command: list[str], cwd: Path) -> float:
    """Seconds that a command takes; a status other than 0 ends the benchmark."""
    start = time.perf_counter()
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return seconds


def kubeconform_schemas(folder: Path) -> str:
    """Our schemas under the names by which kubeconform looks them up; gives its -schema-location."""
    for path in SCHEMAS.glob("*/*/*.json"):
        group, version = path.parts[-3:-1]
        shutil.copy(path, folder / f"{group}_{path.stem}_{version}.json")
    return f"{folder}/{{{{.Group}}}}_{{{{.ResourceKind}}}}_{{{{.ResourceAPIVersion}}}}.json"


def measure(count: int, per_file: int, rounds: int, kubeconform: str) -> dict[str, object]:
    """Times of one size and shape."""
    with tempfile.TemporaryDirectory() as scratch:
        base = Path(scratch)
        fresh, work, schemas = base / "fresh", base / "work", base / "schemas"
        write_raw(fresh, count, per_file)
        schemas.mkdir()
        location = kubeconform_schemas(schemas)
        fgd = [sys.executable, "-m", "fgd_sync.cli"]
        quiet = ["--no-color", "--format", "github", "--base", ""]

        def renew() -> None:
            shutil.rmtree(work, ignore_errors=True)
            shutil.copytree(fresh, work)

        steps: dict[str, tuple[list[str], Callable[[], None]]] = {
            "check": ([*fgd, "check", "work", *quiet], renew),
            "sync from raw": ([*fgd, "sync", "work", *quiet], renew),
            "sync again": ([*fgd, "sync", "work", *quiet], lambda: None),
        }
        if kubeconform:
            command = [kubeconform, "-strict", "-n", "2", "-schema-location", location, str(fresh / "raw")]
            steps = {"kubeconform": (command, lambda: None), **steps}
        times: dict[str, list[float]] = {name: [] for name in steps}
        for _ in range(rounds):
            for name, (command, prepare) in steps.items():
                prepare()
                times[name].append(timed(command, base))
    medians = {name: statistics.median(values) for name, values in times.items()}
    return {"resources": count, "per_file": per_file, "seconds": medians}


def main() -> None:
    """Measure the sizes asked for and print a table, and JSON on request."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000, 10000])
    parser.add_argument("--per-file", type=int, nargs="+", default=[1, 100])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    kubeconform = os.environ.get("KUBECONFORM", "")
    rows = [measure(size, per, options.rounds, kubeconform) for size in options.sizes for per in options.per_file]
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    if options.json:
        print(json.dumps({"measurements": rows, "peak_memory_mb": peak}, indent=2))
        return
    for row in rows:
        seconds = row["seconds"]
        assert isinstance(seconds, dict)
        base = seconds.get("kubeconform")
        cells = [
            f"{name} {value:.2f} s" + (f" ({value / base:.2f}x)" if base else "") for name, value in seconds.items()
        ]
        print(f"{row['resources']:>7} resources, {row['per_file']:>3} a file:  " + "   ".join(cells))
    print(f"peak memory {peak} MB" + ("" if kubeconform else "; set KUBECONFORM for ratios"))


if __name__ == "__main__":
    main()
