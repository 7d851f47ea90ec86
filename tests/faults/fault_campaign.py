"""The campaign of faults on whole syncs: each call to the file system, git command and request made to fail in turn, and what came of it.

`python tests/faults/fault_campaign.py [--part …] [--mode …] [--every N]` breaks one thing
in a run, looks at how the run ends, does a plain run after it, and compares what is there with what undisturbed runs leave:
all files and refs of the remote, what GitHub, NetBox and Redis hold. Prints the figures; status 1 if anything was wrong.
"""

import argparse
import os
import re
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from expected import deviations
from file_faults import FILE_FAULTS
from leavings import Found
from stage import AT_DESK, MODES, SHIM_FAULTS, Stage, stage

from fault_proxy import FAULTS
from fgd_sync.planning.place import KEEP_FILE
from warm import Ended

UNRECORDED = "was not recorded"
NO_HISTORY = "none, 0 without an end"
LOCAL_STATE = "here: refs/fgd/state/"
OUR_STATUS = "fgd-sync"
_FINISH = re.compile(r"Run `fgd (sync new)` for what is shown")
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


@dataclass(frozen=True)
class Outcome:
    """How it went at a point: what it was that failed ("": the run did not come to it), and what was wrong."""

    met: str
    unclean: list[str]
    lost: list[str]


@dataclass
class Tally:
    """What came of the points, by part and kind. `missed`: the run ended before it came to the point.

    `wrong`: what was wrong with each that did not go well.
    """

    points: Counter[tuple[str, str]] = field(default_factory=Counter)
    missed: Counter[tuple[str, str]] = field(default_factory=Counter)
    unclean: Counter[tuple[str, str]] = field(default_factory=Counter)
    lost: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def add(self, mode: str, point: Point, came: "Outcome") -> None:
        """Take in how a point went."""
        key = (point.part, point.kind)
        self.points[key] += 1
        self.missed[key] += not came.met
        self.unclean[key] += bool(came.unclean)
        self.lost[key] += bool(came.lost)
        self.wrong += [f"{mode}, {point}: {text}" for text in (*came.unclean, *(f"LOST {text}" for text in came.lost))]

    def table(self) -> str:
        """The figures."""
        rows = [f"{'part':6} {'fault':12} {'points':>7} {'missed':>7} {'survived':>9} {'lost':>5}"]
        for key in sorted(self.points):
            survived = self.points[key] - max(self.unclean[key], self.lost[key])
            rows.append(
                f"{key[0]:6} {key[1]:12} {self.points[key]:7} {self.missed[key]:7} {survived:9} {self.lost[key]:5}"
            )
        bad = max(self.unclean.total(), self.lost.total())
        sums = f"{self.points.total():7} {self.missed.total():7} {self.points.total() - bad:9} {self.lost.total():5}"
        rows.append(f"{'all':19} {sums}")
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
    """Whether nonsense in place of what a git command says can be noticed: one that moves a ref says nothing."""
    return kind not in ("garbage", "silent") or word != "update-ref"


def undisturbed(on: Stage) -> tuple[Found, Found, list[str]]:
    """What one and two plain runs leave, and what the first asked of the servers. It must be what was expected."""
    on.lay()
    if on.files:
        on.files.arm()
    first = on.run("none")
    requests = list(on.plan.seen)
    on.calm()
    found = on.found()
    wrong = [*on.unclean(first), *deviations(on.mode, first, found), *on.twice()]
    second = on.run()
    later = on.found()
    wrong += [] if later in (found, _told_anew(on, found)) else [f"the second run: {difference(later, found)}"]
    assert not wrong, f"{on.mode}: nothing can be compared with this run: {wrong}\n{first.said}\n{second.said}"
    return found, later, requests


def reference(on: Stage) -> tuple[Found, Found, list[str]]:
    """The same, tried again where other work on the machine took the time from it."""
    for _ in range(2):
        with suppress(AssertionError):
            return undisturbed(on)
    return undisturbed(on)


def _told_anew(on: Stage, found: Found) -> Found:
    """What a second run leaves on a branch: the mistake was set aside by the first, and its check finds nothing."""
    is_new = on.mode in ("push", "api")
    return (
        replace(found, statuses=found.statuses - {("failure", "check")} | {("success", "check")}) if is_new else found
    )


def attempt(on: Stage, point: Point, right: Sequence[Found]) -> Outcome:
    """Break one thing, then run plainly: what was unclean at the failure, and what is not as it should be after it."""
    on.lay()
    if point.part == "net":
        on.plan.arm(point.kind, point.number)
    if point.part == "file" and on.files:
        on.files.arm(point.kind, point.number)
    end = on.run(point.kind if point.part == "git" else "", point.number)
    met = on.met(point.part, point.number)
    on.calm()
    is_killed = point.kind.startswith("kill ") and end.status == -signal.SIGKILL
    unclean = on.unclean(end, is_killed=is_killed, spared=_spared(point, met))
    found = _found(on, end, right, point=point, met=met)
    lost = [f"it says that all is well: {end.said}"] if not end.status and found not in right else []
    on.age_locks()
    again, is_finished_otherwise = _plain_runs(on)
    lost += [f"plain run: {text}" for text in on.unclean(again)]
    if again.status not in (0, 1):
        lost.append(f"the plain run ends with {again.said[-1500:]}")
    found = _found(on, end, right, point=point, met=met)
    if is_finished_otherwise:
        found = _without_keepers(found, right[-1])
    if found not in right:
        lost.append(difference(found, right[-1]))
    return Outcome(met, [f"{text}\n{end.said[-1500:]}" for text in unclean], [*lost, *on.twice()])


def _found(on: Stage, end: Ended, right: Sequence[Found], *, point: Point, met: str) -> Found:
    """What is there, without what may be excused after a run that failed, was killed, or said what it could not record.

    A git that was killed, or that could not remove a lock of its own, leaves it: nobody but a person may remove it.
    """
    found = on.found()
    if point.kind.startswith("kill") or _spared(point, met):
        locks = {name for name in found.refs if name.startswith("here: .git/") and name.endswith(".lock")}
        found = replace(found, refs=found.refs - locks)
    return excused(on, found, right[-1]) if UNRECORDED in end.said or end.status not in (0, 1) else found


def _spared(point: Point, met: str) -> int:
    """How many temporary files and folders the fault itself kept from being removed.

    One whose removal failed stays, and so does the folder that it is in. All stay where nothing can be changed any more.
    """
    if point.kind == "read-only":
        return sys.maxsize
    return int(met.startswith(("unlink", "rmdir")))


def _plain_runs(on: Stage) -> tuple[Ended, bool]:
    """The same command again, and where `fgd init` names the one that finishes what it began, that; whether it did."""
    again = on.run()
    named = _FINISH.search(again.said) if on.mode == "init" else None
    return (on.run(words=named[1].split()), True) if named else (again, False)


def _without_keepers(found: Found, right: Found) -> Found:
    """What is there, without files that kept folders which were empty when an init made them: nobody removes these."""
    files = {name: data for name, data in found.files.items() if name in right.files or not name.endswith(KEEP_FILE)}
    return replace(found, files=files)


def excused(on: Stage, found: Found, right: Found) -> Found:
    """What is there, without what a run that failed or was killed could not see to, and the next one has no cause to.

    At a desk the changes are made before the history is written: a run that dies in between has no place in it, and the
    next one changes nothing that it could tell of. A history that is there is held to what it should be.
    On a branch the status of a commit waits in the history: it is lost with it. One that is there must be right.
    """
    if on.mode in AT_DESK:
        lost = {name for name in right.refs if name.startswith(LOCAL_STATE)}
        return replace(found, state=right.state, refs=found.refs | lost) if found.state == NO_HISTORY else found
    if any(context == OUR_STATUS for _, context in found.statuses):
        return found
    return replace(found, statuses=found.statuses | {item for item in right.statuses if item[1] == OUR_STATUS})


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
            first, second, requests = reference(on)
            wanted = (item for item in points(on, parts, requests) if not kinds or item.kind in kinds)
            for point in list(wanted)[every[1] :: every[0]]:
                began = time.monotonic()
                known = len(tally.wrong)
                tally.add(mode, point, attempt(on, point, (first, second)))
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
