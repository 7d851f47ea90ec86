"""Laws of the impact over any two fabrics, valid or not, with reachability counted pair by pair beside it."""

from collections import Counter
from itertools import combinations, product
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from impact_worlds import attachment, eslag, external, external_peering, gateway_peering, peering, resource, vpc

from fgd_sync.fabric.index import Index
from fgd_sync.fabric.reach import policies
from fgd_sync.fabric.reach_changes import Shift, compare
from fgd_sync.model.impact import Impact
from fgd_sync.model.kinds import KINDS
from fgd_sync.model.resource import Resource
from fgd_sync.planning.impact import impact

NAMES = ("a", "b", "c", "d")
subnets = st.lists(st.sampled_from(NAMES), unique=True, max_size=4)
flag: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [{}, {"isolated": True}, {"isolated": False}, {"restricted": True}, {"vlan": 7}]
)


@st.composite
def vpcs(draw: st.DrawFn, name: str) -> Resource:
    names = draw(subnets)
    permit = draw(st.lists(subnets, max_size=2))
    return vpc(
        name,
        *names,
        flags={subnet: draw(flag) for subnet in names},
        permit=permit,
        defaultIsolated=draw(st.booleans()),
        defaultRestricted=draw(st.booleans()),
    )


entries = st.builds(lambda one, other: {"web": one, "db": other}, subnets, subnets)
exposes = st.lists(
    st.sampled_from([{"ips": [{"vpcSubnet": "a"}]}, {"ips": [{"cidr": "10.0.0.0/8"}]}, {"default": True}]), max_size=2
)
optional: list[st.SearchStrategy[Any]] = [
    vpcs("web"),
    vpcs("db"),
    st.builds(lambda found: peering("p", *found), st.lists(entries, max_size=3)),
    st.builds(lambda found: peering("q", *found), st.lists(entries, max_size=2)),
    st.builds(
        lambda names, many: external_peering("web", names, "isp", *["10.9.0.0/16", "0.0.0.0/0"][:many]),
        subnets,
        st.integers(0, 2),
    ),
    *(st.just(item) for item in external()),
    st.builds(lambda one, other: gateway_peering("g", {"web": one, "db": other}), exposes, exposes),
    st.just(eslag("s", "leaf/E1/1")),
    st.builds(lambda native: attachment("s", "web/a", nativeVLAN=native), st.booleans()),
]


@st.composite
def fabrics(draw: st.DrawFn) -> list[Resource]:
    return [draw(strategy) for strategy in optional if draw(st.integers(0, 5))]


@given(fabrics())
def test_no_change_has_no_impact(fabric: list[Resource]) -> None:
    assert impact(Index(fabric), Index(reversed(fabric))) == Impact()


@given(fabrics(), fabrics())
def test_what_one_direction_gains_the_other_loses(one: list[Resource], other: list[Resource]) -> None:
    there, back = impact(Index(one), Index(other)), impact(Index(other), Index(one))
    assert there.gained == back.lost
    assert there.lost == back.gained


@given(fabrics(), fabrics())
def test_the_order_of_resources_is_irrelevant(one: list[Resource], other: list[Resource]) -> None:
    assert impact(Index(one), Index(other)) == impact(Index(reversed(one)), Index(reversed(other)))


@given(fabrics(), fabrics())
def test_every_pair_that_changes_is_told_once(one: list[Resource], other: list[Resource]) -> None:
    shifts = compare(policies(Index(one)), policies(Index(other)))
    before, after = switched_pairs(one), switched_pairs(other)
    assert told(shifts.gained) == Counter(after - before)
    assert told(shifts.lost) == Counter(before - after)


def told(shifts: list[Shift]) -> Counter[frozenset[str]]:
    """The pairs that shifts stand for, those through gateways left out."""
    found: Counter[frozenset[str]] = Counter()
    for shift in shifts:
        if "gateway" not in shift.border.means:
            pairs = product(shift.left, shift.right) if shift.right else combinations(shift.left, 2)
            found.update(frozenset(pair) for pair in pairs)
    return found


def switched_pairs(fabric: list[Resource]) -> set[frozenset[str]]:
    """Every two ends that reach one another by the switches, asked one pair at a time."""
    specs = {(item.ref.kind, item.ref.name): item.body["spec"] for item in fabric}
    vpcs_there = {name: spec for (kind, name), spec in specs.items() if kind == "VPC"}
    ends = [(name, subnet) for name, spec in vpcs_there.items() for subnet in spec["subnets"]]
    permits = [entry for (kind, _), spec in specs.items() if kind == "VPCPeering" for entry in spec["permit"]]
    found = {
        frozenset(map("/".join, pair))
        for pair in combinations(ends, 2)
        if (within(vpcs_there[pair[0][0]], pair) if pair[0][0] == pair[1][0] else across(permits, pair))
    }
    return found | set(external_pairs(specs, vpcs_there))


def within(spec: dict[str, Any], pair: tuple[tuple[str, str], ...]) -> bool:
    names = [subnet for _, subnet in pair]
    isolated = [spec["subnets"][name].get("isolated", spec["defaultIsolated"]) for name in names]
    return not any(isolated) or any(set(names) <= set(entry) for entry in spec["permit"])


def across(permits: list[dict[str, Any]], pair: tuple[tuple[str, str], ...]) -> bool:
    return any(
        all(not entry[name].get("subnets") or subnet in entry[name]["subnets"] for name, subnet in pair)
        for entry in permits
    )


def external_pairs(specs: dict[tuple[str, str], Any], vpcs_there: dict[str, Any]) -> list[frozenset[str]]:
    needed = [("External", "isp"), ("ExternalAttachment", "isp--a"), ("ExternalPeering", "web--isp")]
    if "web" not in vpcs_there or not all(key in specs for key in needed):
        return []
    permit = specs["ExternalPeering", "web--isp"]["permit"]
    return [
        frozenset({f"web/{subnet}", f"{prefix['prefix']} of External isp"})
        for subnet in permit["vpc"]["subnets"]
        for prefix in permit["external"]["prefixes"]
        if subnet in vpcs_there["web"]["subnets"]
    ]


FIELDS = (
    *("subnets", "permit", "peering", "expose", "ips", "cidr", "not", "vpcSubnet", "default", "subnet", "connection"),
    *(
        "vpc",
        "external",
        "name",
        "prefixes",
        "prefix",
        "link",
        "links",
        "switch",
        "server",
        "port",
        "eslag",
        "a",
        "dhcp",
    ),
    *(
        "portSpeeds",
        "vlan",
        "staticExternal",
        "withinVPC",
        "acl",
        "range",
        "nativeVLAN",
        "static",
        "redundancy",
        "mode",
    ),
)
leaves = st.sampled_from([None, True, 7, -1.5, "", "a", "a/a", "leaf/E1/1", "10.0.0.0/8", "ext.a"])
nonsense = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4)
)
odd = st.builds(
    resource, st.sampled_from([kind.name for kind in KINDS]), st.sampled_from(["a", "leaf"]), nonsense
)  # fmt: skip


@given(st.lists(odd, max_size=5), st.lists(odd, max_size=5))
def test_bodies_of_any_shape_are_compared(one: list[Resource], other: list[Resource]) -> None:
    there, back = impact(Index(one), Index(other)), impact(Index(other), Index(one))
    assert there.gained == back.lost
