"""What is pulled from the inventory in core NetBox: on the stand-in, and unchanged on a real NetBox."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from netbox_fabric import everything, ours
from netbox_models import Json
from netbox_runs import outcome
from netbox_site import Site

from fgd_sync.flow.netbox.core_pull import read_core
from fgd_sync.flow.netbox.pact import Pact
from fgd_sync.flow.netbox.report import report
from fgd_sync.flow.netbox.work import Work
from fgd_sync.model.netbox import NetBoxResult
from fgd_sync.model.resource import JsonObject, Ref
from fgd_sync.planning.incoming import Incoming
from fgd_sync.planning.netbox_records import Records
from fgd_sync.planning.sides import side_of_git
from fgd_sync.planning.three_ways import Policy

SERVER = Ref("wiring.githedgehog.com", "Server", "default", "server-1")
VPC = Ref("vpc.githedgehog.com", "VPC", "default", "web")


@pytest.fixture
def place(site: Site) -> Site:
    if site.plugin:
        pytest.skip("with the plugin its records are pulled")
    return replace(site, settings=replace(site.settings, inventory=True, target="core"))


def told(place: Site, number: int, git: Records, pact: Pact) -> NetBoxResult:
    done = report(place.client(), outcome(number, place.fabric), place.settings, git, full=True, pact=pact)
    assert not done.failures, [item.message for item in done.failures]
    return done


def pact_of(place: Site, files: Mapping[str, bytes]) -> Pact:
    return Pact(files, place.url, Policy.ASK)


def pulled(place: Site, files: Mapping[str, bytes], git: Records) -> Incoming:
    settings = replace(place.settings, url=place.url)
    work = Work(place.client(), outcome(9, place.fabric), settings)
    return read_core(work, files, side_of_git(git).resources, Policy.ASK)


def changed(found: Incoming) -> dict[str, JsonObject]:
    """The specs that NetBox has otherwise than it was told of."""
    there, base = found.side.resources, found.bases
    return {
        str(ref): body["spec"] for ref, body in there.items() if body["spec"] != base[ref.kind].resources[ref]["spec"]
    }


def the(place: Site, path: str, name: str) -> Json:
    (found,) = (item for item in ours(place, path) if item["name"] == name)
    return found


def test_edits_wait_in_netbox_for_a_pull_and_say_whose_they_are(place: Site) -> None:
    git = everything(int(place.fabric[1:9], 16) % 250)
    first = pact_of(place, {})
    told(place, 1, git, first)
    assert changed(pulled(place, first.files, git)) == {}, "what was reported is no edit"
    place.client().update(
        "dcim/devices", [{"id": the(place, "dcim/devices", "server-1")["id"], "description": "rack 4"}]
    )
    place.client().update("ipam/vlans", [{"id": the(place, "ipam/vlans", "web/main")["id"], "vid": 1007}])
    found = pulled(place, first.files, git)
    assert changed(found) == {
        "Server server-1": {"description": "rack 4"},
        "VPC web": {"subnets": {"main": {"subnet": "10.0.1.0/24", "vlan": 1007}}},
    }
    editors = [found.editor(SERVER, ("spec", "description")), found.editor(VPC, ("spec", "subnets", "main", "vlan"))]
    assert all(editor and editor.user not in ("", "?") and editor.time for editor in editors)
    second = pact_of(place, first.files)
    waiting = told(place, 2, git, second).waiting
    assert "Server server-1: spec.description was changed in NetBox; it waits for a pull" in waiting
    assert the(place, "dcim/devices", "server-1")["description"] == "rack 4"
    assert the(place, "ipam/vlans", "web/main")["vid"] == 1007
    assert changed(pulled(place, second.files, git)) == changed(found), "and the edits are still edits"
