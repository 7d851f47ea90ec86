"""What every schema file of ours keeps to."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from fgd_sync.model.kinds import KINDS, Kind
from fgd_sync.model.resource import JsonObject
from fgd_sync.schema.catalogue import file_name
from fgd_sync.schema.object_meta import OBJECT_META

SCHEMAS = Path(__file__).resolve().parents[3] / "schemas"
Each = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
OPEN = ("status", "managedFields[]", "ownerReferences[]")


def read(kind: Kind) -> JsonObject:
    path = SCHEMAS / file_name((kind.group, kind.version, kind.name))
    schema: JsonObject = json.loads(path.read_bytes())
    return schema


def parts(schema: JsonObject, path: str = "") -> Iterator[tuple[str, JsonObject]]:
    """Every part of a schema with its path, shared parts included."""
    yield path, schema
    for name, child in {**schema.get("properties", {}), **schema.get("$defs", {})}.items():
        yield from parts(child, f"{path}.{name}".removeprefix("."))
    for keyword, step in (("items", "[]"), ("additionalProperties", ".<name>")):
        if isinstance(schema.get(keyword), dict):
            yield from parts(schema[keyword], path + step)


def test_there_is_one_file_for_each_kind() -> None:
    files = {path.relative_to(SCHEMAS).as_posix() for path in (SCHEMAS / "crd").rglob("*") if path.is_file()}
    assert files == {file_name((kind.group, kind.version, kind.name)) for kind in KINDS}


@Each
def test_it_is_a_valid_schema_of_draft_2020_12(kind: Kind) -> None:
    schema = read(kind)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)


def test_ids_are_unique_and_name_no_place() -> None:
    ids = [read(kind)["$id"] for kind in KINDS]
    assert len(set(ids)) == len(KINDS)
    assert all(item.startswith("urn:fgd-sync:crd:") for item in ids)


@Each
def test_it_says_which_kind_it_is_for(kind: Kind) -> None:
    properties = read(kind)["properties"]
    assert properties["apiVersion"]["const"] == kind.api_version
    assert properties["kind"]["const"] == kind.name
    assert list(properties) == ["apiVersion", "kind", "metadata", "spec", "status"]
    assert properties["metadata"] == OBJECT_META


@Each
def test_every_field_has_title_and_description(kind: Kind) -> None:
    for path, schema in parts(read(kind)):
        for name, child in {**schema.get("properties", {}), **schema.get("$defs", {})}.items():
            if "$ref" not in child:
                assert child.get("title"), f"{path}.{name}"
                assert child.get("description", "").endswith("."), f"{path}.{name}"
        assert schema.get("title") or "$ref" in schema, path


@Each
def test_every_mapping_is_strict_or_a_map(kind: Kind) -> None:
    for path, schema in parts(read(kind)):
        if schema.get("type") == "object" and not path.endswith(OPEN):
            assert "additionalProperties" in schema, path
            assert (schema["additionalProperties"] is False) == ("properties" in schema), path


@Each
def test_every_integer_has_bounds(kind: Kind) -> None:
    for path, schema in parts(read(kind)["properties"]["spec"]):
        if schema.get("type") == "integer":
            assert schema["minimum"] >= 0, path
            assert schema["maximum"] <= 2**31 - 1, path


@Each
def test_required_fields_exist(kind: Kind) -> None:
    for path, schema in parts(read(kind)):
        assert set(schema.get("required", ())) <= set(schema.get("properties", ())), path


@Each
def test_examples_are_valid(kind: Kind) -> None:
    root = read(kind)
    for path, schema in parts(root):
        for example in schema.get("examples", ()):
            holder: dict[str, Any] = {"$defs": root.get("$defs", {}), **schema}
            assert Draft202012Validator(holder).is_valid(example), f"{path}: {example}"


@Each
def test_patterns_mean_the_same_in_every_regular_expression_engine(kind: Kind) -> None:
    """Only what Python, Rust, Go and ECMAScript read alike; Python's `$` also stands before a final newline."""
    for path, schema in parts(read(kind)):
        if "pattern" in schema:
            plain = re.sub(r"\(\?:|\\\.|\{\d\}|[0-9]|[|()?^$/\[\]-]", "", schema["pattern"])
            assert plain == "", f"{path}: {plain}"
            assert schema["not"] == {"pattern": "\\n"}, path
            assert "x-form" in schema, path
