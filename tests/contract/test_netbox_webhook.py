"""An operator's edit in NetBox comes to git by webhook, dispatch, workflow and pull request; nothing echoes."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from netbox_server import TOKEN, Fake
from netbox_webhook import listening, webhook_of

from forge.accounts import WORKFLOW
from forge.forge import Forge
from forge.repository import Repository
from runner import events
from runner.events import Event
from runner.job import Job, Outcome
from runner.launchers import Process

ROOT = Path(__file__).resolve().parents[2]
VPCS = "plugins/hedgehog/vpcs"
MANAGED = "north/managed/vpcs/web.yaml"
FILES = {
    "north/.hnp/manifest.yaml": "fabric_name: north\n",
    "north/raw/all.yaml": """\
apiVersion: vpc.githedgehog.com/v1beta1
kind: IPv4Namespace
metadata: {name: default}
spec: {subnets: [10.0.0.0/8]}
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: VLANNamespace
metadata: {name: default}
spec: {ranges: [{from: 1000, to: 2999}]}
---
# the shop
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata: {name: web}
spec: {subnets: {main: {subnet: 10.1.1.0/24, vlan: 1001}}}
""",
}

DB = (
    FILES["north/raw/all.yaml"]
    .partition("# the shop\n")[2]
    .replace("web", "db")
    .replace("10.1", "10.2")
    .replace("1001", "1002")
)


def example(name: str) -> Any:
    body = yaml.safe_load((ROOT / "examples" / "workflows" / name).read_text())
    return body["jobs"]


class Site:
    """A repository on the forge with the example workflows for NetBox, and a NetBox that knows its fabric."""

    def __init__(self, forge: Forge, fake: Fake, root: Path) -> None:
        self.forge, self.fake, self.root = forge, fake, root
        self.repository: Repository = forge.repository()
        self.repository.commit(FILES)
        self.desk = forge.desks[self.repository.name]
        self.jobs = 0
        fake.user = "fgd-sync"

    def step(self, event: Event, **inputs: str) -> Outcome:
        """A job with one step of the action, on a fresh runner."""
        self.jobs += 1
        launcher = Process([str(Path(sys.executable).with_name("fgd"))], ROOT / "docker", {})
        token = self.forge.token(WORKFLOW)
        job = Job(self.root / str(self.jobs), self.forge, event, launcher, token=token, manifest=ROOT / "action.yml")
        job.checkout()
        done = job.run({"netbox-url": self.fake.url, "netbox-token": TOKEN, **inputs})
        assert done.status == 0, done.told
        return done

    def sync(self) -> Outcome:
        return self.step(events.push(self.repository))

    def dispatched(self) -> list[Outcome]:
        """What the workflow of the example does on the dispatches that GitHub got since."""
        (job,) = example("netbox.yml").values()
        assert job["if"] == "github.event.client_payload.user != 'fgd-sync'"
        mode = job["steps"][-1]["with"]["mode"]
        waiting, self.desk.dispatches[:] = list(self.desk.dispatches), []
        asked = [item for item in waiting if item["client_payload"]["user"] != "fgd-sync"]
        return [
            self.step(
                events.repository_dispatch(self.repository, item["event_type"], item["client_payload"]), mode=mode
            )
            for item in asked
        ]

    def edit(self, vlan: int) -> None:
        """An operator changes the VLAN of the VPC in NetBox's pages."""
        (row,) = self.fake.rows(VPCS)
        spec = {**row["spec"], "subnets": {"main": {**row["spec"]["subnets"]["main"], "vlan": vlan}}}
        self.fake.store.change(VPCS, row["id"], {"spec": spec})

    def merge(self, number: int) -> None:
        """Somebody merges a pull request."""
        pull = self.desk.pulls[number]
        self.repository.move("refs/heads/main", self.repository.tip(pull.head), self.repository.tip())
        self.desk.refresh(pull)


@pytest.fixture
def site(forge: Forge, hedgehog: Fake, tmp_path: Path) -> Iterator[Site]:
    made = Site(forge, hedgehog, tmp_path)
    made.sync()
    with listening(hedgehog, webhook_of(made.repository.name, forge.api_url, forge.token(), "netbox_hedgehog.vpc")):
        yield made


def test_an_edit_becomes_a_pull_request_and_nothing_echoes(site: Site) -> None:
    site.edit(1500)
    assert [item["client_payload"] for item in site.desk.dispatches] == [
        {"object": "netbox_hedgehog.vpc", "event": "updated", "user": "alice"}
    ]
    (pulled,) = site.dispatched()
    assert pulled.outputs["pull-request"] == "1"
    (pull,) = site.desk.pulls.values()
    assert pull.head == "fgd-pull/north"
    changed = site.repository.read(MANAGED, pull.head).decode()
    assert changed.startswith("# the shop\n")
    assert "vlan: 1500" in changed
    assert "vlan: 1001" in site.repository.read(MANAGED).decode(), "main waits for the merge"
    site.merge(pull.number)
    site.repository.commit({"north/raw/db.yaml": DB})
    before = len(site.fake.asked)
    site.sync()
    assert "vlan: 1500" in site.repository.read(MANAGED).decode()
    written = [(method, path) for method, path in site.fake.asked[before:] if method != "GET" and path.startswith(VPCS)]
    assert written == [("POST", VPCS)], "the pulled edit is no news for NetBox, the new VPC is"
    assert [item["client_payload"]["user"] for item in site.desk.dispatches] == ["fgd-sync"], (
        "the webhook fires for us too"
    )
    assert site.dispatched() == [], "and the workflow leaves that out"
