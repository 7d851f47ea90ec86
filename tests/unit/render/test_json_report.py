import json
import time
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator

from fgd_sync.model import code
from fgd_sync.model.failure import FgdError
from fgd_sync.model.report import Report
from fgd_sync.model.structure import FileEntry, Progress, Repair, Structure
from fgd_sync.model.sync import STAGES
from fgd_sync.render import json_report
from fgd_sync.render.escape import visible
from render_samples import BROKEN, EMPTY_FILE, LONG_PREFIX, SEVERAL, UNKNOWN_FIELD, VPC, fabric, many, reports
from runner.lines import command, lines

SCHEMAS = Path(__file__).resolve().parents[3] / "schemas"
FABRIC = fabric(LONG_PREFIX, UNKNOWN_FIELD, EMPTY_FILE)


@cache
def validator(name: str) -> Draft202012Validator:
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def printed(name: str, payloads: Any) -> Any:
    value = json.loads(json_report.dumps(payloads))
    validator(name).validate(value)
    return value


def test_a_finding_has_its_place_rule_and_remedy() -> None:
    assert json_report.diagnostic(FABRIC, LONG_PREFIX) == {
        "code": "FGD_1003",
        "severity": "error",
        "message": "subnet 10.0.1.0/31 is longer than /30",
        "file": "gitops/fabric-1/raw/vpcs.yaml",
        "line": 14,
        "column": 15,
        "document": 0,
        "rule": "VPC-011",
        "remedy": "give the subnet a prefix length of at most 30",
        "related": [
            {
                "message": "already uses it",
                "file": "gitops/fabric-1/managed/vpcs/vpc-2.yaml",
                "line": 9,
                "column": 5,
                "document": 0,
            }
        ],
    }


def test_the_plan_has_changes_resources_sources_and_counts() -> None:
    made = printed("plan", json_report.plan(FABRIC))
    assert made["summary"] == {
        "resources": 3,
        "create": 0,
        "update": 1,
        "rewrite": 0,
        "move": 0,
        "delete": 1,
        "keep": 1,
    }
    assert [change["action"] for change in made["changes"]] == ["write", "move", "delete"]
    assert made["resources"][0] == {
        "group": "vpc.githedgehog.com",
        "kind": "VPC",
        "namespace": "default",
        "name": "vpc-1",
        "action": "update",
        "path": "gitops/fabric-1/managed/vpcs/vpc-1.yaml",
        "sources": ["gitops/fabric-1/raw/vpcs.yaml"],
    }
    assert [(item["fate"], item["moved_to"]) for item in made["sources"]] == [
        ("partly", "gitops/fabric-1/raw/vpcs.yaml.archived"),
        ("archived", None),
    ]
    assert len(made["digest"]) == 64


def test_a_sync_that_has_ended_is_complete() -> None:
    made = printed("report", json_report.sync(replace(FABRIC, commit="c0ffee"), trigger="push"))
    assert (made["state"], made["trigger"], made["commit"]) == ("completed", "push", "c0ffee")
    assert made["progress"] == {
        "current_stage": "completed",
        "stages_completed": list(STAGES),
        "stages_pending": [],
        "files_processed": 2,
        "total_files": 2,
        "percent_complete": 100,
    }
    assert [len(made[key]) for key in ("errors", "warnings", "notices")] == [1, 1, 1]


def test_a_failed_sync_has_its_failure_among_the_errors() -> None:
    made = printed("report", json_report.sync(BROKEN))
    assert made["state"] == "failed"
    assert made["progress"]["current_stage"] == "validating"
    assert [item["code"] for item in made["errors"]] == ["FGD_2001"]


def test_a_sync_at_work_says_how_far_it_is() -> None:
    progress = Progress("processing", "processing", STAGES[:3], files_processed=5, total_files=10)
    made = printed("report", json_report.sync(FABRIC, progress=progress))["progress"]
    assert made["stages_pending"] == ["syncing", "reconciling"]
    assert made["percent_complete"] == 58


def test_several_fabrics_are_wrapped_and_one_is_not() -> None:
    several = printed("plan", [json_report.plan(item) for item in SEVERAL.fabrics])
    assert [item["fabric"] for item in several["fabrics"]] == ["fabric-1", "fabric-2"]
    assert printed("plan", [json_report.plan(FABRIC)])["fabric"] == "fabric-1"
    assert json.loads(json_report.dumps([])) == {"fabrics": []}


def test_check_tells_validity_structure_and_plan() -> None:
    structure = Structure(True, 2, ("raw/vpcs.yaml",), True, 3, ("servers", "vpcs"), True, True)
    made = json_report.check(FABRIC, structure)
    assert made["valid"] is False
    assert made["structure"] == {
        "raw": {"exists": True, "file_count": 2, "pending_files": ["raw/vpcs.yaml"]},
        "managed": {"exists": True, "file_count": 3, "subdirectories": ["servers", "vpcs"]},
        "metadata": {"exists": True, "manifest_valid": True},
    }
    assert made["plan"]["fabric"] == "fabric-1"
    assert json_report.check(fabric(UNKNOWN_FIELD), structure)["valid"] is True
    assert json_report.check(BROKEN, Structure())["plan"] is None
    assert json_report.check(BROKEN, Structure())["valid"] is False


def test_the_payloads_of_init_repair_and_files() -> None:
    created = json_report.init(success=True, initialized=True, directories_created=["raw"], files_created=["README.md"])
    assert created == {
        "success": True,
        "initialized": True,
        "directories_created": ["raw"],
        "files_created": ["README.md"],
    }
    assert json_report.repair([Repair("missing_raw", "created", "raw")], ["x"]) == {
        "success": False,
        "repairs_made": [{"issue": "missing_raw", "action": "created", "path": "raw"}],
        "remaining_issues": ["x"],
    }
    entries = [
        FileEntry("managed/vpcs/vpc-1.yaml", "managed", 12, True, (VPC,), "kind: VPC\n"),
        FileEntry("raw/x.yaml", "raw", 1, False),
    ]
    assert json_report.files(entries) == {
        "files": [
            {
                "path": "managed/vpcs/vpc-1.yaml",
                "directory": "managed",
                "size": 12,
                "valid": True,
                "resource_count": 1,
                "resources": [{"kind": "VPC", "name": "vpc-1"}],
                "content": "kind: VPC\n",
            },
            {"path": "raw/x.yaml", "directory": "raw", "size": 1, "valid": False, "resource_count": 0, "resources": []},
        ],
        "summary": {"total_files": 2, "valid_files": 1, "invalid_files": 1, "total_resources": 1},
    }


def test_process_tells_what_became_of_one_file() -> None:
    made = json_report.process(FABRIC, "raw/vpcs.yaml")
    assert {key: made[key] for key in made if key != "issues"} == {
        "success": False,
        "file_path": "gitops/fabric-1/raw/vpcs.yaml",
        "documents_found": 46,
        "documents_processed": 44,
        "files_created": ["gitops/fabric-1/managed/vpcs/vpc-1.yaml", "gitops/fabric-1/unmanaged/vpcs.yaml"],
        "archived_to": "gitops/fabric-1/raw/vpcs.yaml.archived",
    }
    assert [item["rule"] for item in made["issues"]] == ["META-007", "VPC-011"]
    assert json_report.process(BROKEN, "raw/x.yaml")["success"] is False


def test_a_failure_is_the_error_object_of_the_contracts() -> None:
    error = FgdError(code.SYNC_FAILED, "no", details={"sync_id": "s", "path": Path("raw")})
    assert json.loads(json_report.dumps(json_report.failure(error, "2026-01-02T03:04:05Z", "c"))) == {
        "error": {
            "code": "FGD_3004",
            "message": "no",
            "details": {"sync_id": "s", "path": "raw"},
            "timestamp": "2026-01-02T03:04:05Z",
            "correlation_id": "c",
        }
    }


@pytest.mark.parametrize("name", ["plan", "report"])
def test_the_schemas_refuse_what_they_do_not_know(name: str) -> None:
    payload = json_report.plan(FABRIC) if name == "plan" else json_report.sync(FABRIC)
    assert not validator(name).is_valid({**payload, "more": 1})
    assert not validator(name).is_valid({key: value for key, value in payload.items() if key != "fabric"})


@given(reports)
def test_any_report_is_plain_json_that_matches_its_schema_and_is_no_command(hostile_report: Report) -> None:
    for name, payloads in (
        ("plan", [json_report.plan(item) for item in hostile_report.fabrics]),
        ("report", [json_report.sync(item) for item in hostile_report.fabrics]),
    ):
        text = json_report.dumps(payloads)
        assert all(line.isprintable() for line in text.split("\n"))
        assert text.isascii()
        assert not any(map(command, lines(text)))
        validator(name).validate(json.loads(text))
        value = json.loads(text)
        assert str(value).encode("utf-8"), "half a surrogate pair would not encode"
        first = value["fabrics"][0] if len(payloads) > 1 else value
        assert first["fabric"] == well_formed(payloads[0]["fabric"])


def well_formed(text: str) -> str:
    return "".join(visible(char) if "\ud800" <= char <= "\udfff" else char for char in text)


def test_ten_thousand_findings_take_less_than_two_seconds() -> None:
    big = many(10_000)
    begin = time.process_time()
    json_report.dumps(json_report.plan(big.fabrics[0]))
    assert time.process_time() - begin < 2
