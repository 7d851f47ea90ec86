"""What people changed by hand in the inventory of a fabric in NetBox, as edits of the resources. Pure.

Takes the inventory as it was reported and the objects that NetBox has; of each difference it says either which field of
which resource it is an edit of, or in words why it is not taken back. Nothing is guessed: an object that may be one of
several is none.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from fgd_sync.model.difference import ABSENT
from fgd_sync.model.location import Route
from fgd_sync.model.resource import JsonObject, Ref
from fgd_sync.model.value import dataclass, field
from fgd_sync.planning.netbox_compare import OWNED, Actual, alike_of, by_owner, differing, key_of, links_of
from fgd_sync.planning.netbox_inventory import CABLE, DEVICE, INTERFACE, PREFIX, VLAN, Entry, Inventory, Link

_SIDES = ("a_terminations", "b_terminations")
_NAMED = frozenset({VLAN, PREFIX})
"""Objects that are named by something else than what people edit in them."""

_EDITABLE = frozenset({VLAN, PREFIX, CABLE})
_Pair = tuple[Entry, JsonObject]
_Port = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Edit:
    """A field of a resource that has another value in NetBox; ABSENT where it was emptied. `type` and `id`: where."""

    ref: Ref
    route: Route
    value: Any
    type: str
    id: int


@dataclass(frozen=True, slots=True)
class Untaken:
    """A difference that is no edit of a resource: an object of ours, which field, what it should be and what it is."""

    ref: Ref
    label: str
    field: str
    wanted: Any
    found: Any

    def __str__(self) -> str:
        return f"{self.label}: {self.field} was changed in NetBox, which is not taken back"


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found. `absent`: objects that are not there; `strays`: objects of ours that stand for no resource."""

    edits: tuple[Edit, ...] = ()
    untaken: tuple[Untaken, ...] = ()
    absent: tuple[Entry, ...] = ()
    strays: tuple[str, ...] = ()
    entries: tuple[Entry, ...] = field(default=())


def inspect(inventory: Inventory, actual: Actual) -> Inspection:
    """Compare the inventory as it should be with what NetBox has."""
    ours, theirs, spare = by_owner(inventory, actual)
    entries = list(_telling(inventory))
    wanted = {item.link for item in inventory.entries}
    matching = _Matching(
        [item for item in entries if item.link in ours or item.link not in theirs],
        [pair for pair in (*ours.items(), *spare) if pair[0].type != INTERFACE or pair[0] in wanted],
    )
    pairs = matching.pairs()
    ids = {link: int(item["id"]) for link, item in {**theirs, **ours}.items()}
    ids |= {item.link: int(found["id"]) for item, found in pairs}
    judged = [one for item, found in pairs for one in _judged(item, found, ids, inventory)]
    return Inspection(
        tuple(one for one in judged if isinstance(one, Edit)),
        tuple(one for one in judged if isinstance(one, Untaken)),
        tuple(matching.entries),
        tuple(
            f"{link.type} {item.get('display') or item['id']}"
            for link, item in matching.items
            if link.type != INTERFACE
        ),
        tuple(entries),
    )


def _telling(inventory: Inventory) -> Iterator[Entry]:
    """The objects that tell of one resource; a port does where its Connection has no cable."""
    plugged = {link for item in inventory.entries if item.type == CABLE for link in links_of(item)}
    for item in inventory.entries:
        if item.type in OWNED and item.ref and item.link not in plugged:
            yield item


@dataclass(slots=True)
class _Matching:
    """Which object is which entry. What is matched is taken out of `entries` and `items`."""

    entries: list[Entry]
    items: list[tuple[Link, JsonObject]]

    def pairs(self) -> list[_Pair]:
        """All that are certain: by what names them, by key, by the end of a cable that stayed, by what is left over."""
        return [
            *self._take(self._alike(_NAMED)),
            *self._take(self._keyed()),
            *self._take(self._plugged()),
            *self._take(self._alike(_EDITABLE)),
        ]

    def _keyed(self) -> list[_Pair]:
        there: dict[Link, JsonObject] = {}
        for link, item in self.items:
            there.setdefault(link, item)
        return [(one, there[one.link]) for one in self.entries if one.link in there]

    def _take(self, found: Sequence[_Pair]) -> Sequence[_Pair]:
        entries = {one.link for one, _ in found}
        items = {id(item) for _, item in found}
        self.entries = [one for one in self.entries if one.link not in entries]
        self.items = [pair for pair in self.items if id(pair[1]) not in items]
        return found

    def _alike(self, types: frozenset[str]) -> list[_Pair]:
        """Objects and entries that are alike, and nothing else is."""
        groups: dict[tuple[str, str], tuple[list[Entry], list[JsonObject]]] = defaultdict(lambda: ([], []))
        for entry in self.entries:
            groups[entry.type, entry.alike][0].append(entry)
        for link, item in self.items:
            groups[link.type, alike_of(link.type, item)][1].append(item)
        found = ((kind, alike, *group) for (kind, alike), group in groups.items())
        return [
            (entries[0], items[0])
            for kind, alike, entries, items in found
            if kind in types and alike and len(entries) == len(items) == 1
        ]

    def _plugged(self) -> list[_Pair]:
        """Cables of one Connection of which one end stayed where it was."""
        entries = [one for one in self.entries if one.type == CABLE]
        cables = [item for link, item in self.items if link.type == CABLE]
        near = {(one.link, id(item)): (one, item) for one in entries for item in cables if _shares_port(one, item)}
        return [
            pair
            for (link, number), pair in near.items()
            if sum(other == link for other, _ in near) == sum(other == number for _, other in near) == 1
        ]


def _shares_port(entry: Entry, cable: JsonObject) -> bool:
    return alike_of(CABLE, cable) == entry.alike and bool(set(entry.key) & set(key_of(CABLE, cable)))


def _judged(entry: Entry, item: JsonObject, ids: Mapping[Link, int], inventory: Inventory) -> Iterator[Edit | Untaken]:
    assert entry.ref is not None
    if entry.type == CABLE and key_of(CABLE, item) != entry.key:
        yield from _moved_ends(entry, item, inventory)
    for name in differing(entry, item, ids):
        way, value = entry.ways.get(name), item.get(name)
        if way is None:
            yield Untaken(entry.ref, entry.label, name, _plain(entry.fields[name]), _plain(value))
        else:
            back = way.back(value)
            yield Edit(entry.ref, way.route, ABSENT if back in ("", None) else back, entry.type, int(item["id"]))


def _moved_ends(entry: Entry, item: JsonObject, inventory: Inventory) -> Iterator[Edit | Untaken]:
    """The ends of a cable that are plugged in elsewhere."""
    assert entry.ref is not None
    wanted = [_port_of(entry, side) for side in _SIDES]
    there = [_port_in(item, side) for side in _SIDES]
    if wanted[0] == there[1] or wanted[1] == there[0]:
        there.reverse()
    for side, old, new in zip(_SIDES, wanted, there, strict=True):
        if old == new:
            continue
        value = _written(inventory, old, new) if new else ""
        if value:
            yield Edit(entry.ref, entry.ways[side].route, value, CABLE, int(item["id"]))
        else:
            yield Untaken(entry.ref, entry.label, side.partition("_")[0] + " end", "/".join(old), "/".join(new or ()))


def _port_of(entry: Entry, side: str) -> _Port:
    (end,) = entry.fields[side]
    device, name = end["object_id"].key
    return str(device), str(name)


def _port_in(item: JsonObject, side: str) -> _Port | None:
    """The port that a side of a cable is plugged in; None if it is none, or several."""
    ends: list[JsonObject] = item.get(side) or []
    if len(ends) != 1 or ends[0].get("object_type", INTERFACE) != INTERFACE:
        return None
    port = ends[0].get("object") or {}
    device = port.get("device") or {}
    return (str(device.get("name") or "").lower(), str(port.get("name") or ""))


def _written(inventory: Inventory, old: _Port, new: _Port) -> str:
    """A port as a Connection names it; empty if it is on no device of the fabric, or on one of another kind."""
    devices = {item.key[0]: item.ref for item in inventory.entries if item.type == DEVICE}
    before, after = devices.get(old[0]), devices.get(new[0])
    if after is None or before is None or (after.kind, after.namespace) != (before.kind, before.namespace):
        return ""
    return f"{after.name}/{new[1]}"


def _plain(value: Any) -> Any:
    """A value as it is shown: of another object its key or name."""
    if isinstance(value, Link):
        return "/".join(map(str, value.key))
    if isinstance(value, dict):
        return value.get("slug") or value.get("value") or value.get("display") or value.get("name") or value.get("id")
    return value
