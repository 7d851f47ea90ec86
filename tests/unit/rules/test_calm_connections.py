"""Ports of Connections at a glance: each switch has those of its own profile and breakout modes, by either spelling."""

from typing import Any

import pytest

from fgd_sync.fabric.index import Index
from fgd_sync.model.config import FabricSettings
from fgd_sync.model.resource import JsonObject, Origin, Ref, Resource
from fgd_sync.rules.calm import Calm
from fgd_sync.rules.registry import Context, evaluated
from fgd_sync.rules.rule import Fabric

BROKEN_OUT = {"profile": "dell-s5248f-on", "portBreakouts": {"E1/49": "4x25G"}}
WHOLE = {"profile": "dell-s5248f-on", "portBreakouts": {"E1/49": "1x100G"}}
AS_USUAL = {"profile": "dell-s5248f-on"}
OTHER = {"profile": "celestica-ds5000"}
UNKNOWN = {"profile": "of-somebody"}


def one(kind: str, name: str, spec: JsonObject) -> Resource:
    body = {"metadata": {"name": name, "namespace": "default"}, "spec": spec}
    return Resource(Ref("wiring.githedgehog.com", kind, "default", name), body, Origin("x", 0))


def fabric(switches: dict[str, dict[str, Any]], ports: dict[str, str]) -> list[Resource]:
    """Switches, and Connections by their names, each from a server of its own to a port."""
    found = [one("Switch", name, {"role": "server-leaf", **spec}) for name, spec in switches.items()]
    for name, port in ports.items():
        link = {"server": {"port": f"server-{name}/enp1"}, "switch": {"port": port}}
        found += [one("Server", f"server-{name}", {}), one("Connection", name, {"unbundled": {"link": link}})]
    return found


def wrong(resources: list[Resource]) -> set[str]:
    """The Connections that a rule on several resources finds something about."""
    refs = [resource.ref for resource in resources]
    told = evaluated(Fabric(Index(resources), Context(FabricSettings())), refs, parts={})
    return {ref.name for ref in refs if ref.kind == "Connection" and told[ref].findings}


def right(resources: list[Resource]) -> set[str]:
    """The Connections that are right at a glance."""
    index = Index(resources)
    return {ref.name for ref in index.written if ref.kind == "Connection" and ref in Calm(index)}


@pytest.mark.parametrize("leaves", [("leaf-1", "leaf-2"), ("leaf-2", "leaf-1")], ids=str)
@pytest.mark.parametrize(
    ("has_it", "has_not", "port"),
    [
        (BROKEN_OUT, WHOLE, "E1/49/2"),
        (BROKEN_OUT, AS_USUAL, "E1/49/4"),
        (OTHER, AS_USUAL, "E1/60"),
        (UNKNOWN, AS_USUAL, "E1/99"),
    ],
)
def test_a_port_of_one_switch_is_not_a_port_of_another(
    leaves: tuple[str, str], has_it: dict[str, Any], has_not: dict[str, Any], port: str
) -> None:
    """Whichever of them is looked at first."""
    switches = dict(sorted(zip(leaves, (has_it, has_not), strict=True)))
    ports = {f"to-{leaf}": f"{leaf}/{port}" for leaf in switches}
    resources = fabric(switches, ports)
    assert wrong(resources) == {f"to-{leaves[1]}"}
    assert right(resources) == {f"to-{leaves[0]}"}


@pytest.mark.parametrize("spec", [BROKEN_OUT, WHOLE, AS_USUAL, UNKNOWN])
def test_a_port_and_its_first_sub_port_are_one(spec: dict[str, Any]) -> None:
    ports = {"whole": "leaf-1/E1/49", "first": "leaf-1/E1/49/1", "alone": "leaf-2/E1/49/1"}
    resources = fabric({"leaf-1": spec, "leaf-2": spec}, ports)
    assert wrong(resources) & {"whole", "first"}
    assert right(resources) == {"alone"}
