"""The campaign of faults on whole syncs: each call to the file system, git command and request made to fail in turn, and what came of it.

`python tests/faults/fault_campaign.py [--part …] [--mode …] [--every N]` breaks one thing
in a run, looks at how the run ends, does a plain run after it, and compares what is there with what undisturbed runs leave:
all files and refs of the remote, what GitHub, NetBox and Redis hold. Prints the figures; status 1 if anything was wrong.
"""

import argparse
import os
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from file_faults import FILE_FAULTS
from stage import AT_DESK, MODES, SHIM_FAULTS, Found, Stage, stage

from fault_proxy import FAULTS

UNRECORDED = "was not recorded"
_MEMORY = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
"""Where files are quick to make durable, which is much of what a point costs on a disk."""

PARTS = ("file", "git", "net")


@dataclass(frozen=True)
class Point:
    """What goes wrong where: the command or request with a number, and what it is."""

    part: str
    kind: str
    number: int
    what: str

    def __str__(self) -> str:
        return f"{self.part}: {self.kind} at {self.number} ({self.what})"


@dataclass
class Tally:
    """What came of the points, by part and kind. `wrong`: what was wrong with each that did not go well."""

    points: Counter[tuple[str, str]] = field(default_factory=Counter)
    unclean: Counter[tuple[str, str]] = field(default_factory=Counter)
    lost: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, mode: str, point: Point, unclean: Sequence[str], lost: Sequence[str]) -> None:
        """Take in how a point went."""
        key = (point.part, point.kind)
        self.points[key] += 1
        self.unclean[key] += bool(unclean)
        self.lost[key] += bool(lost)
        self.wrong += [f"{mode}, {point}: {text}" for text in (*unclean, *(f"LOST {text}" for text in lost))]

    def table(self) -> str:
        """The figures."""
        rows = [f"{'part':6} {'fault':12} {'points':>7} {'survived':>9} {'lost':>5}"]
        for key in sorted(self.points):
            survived = self.points[key] - max(self.unclean[key], self.lost[key])
            rows.append(f"{key[0]:6} {key[1]:12} {self.points[key]:7} {survived:9} {self.lost[key]:5}")
        bad = max(self.unclean.total(), self.lost.total())
        rows.append(f"{'all':19} {self.points.total():7} {self.points.total() - bad:9} {self.lost.total():5}")
        return "\n".join(rows)


def points(on: Stage, parts: Sequence[str], requests: Sequence[str]) -> Iterator[Point]:
    """All points: at each call, command and request in turn every kind of fault."""
    said = on.folder / "words"
    words = said.read_text().split("\n")[:-1] if said.exists() else []  # Not every command asks git.
    git = [
        Point("git", kind, at, word) for at, word in enumerate(words, 1) for kind in SHIM_FAULTS if _can_lie(kind, word)
    ]
    net = [Point("net", kind, at, word) for at, word in enumerate(requests) for kind in FAULTS]
    calls = enumerate(on.files.calls() if on.files else ())
    file = [Point("file", kind, at, call) for at, call in calls for kind in FILE_FAULTS if _fits(kind, call)]
    yield from (*(file if "file" in parts else ()), *(git if "git" in parts else ()), *(net if "net" in parts else ()))


def _fits(kind: str, call: str) -> bool:
    """Whether a fault can come at a call."""
    name = call.partition(" ")[0]
    needs_room = name not in ("unlink", "rmdir", "chmod")
    known = {"short write": name == "write", "EACCES": name not in ("write", "fsync")}
    return {**known, "ENOSPC": needs_room, "disk full": needs_room}.get(kind, True)


def _can_lie(kind: str, word: str) -> bool:
    """Whether what a git command says is read at all, so that nonsense can be noticed."""
    return kind not in ("garbage", "silent") or word not in ("update-ref", "init")


def undisturbed(on: Stage) -> tuple[Found, Found, list[str]]:
    """What one and two plain runs leave, and what the first asked of the servers."""
    on.lay()
    if on.files:
        on.files.arm()
    first = on.run("none")
    requests = list(on.plan.seen)
    on.calm()
    assert first.status in (0, 1), first.said
    found = on.found()
    second = on.run()
    assert second.status in (0, 1), second.said
    return found, on.found(), requests


def attempt(on: Stage, point: Point, right: Sequence[Found]) -> tuple[list[str], list[str]]:
    """Break one thing, then run plainly: what was unclean at the failure, and what is not as it should be after it."""
    on.lay()
    if point.part == "net":
        on.plan.arm(point.kind, point.number)
    if point.part == "file" and on.files:
        on.files.arm(point.kind, point.number)
    end = on.run(point.kind if point.part == "git" else "", point.number)
    on.calm()
    is_killed = point.kind.startswith("kill ") and end.status == -signal.SIGKILL
    lasts = point.kind == "read-only" or point.what.startswith(("unlink", "rmdir"))
    unclean = on.unclean(end, is_killed=is_killed, lasts=lasts)
    on.age_locks()
    again = on.run()
    lost = [f"plain run: {text}" for text in on.unclean(again)]
    if again.status not in (0, 1):
        lost.append(f"the plain run ends with {again.said[-1500:]}")
    found = on.found()
    if UNRECORDED in end.said or end.status not in (0, 1):
        found = excused(on, found, right[-1])
    if found not in right:
        lost.append(difference(found, right[-1]))
    return [f"{text}\n{end.said[-1500:]}" for text in unclean], [*lost, *on.twice()]


def excused(on: Stage, found: Found, right: Found) -> Found:
    """What is there, without what a run that failed or was killed could not see to, and the next one has no cause to.

    At a desk the changes are made before the history is written. On a branch the status of a commit waits in the
    history: it is lost with it.
    """
    return replace(found, state=right.state) if on.mode in AT_DESK else replace(found, statuses=right.statuses)


def difference(found: Found, right: Found) -> str:
    """What is not as it should be."""
    names = [name for name in Found.__dataclass_fields__ if getattr(found, name) != getattr(right, name)]
    parts = []
    for name in names:
        is_, should = getattr(found, name), getattr(right, name)
        if isinstance(is_, dict):
            keys = sorted(key for key in {*is_, *should} if is_.get(key) != should.get(key))
            parts.append(
                f"{name}: " + "; ".join(f"{key}: {is_.get(key)!r:.90} for {should.get(key)!r:.90}" for key in keys[:4])
            )
        else:
            parts.append(f"{name}: {is_!r} for {should!r}")
    return ", ".join(parts)


def campaign(
    modes: Sequence[str],
    parts: Sequence[str],
    every: tuple[int, int],
    *,
    kinds: Sequence[str] = (),
    verbose: bool = False,
) -> Tally:
    """Go through the points of each mode; of some kinds of fault only, if any are named."""
    tally = Tally()
    for mode in modes:
        with tempfile.TemporaryDirectory(dir=_MEMORY) as folder, stage(mode, Path(folder)) as on:
            first, second, requests = undisturbed(on)
            wanted = (item for item in points(on, parts, requests) if not kinds or item.kind in kinds)
            for point in list(wanted)[every[1] :: every[0]]:
                began = time.monotonic()
                known = len(tally.wrong)
                tally.add(mode, point, *attempt(on, point, (first, second)))
                if verbose:
                    took = f"{mode}, {point}: {time.monotonic() - began:.1f} s"
                    print(took, *tally.wrong[known:], sep="\n", file=sys.stderr, flush=True)
    return tally


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", action="append", choices=PARTS)
    parser.add_argument("--mode", action="append", choices=MODES)
    parser.add_argument("--kind", action="append", default=[], choices=sorted({*FILE_FAULTS, *SHIM_FAULTS, *FAULTS}))
    parser.add_argument("--every", type=int, default=1, help="take every N-th point only")
    parser.add_argument("--offset", type=int, default=0, help="begin with the point of this number")
    parser.add_argument("--verbose", action="store_true", help="print each point")
    given = parser.parse_args()
    began = time.monotonic()
    tally = campaign(
        given.mode or MODES, given.part or PARTS, (given.every, given.offset), kinds=given.kind, verbose=given.verbose
    )
    print(*tally.wrong, tally.table(), f"{time.monotonic() - began:.0f} s", sep="\n")
    return int(bool(tally.wrong))


if __name__ == "__main__":
    sys.exit(main())
