"""The inventory in core NetBox: on the stand-in, and unchanged on a real NetBox (see test_netbox_suite)."""

from dataclasses import replace
from typing import Any

import pytest
from netbox_fabric import SERVER, SERVER_LINK, SWITCHES, VLANS, everything, fabric_link, namespace, ours
from netbox_models import Json
from netbox_runs import outcome, records, resource, vpc
from netbox_site import Site

from fgd_sync.model import code
from fgd_sync.model.config import NetBoxLimits
from fgd_sync.model.netbox import NetBoxResult


@pytest.fixture
def place(site: Site) -> Site:
    if site.plugin:
        pytest.skip("the inventory is the same with the plugin")
    return replace(site, settings=replace(site.settings, inventory=True))


@pytest.fixture
def octet(place: Site) -> int:
    return int(place.fabric[1:9], 16) % 250


def plain(result: NetBoxResult) -> NetBoxResult:
    assert not result.failures, [item.message for item in result.failures]
    return result


def sizes(place: Site) -> dict[str, int]:
    paths = ("dcim/devices", "dcim/interfaces", "dcim/cables", "ipam/vrfs", "ipam/vlans", "ipam/vlan-groups",
             "ipam/prefixes", "circuits/providers")  # fmt: skip
    return {path.rpartition("/")[2]: len(ours(place, path)) for path in paths}


FULL = {
    "devices": 3, "interfaces": 4, "cables": 2, "vrfs": 1, "vlans": 1, "vlan-groups": 1, "prefixes": 2, "providers": 1,
}  # fmt: skip


def test_a_fabric_becomes_devices_cables_and_networks(place: Site, octet: int) -> None:
    result = plain(place.tell(outcome(1, place.fabric), everything(octet)))
    assert not result.conflicts
    assert sizes(place) == FULL
    devices = {item["name"]: item for item in ours(place, "dcim/devices")}
    assert devices["spine-1"]["role"]["slug"] == "spine"
    assert devices["spine-1"]["site"]["slug"] == place.fabric
    assert devices["server-1"]["description"] == "rack 3"
    ends = {frozenset(port(item, side) for side in ("a", "b")) for item in ours(place, "dcim/cables")}
    assert ends == {
        frozenset({"spine-1/E1/1", "leaf-1/E1/1"}),
        frozenset({"server-1/eth0", "leaf-1/E1/5"}),
    }
    (vlan,) = ours(place, "ipam/vlans")
    assert (vlan["vid"], vlan["name"]) == (1001, "web/main")
    (group,) = ours(place, "ipam/vlan-groups")
    assert group["vid_ranges"] == [[1000, 2999]]
    prefixes = {item["prefix"]: item for item in ours(place, "ipam/prefixes")}
    assert prefixes["10.0.1.0/24"]["vrf"]["name"] == "web"
    assert prefixes["10.0.1.0/24"]["vlan"]["vid"] == 1001
    assert prefixes[f"10.{octet}.0.0/16"]["status"]["value"] == "container"


def port(cable: Json, side: str) -> str:
    (end,) = cable[f"{side}_terminations"]
    return f"{end['object']['device']['name']}/{end['object']['name']}"


def test_the_inventory_is_not_read_again_while_nothing_changed(place: Site, octet: int) -> None:
    what = outcome(1, place.fabric)
    plain(place.tell(what, everything(octet)))
    again = plain(place.tell(what, everything(octet)))
    assert not again.changed
    assert again.requests <= 5


def test_what_is_right_is_not_written_again(place: Site, octet: int) -> None:
    plain(place.tell(outcome(1, place.fabric), everything(octet)))
    before = {item["id"]: item["last_updated"] for item in ours(place, "dcim/devices")}
    more = resource("Server", "server-2", {"description": ""})
    result = plain(place.tell(outcome(2, place.fabric), everything(octet, more)))
    after = {item["id"]: item["last_updated"] for item in ours(place, "dcim/devices")}
    assert before.items() <= after.items()
    done = {item.what: (item.created, item.updated, item.deleted) for item in result.done if "." in item.what}
    assert done.pop("dcim.device") == (1, 0, 0)
    assert not [name for name in done if name.startswith(("dcim.i", "dcim.cable", "ipam"))]


def test_changes_and_deletions_follow(place: Site, octet: int) -> None:
    plain(place.tell(outcome(1, place.fabric), everything(octet)))
    wanted = records(*SWITCHES, VLANS, namespace(octet), fabric_link("E1/2"), vpc("web", 1002))
    result = plain(place.tell(outcome(2, place.fabric, actions={"delete": 20}), wanted))
    assert result.changed
    assert sizes(place) == {**FULL, "devices": 2, "interfaces": 2, "cables": 1, "providers": 0}
    assert [port(item, side) for item in ours(place, "dcim/cables") for side in "ab" if "leaf" in port(item, side)] == [
        "leaf-1/E1/2"
    ]
    assert [item["vid"] for item in ours(place, "ipam/vlans")] == [1002]


def test_too_many_deletions_are_refused_and_the_rest_is_done(place: Site, octet: int) -> None:
    plain(place.tell(outcome(1, place.fabric), everything(octet)))
    limits = NetBoxLimits(max_deletes=3)
    wanted = records(*SWITCHES, vpc("db", 1005), VLANS)
    (failure,) = place.tell(outcome(2, place.fabric), wanted, limits=limits).failures
    assert failure.code is code.NETBOX_TOO_DESTRUCTIVE
    assert sizes(place)["devices"] == 3
    assert {item["name"] for item in ours(place, "ipam/vrfs")} == {"web", "db"}


def test_what_others_own_is_told_and_never_changed(place: Site, octet: int) -> None:
    port_, fabric = place.client(), place.fabric
    theirs = foreign_device(port_, fabric, "server-1")
    (prefix,) = port_.create("ipam/prefixes", [{"prefix": f"10.{octet}.0.0/16", "description": "theirs"}])
    result = plain(place.tell(outcome(1, fabric), everything(octet)))
    words = " ".join(result.conflicts)
    assert "device server-1" in words
    assert f"10.{octet}.0.0/16" in words
    assert "cable" in words
    for path, before in (("dcim/devices", theirs), ("ipam/prefixes", prefix)):
        now = port_.get(path, before["id"])
        assert now
        assert now.body["last_updated"] == before["last_updated"]
    assert sizes(place) == {**FULL, "devices": 2, "interfaces": 3, "cables": 1, "prefixes": 1}
    port_.delete("ipam/prefixes", [prefix["id"]])


def foreign_device(port_: Any, fabric: str, name: str) -> Json:
    """A device that somebody else has in the site of the fabric."""
    (site,) = port_.create("dcim/sites", [{"name": fabric, "slug": fabric, "status": "active"}])
    (maker,) = port_.create("dcim/manufacturers", [{"name": f"m{fabric}", "slug": f"m{fabric}"}])
    (role,) = port_.create("dcim/device-roles", [{"name": f"r{fabric}", "slug": f"r{fabric}"}])
    kind = {"manufacturer": maker["id"], "model": fabric, "slug": f"t{fabric}"}
    (kind,) = port_.create("dcim/device-types", [kind])
    body = {"name": name, "site": site["id"], "device_type": kind["id"], "role": role["id"]}
    return dict(port_.create("dcim/devices", [body])[0])


def test_an_object_that_lost_our_mark_is_left_alone(place: Site, octet: int) -> None:
    plain(place.tell(outcome(1, place.fabric), everything(octet)))
    (provider,) = ours(place, "circuits/providers")
    place.client().change("circuits/providers", provider["id"], {"tags": []}, "")
    wanted = records(*SWITCHES, SERVER, VLANS, namespace(octet), fabric_link(), SERVER_LINK, vpc("web"))
    plain(place.tell(outcome(2, place.fabric, actions={"delete": 1}), wanted))
    assert place.client().get("circuits/providers", provider["id"])


def test_two_fabrics_do_not_touch_each_other_s_objects(place: Site, octet: int) -> None:
    other = replace(place, fabric=f"{place.fabric}-b")
    plain(place.tell(outcome(1, place.fabric), everything(octet)))
    result = plain(other.tell(outcome(1, other.fabric), everything(octet)))
    assert [item for item in result.conflicts if "prefix" in item]
    plain(other.tell(outcome(2, other.fabric, actions={"delete": 99}), records(VLANS)))
    assert sizes(other) == {**dict.fromkeys(FULL, 0), "vlan-groups": 1}
    assert sizes(place) == FULL
