"""What was changed in NetBox as a pull request: opened, kept up to date in place, closed when nothing is left."""

import os
from pathlib import Path

import pytest
from netbox_server import Fake
from netbox_store import Store
from netbox_two_sides import VPCS, Direct, manifest, spec

from fgd_sync.adapters.clock import SystemClock
from fgd_sync.cli.common import make_world
from fgd_sync.cli.publishing import Audience, Publication, publish
from fgd_sync.flow.netbox_receiver import NetBoxReceiver
from fgd_sync.flow.run import Request
from fgd_sync.model.context import RunContext
from fgd_sync.model.report import FabricReport
from fgd_sync.yamldoc.emit import emit
from forge.forge import Forge

NAME = "acme/fabrics"
NAMESPACES = [
    manifest("IPv4Namespace", "default", {"subnets": ["10.0.0.0/8"]}),
    manifest("VLANNamespace", "default", {"ranges": [{"from": 1000, "to": 2999}]}, "wiring"),
]


class World:
    """A repository on the stand-in for GitHub, and a NetBox that was told of its one fabric."""

    def __init__(self, forge: Forge) -> None:
        self.forge, self.git, self.fake = forge, forge.repository(NAME), Fake(Store(plugin=True))
        vpcs = [manifest("VPC", name, spec(number)) for number, name in enumerate(("web", "db"), 1)]
        text = "---\n".join(emit(body) for body in (*NAMESPACES, *vpcs))
        self.git.commit({"north/raw/all.yaml": text, "north/.hnp/manifest.yaml": "fabric_name: north\n"}, "main")
        self.run(pull=False)

    def run(self, *, pull: bool = True) -> FabricReport:
        context = RunContext(
            repository=NAME, server_url=self.forge.server_url, api_url=self.forge.api_url, sha=self.git.tip()
        )
        settings = {"netbox.url": "https://netbox.example", "netbox.target": "plugin"}
        world = make_world(None, settings)
        url = f"{self.forge.server_url}/{NAME}"
        source = (lambda: Direct(self.fake)) if pull else None
        wanted = Publication(url, "main", self.forge.token(), paths=("north",), context=context, pull_from=source)
        receiver = NetBoxReceiver(lambda: Direct(self.fake), world.settings.netbox, context, SystemClock())
        (report,) = publish(world, wanted, Request(), Audience(receivers=[receiver]))
        assert report.failure is None, report.failure.message
        return report

    def edit(self, name: str, vlan: int) -> None:
        (row,) = [row for row in self.fake.rows(VPCS) if row["name"] == name]
        main = {**row["spec"]["subnets"]["main"], "vlan": vlan}
        self.fake.store.change(VPCS, row["id"], {"spec": {"subnets": {"main": main}}})

    @property
    def pulls(self) -> list[tuple[str, str, str]]:
        return [(pull.head, pull.state, pull.title) for pull in self.forge.desks[NAME].pulls.values()]


@pytest.fixture
def world(forge: Forge, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> World:
    for name in [name for name in os.environ if name.startswith(("GITHUB_", "HEDGEHOG_", "NETBOX_"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    return World(forge)


def test_a_pull_request_is_opened_kept_up_to_date_and_closed(world: World) -> None:
    tip = world.git.tip()
    assert not world.run().pull_request
    world.edit("web", 1500)
    first = world.run()
    title = "Pull fabric north from NetBox: {} updated"
    assert world.pulls == [("fgd-pull/north", "open", title.format(1))]
    assert "NetBox user alice" in world.git.message(first.commit)
    assert world.git.tip() == tip
    world.run(pull=False)
    assert world.git.tip() == tip, "a sync neither takes nor overwrites what waits"
    assert world.run().commit in ("", first.commit)
    world.edit("db", 1600)
    assert world.run().pull_request == first.pull_request
    assert world.pulls == [("fgd-pull/north", "open", title.format(2))]
    world.edit("web", 1001)
    world.edit("db", 1002)
    world.run()
    assert [state for _, state, _ in world.pulls] == ["closed"]
    assert not world.git.refs("refs/heads/fgd-pull")


def test_the_text_shows_conflicts_with_all_three_values(world: World) -> None:
    world.edit("web", 1500)
    world.edit("db", 1600)
    changed = emit(manifest("VPC", "web", spec(1, vlan=1700)))
    world.git.commit({"north/managed/vpcs/web.yaml": changed}, "main")
    world.run()
    (pull,) = world.forge.desks[NAME].pulls.values()
    assert pull.title.endswith("1 updated")
    assert pull.body
    (row,) = [line for line in pull.body.splitlines() if line.startswith("| <code>VPC web</code>")]
    assert "<code>1001</code> | <code>1500</code> | <code>1700</code> | <code>alice, 2026-" in row
