"""The log in which NetBox keeps who changed what, for a pull; read whole, or not at all where it may not be seen."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from fgd_sync.model.code import NETBOX_NOT_FOUND, NETBOX_PERMISSION_DENIED
from fgd_sync.model.failure import FgdError
from fgd_sync.model.pulled import Editor
from fgd_sync.model.resource import JsonObject
from fgd_sync.planning.incoming import OURS, Logged
from fgd_sync.ports import NetBox

CHANGES = "core/object-changes"
_AT_ONCE = 100
"""Objects whose changes are asked for with one request: their numbers stand in its address."""


def entries_about(netbox: NetBox, objects: Iterable[int]) -> Iterator[JsonObject]:
    """The entries about objects with these numbers, of whatever type; of each the oldest first. Raises FgdError."""
    numbers = sorted(set(objects))
    for start in range(0, len(numbers), _AT_ONCE):
        wanted = numbers[start : start + _AT_ONCE]
        for row in netbox.list(CHANGES, {"changed_object_id": [str(number) for number in wanted]}):
            if row.get("changed_object_id") in wanted:
                yield row


def by_number(entries: Iterable[tuple[int, Logged]]) -> Mapping[int, Sequence[Logged]] | None:
    """What was done, by number, the newest first; None where NetBox does not show it. Raises FgdError."""
    found: dict[int, list[Logged]] = {}
    try:
        for number, entry in entries:
            found.setdefault(number, []).append(entry)
    except FgdError as failure:
        if failure.code in (NETBOX_NOT_FOUND, NETBOX_PERMISSION_DENIED):
            return None
        raise
    return {number: done[::-1] for number, done in found.items()}


def editor_of(row: JsonObject) -> Editor:
    """Who made a change."""
    return Editor(str(row.get("user_name") or "?"), str(row.get("time") or ""), str(row.get("request_id") or ""))


def is_ours(row: JsonObject) -> bool:
    """Whether a report made a change."""
    return str(row.get("message") or "").startswith(OURS)
