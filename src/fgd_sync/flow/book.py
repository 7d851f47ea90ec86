"""The state of one fabric as it lies in git: a tree with records of syncs, their events, and undelivered reports.

    format                          the version of this layout
    operations.jsonl                one line for each sync, the newest last
    events/<sync id>.jsonl          the events of a sync
    outbox/<target>/<nr>-<id>.json  reports to be delivered, in their order
    dead/<target>/<nr>-<id>.json    reports given up; dead/state/ has lines that could not be read
    base/…                          what NetBox was last seen to hold

Reads only what is asked for. Lines that cannot be read are passed over and kept; a newer layout is refused.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from fgd_sync.model import operation, undelivered
from fgd_sync.model.code import DATABASE_ERROR
from fgd_sync.model.event import Event, from_record
from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import TreeEntry
from fgd_sync.model.operation import Operation
from fgd_sync.model.slug import slug
from fgd_sync.model.undelivered import Undelivered
from fgd_sync.ports import GitStore

FORMAT, FORMAT_VERSION = "format", 1
OPERATIONS, EVENTS, OUTBOX, DEAD, BASE = "operations.jsonl", "events", "outbox", "dead", "base"

_Value = TypeVar("_Value")


class Book:
    """The state of one fabric at one commit; `commit` is "" where there is none yet."""

    def __init__(self, git: GitStore, ref: str, commit: str) -> None:
        self._git, self.ref, self.commit = git, ref, commit
        self.entries: Mapping[str, TreeEntry] = git.entries(commit) if commit else {}

    def read(self, *paths: str) -> Mapping[str, bytes]:
        """The contents of those of the files that are there. Raises FgdError."""
        ids = {path: self.entries[path].id for path in paths if path in self.entries}
        blobs = self._git.blobs(sorted(set(ids.values()))) if ids else {}
        return {path: blobs[id_] for path, id_ in ids.items()}

    def lines(self) -> tuple[list[dict[str, Any]], list[bytes]]:
        """The records of the syncs, the oldest first, and the lines that are none.

        Raises FgdError DATABASE_ERROR for what a newer version or somebody else wrote.
        """
        files = self.read(FORMAT, OPERATIONS)
        if self.commit:
            self._check(files.get(FORMAT))
        records, broken = [], []
        for line in files.get(OPERATIONS, b"").splitlines():
            record = _object(line)
            if record is None or not _is(operation.from_record, record):
                broken.append(line)
            else:
                records.append(record)
        return records, broken

    def operations(self) -> list[Operation]:
        """The syncs, the newest first. Raises FgdError."""
        return [operation.from_record(record) for record in reversed(self.lines()[0])]

    def events(self, sync_id: str) -> list[Event]:
        """The events of a sync as far as they are kept, in their order. Raises FgdError."""
        path = events_path(sync_id)
        records = (_object(line) for line in self.read(path).get(path, b"").splitlines())
        return [from_record(record) for record in records if record is not None and _is(from_record, record)]

    def outbox(self, target: str = "") -> list[Undelivered]:
        """The reports to be delivered (to one target), in their order. Raises FgdError."""
        return self._reports(f"{OUTBOX}/{target}/" if target else f"{OUTBOX}/")

    def dead(self) -> list[Undelivered]:
        """The reports given up. Raises FgdError."""
        return self._reports(f"{DEAD}/")

    def depth(self) -> Mapping[str, int]:
        """How many reports wait for each target."""
        return Counter(path.split("/")[1] for path in self.entries if path.startswith(f"{OUTBOX}/"))

    def base(self) -> Mapping[str, bytes]:
        """The snapshots below base/, by their path there. Raises FgdError."""
        start = f"{BASE}/"
        found = self.read(*(path for path in self.entries if path.startswith(start)))
        return {path.removeprefix(start): data for path, data in found.items()}

    def _reports(self, start: str) -> list[Undelivered]:
        files = self.read(*(path for path in self.entries if path.startswith(start) and path.endswith(".json")))
        records = (_object(files[path]) for path in sorted(files))
        items = (record for record in records if record is not None and _is(undelivered.from_record, record))
        return [undelivered.from_record(record) for record in items]

    def _check(self, version: bytes | None) -> None:
        text = (version or b"").decode("ascii", "replace").strip()
        if text == str(FORMAT_VERSION):
            return
        if text.isdigit() and int(text) > FORMAT_VERSION:
            raise FgdError(
                DATABASE_ERROR,
                f"{self.ref} in {self._git.name} holds the state of a newer fgd-sync (layout {text})",
                remedy="Use that version here too. Nothing was changed.",
            )
        raise FgdError(
            DATABASE_ERROR,
            f"{self.ref} in {self._git.name} holds something that fgd-sync did not write",
            remedy="Move or delete that ref, or set another prefix in `sync.state_refs`. Nothing was changed.",
        )


def events_path(sync_id: str) -> str:
    """Where the events of a sync lie."""
    return f"{EVENTS}/{slug(sync_id)}.jsonl"


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _is(read: Callable[[Mapping[str, Any]], _Value], record: Mapping[str, Any]) -> bool:
    try:
        read(record)
    except (ValueError, KeyError, TypeError):
        return False
    return True
