"""Loading and compiling of schemas."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from fgd_sync.model.kinds import KINDS, find_kind
from fgd_sync.schema.catalogue import Catalogue, file_name

SCHEMAS = Path(__file__).resolve().parents[3] / "schemas"


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
    catalogue = Catalogue(lambda name: pytest.fail(f"{name} was loaded"),
                          {("vpc.githedgehog.com", "v1beta1", "VPC"): imported})
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


def test_file_names_follow_group_version_and_kind() -> None:
    assert file_name(("wiring.githedgehog.com", "v1beta1", "SwitchGroup")) == \
        "crd/wiring.githedgehog.com/v1beta1/switchgroup.json"


def test_importing_the_layer_imports_no_validator() -> None:
    code = ("import sys, fgd_sync.schema.check, fgd_sync.schema.imported, fgd_sync.schema.listing\n"
            "print([name for name in ('jsonschema', 'jsonschema_rs', 'referencing') if name in sys.modules])")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
