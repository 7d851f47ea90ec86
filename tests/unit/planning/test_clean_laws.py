"""Laws of cleaning and normal form, over arbitrary JSON and over real-looking resources with faults."""

import copy
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from fgd_sync.model.kinds import KINDS
from fgd_sync.planning.canonical import canonical
from fgd_sync.planning.clean import Cleaned, clean
from fgd_sync.yamldoc.comments import Comments
from fgd_sync.yamldoc.parse import parse

Route = tuple[str | int, ...]

SPECS: dict[str, Any] = {
    document.value["kind"]: document.value["spec"]
    for document in parse(b"""
kind: VPC
spec:
  ipv4Namespace: default
  permit: [[a, b]]
  snat: false
  subnet: 10.0.0.0/24
  dhcp: {enable: true}
  staticRoutes: [{prefix: 10.9.0.0/16, nextHops: [10.0.1.5]}]
  subnets:
    a:
      subnet: 10.0.1.0/24
      vlan: "1001"
      dhcp:
        enable: true
        pxeURL: http://10.0.0.5/boot
        range: {start: 10.0.1.10, end: 10.0.1.99}
        options:
          dnsServers: [9.9.9.9, 1.1.1.1]
          timeServers: [b, a]
          advertisedRoutes:
          - {destination: 10.2.0.0/16, gateway: 10.0.1.1}
          - {destination: 10.10.0.0/16, gateway: 10.0.1.1}
        static: {AA-BB-CC-00-11-22: {ip: 10.0.1.7}, "aa:bb:cc:00:11:23": {ip: 10.0.1.8}}
    b: {subnet: 10.0.2.0/24, vlan: 1002, dhcp: {range: {start: 10.0.2.10}, options: {}}}
---
kind: VPCAttachment
spec: {subnet: vpc-1, connection: server-1--unbundled--leaf-1, vpc: vpc-1, nativeVLAN: true}
---
kind: VPCPeering
spec: {permit: [{vpc-1: {subnets: [b, a]}, vpc-2: {}}], remote: "", vpcs: [a, b]}
---
kind: External
spec: {ipv4Namespace: default, inboundCommunity: "65102:5000", l2: {x: 1}}
---
kind: ExternalAttachment
spec:
  external: isp
  connection: leaf-1--external
  static: {vlan: 5}
  switch: {}
  neighbor: {}
  inboundACL: {statements: [{seq: 1, permit: true}, {seq: 2, action: deny}]}
---
kind: ExternalPeering
spec:
  permit:
    vpc: {name: vpc-1, subnets: [b, a]}
    external: {name: isp, prefixes: [{prefix: 9.0.0.0/8, le: 24}, {prefix: 10.0.0.0/8, ge: 8}]}
---
kind: IPv4Namespace
spec: {subnets: [10.2.0.0/16, 10.10.0.0/16]}
---
kind: VLANNamespace
spec: {ranges: [{from: 1000, to: 2999}, {from: 500}]}
---
kind: Connection
spec:
  unbundled: {link: {server: {port: server-1/e0}, switch: {port: leaf-1/Ethernet4}}}
  mclagDomain:
    links: [{switch1: {port: a/E1/1}, switch2: {port: b/E1/1}}]
    sessionLink: {switch1: {port: a/E1/2}, switch2: {}}
  gateway: {links: [{spine: {port: s/E1/1, ip: 10.0.0.0/31}, gateway: {port: g/e1}}]}
  staticExternal: {link: {switch: {port: a/E1/1, gateway: 10.0.0.1}}}
  management: {link: {}}
---
kind: Server
spec: {description: first, type: "", location: {rack: "1"}, serverConnections: [c]}
---
kind: Switch
spec:
  role: server-leaf
  profile: vs
  groups: [z, b]
  redundancy: {group: m, type: eslag, name: n}
  vlanNamespaces: [b, a]
  portSpeeds: {E1/10: SPEED_25G, E1/2: 25G, Ethernet0: 25G}
  portBreakouts: {1/55: 4x25G, E1/56: 1x100G}
  boot: {}
  ecmp: {roceQPN: true}
  rocev2: true
  location: {rack: "1"}
  lldp: {}
---
kind: SwitchGroup
spec: {}
---
kind: SwitchProfile
spec: {features: {rocev2: true, vxlan: true}, ports: []}
---
kind: ServerProfile
spec: {nics: [{name: nic0, ports: [{name: port0}]}]}
---
kind: Gateway
spec: {asn: 65534, groups: [{name: b}, {name: a, priority: 1}], interfaces: {enp2s1: {}}, logs: {}}
---
kind: GatewayGroup
spec: {}
---
kind: GatewayPeering
spec:
  gatewayGroup: default
  acl: {rules: [{match: {}, action: deny, from: vpc-1}]}
  peering:
    vpc-1:
      expose:
      - ips: [{cidr: 10.0.0.0/24, ports: ["80"]}]
        as: [{cidr: 10.9.0.0/24}]
        nat: {stateful: {idleTimeout: 5m}}
      - ips: [{not: 10.0.0.0/28}]
        nat: {masquerade: {idleTimeout: 90m}}
    ext.isp:
      expose:
      - ips: [{cidr: 0.0.0.0/0}]
      - nat: {stateless: {}, portForward: {idleTimeout: 1.5h}}
""").documents
}
SPECS["Peering"] = SPECS["GatewayPeering"]
METADATA = {
    "name": "one",
    "uid": "u",
    "creationTimestamp": None,
    "deletionTimestamp": "2026-01-01T00:00:00Z",
    "generateName": "o-",
    "labels": {"team": "storage", "fabric.githedgehog.com/vpc": "a", "app.kubernetes.io/instance": "x"},
    "annotations": {
        "hnp.githedgehog.com/last-synced": "now",
        "hnp.githedgehog.com/managed-by": "hedgehog-netbox-plugin",
        "argocd.argoproj.io/sync-wave": "1",
        "argocd.argoproj.io/tracking-id": "t",
    },
}
GROUP_OF = {kind.name: kind.group for kind in KINDS} | {"Peering": "gateway.githedgehog.com"}

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-5, 70000)
    | st.sampled_from(
        [
            "",
            "vpc-1",
            "SPEED_SPEED_10G",
            "10.0.0.0/24",
            "5m",
            "AA-BB-CC-00-11-22",
            "control",
            "fab",
            "default",
            "1001",
            "é",
        ]
    )
    | st.floats(allow_nan=False)
)
words = st.sampled_from(
    sorted(
        {
            "spec",
            "metadata",
            "links",
            "link",
            "port",
            "static",
            "subnets",
            "range",
            "from",
            "to",
            "ge",
            "name",
            "E1/10",
            "E1/2",
            "items",
            "expose",
            "as",
            "nat",
            "*",
            "[]",
            "",
            "labels",
            "enable",
        }
    )
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=4), max_leaves=12
)
versions = st.sampled_from(["v1beta1", "v1alpha2", "v1alpha1", "v1beta2", ""])


def routes(value: Any, route: Route = ()) -> Iterator[Route]:
    yield route
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in entries:
        yield from routes(item, (*route, key))


def mutate(body: Any, chance: random.Random, value: Any) -> None:
    """Replace, delete, repeat or add something somewhere."""
    inside = [route for route in routes(body) if len(route) > 1]
    if not inside:
        return
    *parents, last = chance.choice(inside)
    holder = body
    for step in parents:
        holder = holder[step]
    action = chance.randrange(4)
    if action == 0:
        holder[last] = copy.deepcopy(value)
    elif action == 1:
        del holder[last]
    elif isinstance(holder, list):
        holder.insert(0, copy.deepcopy(holder[-1]))
    else:
        key, donor = chance.choice([(route[-1], route) for route in routes(SPECS) if len(route) > 1])
        holder[str(key)] = copy.deepcopy(_at(SPECS, donor))


def _at(value: Any, route: Route) -> Any:
    for step in route:
        value = value[step]
    return value


@st.composite
def resources(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(sorted(SPECS)))
    metadata = {key: copy.deepcopy(value) for key, value in METADATA.items() if draw(st.booleans())}
    body = {
        "kind": kind,
        "apiVersion": f"{GROUP_OF[kind]}/{draw(versions)}",
        "status": {"vlan": 5},
        "metadata": metadata,
        "spec": copy.deepcopy(SPECS[kind]),
    }
    body = {key: body[key] for key in draw(st.permutations(sorted(body)))}
    chance = draw(st.randoms(use_true_random=False))
    for _ in range(draw(st.integers(0, 4))):
        mutate(body, chance, draw(values))
    return body


documents = resources() | st.dictionaries(words | st.sampled_from(["kind", "apiVersion"]), values, max_size=5)


def comments_everywhere(value: Any, route: Route = ()) -> Comments:
    """A comment of each sort at every place, each text once."""
    name = "/".join(map(str, route))
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    children = {key: comments_everywhere(item, (*route, key)) for key, item in entries}
    return Comments((f"# above {name}",), f"# after {name}", (f"# below {name}",), children)


def texts(comments: Comments | None) -> Counter[str]:
    assert comments is not None
    return Counter(comments.texts())


def same(first: Any, second: Any) -> bool:
    """Equal in value, type and order of keys."""
    return repr(first) == repr(second)


def is_quiet(cleaned: Cleaned, body: Any) -> bool:
    return not cleaned.notes and same(cleaned.body, body)


@given(documents)
def test_cleaning_changes_no_input_loses_no_comment_and_is_done_once(body: dict[str, Any]) -> None:
    comments = comments_everywhere(body)
    before = repr(body), comments.copy()
    cleaned = clean(body, comments)
    assert (repr(body), comments) == before
    assert texts(cleaned.comments) == texts(comments)
    again = clean(cleaned.body, cleaned.comments)
    assert is_quiet(again, cleaned.body)
    assert again.comments == cleaned.comments


@given(documents)
def test_normal_form_changes_no_input_loses_no_comment_and_is_stable(body: dict[str, Any]) -> None:
    cleaned = clean(body, comments_everywhere(body))
    before = repr(cleaned.body), cleaned.comments and cleaned.comments.copy()
    normal, comments = canonical(cleaned.body, cleaned.comments)
    assert (repr(cleaned.body), cleaned.comments) == before
    assert texts(comments) == texts(cleaned.comments)
    again, unmoved = canonical(normal, comments)
    assert same(again, normal)
    assert unmoved == comments
    assert is_quiet(clean(normal, comments), normal)


@given(documents)
def test_comments_play_no_part_in_values(body: dict[str, Any]) -> None:
    with_comments = clean(body, comments_everywhere(body))
    without = clean(body, None)
    assert same(with_comments.body, without.body)
    assert (with_comments.notes, with_comments.problems) == (without.notes, without.problems)
    assert same(canonical(without.body, None)[0], canonical(with_comments.body, with_comments.comments)[0])


@given(documents)
def test_every_finding_says_what_and_where(body: dict[str, Any]) -> None:
    cleaned = clean(body, None)
    sources = set(routes(body))
    for finding in (*cleaned.notes, *cleaned.problems):
        assert finding.message
        assert finding.route in sources


@given(resources())
def test_what_no_table_names_keeps_its_meaning(body: dict[str, Any]) -> None:
    body = {**body, "apiVersion": "apps/v1", "kind": "Deployment"}
    normal, _ = canonical(body, None)
    assert normal == body
