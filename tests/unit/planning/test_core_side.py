"""A resource with the edits of its objects in it."""

from typing import Any

from fgd_sync.model.difference import ABSENT
from fgd_sync.model.location import Route
from fgd_sync.model.resource import Ref
from fgd_sync.planning.core_side import edited, side_of_core
from fgd_sync.planning.netbox_edits import Edit, Inspection

REF = Ref("vpc.githedgehog.com", "VPC", "default", "web")


def edit(route: Route, value: Any) -> Edit:
    return Edit(REF, route, value, "ipam.vlan", 1)


def test_edits_are_put_where_they_are_written_and_the_original_stays() -> None:
    body = {"spec": {"subnets": ["a", "b"], "description": "x", "links": [{"port": "p"}]}}
    edits = [
        edit(("spec", "subnets", 1), "c"),
        edit(("spec", "description"), ABSENT),
        edit(("spec", "links", 0, "port"), "q"),
        edit(("spec", "missing"), ABSENT),
    ]
    assert edited(body, edits) == {"spec": {"subnets": ["a", "c"], "links": [{"port": "q"}]}}
    assert body["spec"]["description"] == "x"


def test_kinds_without_objects_are_beyond_the_inventory() -> None:
    side = side_of_core({REF: {"spec": {}}}, Inspection())
    assert side.cannot_hold(REF, {}) == ""
    assert "no objects of this kind" in side.cannot_hold(
        Ref("vpc.githedgehog.com", "VPCAttachment", "default", "a"), {}
    )
