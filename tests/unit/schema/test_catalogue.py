"""Loading and compiling of schemas."""

import contextlib
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from fgd_sync.adapters.packaged import load
from fgd_sync.model.code import CONFIGURATION_INVALID
from fgd_sync.model.failure import FgdError
from fgd_sync.model.kinds import KIND_BY_ID, KINDS, find_kind
from fgd_sync.model.resource import JsonObject
from fgd_sync.schema.catalogue import Catalogue, file_name
from fgd_sync.schema.check import check
from fgd_sync.schema.walk import inline

SCHEMAS = Path(__file__).resolve().parents[3] / "schemas"
SERVER = KIND_BY_ID["wiring.githedgehog.com", "Server"]


def test_a_schema_is_loaded_once_and_only_when_asked_for() -> None:
    loaded: list[str] = []

    def load(name: str) -> bytes:
        loaded.append(name)
        return (SCHEMAS / name).read_bytes()

    catalogue = Catalogue(load)
    vpc = find_kind("vpc")
    assert vpc
    assert loaded == []
    assert catalogue.schema(vpc) is catalogue.schema(vpc)
    assert catalogue.is_valid(vpc, {"apiVersion": vpc.api_version, "kind": "VPC", "metadata": {"name": "a"}})
    assert not catalogue.is_valid(vpc, {})
    assert loaded == ["crd/vpc.githedgehog.com/v1beta1/vpc.json"]


def test_every_kind_has_a_schema_without_references() -> None:
    catalogue = Catalogue(lambda name: (SCHEMAS / name).read_bytes())
    assert catalogue.kinds() == KINDS
    for kind in KINDS:
        assert "$ref" not in json.dumps(catalogue.schema(kind))


def test_an_imported_schema_takes_the_place_of_ours() -> None:
    vpc = find_kind("vpc")
    assert vpc
    imported = {"type": "object", "properties": {"only": {"type": "string"}}, "additionalProperties": False}
    catalogue = Catalogue(pytest.fail, {("vpc.githedgehog.com", "v1beta1", "VPC"): imported})
    assert catalogue.is_overlaid(vpc)
    assert catalogue.is_valid(vpc, {"only": "x"})
    assert not catalogue.is_valid(vpc, {"other": "x"})
    assert [field.text for field in catalogue.fields(vpc)] == ["only"]


def test_an_imported_schema_of_another_version_does_not() -> None:
    vpc = find_kind("vpc")
    assert vpc
    catalogue = Catalogue(lambda name: (SCHEMAS / name).read_bytes(), {("vpc.githedgehog.com", "v1", "VPC"): {}})
    assert not catalogue.is_overlaid(vpc)
    assert not catalogue.is_valid(vpc, {})


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "text"},
        {"properties": []},
        {"pattern": "("},
        {"$ref": "http://127.0.0.1:9/schema.json"},
        {"properties": {"spec": {"$ref": "file:///etc/passwd"}}},
        {"$dynamicRef": "http://127.0.0.1:9/schema.json"},
        {"$ref": "#/$defs/missing"},
        {"$ref": "#/$defs/a", "$defs": {"a": {"items": {"$ref": "#/$defs/a"}}}},
        {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}},
        {"$ref": "#/$defs/a", "$defs": 5},
    ],
    ids=str,
)
def test_an_overlaid_schema_that_cannot_be_used_is_refused(schema: JsonObject) -> None:
    vpc = find_kind("vpc")
    assert vpc
    catalogue = Catalogue(pytest.fail, {("vpc.githedgehog.com", "v1beta1", "VPC"): schema})
    with pytest.raises(FgdError) as caught:
        catalogue.schema(vpc)
    assert caught.value.code is CONFIGURATION_INVALID


def test_references_into_the_schema_are_replaced_and_keywords_beside_them_win() -> None:
    port = {"title": "Port", "type": "string"}
    schema = {
        "properties": {"a": {"$ref": "#/$defs/port", "title": "First"}, "$ref": {"$ref": "#/$defs/alias"}},
        "$defs": {"port": port, "alias": {"$ref": "#/$defs/port"}},
    }
    assert inline(schema) == {"properties": {"a": {"title": "First", "type": "string"}, "$ref": port}}


def test_file_names_follow_group_version_and_kind() -> None:
    assert (
        file_name(("wiring.githedgehog.com", "v1beta1", "SwitchGroup"))
        == "crd/wiring.githedgehog.com/v1beta1/switchgroup.json"
    )


def test_importing_the_layer_imports_no_validator() -> None:
    code = (
        "import sys, fgd_sync.schema.check, fgd_sync.schema.imported, fgd_sync.schema.listing\n"
        "print([name for name in ('jsonschema', 'jsonschema_rs', 'referencing') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def pinned(schema: dict[str, Any]) -> Catalogue:
    return Catalogue(load, {(SERVER.group, SERVER.version, SERVER.name): schema})


def judge(schema: dict[str, Any]) -> None:
    check(
        pinned(schema), SERVER, {"apiVersion": SERVER.api_version, "kind": "Server", "spec": {"description": "a" * 60}}
    )


def test_references_that_multiply_are_refused_before_memory_runs_out() -> None:
    parts = {f"a{depth}": {"allOf": [{"$ref": f"#/$defs/a{depth + 1}"}] * 2} for depth in range(40)}
    with pytest.raises(FgdError, match="too large"):
        judge({"$defs": {**parts, "a40": {}}, "$ref": "#/$defs/a0"})


@pytest.mark.parametrize("keyword", ["$ref", "$dynamicRef"])
@pytest.mark.parametrize("address", ["http://127.0.0.1:9/x", "file:///etc/passwd"])
def test_schemas_of_a_repository_fetch_nothing(keyword: str, address: str) -> None:
    with pytest.raises(FgdError, match=r"only its own parts|not present"):
        judge({"type": "object", "properties": {"spec": {keyword: address}}})


def test_patterns_of_a_repository_take_no_time() -> None:
    pattern = {"pattern": "^(([a-z])+.)+[A-Z]([a-z])+$"}
    begin = time.monotonic()
    with contextlib.suppress(FgdError):
        judge({"properties": {"spec": {"properties": {"description": pattern}}}})
    assert time.monotonic() - begin < 5


@pytest.mark.parametrize(
    "schema", [{"title": "\ud800"}, {"properties": []}, {"$defs": {"a": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}]
)
def test_what_is_no_usable_schema_is_refused_in_words(schema: dict[str, Any]) -> None:
    with pytest.raises(FgdError) as caught:
        judge(schema)
    assert caught.value.code is CONFIGURATION_INVALID
