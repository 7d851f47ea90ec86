"""NetBox is read whole or not at all: whatever is missing from an answer is never taken for a deletion."""

from collections.abc import Callable

import pytest
from netbox_runs import client, outcome, records, resource, tell, vpc
from netbox_server import TOKEN, Fake

from fgd_sync.flow.netbox.side import read_side
from fgd_sync.model import code
from fgd_sync.model.config import NetBoxSettings
from fgd_sync.model.failure import FgdError
from fgd_sync.planning.agreement import Base, ways_of
from fgd_sync.planning.netbox_records import Records
from fgd_sync.planning.sides import Side, side_of_git

VPCS = "plugins/hedgehog/vpcs"
LEAF = resource("Switch", "leaf-1", {"role": "server-leaf", "profile": "dell-s5232f-on"})
FABRIC = records(vpc("web"), vpc("db", 1002), LEAF, resource("SwitchGroup", "empty", {}))


def told(fake: Fake, wanted: Records = FABRIC) -> Fake:
    assert tell(fake.url, TOKEN, outcome(), wanted).delivered
    return fake


def read(fake: Fake) -> Side:
    return read_side(client(fake.url, TOKEN), NetBoxSettings(), "north")


def differing(side: Side) -> list[str]:
    """What is not in NetBox as it was told, by resource and field."""
    git = side_of_git(FABRIC).resources
    ways = {ref: ways_of(ref, Base(), side.resources.get(ref), git.get(ref)) for ref in {*git, *side.resources}}
    held = {ref: item for ref, item in ways.items() if not (ref in git and side.cannot_hold(ref, git[ref]))}
    return [f"{ref} {item.route[-1]}" for ref, found in held.items() for item in (*found.by_git, *found.clashes)]


def crowd(fake: Fake, count: int) -> list[int]:
    """Records of another fabric, so many that one page does not hold all."""
    (other,) = fake.put("plugins/hedgehog/fabrics", {"name": "south"})
    row = next(iter(fake.store.rows[VPCS].values()))
    numbers = list(range(100_000, 100_000 + count))
    fake.store.rows[VPCS] |= {
        number: {**row, "id": number, "fabric": other, "name": f"v{number}"} for number in numbers
    }
    return numbers


def test_what_was_reported_is_read_back_the_same(hedgehog: Fake) -> None:
    assert not differing(read(told(hedgehog)))


def test_an_edit_in_netbox_is_seen_and_other_fabrics_are_not(hedgehog: Fake) -> None:
    told(hedgehog)
    crowd(hedgehog, 5)
    number = next(row["id"] for row in hedgehog.rows(VPCS) if row["name"] == "web")
    hedgehog.store.change(VPCS, number, {"spec": {"subnets": {"main": {"subnet": "10.0.1.0/24", "vlan": 7}}}})
    assert differing(read(hedgehog)) == ["VPC web vlan"]


def at(path: str, fault: str, time: int = 1) -> Callable[[int, str, str], str]:
    """What goes wrong with the request of a path that comes so-manieth, and with every later one."""
    count = 0

    def fail(number: int, method: str, asked: str) -> str:  # noqa: ARG001 - the shape of a fault
        nonlocal count
        count += asked == path
        return fault if asked == path and count >= time else ""

    return fail


@pytest.mark.parametrize("kind", ["fabrics", "vpcs", "vlan-namespaces"])
@pytest.mark.parametrize("fault", ["500", "404", "html", 'json {"count": 3, "next": null, "results": []}'])
def test_a_kind_that_cannot_be_read_fails_the_whole(hedgehog: Fake, kind: str, fault: str) -> None:
    told(hedgehog)
    hedgehog.fault = at(f"plugins/hedgehog/{kind}", fault)
    with pytest.raises(FgdError):
        read(hedgehog)
    assert not hedgehog.problems or "json" in fault


@pytest.mark.parametrize("fault", ["500", 'json {"count": 1010, "next": null, "results": []}'])
def test_a_page_that_fails_in_the_middle_fails_the_whole(hedgehog: Fake, fault: str) -> None:
    told(hedgehog)
    crowd(hedgehog, 1010)
    hedgehog.fault = at(VPCS, fault, 2)
    with pytest.raises(FgdError):
        read(hedgehog)


def test_objects_deleted_between_two_pages_make_no_gap(hedgehog: Fake) -> None:
    told(hedgehog)
    numbers = crowd(hedgehog, 1010)
    row = hedgehog.store.rows[VPCS].pop(next(iter(hedgehog.store.rows[VPCS])))
    hedgehog.store.rows[VPCS][200_000] = {**row, "id": 200_000}
    asked = 0

    def delete_between(number: int, method: str, path: str) -> str:  # noqa: ARG001 - the shape of a fault
        nonlocal asked
        asked += path == VPCS
        if path == VPCS and asked == 2:
            for gone in numbers[:8]:
                del hedgehog.store.rows[VPCS][gone]
        return ""

    hedgehog.fault = delete_between
    assert not differing(read(hedgehog))


def test_a_fabric_that_netbox_does_not_have_is_no_empty_fabric(hedgehog: Fake) -> None:
    with pytest.raises(FgdError) as caught:
        read(hedgehog)
    assert caught.value.code is code.NETBOX_NOT_FOUND


def test_without_the_plugin_there_are_no_records(fake: Fake) -> None:
    with pytest.raises(FgdError) as caught:
        read(fake)
    assert caught.value.code is code.NETBOX_PLUGIN_MISSING
