"""Schemas made from CustomResourceDefinition objects."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from fgd_sync.model.code import CONFIGURATION_INVALID
from fgd_sync.model.failure import FgdError
from fgd_sync.model.kinds import find_kind
from fgd_sync.model.resource import JsonObject
from fgd_sync.schema.catalogue import Catalogue
from fgd_sync.schema.check import check
from fgd_sync.schema.imported import import_crds
from fgd_sync.schema.object_meta import OBJECT_META

GROUP = "vpc.githedgehog.com"


def crd(spec: JsonObject, kind: str = "VPC", group: str = GROUP, **root: Any) -> JsonObject:
    properties = {"metadata": {"type": "object"}, "spec": spec, "status": {"type": "object"}}
    schema = {"type": "object", "properties": properties, **root}
    return {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": f"x.{group}"},
        "spec": {
            "group": group,
            "names": {"kind": kind},
            "versions": [{"name": "v1beta1", "served": True, "schema": {"openAPIV3Schema": schema}}],
        },
    }


def spec_of(spec: JsonObject, kind: str = "VPC") -> JsonObject:
    schema = import_crds([crd(spec, kind)])[(GROUP, "v1beta1", kind)]
    Draft202012Validator.check_schema(schema)
    part: JsonObject = schema["properties"]["spec"]
    return part


def accepted(node: JsonObject, values: list[Any]) -> list[Any]:
    """Those of the values that a field with the structural schema `node` accepts."""
    validator = Draft202012Validator(spec_of(node))
    return [value for value in values if validator.is_valid(value)]


TEXT = {"type": "string"}
STRICT: list[tuple[JsonObject, list[Any], list[Any]]] = [
    ({"type": "object", "properties": {"a": TEXT}}, [{}, {"a": "x"}], [{"b": "x"}, {"a": 1}, []]),
    ({"type": "object"}, [{}], [{"a": 1}]),
    ({"type": "object", "additionalProperties": TEXT}, [{}, {"any": "x"}], [{"any": 1}]),
    ({"type": "object", "additionalProperties": True}, [{"any": 1}], []),
    ({"type": "object", "additionalProperties": False}, [{}], [{"a": 1}]),
    ({"type": "object", "x-kubernetes-preserve-unknown-fields": True}, [{"any": {"x": 1}}], [5]),
    (
        {"type": "object", "properties": {"a": TEXT}, "x-kubernetes-preserve-unknown-fields": True},
        [{"b": 1}],
        [{"a": 1}],
    ),
    ({"x-kubernetes-preserve-unknown-fields": True}, [5, "x", {"any": 1}, None], []),
    ({"type": "object", "x-kubernetes-embedded-resource": True}, [{"apiVersion": "v1", "kind": "Pod"}], [5]),
    ({"type": "string", "nullable": True}, ["x", None], [1]),
    ({"type": "string", "nullable": True, "enum": ["a"]}, ["a", None], ["b"]),
    ({"type": "string", "enum": ["a"]}, ["a"], [None, "b"]),
    ({"x-kubernetes-int-or-string": True}, [5, "5%"], [True, 1.5, None, {}]),
    ({"anyOf": [{"type": "integer"}, TEXT], "x-kubernetes-int-or-string": True}, [5, "5"], [{}]),
    ({"type": "integer", "format": "int32"}, [-(2**31), 2**31 - 1], [-(2**31) - 1, 2**31, 1.5]),
    ({"type": "integer", "format": "int64"}, [2**63 - 1], [2**63]),
    ({"type": "integer", "format": "int32", "minimum": 1, "maximum": 2**40}, [1, 2**31 - 1], [0, 2**31]),
    ({"type": "integer", "minimum": 1, "exclusiveMinimum": True}, [2], [1]),
    ({"type": "integer", "maximum": 9, "exclusiveMaximum": True}, [8], [9]),
    ({"type": "integer", "minimum": 1, "exclusiveMinimum": False}, [1], [0]),
    (
        {"type": "array", "items": {"type": "object", "properties": {"a": TEXT}}, "minItems": 1, "maxItems": 2},
        [[{}], [{"a": "x"}, {}]],
        [[], [{}, {}, {}], [{"b": 1}]],
    ),
    ({"type": "string", "pattern": "^[a-z]+$", "minLength": 2, "maxLength": 3}, ["ab"], ["a", "abcd", "AB"]),
    (
        {
            "type": "object",
            "properties": {"a": TEXT, "b": TEXT},
            "required": ["a"],
            "oneOf": [{"required": ["a"]}, {"required": ["b"]}],
        },
        [{"a": "x"}],
        [{"b": "x"}, {"a": "x", "b": "x"}],
    ),
    (
        {
            "type": "object",
            "properties": {"a": TEXT},
            "not": {"properties": {"a": {"enum": ["bad"]}}, "required": ["a"]},
        },
        [{"a": "good"}, {}],
        [{"a": "bad"}],
    ),
    (
        {
            "type": "object",
            "properties": {"a": {"type": "array", "items": TEXT}},
            "allOf": [{"properties": {"a": {"items": {"maxLength": 1}}}}],
        },
        [{"a": ["x"]}],
        [{"a": ["xx"]}],
    ),
]


@pytest.mark.parametrize(("node", "good", "bad"), STRICT, ids=[json.dumps(case[0]) for case in STRICT])
def test_a_structural_schema_becomes_a_strict_one(node: JsonObject, good: list[Any], bad: list[Any]) -> None:
    assert accepted(node, [*good, *bad]) == good


def test_descriptions_and_examples_of_the_file_are_kept() -> None:
    part = spec_of({"type": "object", "description": "All of it", "properties": {"a": {**TEXT, "example": "x"}}})
    assert part["description"] == "All of it"
    assert part["properties"]["a"]["examples"] == ["x"]


def test_the_head_of_the_document_is_ours() -> None:
    schema = import_crds([crd({"type": "object"}, required=["spec"])])[(GROUP, "v1beta1", "VPC")]
    assert schema["properties"]["metadata"] == OBJECT_META
    assert schema["properties"]["kind"]["const"] == "VPC"
    assert schema["required"] == ["apiVersion", "kind", "metadata", "spec"]
    validator = Draft202012Validator(schema)
    body = {"apiVersion": f"{GROUP}/v1beta1", "kind": "VPC", "metadata": {"name": "a"}, "spec": {}}
    assert validator.is_valid({**body, "status": {"anything": 1}})
    assert not validator.is_valid({**body, "metadata": {"nmae": "a"}})
    assert not validator.is_valid({**body, "more": 1})


def test_what_the_webhook_fills_in_is_not_demanded() -> None:
    empty = {
        "type": "object",
        "properties": {"switch": {"type": "object"}, "neighbor": {"type": "object"}, "a": TEXT},
        "required": ["a", "neighbor", "switch"],
    }
    assert spec_of(empty, "ExternalAttachment")["required"] == ["a"]
    assert spec_of(empty, "VPC")["required"] == ["a", "neighbor", "switch"]


def test_lists_and_old_crds_are_read() -> None:
    old: JsonObject = crd({"type": "object"}, "Old")
    schema = old["spec"].pop("versions")[0]["schema"]
    old["apiVersion"] = "apiextensions.k8s.io/v1beta1"
    old["spec"] |= {"version": "v1alpha1", "validation": schema}
    bundle = {"apiVersion": "v1", "kind": "List", "items": [crd({"type": "object"}), old]}
    assert set(import_crds([bundle])) == {(GROUP, "v1beta1", "VPC"), (GROUP, "v1alpha1", "Old")}


def test_versions_that_are_not_served_are_left_out() -> None:
    both: JsonObject = crd({"type": "object"})
    both["spec"]["versions"].append({"name": "v1alpha2", "served": False})
    assert list(import_crds([both])) == [(GROUP, "v1beta1", "VPC")]


def test_the_same_crd_twice_is_one() -> None:
    assert len(import_crds([crd({"type": "object"}), crd({"type": "object"})])) == 1


def changed(path: str, value: Any) -> JsonObject:
    """A CRD with another value at a path."""
    result: JsonObject = crd({"type": "object"})
    holder: Any = result
    *parents, last = path.split("/")
    for step in parents:
        holder = holder[int(step) if step.isdigit() else step]
    holder[last] = value
    return result


SCHEMA = "spec/versions/0/schema/openAPIV3Schema/properties/spec"
REFUSED: list[tuple[Any, str]] = [
    ([], "no CustomResourceDefinition was found"),
    ([{"kind": "VPC"}], "a CustomResourceDefinition is expected, this is a VPC"),
    ([None], "a CustomResourceDefinition is expected, this is something else"),
    ([{"kind": ["x"]}], "this is something else"),
    ([{"kind": "List"}], 'a List has no usable "items"'),
    ([changed("metadata", None)], 'a CRD has no usable "metadata"'),
    ([changed("apiVersion", "v1")], 'the CRD "x.vpc.githedgehog.com" has the apiVersion "v1"; apiextensions.k8s.io/v1'),
    ([changed("spec", [])], 'has no usable "spec"'),
    ([changed("spec/group", 5)], 'has no usable "group"'),
    ([changed("spec/names", {})], 'has no usable "kind"'),
    ([changed("spec/versions", 5)], 'a version of the CRD "x.vpc.githedgehog.com" has no usable "name"'),
    ([changed("spec/versions/0/schema", None)], 'version v1beta1 of the CRD "x.vpc.githedgehog.com" has no usable'),
    ([changed("spec/versions/0/schema", {"openAPIV3Schema": 5})], 'has no usable "openAPIV3Schema"'),
    ([changed(SCHEMA, {"type": "text"})], "cannot be used"),
    ([changed(SCHEMA, {"type": "object", "properties": []})], "cannot be used"),
    ([changed(SCHEMA, {"type": "string", "pattern": "("})], "cannot be used"),
    ([changed(SCHEMA, 5)], "cannot be used"),
    ([crd({"type": "object"}), crd({"type": "string"})], "VPC of vpc.githedgehog.com/v1beta1 is defined twice"),
]


@pytest.mark.parametrize(("documents", "message"), REFUSED, ids=[case[1] for case in REFUSED])
def test_what_is_no_crd_is_refused_with_a_reason(documents: list[Any], message: str) -> None:
    with pytest.raises(FgdError) as caught:
        import_crds(documents)
    assert caught.value.code is CONFIGURATION_INVALID
    assert message in caught.value.message


def test_findings_from_an_imported_schema_are_explained() -> None:
    spec = {
        "type": "object",
        "properties": {
            "size": {"x-kubernetes-int-or-string": True},
            "name": {"type": "string", "pattern": r"^\d+$", "nullable": True},
            "mask": {"type": "integer", "multipleOf": 8, "description": "a multiple of 8"},
            "pair": {
                "type": "object",
                "properties": {"a": TEXT, "b": TEXT},
                "oneOf": [{"required": ["a"]}, {"required": ["b"]}],
            },
            "few": {"type": "string", "maxLength": 3},
        },
    }
    kind = find_kind("vpc")
    assert kind
    catalogue = Catalogue(pytest.fail, import_crds([crd(spec)]))
    body = {
        "apiVersion": kind.api_version,
        "kind": "VPC",
        "metadata": {"name": "a"},
        "spec": {"size": True, "name": "\u0661", "mask": 12, "pair": {}, "few": "abcd", "masc": 8},
    }
    assert [item.message for item in check(catalogue, kind, body)] == [
        "spec.few has 4 characters; it may have at most 3",
        'unknown field "masc" in spec: did you mean "mask"?',
        "spec.mask is 12; that does not fit: a multiple of 8",
        'spec.name is "\u0661"; it must be text that matches ^\\d+$',
        'spec.pair is an empty mapping; that does not fit: the schema\'s "oneOf"',
        "spec.size must be a whole number or text; true is a boolean",
    ]
