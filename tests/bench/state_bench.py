"""How large the history of a fabric gets over many syncs, and how long it takes to ask it: figures, and their limits.

`python tests/bench/state_bench.py [SYNCS]` records so many syncs (1000) in a repository, each with the events that
a sync of a dozen files tells, and asks it as users do, from a clone over the file protocol and in the repository itself.
"""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from uuid import uuid4

from fgd_sync.adapters.clock import SystemClock
from fgd_sync.adapters.local_store import LocalStore
from fgd_sync.flow.bookkeeping import Entry
from fgd_sync.flow.bus import Bus, Subject
from fgd_sync.flow.course import Course
from fgd_sync.flow.ledger import Ledger
from fgd_sync.flow.state_refs import StateRefs
from fgd_sync.model.event import EVERY_FILE, Event, EventType
from fgd_sync.model.lock_note import Holder
from fgd_sync.model.sync import STAGES, State

REF = "refs/fgd/state/north"
FILES = 12
MOST_SECONDS = 0.3
MOST_BYTES = 3_000_000
"""What the state of one fabric may take in git after a thousand syncs of this size."""


class Memory:
    """A sink that remembers."""

    name = "memory"
    most_files = EVERY_FILE

    def __init__(self) -> None:
        self.heard: list[Event] = []

    def deliver(self, event: Event) -> None:
        self.heard.append(event)


def entry(number: int) -> Entry:
    """What one sync leaves behind; every third changes nothing, every tenth finds something wrong."""
    clock, sink = SystemClock(), Memory()
    bus = Bus([sink], clock, lambda: str(uuid4()), lambda *_: None)
    holder = Holder(
        f"workflow sync #{number} of acme/fabrics", str(uuid4()), "push", f"https://example.com/runs/{number}"
    )
    course = Course(bus, Subject("north", 7, holder.correlation_id, str(uuid4())), clock, holder)
    idle = number % 3 == 0
    for stage in STAGES:
        course.enter(stage)
        if stage is State.PROCESSING and not idle:
            _process(course, number)
    course.note(unchanged=idle, commit="" if idle else uuid4().hex + "01234567")
    course.enter(State.COMPLETED)
    return Entry("north", course.operation, sink.heard)


def _process(course: Course, number: int) -> None:
    for file in range(FILES):
        course.emit(
            EventType.FILE_PROCESSED,
            sync_id=course.sync.id,
            file_path=f"fabrics/north/raw/{uuid4()}.yaml",
            status="archived",
            documents_extracted=3,
            target_files=[f"fabrics/north/managed/vpcs/vpc-{number}-{file}-{part}.yaml" for part in range(3)],
            processing_time=0.0123,
        )
    if number % 10 == 0:
        course.found([
            {"code": "FGD_1003", "severity": "error", "message": f"VLAN {part} is taken", "file": "a.yaml", "line": part}
            for part in range(8)
        ])  # fmt: skip


def run(*words: str, folder: Path) -> str:
    return subprocess.run(words, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def size(repository: Path) -> tuple[int, int]:
    """Bytes that the state takes when packed, as a server keeps it, and the number of its files."""
    run("git", "repack", "-adq", folder=repository)
    used = run("git", "rev-list", "--disk-usage", "--objects", REF, folder=repository)
    return int(used), len(run("git", "ls-tree", "-r", "--name-only", REF, folder=repository).splitlines())


def best(folder: Path, *words: str) -> tuple[float, float]:
    """Seconds of the best of five runs of the command: by the clock, and of computing with all its children."""
    times = []
    for _ in range(5):
        start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
        run(str(Path(sys.executable).parent / "fgd"), *words, folder=folder)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        times.append((time.perf_counter() - start, used))
    return min(times)


def main(syncs: int) -> int:
    with tempfile.TemporaryDirectory() as place:
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # what is measured is not how long compiling takes
        os.environ["PYTHONPYCACHEPREFIX"] = place
        home, clone = Path(place) / "fabrics", Path(place) / "clone"
        run("git", "init", "-q", str(home), folder=Path(place))
        ledger = Ledger(LocalStore(home), SystemClock(), StateRefs())
        sizes = []
        step = max(1, syncs // 10)
        for number in range(step, syncs + 1, step):
            for one in range(number - step + 1, number + 1):
                assert not ledger.record([entry(one)])
            used, files = size(home)
            sizes.append(used)
            print(f"{number:6} syncs  {used / 1000:8.0f} kB packed  {files:5} files")
        run("git", "clone", "-q", f"file://{home}", str(clone), folder=Path(place))
        slow = 0
        for folder, where in ((home, "in the repository"), (clone, "over the file protocol")):
            for words in (
                ("--version",),
                ("history",),
                ("history", "--format", "json", "--limit", "1000"),
                ("status",),
            ):
                seconds, computing = best(folder, *words)
                slow += seconds > MOST_SECONDS
                print(
                    f"fgd {' '.join(words):36} {where:24} {seconds * 1000:6.0f} ms ({computing * 1000:.0f} ms computing)"
                )
        return int(slow > 0 or sizes[-1] > MOST_BYTES)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000))
