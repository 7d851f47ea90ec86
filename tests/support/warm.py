"""The command `fgd` in a process that has loaded it already: each run in a fork of it, or all in the one that lives long.

Takes the words, folder and environment of a run; gives how it ended. A run is much cheaper than a new process, and begins
as one does. The process is single-threaded, so that it may fork.
"""

import importlib
import json
import os
import pkgutil
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True)
class Ended:
    """How a run ended: its status (negative: the signal), what it said, and what it took.

    `computing`: seconds of processors, with all that it started.
    """

    status: int
    out: str
    err: str
    seconds: float
    computing: float
    rss_kb: int
    descriptors: int

    @property
    def said(self) -> str:
        """All that it said."""
        return f"status {self.status}\n{self.out}\n{self.err}"


class Warm:
    """The process. `lasting`: runs are not forked, so that what they leave in the process can be seen."""

    def __init__(self, folder: Path, *, lasting: bool = False, variables: Mapping[str, str] | None = None) -> None:
        self._said = (folder / "out", folder / "err")
        words = [sys.executable, __file__, *map(str, self._said), *(["lasting"] if lasting else [])]
        pipe = subprocess.PIPE
        known = {**os.environ, **(variables or {})}
        self._process = subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True, env=known)

    def run(self, words: Sequence[str], folder: Path, environment: Mapping[str, str], seconds: float = 60.0) -> Ended:
        """Run the command; it is killed when it takes longer."""
        assert self._process.stdin
        assert self._process.stdout
        job = {"words": list(words), "folder": str(folder), "environment": dict(environment), "seconds": seconds}
        print(json.dumps(job), file=self._process.stdin, flush=True)
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        out, err = (path.read_text(errors="replace") for path in self._said)
        return Ended(out=out, err=err, **answer)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate()


def _load() -> None:
    """Import what runs need: all modules of ours, and what these import only when they use it."""
    import github
    import jsonschema_rs
    import pynetbox
    import redis
    import yaml

    import fgd_sync

    assert all((github, jsonschema_rs, pynetbox, redis, yaml))
    for module in pkgutil.walk_packages(fgd_sync.__path__, "fgd_sync."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def _one(job: Mapping[str, Any], out: str, err: str) -> int:
    """Do a run in this process."""
    from fgd_sync.cli.main import main

    os.environ.clear()
    os.environ.update(job["environment"])
    os.chdir(job["folder"])
    for number, path in ((1, out), (2, err)):
        target = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(target, number)
        os.close(target)
    try:
        return main(job["words"])
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


def _forked(job: Mapping[str, Any], out: str, err: str) -> tuple[int, int]:
    """Do a run in a fork; its status and the most memory that it had."""
    child = os.fork()
    if not child:
        os.setsid()
        os._exit(_one(job, out, err))
    end = time.monotonic() + job["seconds"]
    while True:
        done, status, used = os.wait4(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status), used.ru_maxrss
        if time.monotonic() > end:
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
        time.sleep(0.005)


def _memory() -> int:
    """What this process has in memory now, in kB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * (resource.getpagesize() // 1024)


def _computing() -> float:
    """Seconds that processors worked for this process and those that it has seen end."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(item.ru_utime + item.ru_stime for item in used)


def _serve(out: str, err: str, *, lasting: bool) -> None:
    _load()
    answers = os.fdopen(os.dup(1), "w")
    for line in sys.stdin:
        job, began, before = json.loads(line), time.monotonic(), _computing()
        if lasting:
            status = _one(job, out, err)
            rss = _memory()
        else:
            status, rss = _forked(job, out, err)
        took = {"seconds": time.monotonic() - began, "computing": _computing() - before}
        count = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - of this moment
        print(json.dumps({"status": status, "rss_kb": rss, "descriptors": count, **took}), file=answers, flush=True)


if __name__ == "__main__":
    _serve(sys.argv[1], sys.argv[2], lasting="lasting" in sys.argv[3:])
