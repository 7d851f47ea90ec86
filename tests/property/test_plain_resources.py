"""What is plain breaks no rule, however close to a fault it is; resources of the usual forms are plain."""

import copy
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from fgd_sync.model.config import FabricSettings
from fgd_sync.model.kinds import KINDS
from fgd_sync.model.resource import Origin, Ref, Resource
from fgd_sync.rules.plain import form_of, is_plain
from fgd_sync.rules.registry import RULES, Context, run_all_local

USUAL = """
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata: {name: web, namespace: default, labels: {team: web}}
spec:
  ipv4Namespace: default
  vlanNamespace: default
  mode: l3vni
  defaultIsolated: true
  subnets:
    front:
      subnet: 10.0.1.0/24
      gateway: 10.0.1.1
      vlan: 1001
      dhcp:
        enable: true
        range: {start: 10.0.1.10, end: 10.0.1.99}
        options: {dnsServers: [10.0.0.53, "2001:db8::1"], timeServers: [10.0.0.54], interfaceMTU: 1500}
    back: {subnet: 10.0.2.0/28, vlan: 1002, isolated: true, dhcp: {enable: false}}
    hosts: {subnet: 10.0.3.0/30, hostBGP: true}
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata: {name: web, annotations: {note: here, fabric.githedgehog.com/p2p-link: 10.9.0.0/31}}
spec: {subnet: web/back, connection: server-01--unbundled--leaf-01, nativeVLAN: true}
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata: {name: server-with-a-name-that-is-longer--unbundled--leaf-that-has-a-long-name}
spec: {unbundled: {mtu: 9036, link: {server: {port: server-01/enp2s1}, switch: {port: leaf-01/E1/1}}}}
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata: {name: server-01--eslag--leaf-01--leaf-02}
spec:
  eslag:
    links:
      - {server: {port: server-01/enp2s1}, switch: {port: leaf-01/E1/1/1}}
      - {server: {port: server-01/enp2s2}, switch: {port: leaf-02/E1/1/1}}
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata: {name: server-01--bundled--leaf-01}
spec:
  bundled:
    links:
      - {server: {port: server-01/enp2s1}, switch: {port: leaf-01/E1/1}}
      - {server: {port: server-01/enp2s2}, switch: {port: leaf-01/E1/2}}
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata: {name: spine-01--fabric--leaf-01}
spec:
  fabric:
    links:
      - {spine: {port: spine-01/E1/1, ip: 172.30.128.0/31}, leaf: {port: leaf-01/E1/9, ip: 172.30.128.1/31}}
      - {spine: {port: spine-01/E1/2, ip: 172.30.128.3/31}, leaf: {port: leaf-01/E1/10, ip: 172.30.128.2/31}}
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata: {name: leaf-01--mesh--leaf-02}
spec: {mesh: {links: [{leaf1: {port: leaf-01/E1/9, ip: 172.30.128.0/31}, leaf2: {port: leaf-02/E1/9, ip: 172.30.128.1/31}}]}}
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata: {name: server-01}
spec: {description: rack 1}
"""
BODIES: list[dict[str, Any]] = list(yaml.load_all(USUAL, yaml.CSafeLoader))
EXAMPLES: list[dict[str, Any]] = [
    body
    for rule in RULES.values()
    for text in (rule.bad, rule.good)
    for body in yaml.load_all(text, yaml.CSafeLoader)
    if body and body.get("kind") in {usual["kind"] for usual in BODIES}
]
NEAR = yaml.load(
    """
[null, "", 0, 1, -1, true, false, [], {}, 1.5, x, "a/b", "a/b/c", X, ext.a, a-, l3vni, l3flat, default, fab,
 10.0.1.0/24, 10.0.1.0/29, 10.0.1.0/31, 10.0.0.0/16, 10.0.1.5/24, "2001:db8::/64", 172.30.0.0/24, 10.0.1, 010.0.1.9,
 10.0.1.0, 10.0.1.1, 10.0.1.2, 10.0.1.10, 10.0.1.99, 10.0.1.254, 10.0.1.255, 10.0.2.1, "2001:db8::1", 10.0.1.9/24,
 172.30.128.0/31, 172.30.128.1/31, 172.30.128.2/31, 172.30.128.0/30, 10.9.0.0/31, 1001, 1002, 95, 96, 9036, 9037,
 leaf-01, leaf-01/E1/1, leaf-01/E1/1/1, leaf-01/E1/2, leaf-01/M1, leaf-02/E1/1, leaf-03/E1/1, server-01/enp2s1,
 server-02/enp2s1, server-01/M1, [10.0.1.1], [x], {enable: true}, {end: 10.0.1.99}, {dnsServers: [x]}]
""",
    yaml.CSafeLoader,
)
CONTEXTS = [
    Context(FabricSettings(release=release, **more), {rule.id: "error" for rule in RULES.values()})
    for release in ("26.01", "26.02", "26.03")
    for more in ({}, {"reserved_subnets": ("10.0.0.0/8", "172.30.128.0/17")}, {"mtu": 9000})
]
GROUPS = {kind.name: kind.group for kind in KINDS}


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every mapping and list with one of its keys and indices."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    return [(value, key) for key in keys] + [place for key in keys for place in places(value[key])]


VALUES = [outer[key] for body in (*BODIES, *EXAMPLES) for outer, key in places(body)]
KEYS = sorted({key for body in (*BODIES, *EXAMPLES) for _, key in places(body.get("spec")) if isinstance(key, str)})
EDITS = st.tuples(
    st.integers(0, 60),
    st.sampled_from(["value", "near", "near", "drop", "add", "rename", "repeat"]),
    st.sampled_from(KEYS),
    st.sampled_from(VALUES),
    st.sampled_from(NEAR),
)


def edit(body: dict[str, Any], number: int, how: str, *, key: str, value: Any, near: Any) -> None:
    """Change something in the metadata or the spec."""
    found = [place for part in ("metadata", "spec") if part in body for place in [(body, part), *places(body[part])]]
    if not found:
        return
    outer, at = found[number % len(found)]
    if how == "drop":
        del outer[at]
    elif how == "add" and isinstance(outer, dict) and outer is not body:
        outer[key] = copy.deepcopy(value)
    elif how == "rename" and isinstance(outer, dict) and outer is not body:
        outer[str(near)] = outer.pop(at)
    elif how == "repeat" and isinstance(outer, list):
        outer.append(copy.deepcopy(outer[at]))
    else:
        outer[at] = copy.deepcopy(near if how == "near" else value)


def resource_of(kind: str, body: dict[str, Any]) -> Resource:
    metadata = body.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    return Resource(Ref(GROUPS[kind], kind, "default", name if isinstance(name, str) else "x"), body, Origin("x", 0))


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body["metadata"]["name"])
def test_the_usual_forms_are_plain(body: dict[str, Any]) -> None:
    assert is_plain(form_of(body["kind"], body), FabricSettings())


@settings(max_examples=settings().max_examples * 10)
@given(st.sampled_from([*BODIES, *BODIES, *EXAMPLES]), st.lists(EDITS, max_size=3), st.sampled_from(CONTEXTS))
def test_what_is_plain_breaks_no_rule(body: dict[str, Any], edits: list[Any], context: Context) -> None:
    kind, body = body["kind"], copy.deepcopy(body)
    for number, how, key, value, near in edits:
        edit(body, number, how, key=key, value=value, near=near)
    found = resource_of(kind, body)
    if is_plain(form_of(found.ref.kind, found.body), context.settings):
        assert run_all_local(found, context) == []
