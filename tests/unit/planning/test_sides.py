"""What two sides of a fabric have otherwise, and what is no difference."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fgd_sync.model.difference import ABSENT
from fgd_sync.model.resource import JsonObject, Ref
from fgd_sync.planning.sides import Contrast, Differing, Side, contrasts, differences, normal, same, tidied
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


def found(one: JsonObject | None, two: JsonObject | None, **rest: Any) -> tuple[Differing, ...]:
    left, right = ({} if body is None else {WEB: body} for body in (one, two))
    return differences(Side("git", left), Side("NetBox", right, **rest))


def subnet(**fields: Any) -> JsonObject:
    return {"subnets": {"main": {"subnet": "10.0.1.0/24", "vlan": 1001, **fields}}}


def test_fields_that_differ_are_named_with_both_values() -> None:
    assert found(vpc(subnet(vlan=1001)), vpc(subnet(vlan=1002))) == (
        Differing(WEB, True, True, (Contrast(("spec", "subnets", "main", "vlan"), 1001, 1002),)),
    )


def test_a_field_that_one_side_lacks_is_told_from_one_that_is_null() -> None:
    assert list(contrasts({"a": None}, {})) == [Contrast(("a",), None, ABSENT)]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (subnet(), subnet(gateway="10.0.1.1")),
        (subnet(), {**subnet(), "ipv4Namespace": "default", "vlanNamespace": "default"}),
        (subnet(dhcp={"enable": False}), subnet(dhcp={"enable": False, "range": {"start": "10.0.1.10"}})),
        (
            subnet(dhcp={"enable": True, "static": {"aa:bb:cc:00:11:22": {"ip": "10.0.1.9"}}}),
            subnet(dhcp={"enable": True, "static": {"AA-BB-CC-00-11-22": {"ip": "10.0.1.9"}}}),
        ),
    ],
)
def test_what_the_controllers_fill_in_or_rewrite_is_no_difference(one: JsonObject, two: JsonObject) -> None:
    assert not found(vpc(one), vpc(two))


def test_our_annotations_and_empty_labels_are_no_difference() -> None:
    marked = {"hnp.githedgehog.com/managed-by": "fgd-sync", "hnp.githedgehog.com/original-file": "a.yaml"}
    _, two = resource("VPC", {"name": "web", "spec": subnet(), "labels": {}, "annotations": marked})
    assert not found(vpc(subnet()), two)
    assert found(vpc(subnet(), annotations={"a": "b"}), two)


def test_a_resource_on_one_side_only_is_told() -> None:
    assert found(vpc(subnet()), None) == (Differing(WEB, True, False),)
    assert found(None, vpc(subnet())) == (Differing(WEB, False, True),)


def test_what_a_side_cannot_hold_it_does_not_lack() -> None:
    assert not found(vpc({}), None, cannot_hold=beyond)
    assert found(vpc(subnet()), None, cannot_hold=beyond)


def test_numbers_are_of_one_sort_and_true_is_none_of_them() -> None:
    assert same({"a": [1, {"b": 2.0}]}, {"a": [1.0, {"b": 2}]})
    assert not same([1], [True])
    assert not same({"a": 1}, {"a": 1, "b": None})


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=25)
@given(st.fixed_dictionaries({"spec": JSON, "labels": JSON, "annotations": JSON}))
def test_whatever_an_operator_types_can_be_compared(fields: JsonObject) -> None:
    ref, body = resource("VPC", {"name": "web", **fields})
    assert not found(body, body)
    assert same(normal(ref, body), normal(ref, body))
    assert tidied(body).keys() <= {"metadata", "spec"}
