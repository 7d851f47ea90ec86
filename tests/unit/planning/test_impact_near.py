"""A summary made of what lies near a change says what one made of the whole fabric says."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from impact_worlds import external_peering, gateway_peering, peering, resource, switch, vpc

from fgd_sync.fabric.index import Index
from fgd_sync.model.resource import Ref, Resource
from fgd_sync.planning.impact import impact
from fgd_sync.planning.impact_near import Links, near

some_vpc, some_external = (st.sampled_from([f"{start}{number}" for number in range(2)]) for start in "ve")
some_switch, some_connection = (st.sampled_from([f"{start}{number}" for number in range(2)]) for start in "sc")
names = st.integers(0, 3).map(str)
some_subnets = st.lists(st.sampled_from("ab"), unique=True, max_size=2)


@st.composite
def connections(draw: st.DrawFn) -> Resource:
    ports = draw(st.lists(st.builds("{}/E1/{}".format, some_switch, names), max_size=2))
    links = [{"server": {"port": f"srv/{n}"}, "switch": {"port": port}} for n, port in enumerate(ports)]
    static = {"withinVPC": draw(some_vpc), "link": {"switch": {"port": "s0/E1/9", "subnets": ["10.8.0.0/24"]}}}
    spec = draw(st.sampled_from([{"eslag": {"links": links}}, {"staticExternal": static}]))
    return resource("Connection", draw(some_connection), spec)


@st.composite
def attachments(draw: st.DrawFn) -> Resource:
    if draw(st.booleans()):
        spec: dict[str, Any] = {"external": draw(some_external), "switch": {"vlan": draw(st.integers(1, 2))}}
        kind = "ExternalAttachment"
    else:
        spec, kind = {"subnet": f"{draw(some_vpc)}/{draw(st.sampled_from('ab'))}"}, "VPCAttachment"
    return resource(kind, draw(names), {**spec, "connection": draw(some_connection)})


entries = st.dictionaries(some_vpc, some_subnets, min_size=2, max_size=2)
sides = st.one_of(some_vpc, some_external.map("ext.{}".format))
exposed = st.sampled_from([[{"default": True}], [{"ips": [{"vpcSubnet": "a"}]}], [{"ips": [{"cidr": "10.0.0.0/8"}]}]])
resources = st.one_of(
    st.builds(
        lambda name, found, closed: vpc(name, *found, defaultIsolated=closed), some_vpc, some_subnets, st.booleans()
    ),
    st.builds(lambda name: resource("External", name, {}), some_external),
    st.builds(lambda name, role: switch(name, role=role), some_switch, st.sampled_from(["spine", "server-leaf"])),
    connections(),
    attachments(),
    st.builds(lambda name, found: peering(name, *found), names, st.lists(entries, max_size=2)),
    st.builds(
        lambda one, found, other: external_peering(one, found, other, "0.0.0.0/0"),
        some_vpc,
        some_subnets,
        some_external,
    ),
    st.builds(gateway_peering, names, st.dictionaries(sides, exposed, max_size=2)),
)


def check(before: dict[Ref, Resource], after: dict[Ref, Resource]) -> None:
    touched = [ref for ref in before.keys() | after.keys() if before.get(ref) != after.get(ref)]
    around = near((some[ref] for ref in touched for some in (before, after) if ref in some), Links.of(after.values()))
    there, here = ([some[ref] for ref in around if ref in some] for some in (before, after))
    assert impact(Index(there), Index(here)) == impact(Index(before.values()), Index(after.values()))


@given(st.lists(resources, min_size=6, max_size=16), st.lists(resources, max_size=3), st.data())
def test_what_is_near_says_what_the_whole_says(
    fabric: list[Resource], new: list[Resource], data: st.DataObject
) -> None:
    before = {item.ref: item for item in fabric}
    gone = data.draw(st.lists(st.sampled_from(sorted(before)), max_size=2))
    check(before, {ref: item for ref, item in before.items() if ref not in gone} | {item.ref: item for item in new})


def plugged(number: int) -> list[Resource]:
    links = [{"server": {"port": "srv/1"}, "switch": {"port": f"s{number}/E1/1"}}]
    return [
        vpc(f"v{number}", "a"),
        switch(f"s{number}"),
        resource("Connection", f"c{number}", {"unbundled": {"link": links[0]}}),
        resource("VPCAttachment", f"t{number}", {"subnet": f"v{number}/a", "connection": f"c{number}"}),
        resource("External", f"e{number}", {}),
        resource("ExternalAttachment", f"x{number}", {"external": f"e{number}", "connection": f"c{number}"}),
        external_peering(f"v{number}", ["a"], f"e{number}", "0.0.0.0/0"),
        gateway_peering(f"g{number}", {f"v{number}": [{"default": True}], f"ext.e{number}": [{"default": True}]}),
        resource("Connection", f"d{number}", {"staticExternal": {"withinVPC": f"v{number}", "link": {"switch": {}}}}),
    ]


FABRIC = {
    item.ref: item
    for item in (
        *plugged(0),
        *plugged(1),
        *(peering(name, {"v0": [], "v1": []}) for name in "pq"),
        gateway_peering("h", {"v0": [{"default": True}], "v1": [{"default": True}]}),
    )
}


@pytest.mark.parametrize("ref", FABRIC, ids=str)
def test_each_sort_of_resource_is_changed_comes_and_goes(ref: Ref) -> None:
    """In a fabric in which every sort of name is followed."""
    without = {other: item for other, item in FABRIC.items() if other != ref}
    spec = {**FABRIC[ref].body["spec"], "role": "spine", "connection": "c1", "subnets": {}}
    changed = replace(FABRIC[ref], body={"spec": spec})
    for other in (without, without | {ref: changed}):
        check(FABRIC, other)
        check(other, FABRIC)


def test_a_change_at_the_other_end_of_a_fabric_is_not_near() -> None:
    fabric = [vpc(f"v{number}", "a") for number in range(3)]
    fabric += [
        resource("VPCAttachment", f"t{number}", {"subnet": f"v{number}/a", "connection": "c"}) for number in range(3)
    ]
    around = near(fabric[:1], Links.of(fabric))
    assert {ref.name for ref in around} == {"v0", "t0", "c"}


def test_links_that_were_changed_are_those_made_anew() -> None:
    old, new = peering("p", {"v0": [], "v1": []}), peering("p", {"v0": [], "v2": []})
    other = peering("q", {"v0": [], "v1": []})
    changed = Links.of([old, other]).after([old.ref], [new])
    assert changed.users() == Links.of([other, new]).users()
