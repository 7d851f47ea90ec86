"""What NetBox has otherwise than git: on the stand-in, and unchanged on a real NetBox (see test_netbox_suite)."""

from dataclasses import replace
from typing import Any

import pytest
from netbox_fabric import everything, ours
from netbox_models import Json
from netbox_runs import outcome, records, vpc
from netbox_site import Site

from fgd_sync.flow.netbox.drift import netbox_view
from fgd_sync.model.drift import Row, Standing, Where
from fgd_sync.model.failure import FgdError
from fgd_sync.planning.drift import GitView, drift
from fgd_sync.planning.netbox_records import Records


@pytest.fixture
def place(site: Site) -> Site:
    return replace(site, settings=replace(site.settings, inventory=not site.plugin))


@pytest.fixture
def told(place: Site) -> Records:
    """The fabric's resources, of which NetBox was told."""
    found = everything(int(place.fabric[1:9], 16) % 250)
    assert not place.tell(outcome(1, place.fabric), found, **_inventory(place)).failures
    return found


def _inventory(place: Site) -> dict[str, Any]:
    return {"inventory": place.settings.inventory}


def table(place: Site, git: Records) -> tuple[Row, ...]:
    seen = netbox_view(place.client(), place.settings, place.fabric, git)
    assert seen.target == ("plugin" if place.plugin else "core")
    assert seen.view
    found = git.of({ref.kind for ref in git.sources})
    return drift(GitView({item.ref: item.body for item in found}, lambda _: False), [seen.view])


def drifted(place: Site, git: Records) -> dict[str, Row]:
    return {row.what: row for row in table(place, git) if not row.is_in_sync}


def edit(place: Site, path: str, item: Json, **fields: Any) -> None:
    """What somebody does in NetBox's pages."""
    place.client().update(path, [{"id": item["id"], **fields}])


def the(place: Site, path: str, **fields: Any) -> Json:
    (found,) = (item for item in ours(place, path) if all(item[name] == value for name, value in fields.items()))
    return found


def _device(ends: list[Json]) -> str:
    return str(ends[0]["object"]["device"]["name"])


def fields(row: Row) -> list[tuple[Any, Any, Any]]:
    return [(item.route, item.old, item.new) for item in row.fields.get(Where.NETBOX, ())]


def test_what_was_reported_is_in_sync(place: Site, told: Records) -> None:
    rows = table(place, told)
    assert [row for row in rows if not row.is_in_sync] == []
    assert sum(row.standings[Where.NETBOX] is Standing.PRESENT for row in rows) >= 7


def test_a_resource_that_was_not_reported_is_only_in_git(place: Site, told: Records) -> None:
    more = Records({**told.sources, **records(vpc("db", 1005)).sources})
    (row,) = drifted(place, more).values()
    assert (row.what, row.standings) == ("VPC db", {Where.GIT: Standing.PRESENT, Where.NETBOX: Standing.ABSENT})


def test_a_resource_that_git_lost_is_only_in_netbox(place: Site, told: Records) -> None:
    less = Records({ref: source for ref, source in told.sources.items() if ref.kind not in ("External", "VPC")})
    found = drifted(place, less)
    if place.plugin:
        assert set(found) == {"External internet", "VPC web"}
    else:
        assert all(row.ref is None for row in found.values())
        assert {what.partition(" ")[0] for what in found} == {
            "circuits.provider", "ipam.vrf", "ipam.vlan", "ipam.prefix",
        }  # fmt: skip
    assert {row.standings[Where.GIT] for row in found.values()} == {Standing.ABSENT}


def test_an_edit_of_a_record_is_a_difference_of_the_resource(place: Site, told: Records) -> None:
    if not place.plugin:
        pytest.skip("records are the plugin's")
    (record,) = place.records("vpcs")
    spec = {**record["spec"], "ipv4Namespace": "default", "defaultIsolated": True}
    edit(place, "plugins/hedgehog/vpcs", record, spec=spec)
    (row,) = drifted(place, told).values()
    assert [item.route for item in row.fields[Where.NETBOX]] == [("spec", "defaultIsolated")]


def test_edits_of_objects_are_differences_of_the_resource(place: Site, told: Records) -> None:
    if place.plugin:
        pytest.skip("the inventory is the same with the plugin")
    edit(place, "dcim/devices", the(place, "dcim/devices", name="server-1"), description="rack 4")
    edit(place, "ipam/vlans", the(place, "ipam/vlans", vid=1001), vid=1007)
    edit(place, "ipam/prefixes", the(place, "ipam/prefixes", prefix="10.0.1.0/24"), prefix="10.0.9.0/24")
    edit(place, "ipam/vlan-groups", ours(place, "ipam/vlan-groups")[0], vid_ranges=[[1000, 1999]])
    leaf = the(place, "dcim/devices", name="leaf-1")
    (port,) = place.client().create("dcim/interfaces", [{"device": leaf["id"], "name": "E1/9", "type": "other"}])
    cable = the(place, "dcim/cables", label="server-1--leaf-1")
    side = next(name for name in ("a_terminations", "b_terminations") if _device(cable[name]) == "leaf-1")
    edit(place, "dcim/cables", cable, **{side: [{"object_type": "dcim.interface", "object_id": port["id"]}]})
    found = drifted(place, told)
    assert {what: fields(row) for what, row in found.items()} == {
        "Server server-1": [(("spec", "description"), "rack 3", "rack 4")],
        "VPC web": [
            (("spec", "subnets", "main", "vlan"), 1001, 1007),
            (("spec", "subnets", "main", "subnet"), "10.0.1.0/24", "10.0.9.0/24"),
        ],
        "VLANNamespace default": [
            (("spec", "ranges"), [{"from": 1000, "to": 2999}], [{"from": 1000, "to": 1999}])
        ],
        "Connection server-1--leaf-1": [
            (("spec", "unbundled", "link", "switch", "port"), "leaf-1/E1/5", "leaf-1/E1/9")
        ],
    }  # fmt: skip
    assert {row.standings[Where.NETBOX] for row in found.values()} == {Standing.DIFFERENT}


def test_what_is_no_edit_of_a_resource_is_told_by_the_object(place: Site, told: Records) -> None:
    if place.plugin:
        pytest.skip("the inventory is the same with the plugin")
    edit(place, "ipam/vlans", the(place, "ipam/vlans", vid=1001), name="renamed")
    edit(place, "dcim/devices", the(place, "dcim/devices", name="leaf-1"), status="offline")
    place.client().delete("dcim/cables", [the(place, "dcim/cables", label="server-1--leaf-1")["id"]])
    found = drifted(place, told)
    assert fields(found["VPC web"]) == [(("VLAN 1001 of VPC web, subnet main", "name"), "web/main", "renamed")]
    assert fields(found["Switch leaf-1"]) == [(("device leaf-1", "status"), "active", "offline")]
    assert found["Connection server-1--leaf-1"].standings[Where.NETBOX] is Standing.ABSENT
    assert len(found) == 3


def test_a_fabric_of_which_netbox_was_never_told_is_no_drift(place: Site) -> None:
    if place.fake is None:
        pytest.skip("a real NetBox was told of others")
    with pytest.raises(FgdError) as caught:
        netbox_view(place.client(), place.settings, place.fabric, records(vpc("web")))
    assert caught.value.code.id == "FGD_6003"


def test_an_answer_that_fails_in_the_middle_is_no_drift(place: Site, told: Records) -> None:
    if place.fake is None:
        pytest.skip("a real NetBox does not fail on request")
    before = len(place.fake.asked)
    netbox_view(place.client(), place.settings, place.fabric, told)
    requests = place.fake.asked[before:]
    for number in range(len(requests)):
        first = len(place.fake.asked)
        place.fake.fault = lambda count, *_, at=first + number + 1: "500" if count >= at else ""
        with pytest.raises(FgdError) as caught:
            netbox_view(place.client(), place.settings, place.fabric, told)
        assert caught.value.code.exit == 6
        place.fake.fault = lambda *_: ""
