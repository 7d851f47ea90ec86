"""What a run leaves behind: by meaning, to be compared with that of another run; and processes that outlive it."""

import os
import re
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_TIME = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)")
_ID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\b[0-9a-f]{40}\b")


@dataclass(frozen=True)
class Found:
    """What a plain run left behind: files, refs and commits of the remote, what GitHub, NetBox and Redis hold."""

    files: Mapping[str, bytes]
    refs: frozenset[str]
    commits: int
    state: str
    pulls: tuple[tuple[str, str, bytes], ...]
    comments: tuple[bytes, ...]
    statuses: frozenset[tuple[str, str]]
    netbox: Mapping[str, int]


def plain(data: bytes) -> bytes:
    """Bytes without what differs from run to run: times and ids, and in which order records of the archive log came."""
    text = _ID.sub(b"<id>", _TIME.sub(b"<time>", data))
    head, *records = text.split(b"\n- time: ")
    return b"\n- time: ".join([head, *sorted(record.rstrip() for record in records)])


def plain_ids(text: str) -> str:
    """The ids of the sync that a journal entry tells of."""
    return " ".join(re.findall(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", text)) or text


def ended_late(folder: Path, seconds: float) -> list[str]:
    """The commands of processes that a run in a folder left for so long; they are ended, so that the next one is not blamed."""
    end = time.monotonic() + seconds
    while (found := _theirs(folder)) and time.monotonic() < end:
        time.sleep(0.01)
    for number in found:
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)
    return list(found.values())


def _theirs(folder: Path) -> dict[int, str]:
    """The processes that belong to a run, and their commands."""
    mark = f"FAULT_FOLDER={folder}\0".encode()
    found = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (place / "environ").read_bytes():
                found[int(place.name)] = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
    return found
