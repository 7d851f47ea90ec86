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
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from fgd_sync.model import operation, undelivered
from fgd_sync.model.code import DATABASE_ERROR, GITHUB_NOT_FOUND, WRITTEN_BY_NEWER_VERSION
from fgd_sync.model.event import Event, from_record
from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import TreeEntry
from fgd_sync.model.operation import Operation
from fgd_sync.model.slug import slug
from fgd_sync.model.undelivered import Undelivered
from fgd_sync.model.value import dataclass
from fgd_sync.model.whole_number import whole_number

if TYPE_CHECKING:  # Questions are answered faster without the values of all other ports.
    from fgd_sync.ports import GitStore

FORMAT, FORMAT_VERSION = "format", 1
OPERATIONS, EVENTS, OUTBOX, DEAD, BASE = "operations.jsonl", "events", "outbox", "dead", "base"

_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class Line:
    """The record of one sync, as JSON and as it is written."""

    record: Mapping[str, Any]
    text: bytes


class Book:
    """The state of one fabric at one commit; `commit` is "" where there is none yet."""

    def __init__(self, git: "GitStore", ref: str, commit: str) -> None:
        self._git, self.ref, self.commit = git, ref, commit
        self.entries: Mapping[str, TreeEntry] = _entries(git, commit) if commit else {}
        self._blobs: dict[str, bytes] = {}
        self._lines: list[bytes] | None = None

    def read(self, *paths: str) -> Mapping[str, bytes]:
        """The contents of those of the files that are there. Raises FgdError."""
        ids = {path: self.entries[path].id for path in paths if path in self.entries}
        missing = sorted({name for name in ids.values() if name not in self._blobs})
        blobs = {**self._blobs, **(self._git.blobs(missing) if missing else {})}
        return {path: blobs[name] for path, name in ids.items()}

    @property
    def needed(self) -> list[str]:
        """The ids of what `lines` reads."""
        return [self.entries[path].id for path in (FORMAT, OPERATIONS) if path in self.entries]

    def provide(self, blobs: Mapping[str, bytes]) -> None:
        """Take what was read for several books at once, by id."""
        self._blobs = {name: blobs[name] for name in self.needed}

    def check(self) -> None:
        """Raise FgdError for what a newer version or somebody else wrote."""
        if self.commit:
            self._check(self.read(FORMAT).get(FORMAT))

    def lines(self) -> tuple[list["Line"], list[bytes]]:
        """The records of the syncs, the oldest first, and the lines that are none.

        Raises FgdError for what a newer version or somebody else wrote.
        """
        parsed = [(line, _object(line)) for line in self._text()]
        good = [Line(record, line) for line, record in parsed if record is not None and _is_sync(record)]
        return good, [line for line, record in parsed if record is None or not _is_sync(record)]

    def _text(self) -> list[bytes]:
        """The lines as they are written, the oldest first."""
        if self._lines is None:
            files = self.read(FORMAT, OPERATIONS)
            if self.commit:
                self._check(files.get(FORMAT))
            self._lines, self._blobs = files.get(OPERATIONS, b"").splitlines(), {}
        return self._lines

    def syncs(self) -> Iterator[Operation]:
        """The syncs, the newest first, each read when it is asked for. Raises FgdError."""
        made = (_made(operation.from_record, _object(line)) for line in reversed(self._text()))
        return (item for item in made if item is not None)

    def operations(self) -> list[Operation]:
        """The syncs, the newest first. Raises FgdError."""
        return list(self.syncs())

    def events(self, sync_id: str) -> list[Event]:
        """The events of a sync as far as they are kept, in their order. Raises FgdError."""
        path = events_path(sync_id)
        lines = self.read(path).get(path, b"").splitlines()
        return [made for line in lines if (made := _made(from_record, _object(line))) is not None]

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
        items = (_made(undelivered.from_record, _object(files[path])) for path in sorted(files))
        return [item for item in items if item is not None]

    def _check(self, version: bytes | None) -> None:
        text = (version or b"").decode("ascii", "replace").strip()
        if text == str(FORMAT_VERSION):
            return
        if (whole_number(text) or 0) > FORMAT_VERSION:
            raise FgdError(
                WRITTEN_BY_NEWER_VERSION,
                f"{self.ref} in {self._git.name} holds the state of a newer fgd-sync (layout {text})",
                remedy="Use that version here too. Nothing was changed.",
            )
        raise FgdError(
            DATABASE_ERROR,
            f"{self.ref} in {self._git.name} holds something that fgd-sync did not write",
            remedy="Move or delete that ref, or set another prefix in `sync.state_refs`. Nothing was changed.",
        )


def _entries(git: "GitStore", commit: str) -> Mapping[str, TreeEntry]:
    """What a commit holds; nothing for what is no commit, which `check` then tells."""
    try:
        return git.entries(commit)
    except FgdError as failure:
        if failure.code is not GITHUB_NOT_FOUND:
            raise
        return {}


def events_path(sync_id: str) -> str:
    """Where the events of a sync lie."""
    return f"{EVENTS}/{slug(sync_id)}.jsonl"


def _is_sync(record: Mapping[str, Any]) -> bool:
    return isinstance(record.get("sync_id"), str) and isinstance(record.get("fabric"), str)


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _made(read: Callable[[Mapping[str, Any]], _Value], record: Mapping[str, Any] | None) -> _Value | None:
    """What a record says; None if it is none."""
    try:
        return None if record is None else read(record)
    except (ValueError, KeyError, TypeError):
        return None
