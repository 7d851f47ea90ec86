"""The inventory: objects from resources, and what of NetBox's is made, changed, deleted or left alone."""

from dataclasses import replace
from typing import Any

import pytest

from fgd_sync.model.netbox import Record
from fgd_sync.model.resource import JsonObject, Ref
from fgd_sync.planning.netbox_compare import adjust
from fgd_sync.planning.netbox_inventory import Inventory, Link, inventory_of

TAGS = [{"id": 1, "name": "fgd-sync", "slug": "fgd-sync"}]
OURS: JsonObject = {"tags": TAGS, "custom_fields": {"fgd_fabric": "north"}}


def record(kind: str, name: str, spec: JsonObject, namespace: str = "default") -> Record:
    return Record(Ref("g", kind, namespace, name), {"metadata": {"name": name}, "spec": spec})


def made(*records: Record) -> Inventory:
    return inventory_of("north", "dc1", records)


def of(inventory: Inventory, type_name: str) -> list[JsonObject]:
    return [dict(item.fields) for item in inventory.entries if item.type == type_name]


LEAF = record("Switch", "leaf-1", {"role": "server-leaf", "profile": "dell-s5232f-on"})
VLANS = record("VLANNamespace", "default", {"ranges": [{"from": 2000, "to": 2999}, {"from": 1000}]})


def link(port: str, other: str = "server-1/eth0") -> JsonObject:
    return {"unbundled": {"link": {"switch": {"port": port}, "server": {"port": other}}}}


def vpc(name: str = "web", **subnets: tuple[str, int]) -> Record:
    return record("VPC", name, {"subnets": {key: {"subnet": net, "vlan": vid} for key, (net, vid) in subnets.items()}})


def test_a_known_profile_gives_manufacturer_and_model() -> None:
    (kind,) = of(made(LEAF), "dcim.devicetype")
    assert (kind["slug"], kind["manufacturer"]) == ("dell-s5232f-on", Link("dcim.manufacturer", ("dell",)))
    assert kind["model"]


def test_a_profile_that_nobody_knows_is_of_ours() -> None:
    (kind,) = of(made(record("Switch", "x", {"profile": "weird-box"})), "dcim.devicetype")
    assert (kind["model"], kind["manufacturer"].key) == ("weird-box", ("hedgehog",))


def test_a_link_to_a_device_that_is_not_there_makes_no_cable() -> None:
    found = made(LEAF, record("Connection", "c", link("leaf-1/E1/1")))
    assert not of(found, "dcim.cable")
    assert [item for item in found.unsupported if "server-1/eth0" in item]


def test_an_external_connection_has_a_port_and_no_cable() -> None:
    found = made(LEAF, record("Connection", "c", {"external": {"link": {"switch": {"port": "leaf-1/E1/1"}}}}))
    assert [item["name"] for item in of(found, "dcim.interface")] == ["E1/1"]
    assert not of(found, "dcim.cable")


def test_a_port_of_two_links_gets_one_object() -> None:
    found = made(
        LEAF, record("Server", "server-1", {}), *(record("Connection", name, link("leaf-1/E1/1")) for name in "ab")
    )
    assert len(of(found, "dcim.cable")) == 1
    assert len(found.unsupported) == 1


def test_ranges_of_vlans_are_in_order_and_a_single_one_is_a_range() -> None:
    (group,) = of(made(VLANS), "ipam.vlangroup")
    assert group["vid_ranges"] == [[1000, 1000], [2000, 2999]]


def test_a_prefix_loses_its_host_bits() -> None:
    (prefix,) = of(made(VLANS, vpc(a=("10.0.1.7/24", 1001))), "ipam.prefix")
    assert prefix["prefix"] == "10.0.1.0/24"


def test_a_vlan_that_is_used_twice_in_a_namespace_is_named_and_made_once() -> None:
    found = made(VLANS, vpc(a=("10.0.1.0/24", 1001)), vpc("db", a=("10.0.2.0/24", 1001)))
    assert len(of(found, "ipam.vlan")) == 1
    assert [item for item in found.unsupported if "VLAN 1001 of VPC db" in item]
    assert {item["prefix"]: item["vlan"] is None for item in of(found, "ipam.prefix")} == {
        "10.0.1.0/24": False, "10.0.2.0/24": True,
    }  # fmt: skip


def test_what_is_no_prefix_is_named() -> None:
    assert "'all'" in made(record("IPv4Namespace", "default", {"subnets": ["all"]})).unsupported[0]


def test_names_that_netbox_refuses_are_named() -> None:
    found = made(record("Server", "x" * 65, {}))
    assert not of(found, "dcim.device")
    assert "64" in found.unsupported[0]


def test_resources_of_other_namespaces_keep_apart() -> None:
    found = made(record("Server", "a", {}), record("Server", "a", {}, "lab"))
    assert [item["name"] for item in of(found, "dcim.device")] == ["a", "lab/a"]


# Against what NetBox has.


def device(number: int, name: str, **changes: Any) -> JsonObject:
    base = {"id": number, "name": name, "display": name, "description": "", "status": {"value": "active"}, **OURS}
    return {**base, "device_type": {"id": 20}, "role": {"id": 30}, "site": {"id": 40}, **changes}


SHARED: dict[str, list[JsonObject]] = {
    "dcim.manufacturer": [{"id": 10, "slug": "dell"}],
    "dcim.devicetype": [{"id": 20, "slug": "dell-s5232f-on"}],
    "dcim.devicerole": [{"id": 30, "slug": "server-leaf"}],
    "dcim.site": [{"id": 40, "slug": "dc1"}],
}


def test_what_is_there_is_left_alone_and_shared_objects_are_used() -> None:
    found = adjust(made(LEAF), {**SHARED, "dcim.device": [device(1, "leaf-1")]})
    assert found.is_empty
    assert found.ours == 1


def test_names_of_devices_are_compared_without_case() -> None:
    found = adjust(made(LEAF), {**SHARED, "dcim.device": [device(1, "Leaf-1")]})
    assert [change.fields for change in found.change] == [("name",)]


def test_a_device_of_somebody_else_blocks_what_depends_on_it() -> None:
    wanted = made(LEAF, record("Server", "server-1", {}), record("Connection", "c", link("leaf-1/E1/1")))
    found = adjust(wanted, {**SHARED, "dcim.device": [device(1, "leaf-1", tags=[])]})
    assert {item.type for item in found.create} >= {"dcim.device"}
    assert not [item for item in found.create if item.type == "dcim.cable"]
    assert any("device leaf-1: there already" in item for item in found.conflicts)
    assert any("cable" in item for item in found.conflicts)
    assert not found.delete


def test_our_objects_of_another_fabric_are_of_somebody_else() -> None:
    other = device(1, "leaf-1", custom_fields={"fgd_fabric": "south"})
    found = adjust(made(LEAF), {**SHARED, "dcim.device": [other]})
    assert found.conflicts
    assert not found.change
    assert not found.delete


def test_what_nobody_asks_for_is_deleted_after_what_needs_it() -> None:
    port = {"id": 2, "name": "E1/1", "device": {"name": "old"}, **OURS}
    found = adjust(made(), {"dcim.device": [device(1, "old")], "dcim.interface": [port]})
    assert [item.id for item in found.delete] == [2, 1]


def test_of_two_of_ours_in_one_place_the_later_one_goes() -> None:
    spaces = [{"id": number, "name": "web", "description": "VPC of fabric north", **OURS} for number in (5, 4)]
    found = adjust(made(VLANS, vpc()), {"ipam.vrf": spaces})
    assert [item.id for item in found.delete] == [5]


def test_a_port_that_came_with_our_device_is_used_as_it_is() -> None:
    theirs = {"id": 2, "name": "E1/1", "device": {"name": "leaf-1"}, "tags": [], "custom_fields": {}}
    wanted = made(LEAF, record("Connection", "c", {"external": {"link": {"switch": {"port": "leaf-1/E1/1"}}}}))
    found = adjust(wanted, {**SHARED, "dcim.device": [device(1, "leaf-1")], "dcim.interface": [theirs]})
    assert found.is_empty
    assert not found.conflicts


def test_a_cable_of_somebody_else_in_our_port_is_told() -> None:
    ports = [
        {"id": number, "name": name, "device": {"name": owner}, "cable": {"id": 99}, **OURS}
        for number, owner, name in ((2, "leaf-1", "E1/1"), (3, "server-1", "eth0"))
    ]
    wanted = made(LEAF, record("Server", "server-1", {}), record("Connection", "c", link("leaf-1/E1/1")))
    found = adjust(wanted, {**SHARED, "dcim.device": [device(1, "leaf-1")], "dcim.interface": ports})
    assert any("cable of somebody else (id 99)" in item for item in found.conflicts)


@pytest.mark.parametrize("swapped", [False, True])
def test_a_cable_is_the_same_whichever_its_side_a_is(swapped: bool) -> None:
    ends = [
        [{"object": {"name": name, "device": {"name": owner}}}]
        for owner, name in (("leaf-1", "E1/1"), ("server-1", "eth0"))
    ]
    a, b = reversed(ends) if swapped else ends
    cable = {"id": 9, "label": "c", "status": {"value": "connected"}, "a_terminations": a, "b_terminations": b, **OURS}
    wanted = made(LEAF, record("Server", "server-1", {}), record("Connection", "c", link("leaf-1/E1/1")))
    found = adjust(replace(wanted), {"dcim.cable": [cable]})
    assert not [item for item in found.create if item.type == "dcim.cable"]
    assert not [item for item in found.change if item.entry.type == "dcim.cable"]
