"""What git and NetBox have of a resource, and in what the two descriptions differ."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fgd_sync.model.resource import JsonObject, Ref
from fgd_sync.planning.agreement import Base, ways_of
from fgd_sync.planning.meaning import tidied
from fgd_sync.planning.sides import beyond_the_plugin as beyond
from fgd_sync.planning.sides import resource_of_record as resource

WEB = Ref("vpc.githedgehog.com", "VPC", "default", "web")


def vpc(spec: Any, **metadata: Any) -> JsonObject:
    return {
        "apiVersion": "vpc.githedgehog.com/v1beta1",
        "kind": "VPC",
        "metadata": {"name": "web", "namespace": "default", **metadata},
        "spec": spec,
    }


def differing(one: JsonObject, two: JsonObject) -> list[str]:
    """The fields that two sides have otherwise."""
    ways = ways_of(WEB, Base(), one, two)
    return [".".join(map(str, item.route)) for item in ways.clashes]


def subnet(**fields: Any) -> JsonObject:
    return {"subnets": {"main": {"subnet": "10.0.1.0/24", "vlan": 1001, **fields}}}


def test_fields_that_differ_are_named() -> None:
    one, two = vpc(subnet(vlan=1001), labels={"a": "b"}), vpc(subnet(vlan=1002), labels={"a": "c"})
    assert differing(one, two) == ["metadata.labels.a", "spec.subnets.main.vlan"]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (subnet(), subnet(gateway="10.0.1.1")),
        (subnet(), subnet(hostBGP=False, dhcp={})),
        (subnet(), {**subnet(), "ipv4Namespace": "default", "vlanNamespace": "default"}),
        (subnet(dhcp={"enable": False}), subnet(dhcp={"enable": False, "range": {"start": "10.0.1.10"}})),
        (
            subnet(dhcp={"enable": True, "static": {"aa:bb:cc:00:11:22": {"ip": "10.0.1.9"}}}),
            subnet(dhcp={"enable": True, "static": {"AA-BB-CC-00-11-22": {"ip": "10.0.1.9"}}}),
        ),
    ],
)
def test_what_the_controllers_fill_in_or_rewrite_is_no_difference(one: JsonObject, two: JsonObject) -> None:
    assert not differing(vpc(one), vpc(two))


def test_our_annotations_and_empty_labels_are_no_difference() -> None:
    marked = {"hnp.githedgehog.com/managed-by": "fgd-sync", "hnp.githedgehog.com/original-file": "a.yaml"}
    _, two = resource("VPC", {"name": "web", "spec": subnet(), "labels": {}, "annotations": marked})
    assert not differing(vpc(subnet()), two)
    assert differing(vpc(subnet(), annotations={"a": "b"}), two) == ["metadata.annotations.a"]


def test_what_the_plugin_cannot_hold_is_said_in_words() -> None:
    assert beyond(WEB, vpc({})) == "VPC web: the plugin refuses an empty spec"
    assert not beyond(WEB, vpc(subnet()))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=25)
@given(st.fixed_dictionaries({"spec": JSON, "labels": JSON, "annotations": JSON}))
def test_whatever_an_operator_types_can_be_compared(fields: JsonObject) -> None:
    ref, body = resource("VPC", {"name": "web", **fields})
    assert not any(item.route == () for item in ways_of(ref, Base(), body, vpc(subnet())).clashes)
    assert tidied(body).keys() <= {"metadata", "spec"}
