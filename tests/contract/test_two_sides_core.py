"""What operators edit in the inventory in core NetBox comes to git, and nothing else does: whole runs between both."""

from typing import Any

import pytest
from netbox_models import Json
from netbox_server import Fake
from netbox_store import Store
from netbox_two_sides import Fault, TwoSides, manifest, spec

from fgd_sync.model.code import Severity
from fgd_sync.model.config import FabricEntry, NetBoxSettings, PullSettings, Settings
from fgd_sync.model.pulled import Verdict
from fgd_sync.model.report import FabricReport
from fgd_sync.yamldoc.emit import emit
from fgd_sync.yamldoc.parse import parse
from memory_pulls import MemoryPulls
from memory_store import Server

LINK = {"unbundled": {"link": {"server": {"port": "srv/e1"}, "switch": {"port": "leaf/E1/1"}}}}
WIRING = {
    "switches/leaf": manifest("Switch", "leaf", {"role": "server-leaf", "description": "rack 1"}, "wiring"),
    "servers/srv": manifest("Server", "srv", {"description": "rack 1"}, "wiring"),
    "connections/c": manifest("Connection", "c", LINK, "wiring"),
    "vlannamespaces/default": manifest("VLANNamespace", "default", {"ranges": [{"from": 1000, "to": 2999}]}, "wiring"),
    "ipv4namespaces/default": manifest("IPv4Namespace", "default", {"subnets": ["10.0.0.0/8"]}),
    "vpcs/web": manifest("VPC", "web", spec(1)),
}  # fmt: skip


class CoreSides(TwoSides):
    """The fabric `north`, with a device of each sort, and a NetBox without the plugin."""

    def __init__(self, conflicts: str = "ask") -> None:
        self.fake, self.server = Fake(Store(plugin=False)), Server()
        self.settings = Settings(
            netbox=NetBoxSettings(url="https://netbox.example", target="core", inventory=True),
            pull=PullSettings("push", conflicts),
            fabrics=(FabricEntry("north", "north"),),
        )
        self.fault = lambda *_: ""
        self.clients, self.proposed = [], MemoryPulls(self.server)
        files = {f"north/managed/{path}.yaml": b"# kept\n" + emit(body).encode() for path, body in WIRING.items()}
        self.commit({"north/.hnp/manifest.yaml": b"fabric_name: north\n", **files})
        assert self.sync().failure is None

    def spec_of(self, path: str) -> Json:
        data = self.server.blobs[self.server.commits[self.tip][1][f"north/managed/{path}.yaml"].id]
        assert data.startswith(b"# kept\n")
        found: Json = parse(data).documents[0].value["spec"]
        return found

    def put(self, path: str, **fields: Any) -> None:
        """Change fields of a spec in git."""
        body = {**WIRING[path], "spec": {**self.spec_of(path), **fields}}
        self.commit({f"north/managed/{path}.yaml": b"# kept\n" + emit(body).encode()})

    def change(self, path: str, name: str, /, **fields: Any) -> None:
        """Change an object in NetBox, as an operator does in its pages."""
        row = next(
            row for row in self.fake.rows(path) if name in (row.get("name"), row.get("prefix"), row.get("label"))
        )
        self.fake.store.change(path, row["id"], fields)

    def settle(self) -> None:
        """Further runs, none of which has anything to do."""
        tip, log = self.tip, len(self._log())
        for run in (self.pull, self.sync, self.pull):
            assert run().failure is None
        assert self.tip == tip, "an echo in git"
        assert len(self._log()) == log, "an echo in NetBox"

    def _log(self) -> list[Any]:
        return list(self.fake.store.rows["core/object-changes"].values())


@pytest.fixture
def sides() -> CoreSides:
    return CoreSides()


def failing(at: int) -> Fault:
    """The request of this number is cut off, if it reads."""
    return lambda number, method, _: "before" if number == at and method == "GET" else ""


def done(report: FabricReport) -> list[tuple[str, Verdict]]:
    assert report.failure is None, report.failure.message
    assert report.plan
    return [(str(item.ref), item.verdict) for item in report.plan.pulled]


def test_edits_of_objects_become_one_commit_of_the_resources_that_says_whose_they_are(sides: CoreSides) -> None:
    sides.settle()
    sides.change("dcim/devices", "leaf", description="rack 2")
    sides.change("ipam/vlans", "web/main", vid=1500)
    sides.change("ipam/prefixes", "10.1.1.0/24", prefix="10.1.9.0/24")
    (leaf,) = (row["id"] for row in sides.fake.rows("dcim/devices") if row["name"] == "leaf")
    (port,) = sides.fake.put("dcim/interfaces", {"device": leaf, "name": "E1/7", "type": "other"})
    sides.change("dcim/cables", "c", b_terminations=[{"object_type": "dcim.interface", "object_id": port}])
    assert done(sides.pull()) == [
        ("VPC web", Verdict.TAKEN), ("Connection c", Verdict.TAKEN), ("Switch leaf", Verdict.TAKEN),
    ]  # fmt: skip
    assert sides.spec_of("switches/leaf")["description"] == "rack 2"
    assert sides.spec_of("vpcs/web")["subnets"]["main"] == {"subnet": "10.1.9.0/24", "vlan": 1500}
    assert sides.spec_of("connections/c")["unbundled"]["link"]["switch"]["port"] == "leaf/E1/7"
    assert "spec.description: NetBox user alice" in sides.message()
    sides.settle()


def test_a_sync_leaves_edits_alone_until_they_are_pulled_and_tells_the_rest(sides: CoreSides) -> None:
    sides.change("dcim/devices", "leaf", description="rack 2")
    sides.put("switches/leaf", role="border-leaf")
    report = sides.sync()
    done(report)
    assert any(
        "Switch leaf: spec.description was changed in NetBox; it waits for a pull" in note for note in report.notes
    )
    (row,) = (row for row in sides.fake.rows("dcim/devices") if row["name"] == "leaf")
    assert (row["description"], row["role"]["slug"]) == ("rack 2", "border-leaf")
    assert done(sides.pull()) == [("Switch leaf", Verdict.TAKEN)]
    assert sides.spec_of("switches/leaf") == {"description": "rack 2", "role": "border-leaf"}
    sides.settle()


def test_what_both_sides_changed_is_asked_about_and_written_by_nobody(sides: CoreSides) -> None:
    sides.change("dcim/devices", "srv", description="rack 2")
    sides.put("servers/srv", description="rack 3")
    done(sides.sync())
    assert done(sides.pull()) == [("Server srv", Verdict.ASKED)]
    (row,) = (row for row in sides.fake.rows("dcim/devices") if row["name"] == "srv")
    assert (row["description"], sides.spec_of("servers/srv")["description"]) == ("rack 2", "rack 3")
    sides.with_policy("netbox-wins")
    assert done(sides.pull()) == [("Server srv", Verdict.TAKEN)]
    assert sides.spec_of("servers/srv")["description"] == "rack 2"
    sides.settle()


def test_what_is_no_edit_of_a_resource_is_told_and_not_taken(sides: CoreSides) -> None:
    sides.change("ipam/vlans", "web/main", name="renamed")
    report = sides.pull()
    assert done(report) == []
    found = [item for item in report.diagnostics if "not taken back" in item.message]
    assert [(item.severity, item.location.path) for item in found] == [(Severity.WARNING, "managed/vpcs/web.yaml")]


def test_an_outage_at_any_request_of_a_pull_changes_nothing(sides: CoreSides) -> None:
    sides.change("dcim/devices", "leaf", description="rack 2")
    tip, number = sides.tip, 0
    while True:
        number += 1
        sides.fault = failing(number)
        report = sides.pull()
        if report.failure is None:
            break
        assert sides.tip == tip
        assert report.failure.code.exit == 6
    assert sides.spec_of("switches/leaf")["description"] == "rack 2"
    assert number > 10
