"""What of an inventory that people edited is an edit of a resource, and what is not taken for one."""

from typing import Any

from fgd_sync.model.difference import ABSENT
from fgd_sync.model.netbox import Record
from fgd_sync.model.resource import JsonObject, Ref
from fgd_sync.planning.netbox_compare import SHARED
from fgd_sync.planning.netbox_edits import Inspection, inspect
from fgd_sync.planning.netbox_inventory import Entry, Inventory, Link, inventory_of

TAGS = [{"id": 1, "name": "fgd-sync", "slug": "fgd-sync"}]


def record(kind: str, name: str, spec: JsonObject) -> Record:
    return Record(Ref("g", kind, "default", name), {"metadata": {"name": name}, "spec": spec})


SWITCHES = [record("Switch", name, {"role": "spine", "description": name}) for name in ("s1", "s2", "s3")]
LINKS = [
    {"spine": {"port": "s1/E1/1"}, "leaf": {"port": "s2/E1/1"}},
    {"spine": {"port": "s1/E1/2"}, "leaf": {"port": "s2/E1/2"}},
]
FABRIC = record("Connection", "c", {"fabric": {"links": LINKS}})
VLANS = record("VLANNamespace", "default", {"ranges": [{"from": 1, "to": 9}]})
NETS = record("IPv4Namespace", "default", {"subnets": ["10.0.0.0/16", "10.1.0.0/16"]})
VPC = record(
    "VPC", "web", {"subnets": {"a": {"subnet": "10.0.1.0/24", "vlan": 5}, "b": {"subnet": "10.0.2.0/24", "vlan": 6}}}
)


class Shown:
    """An inventory as NetBox gives it back, to be edited by `edit`."""

    def __init__(self, *records: Record) -> None:
        self.inventory: Inventory = inventory_of("north", "dc1", records)
        self.ids = {entry.link: number for number, entry in enumerate(self.inventory.entries, 1)}
        self.entries = {entry.link: entry for entry in self.inventory.entries}
        self.items = {entry.label: self._item(entry) for entry in self.inventory.entries}
        self.types = {entry.label: entry.type for entry in self.inventory.entries}

    def _item(self, entry: Entry) -> JsonObject:
        fields = {name: self._shown(value) for name, value in entry.fields.items()}
        number = self.ids[entry.link]
        owner = {} if entry.type in SHARED else {"fgd_fabric": "north"}
        return {"id": number, "display": entry.label, "tags": TAGS, "custom_fields": owner, **fields}

    def _shown(self, value: Any) -> Any:
        if isinstance(value, Link):
            return {
                "id": self.ids[value],
                **{k: v for k, v in self.entries[value].fields.items() if k in ("name", "slug")},
            }
        if isinstance(value, list) and value and isinstance(value[0], dict):
            return [self.end(*item["object_id"].key) for item in value]
        return value

    def end(self, device: str, port: str) -> JsonObject:
        return {"object_type": "dcim.interface", "object": {"device": {"name": device}, "name": port}}

    def edit(self, label: str, **fields: Any) -> None:
        self.items[label] |= fields

    def inspect(self) -> Inspection:
        actual: dict[str, list[JsonObject]] = {}
        for label, item in self.items.items():
            actual.setdefault(self.types[label], []).append(item)
        return inspect(self.inventory, actual)

    def edits(self) -> list[tuple[str, str, Any]]:
        """The edits, where nothing else is found."""
        found = self.inspect()
        assert (found.untaken, found.absent, found.strays) == ((), (), ())
        return [(str(item.ref), ".".join(map(str, item.route)), item.value) for item in found.edits]


def test_nothing_edited_is_no_edit() -> None:
    assert Shown(*SWITCHES, FABRIC, VLANS, NETS, VPC).edits() == []


def test_vlans_that_changed_places_are_told_apart_by_name() -> None:
    shown = Shown(VLANS, VPC)
    shown.edit("VLAN 5 of VPC web, subnet a", vid=6)
    shown.edit("VLAN 6 of VPC web, subnet b", vid=5)
    assert shown.edits() == [("VPC web", "spec.subnets.a.vlan", 6), ("VPC web", "spec.subnets.b.vlan", 5)]


def test_prefixes_of_one_namespace_are_told_apart_while_one_is_edited() -> None:
    shown = Shown(NETS)
    shown.edit("prefix 10.1.0.0/16 of IPv4Namespace default", prefix="10.9.0.0/16")
    assert shown.edits() == [("IPv4Namespace default", "spec.subnets.1", "10.9.0.0/16")]
    shown.edit("prefix 10.0.0.0/16 of IPv4Namespace default", prefix="10.8.0.0/16")
    found = shown.inspect()
    assert not found.edits
    assert (len(found.absent), len(found.strays)) == (2, 2)


def test_a_cable_is_known_by_the_end_that_stayed() -> None:
    shown = Shown(*SWITCHES, FABRIC)
    shown.edit("cable s1/E1/1 to s2/E1/1 of Connection c", b_terminations=[shown.end("s3", "E1/7")])
    shown.edit(
        "cable s1/E1/2 to s2/E1/2 of Connection c",
        a_terminations=[shown.end("s2", "E1/2")],
        b_terminations=[shown.end("s1", "E1/8")],
    )
    assert shown.edits() == [
        ("Connection c", "spec.fabric.links.0.leaf.port", "s3/E1/7"),
        ("Connection c", "spec.fabric.links.1.spine.port", "s1/E1/8"),
    ]


def test_cables_that_moved_at_both_ends_are_not_guessed() -> None:
    shown = Shown(*SWITCHES, FABRIC)
    for number in (1, 2):
        ends = {side: [shown.end("s3", f"{side}{number}")] for side in ("a_terminations", "b_terminations")}
        shown.edit(f"cable s1/E1/{number} to s2/E1/{number} of Connection c", **ends)
    found = shown.inspect()
    assert not found.edits
    assert (len(found.absent), len(found.strays)) == (2, 2)


def test_an_end_that_is_no_port_of_a_device_of_that_kind_is_not_taken() -> None:
    server = record("Server", "srv", {})
    for ends in (
        [],
        [{"object_type": "dcim.frontport", "object": {}}],
        [{"object": {"device": {"name": "srv"}, "name": "e"}}],
    ):
        shown = Shown(*SWITCHES, server, FABRIC)
        shown.edit("cable s1/E1/1 to s2/E1/1 of Connection c", b_terminations=ends)
        found = shown.inspect()
        assert not found.edits
        assert [item.field for item in found.untaken] == ["b end"]


def test_an_emptied_description_is_taken_out_and_a_cut_one_is_left_alone() -> None:
    shown = Shown(*SWITCHES, record("Server", "long", {"description": "x" * 201}))
    shown.edit("device s1", description="")
    assert [item.value for item in shown.inspect().edits] == [ABSENT]
    shown.edit("device long", description="y")
    assert [str(item) for item in shown.inspect().untaken] == [
        "device long: description was changed in NetBox, which is not taken back"
    ]


def test_a_vlan_that_moved_stays_the_vlan_of_its_prefix() -> None:
    shown = Shown(VLANS, VPC)
    shown.edit("VLAN 5 of VPC web, subnet a", vid=7)
    assert shown.edits() == [("VPC web", "spec.subnets.a.vlan", 7)]
    shown.edit("prefix 10.0.2.0/24 of VPC web", vlan=shown.items["prefix 10.0.1.0/24 of VPC web"]["vlan"])
    assert [item.field for item in shown.inspect().untaken] == ["vlan"]


def test_objects_that_are_gone_or_too_many_are_told() -> None:
    shown = Shown(*SWITCHES)
    del shown.items["device s1"]
    shown.items["copy"] = {**shown.items["device s2"], "id": 99, "name": "s9", "display": "s9"}
    shown.types["copy"] = "dcim.device"
    found = shown.inspect()
    assert [item.label for item in found.absent] == ["device s1"]
    assert found.strays == ("dcim.device s9",)
