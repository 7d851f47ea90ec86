"""Reports to a NetBox, real or not, as the tests make them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from netbox_models import Json

from fgd_sync.adapters.clock import SystemClock
from fgd_sync.adapters.netbox import Pace, PynetboxClient
from fgd_sync.flow.netbox.report import report
from fgd_sync.model.config import NetBoxSettings
from fgd_sync.model.kinds import KINDS
from fgd_sync.model.netbox import NetBoxResult, Outcome
from fgd_sync.model.resource import Ref
from fgd_sync.planning.netbox_records import Records, Source
from fgd_sync.yamldoc.emit import emit

GROUPS = {kind.name: kind for kind in KINDS}


class FastClock(SystemClock):
    """Real time in which nobody waits for long."""

    def sleep(self, seconds: float) -> None:
        super().sleep(min(seconds, 0.01))


def client(url: str, token: str, pace: Pace | None = None) -> PynetboxClient:
    return PynetboxClient(url, token, FastClock(), pace or Pace(60.0, 600.0))


def outcome(number: int = 1, fabric: str = "north", **changes: Any) -> Outcome:
    """The outcome of the sync of this number; later ones have higher numbers."""
    base = Outcome(
        fabric=fabric,
        sync_id=f"00000000-0000-4000-8000-{number:012d}",
        state="completed",
        completed_at=f"2026-03-01T08:{number // 60:02d}:{number % 60:02d}Z",
        correlation_id=f"11111111-0000-4000-8000-{number:012d}",
        trigger="push",
        commit=f"{number:040x}",
        branch="main",
        repository_url="https://github.example/net/fabrics",
        run_url=f"https://github.example/net/fabrics/actions/runs/{number}",
        actions={"create": 1},
        kinds={"VPC": 1},
        changes=("create VPC web",),
    )
    return replace(base, **changes)


def idle(number: int, fabric: str = "north", **changes: Any) -> Outcome:
    """The outcome of a sync that changed nothing."""
    return outcome(number, fabric, **{"actions": {"keep": 1}, "changes": (), "commit": f"{1:040x}", **changes})


def resource(kind: str, name: str, spec: Json, **metadata: Any) -> Json:
    version = GROUPS[kind].api_version
    return {
        "apiVersion": version,
        "kind": kind,
        "metadata": {"name": name, "namespace": "default", **metadata},
        "spec": spec,
    }


def records(*bodies: Json, errors: Mapping[str, str] | None = None) -> Records:
    """The resources of a fabric as its managed files would hold them."""
    found: dict[Ref, Source] = {}
    for body in bodies:
        kind, metadata = GROUPS[body["kind"]], body["metadata"]
        ref = Ref(kind.group, kind.name, metadata["namespace"], metadata["name"])
        found[ref] = Source(emit(body).encode(), (errors or {}).get(ref.name, ""))
    return Records(found)


def vpc(name: str, vlan: int = 1001) -> Json:
    return resource("VPC", name, {"subnets": {"main": {"subnet": f"10.0.{vlan % 200}.0/24", "vlan": vlan}}})


def tell(
    url: str,
    token: str,
    what: Outcome,
    wanted: Records | None = None,
    settings: NetBoxSettings | None = None,
) -> NetBoxResult:
    """One report by a client of its own, as in a run."""
    return report(client(url, token), what, settings or NetBoxSettings(), wanted)
