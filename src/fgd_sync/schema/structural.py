"""From the structural schemas of CRDs (OpenAPI v3) to strict JSON Schema draft 2020-12.

Source of the meanings: the Kubernetes documentation of CustomResourceDefinition, apiextensions.k8s.io/v1.
"""

from collections.abc import Mapping
from typing import Any

from fgd_sync.model.resource import JsonObject
from fgd_sync.schema.walk import ANY_ITEM, ANY_KEY

Path = tuple[str, ...]

BOUNDS = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
"""Smallest and largest value of the integer formats that the API server enforces."""

_KEPT = (
    "title",
    "description",
    "format",
    "pattern",
    "minLength",
    "maxLength",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "multipleOf",
    "minimum",
    "maximum",
    "default",
)
_OPEN = ("x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource")
_VALUE_ONLY = ("anyOf", "oneOf", "allOf")


def strict(schema: JsonObject, filled_in: Mapping[Path, frozenset[str]], path: Path = ()) -> JsonObject:
    """Convert a structural schema; `filled_in` names required fields, by parent object, that need not be given."""
    result = _constraints(schema)
    result.update(_type(schema))
    if isinstance(schema.get("items"), dict):
        result["items"] = strict(schema["items"], filled_in, (*path, ANY_ITEM))
    if schema.get("type") == "object":
        result.update(_object(schema, filled_in, path))
    required = [name for name in schema.get("required", []) if name not in filled_in.get(path, ())]
    if required:
        result["required"] = required
    return result


def _object(schema: JsonObject, filled_in: Mapping[Path, frozenset[str]], path: Path) -> JsonObject:
    """Fields or map values; a field that is not listed is refused unless the CRD preserves unknown ones."""
    result: JsonObject = {}
    properties = schema.get("properties", {})
    if properties:
        result["properties"] = {name: strict(child, filled_in, (*path, name)) for name, child in properties.items()}
    values = schema.get("additionalProperties")
    if isinstance(values, dict):
        result["additionalProperties"] = strict(values, filled_in, (*path, ANY_KEY))
    elif not (values or any(schema.get(mark) for mark in _OPEN)):
        result["additionalProperties"] = False
    return result


def _type(schema: JsonObject) -> JsonObject:
    """`type` and `enum`, with null where the CRD allows it."""
    if schema.get("x-kubernetes-int-or-string"):
        types = ["integer", "string"]
    else:
        types = [schema["type"]] if "type" in schema else []
    null = bool(schema.get("nullable")) and bool(types)
    types += ["null"] if null else []
    result: JsonObject = {"type": types[0] if len(types) == 1 else types} if types else {}
    if "enum" in schema:
        result["enum"] = [*schema["enum"], None] if null and None not in schema["enum"] else schema["enum"]
    return result


def _constraints(schema: JsonObject) -> JsonObject:
    """Everything that says something about the value as such."""
    result = {key: schema[key] for key in _KEPT if key in schema}
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if schema.get(exclusive) is True and bound in result:
            result[exclusive] = result.pop(bound)
    if schema.get("format") in BOUNDS:
        low, high = BOUNDS[schema["format"]]
        result["minimum"] = max(low, result.get("minimum", low))
        result["maximum"] = min(high, result.get("maximum", high))
    if "example" in schema:
        result["examples"] = [schema["example"]]
    if not schema.get("x-kubernetes-int-or-string"):
        result.update({key: [_value(part) for part in schema[key]] for key in _VALUE_ONLY if key in schema})
    if "not" in schema:
        result["not"] = _value(schema["not"])
    return result


def _value(schema: Any) -> JsonObject:
    """A part of anyOf, oneOf, allOf or not: it constrains values, and leaves the fields to the schema around it."""
    result = {**_constraints(schema), **_type(schema)}
    if "required" in schema:
        result["required"] = schema["required"]
    if "properties" in schema:
        result["properties"] = {name: _value(child) for name, child in schema["properties"].items()}
    if "items" in schema:
        result["items"] = _value(schema["items"])
    return result
