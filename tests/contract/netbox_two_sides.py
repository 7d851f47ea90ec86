"""A fabric with two doors: a branch in a repository in memory, and the stand-in for NetBox, with runs between them."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, cast
from uuid import uuid4

from netbox_models import Json
from netbox_runs import FastClock
from netbox_server import TOKEN, Fake
from netbox_store import Store

from fgd_sync.adapters.git import GitRepository
from fgd_sync.adapters.netbox_errors import failure_of
from fgd_sync.adapters.packaged import load
from fgd_sync.adapters.workspace import LocalWorkspace
from fgd_sync.cli.publishing import Audience, Publication, _Publishing
from fgd_sync.flow.disk_source import DiskSource
from fgd_sync.flow.netbox_receiver import NetBoxReceiver
from fgd_sync.flow.run import Request, World
from fgd_sync.model.code import NETBOX_CONNECTION_FAILED
from fgd_sync.model.config import FabricEntry, NetBoxSettings, PullSettings, Settings
from fgd_sync.model.context import RunContext
from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import NewCommit, RefMove, Signature
from fgd_sync.model.netbox import Filters, NetBoxObject
from fgd_sync.model.report import FabricReport
from fgd_sync.model.resource import JsonObject
from fgd_sync.ports import GitHub
from fgd_sync.schema.catalogue import Catalogue
from fgd_sync.yamldoc.emit import emit
from fgd_sync.yamldoc.parse import parse
from memory_pulls import MemoryPulls
from memory_store import MemoryStore, Server

MAIN, STATE = "refs/heads/main", "refs/fgd/state/north"
ALICE = Signature("Alice", "alice@example.com")
VPCS = "plugins/hedgehog/vpcs"
NAMESPACES: dict[str, Json] = {
    "IPv4Namespace": {"subnets": ["10.0.0.0/8"]},
    "VLANNamespace": {"ranges": [{"from": 1000, "to": 2999}]},
}
Fault = Callable[[int, str, str], str]


def spec(number: int, **fields: Any) -> Json:
    return {"subnets": {"main": {"subnet": f"10.{number}.1.0/24", "vlan": 1000 + number, **fields}}}


def manifest(kind: str, name: str, content: Json, group: str = "vpc", **metadata: Any) -> Json:
    version = f"{group}.githedgehog.com/v1beta1"
    return {
        "apiVersion": version, "kind": kind, "metadata": {"name": name, "namespace": "default", **metadata},
        "spec": content,
    }  # fmt: skip


@dataclass
class Direct:
    """The port `NetBox` on the stand-in, without HTTP between: what goes wrong is decided request by request."""

    fake: Fake
    fault: Fault = lambda *_: ""
    requests: int = 0
    _etag: str = field(default="", repr=False)

    def _ask(self, method: str, path: str, query: str = "", body: Any = None, etag: str = "") -> Any:
        self.requests += 1
        fault = self.fault(self.requests, method, path)
        if fault == "before":
            raise FgdError(NETBOX_CONNECTION_FAILED, f"{method} {path}: cut", details={"doubtful": False})
        headers = {"Authorization": f"Bearer {TOKEN}", "If-Match": etag}
        data = json.dumps(body).encode() if body is not None else b""
        answer = self.fake.respond(method, f"/api/{path}/?omit=display_url&ordering=id&{query}", headers, data)
        if fault == "after":
            details = {"doubtful": method != "GET"}
            raise FgdError(NETBOX_CONNECTION_FAILED, f"{method} {path}: cut", details=details)
        self._etag = answer.etag
        if answer.status >= 400:
            raise failure_of(method, path, answer.status, json.dumps(answer.body))
        return answer.body

    def status(self) -> JsonObject:
        return dict(self._ask("GET", "status"))

    def list(self, path: str, filters: Filters) -> Sequence[JsonObject]:
        pairs = [
            (key, item) for key, value in filters.items() for item in ([value] if isinstance(value, str) else value)
        ]
        query = "&".join(f"{key}={item}" for key, item in (("limit", "1000"), *pairs))
        return list(self._ask("GET", path, query)["results"])

    def get(self, path: str, number: int) -> NetBoxObject | None:
        return NetBoxObject(self._ask("GET", f"{path}/{number}"), self._etag)

    def create(self, path: str, bodies: Sequence[JsonObject]) -> Sequence[JsonObject]:
        return list(self._ask("POST", path, body=list(bodies)))

    def update(self, path: str, bodies: Sequence[JsonObject]) -> Sequence[JsonObject]:
        return list(self._ask("PATCH", path, body=list(bodies)))

    def change(self, path: str, number: int, fields: JsonObject, etag: str) -> NetBoxObject:
        return NetBoxObject(self._ask("PATCH", f"{path}/{number}", body=fields, etag=etag), self._etag)

    def delete(self, path: str, numbers: Sequence[int]) -> None:
        self._ask("DELETE", path, body=[{"id": number} for number in numbers])

    def allowed(self, path: str) -> frozenset[str]:  # noqa: ARG002 - a superuser
        return frozenset({"view", "add", "change"})


class _Here(_Publishing):
    """A run whose pull requests are in memory too."""

    proposed: MemoryPulls

    def _github(self, mode: str) -> GitHub:  # noqa: ARG002 - the same for all modes
        return cast("GitHub", self.proposed)


class TwoSides:
    """The fabric `north`, with two namespaces that are never touched so that no plan deletes everything."""

    def __init__(self, conflicts: str = "ask", mode: str = "push") -> None:
        self.fake, self.server = Fake(Store(plugin=True)), Server()
        self.settings = Settings(
            netbox=NetBoxSettings(url="https://netbox.example", target="plugin"),
            pull=PullSettings(mode, conflicts),
            fabrics=(FabricEntry("north", "north"),),
        )
        self.fault: Fault = lambda *_: ""
        self.clients: list[Direct] = []
        self.proposed = MemoryPulls(self.server)
        bodies = [
            manifest(kind, "default", content, "wiring" if kind == "VLANNamespace" else "vpc")
            for kind, content in NAMESPACES.items()
        ]
        files = {self.path(body["kind"], "default"): emit(body).encode() for body in bodies}
        self.commit({"north/.hnp/manifest.yaml": b"fabric_name: north\n", **files})
        assert self.sync().failure is None

    # Git's door.

    def path(self, kind: str, name: str) -> str:
        plural = {"VPC": "vpcs", "IPv4Namespace": "ipv4namespaces", "VLANNamespace": "vlannamespaces"}[kind]
        return f"north/managed/{plural}/{name}.yaml"

    def commit(self, files: Mapping[str, bytes | None], message: str = "by hand") -> None:
        store, tip = MemoryStore(self.server), self.tip
        if tip:
            store.fetch([tip])
        new = store.commit(NewCommit(message, ALICE, ALICE, "2026-03-01T08:00:00Z", dict(files), tip))
        store.update([RefMove(MAIN, tip, new)])

    @property
    def tip(self) -> str:
        return self.server.refs.get(MAIN, "")

    def message(self) -> str:
        return self.server.commits[self.tip][0].message

    def file(self, name: str, ref: str = MAIN) -> bytes | None:
        entry = self.server.commits[self.server.refs[ref]][1].get(self.path("VPC", name))
        return None if entry is None else self.server.blobs[entry.id]

    def write(self, name: str, content: Json | None, comment: str = "", labels: Json | None = None) -> None:
        """Change, make or delete a VPC in git."""
        said: Json = {"labels": labels} if labels else {}
        data = None if content is None else comment.encode() + emit(manifest("VPC", name, content, **said)).encode()
        self.commit({self.path("VPC", name): data})

    def in_git(self, ref: str = MAIN) -> dict[str, Json]:
        """The specs of the VPCs in git."""
        tree = self.server.commits[self.server.refs[ref]][1]
        paths = [path for path in tree if path.startswith("north/managed/vpcs/") and path.endswith(".yaml")]
        values = {path: parse(self.server.blobs[tree[path].id]).documents[0].value for path in paths}
        return {path.rpartition("/")[2].removesuffix(".yaml"): value["spec"] for path, value in values.items()}

    def bodies(self) -> dict[str, Json]:
        """The specs and labels of the VPCs in git."""
        names = self.in_git()
        found = {name: parse(self.file(name) or b"").documents[0].value for name in names}
        return {
            name: {"spec": body["spec"], "labels": body["metadata"].get("labels", {})} for name, body in found.items()
        }

    # NetBox's door.

    def rows(self) -> dict[str, Json]:
        return {row["name"]: row for row in self.fake.rows(VPCS) if row["sync_error"] != "deleted from git"}

    def in_netbox(self) -> dict[str, Json]:
        """The specs of the VPCs in NetBox."""
        return {name: row["spec"] for name, row in self.rows().items()}

    def edit(self, name: str, content: Json | None, **fields: Any) -> None:
        """Change, make or delete a VPC in NetBox, as an operator does in its pages."""
        row = self.rows().get(name)
        if content is None:
            assert row
            self.fake.store.delete(VPCS, row["id"])
        elif row:
            self.fake.store.change(VPCS, row["id"], {"spec": content, **fields})
        else:
            (fabric,) = self.fake.rows("plugins/hedgehog/fabrics")
            self.fake.put(VPCS, {"fabric": fabric["id"], "name": name, "spec": content, **fields})

    def rename(self, name: str, new: str) -> None:
        self.fake.store.change(VPCS, self.rows()[name]["id"], {"name": new})

    # The runs between.

    def sync(self) -> FabricReport:
        return self._run(Publication("memory:", "main", context=RunContext(event="push")))

    def pull(self) -> FabricReport:
        context = RunContext(event="schedule", trigger="pull")
        return self._run(Publication("memory:", "main", context=context, pull_from=self._connect))

    def _connect(self) -> Direct:
        self.clients.append(Direct(self.fake, self.fault))
        return self.clients[-1]

    def _run(self, publication: Publication) -> FabricReport:
        clock = FastClock()
        repository, workspace = GitRepository(), LocalWorkspace()
        source = DiskSource(workspace, repository, self.settings)
        world = World(self.settings, source, workspace, repository, clock, Catalogue(load), lambda: str(uuid4()))
        policy = self.settings.pull.conflicts
        receiver = NetBoxReceiver(
            self._connect, self.settings.netbox, publication.context, clock, policy=lambda _: policy
        )
        running = _Here(world, publication, Audience(receivers=[receiver]), MemoryStore(self.server))
        running.proposed = self.proposed
        (report,) = running.run(Request(), dry_run=False)
        return report

    def with_policy(self, conflicts: str) -> None:
        self.settings = replace(self.settings, pull=replace(self.settings.pull, conflicts=conflicts))

    def agreed(self) -> dict[str, Json]:
        """The VPCs as both sides had them when a run last saw both: the base of the next comparison."""
        tree = self.server.commits[self.server.refs[STATE]][1] if STATE in self.server.refs else {}
        files = [json.loads(self.server.blobs[entry.id]) for path, entry in tree.items() if path == "base/VPC.json"]
        return {row["name"]: row for file in files for row in file["records"] if row.get("spec")}

    def forget(self) -> None:
        """Lose the state of the fabric."""
        del self.server.refs[STATE]

    def writes(self) -> list[str]:
        """What was written to records of VPCs in NetBox since it was asked last, by us."""
        log = [row for row in self.fake.store.rows["core/object-changes"].values() if row["user_name"] == "admin"]
        found = [f"{row['action']} {row['object_repr']}" for row in log if row["changed_object_type"].endswith(".vpc")]
        self._seen, start = len(found), getattr(self, "_seen", 0)
        return found[start:]
