"""Writes entries into the state of a fabric: old files and entries in, new files out.

Union by id, so that entries of concurrent writers can be put together in any order. What is old goes, and caps keep the
size bounded whatever happens. Syncs that changed nothing have caps of their own: a schedule must not crowd out what an
operator looks for. Pure but for the reading of single files through `Book`.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from fgd_sync.flow.book import (
    BASE,
    DEAD,
    EVENTS,
    FORMAT,
    FORMAT_VERSION,
    OPERATIONS,
    OUTBOX,
    Book,
    Line,
    events_path,
)
from fgd_sync.flow.recorder import MOST_EVENTS
from fgd_sync.model import operation, undelivered
from fgd_sync.model.event import Event, EventType, to_record
from fgd_sync.model.git import TreeEntry
from fgd_sync.model.moment import later
from fgd_sync.model.operation import Operation
from fgd_sync.model.slug import slug
from fgd_sync.model.sync import ENDS
from fgd_sync.model.undelivered import Undelivered
from fgd_sync.model.value import dataclass, replace
from fgd_sync.model.whole_number import whole_number

if TYPE_CHECKING:  # Questions are answered faster without the values of all other ports.
    from fgd_sync.flow.outbox import Delivery

MOST_CHANGED, MOST_UNCHANGED = 800, 200
"""So many syncs are kept: those that did something or went wrong, and those that did nothing."""

EVENTS_CHANGED, EVENTS_UNCHANGED = 200, 20
"""Of so many of either the events are kept."""

WITH_FINDINGS = 50
"""So many of the newest syncs keep their findings; older ones keep the counts."""

MOST_EVENT_BYTES = 64 * 1024
"""So many bytes of events are kept of one sync, and `MOST_EVENTS`; those on single files are left out first."""

_SHORTEST = 200
"""No event is written with fewer bytes."""

MOST_WAITING, MOST_DEAD, MOST_BROKEN = 1000, 200, 20
"""So many reports wait for one target, are kept as dead, and so many unreadable remains of the state."""

_DAY = 86_400
Files = dict[str, bytes | TreeEntry]


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be written of one fabric.

    `posts` are new undelivered reports; `delivered` the ids of reports that were taken, `tried` those that were not,
    with their new counts, `dead` those given up. `base`: new snapshots, all of them; None leaves them.
    """

    fabric: str
    operation: Operation | None = None
    events: Sequence[Event] = ()
    posts: Sequence[Undelivered] = ()
    delivered: frozenset[str] = frozenset()
    tried: Sequence[Undelivered] = ()
    dead: Sequence[Undelivered] = ()
    base: Mapping[str, bytes] | None = None

    def after(self, delivery: "Delivery", posts: Sequence[Undelivered]) -> "Entry":
        """The entry with what became of reports, and with new ones to be kept."""
        return replace(
            self,
            posts=(*self.posts, *posts),
            delivered=self.delivered | delivery.delivered,
            tried=(*self.tried, *delivery.tried),
            dead=(*self.dead, *delivery.dead),
        )


def written(book: Book, entries: Iterable[Entry], now: str, retention_days: int) -> Files:
    """The files of the new state. Raises FgdError for an old one that is not ours to write."""
    lines, broken = book.lines()
    files: Files = dict(book.entries)
    files[FORMAT] = f"{FORMAT_VERSION}\n".encode()
    if broken:
        data = b"\n".join(broken)
        files[f"{DEAD}/state/{sha256(data).hexdigest()[:16]}.txt"] = data
    for entry in entries:
        if entry.operation:
            told = _worth_keeping(entry.events)
            lines = _with(lines, entry.operation, _count(entry.events) - len(told))
            files |= {events_path(entry.operation.sync_id): b"".join(told)} if told else {}
        _reports(files, entry)
    lines = _kept(lines, later(now, -retention_days * _DAY))
    files[OPERATIONS] = b"".join(line.text + b"\n" for line in lines)
    _drop_events(files, [line.record for line in lines])
    _bound(files)
    return files


def _text(record: Mapping[str, Any]) -> bytes:
    return json.dumps(record, separators=(",", ":"), default=str).encode()


def _with(lines: list[Line], new: Operation, left_out: int) -> list[Line]:
    """The records with one more; a sync that has ended already keeps its end."""
    record = operation.to_record(replace(new, events_left_out=new.events_left_out + left_out))
    line = Line(record, _text(record))
    old = next((item for item in lines if item.record["sync_id"] == new.sync_id), None)
    if old is None:
        return [*lines, line]
    if old.record.get("state") in ENDS:
        return lines
    return [line if item is old else item for item in lines]


def _count(events: Sequence[Event]) -> int:
    return sum(item.type is not EventType.SYNC_PROGRESS for item in events)


def _worth_keeping(events: Sequence[Event]) -> list[bytes]:
    """The lines of the events that are kept, in their order: first those of the sync, then those of files."""
    told = [item for item in events if item.type is not EventType.SYNC_PROGRESS]
    lines: dict[str, bytes] = {}
    room = MOST_EVENT_BYTES
    for item in sorted(told, key=lambda item: item.type.startswith("file.")):
        if len(lines) == MOST_EVENTS or room < _SHORTEST:
            break
        line = _text(to_record(item)) + b"\n"
        if len(line) <= room:
            lines[item.id] = line
            room -= len(line)
    return [lines[item.id] for item in told if item.id in lines]


def _kept(lines: list[Line], oldest: str) -> list[Line]:
    """The records that are neither too old nor too many; the newest stays. Old ones lose their findings."""
    fresh = [line for line in lines[:-1] if _time(line.record) >= oldest] + lines[-1:]
    numbers = _newest([line.record for line in fresh], MOST_CHANGED, MOST_UNCHANGED)
    kept = [fresh[number] for number in sorted(numbers)]
    return [_brief(line) for line in kept[:-WITH_FINDINGS]] + kept[-WITH_FINDINGS:]


def _time(record: Mapping[str, Any]) -> str:
    """When a sync ended; all times are written alike, so that they can be compared as texts."""
    return str(record.get("completed_at") or record.get("started_at") or "9")


def _brief(line: Line) -> Line:
    if "findings" not in line.record:
        return line
    record = {key: value for key, value in line.record.items() if key != "findings"}
    return Line(record, _text(record))


def _newest(records: Sequence[Mapping[str, Any]], changed: int, unchanged: int) -> set[int]:
    """The numbers of the newest records of either sort."""
    idle = [number for number, record in enumerate(records) if record.get("unchanged")]
    busy = [number for number, record in enumerate(records) if not record.get("unchanged")]
    return {*busy[-changed:], *idle[-unchanged:]}


def _drop_events(files: Files, records: Sequence[Mapping[str, Any]]) -> None:
    """Leave out the events of syncs that are old or no longer known."""
    wanted = {events_path(records[n]["sync_id"]) for n in _newest(records, EVENTS_CHANGED, EVENTS_UNCHANGED)}
    for path in [path for path in files if path.startswith(f"{EVENTS}/") and path not in wanted]:
        del files[path]


def _reports(files: Files, entry: Entry) -> None:
    """Take reports in, and those that were delivered or given up out."""
    places = {_id_of(path): path for path in files if path.startswith(f"{OUTBOX}/")}
    gone = {slug(name) for name in (*entry.delivered, *(item.id for item in entry.dead))}
    for name in gone & places.keys():
        del files[places[name]]
    for item in entry.tried:
        if slug(item.id) in places and slug(item.id) not in gone:
            files[places[slug(item.id)]] = _text(undelivered.to_record(item))
    for folder, items in ((OUTBOX, entry.posts), (DEAD, entry.dead)):
        for item in items:
            _put(files, f"{folder}/{slug(item.target)}/", item)
    if entry.base is not None:
        for path in [path for path in files if path.startswith(f"{BASE}/")]:
            del files[path]
        files |= {f"{BASE}/{path}": data for path, data in entry.base.items()}


def _put(files: Files, folder: str, item: Undelivered) -> None:
    """Put a report behind those that are there, unless it is one of them."""
    there = [path for path in files if path.startswith(folder)]
    if slug(item.id) not in map(_id_of, there):
        number = 1 + max((_number_of(path) for path in there), default=0)
        files[f"{folder}{number:08d}-{slug(item.id)}.json"] = _text(undelivered.to_record(item))


def _number_of(path: str) -> int:
    return whole_number(path.rpartition("/")[2].partition("-")[0]) or 0


def _id_of(path: str) -> str:
    return path.rpartition("/")[2].partition("-")[2].removesuffix(".json")


def _bound(files: Files) -> None:
    """Keep the numbers of reports within their caps: of those that wait the oldest are given up."""
    for folder in _folders(files, OUTBOX):
        for path in sorted(path for path in files if path.startswith(folder))[:-MOST_WAITING]:
            files[f"{DEAD}/{path.removeprefix(f'{OUTBOX}/')}"] = files.pop(path)
    for folder in _folders(files, DEAD):
        most = MOST_BROKEN if folder == f"{DEAD}/state/" else MOST_DEAD
        for path in sorted(path for path in files if path.startswith(folder))[:-most]:
            del files[path]


def _folders(files: Files, start: str) -> set[str]:
    return {f"{path.rpartition('/')[0]}/" for path in files if path.startswith(f"{start}/")}
