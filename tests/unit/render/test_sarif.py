import gzip
import json
import time
from dataclasses import replace
from typing import Any

from hypothesis import given
from jsonschema import Draft202012Validator

from fgd_sync.model.report import Report
from fgd_sync.render.sarif import render
from render_samples import BROKEN, LONG_PREFIX, SEVERAL, at, fabric, many, report, reports

_MESSAGE = {
    "type": "object",
    "required": ["text"],
    "additionalProperties": False,
    "properties": {"text": {"type": "string"}, "markdown": {"type": "string"}},
}
_PHYSICAL = {
    "type": "object",
    "required": ["artifactLocation"],
    "additionalProperties": False,
    "properties": {
        "artifactLocation": {
            "type": "object",
            "required": ["uri"],
            "additionalProperties": False,
            "properties": {
                "uri": {"type": "string", "pattern": r"^([A-Za-z0-9\-._~/]|%[0-9A-F]{2})*$"},
                "uriBaseId": {"type": "string"},
            },
        },
        "region": {
            "type": "object",
            "required": ["startLine"],
            "additionalProperties": False,
            "properties": {key: {"type": "integer", "minimum": 1} for key in ("startLine", "startColumn")},
        },
    },
}
_LEVEL = {"enum": ["none", "note", "warning", "error"]}
ESSENTIALS = {
    "type": "object",
    "required": ["$schema", "version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["tool", "results", "invocations", "columnKind"],
                "additionalProperties": False,
                "properties": {
                    "columnKind": {"const": "unicodeCodePoints"},
                    "tool": {
                        "type": "object",
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name", "rules"],
                                "properties": {
                                    "rules": {
                                        "type": "array",
                                        "items": {
                                            "type": "object",
                                            "required": ["id", "shortDescription", "help"],
                                            "additionalProperties": False,
                                            "properties": {
                                                "id": {"type": "string"},
                                                "name": {"type": "string"},
                                                "shortDescription": _MESSAGE,
                                                "help": _MESSAGE,
                                                "defaultConfiguration": {
                                                    "type": "object",
                                                    "properties": {"level": _LEVEL},
                                                },
                                            },
                                        },
                                    }
                                },
                            }
                        },
                    },
                    "invocations": {"type": "array", "items": {"type": "object", "required": ["executionSuccessful"]}},
                    "results": {
                        "type": "array",
                        "maxItems": 25_000,
                        "items": {
                            "type": "object",
                            "required": ["ruleId", "message", "locations", "partialFingerprints"],
                            "additionalProperties": False,
                            "properties": {
                                "ruleId": {"type": "string"},
                                "ruleIndex": {"type": "integer", "minimum": 0},
                                "level": _LEVEL,
                                "message": _MESSAGE,
                                "locations": {
                                    "type": "array",
                                    "minItems": 1,
                                    "items": {"properties": {"physicalLocation": _PHYSICAL}},
                                },
                                "relatedLocations": {
                                    "type": "array",
                                    "items": {
                                        "properties": {
                                            "id": {"type": "integer"},
                                            "message": _MESSAGE,
                                            "physicalLocation": _PHYSICAL,
                                        }
                                    },
                                },
                                "suppressions": {
                                    "type": "array",
                                    "items": {
                                        "required": ["kind"],
                                        "additionalProperties": False,
                                        "properties": {
                                            "kind": {"enum": ["inSource", "external"]},
                                            "status": {"enum": ["accepted", "underReview", "rejected"]},
                                        },
                                    },
                                },
                                "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
                            },
                        },
                    },
                },
            },
        },
    },
}
"""What this program uses of the SARIF 2.1.0 schema, and what GitHub demands beyond it."""


def run(of: Report, **options: Any) -> Any:
    value = json.loads(render(of, version="1.2.3", **options))
    Draft202012Validator(ESSENTIALS).validate(value)
    return value["runs"][0]


def fingerprints(of: Report) -> list[str]:
    return [item["partialFingerprints"]["primaryLocationLineHash"] for item in run(of)["results"]]


def test_a_finding_has_rule_level_place_and_related_places() -> None:
    result = run(SEVERAL)["results"][0]
    assert (result["ruleId"], result["level"]) == ("VPC-011", "error")
    assert result["message"]["text"] == (
        "subnet 10.0.1.0/31 is longer than /30. give the subnet a prefix length of at most 30"
    )
    assert result["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "gitops/fabric-1/raw/vpcs.yaml", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 14, "startColumn": 15},
            }
        }
    ]
    assert result["relatedLocations"][0]["physicalLocation"]["region"] == {"startLine": 9, "startColumn": 5}


def test_the_rules_of_the_results_are_described_once_and_found_by_index() -> None:
    made = run(SEVERAL)
    rules = made["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["FGD_1012", "META-007", "VPC-011"]
    assert [rules[item["ruleIndex"]]["id"] for item in made["results"]] == [item["ruleId"] for item in made["results"]]


def test_a_failed_fabric_is_a_notification_of_an_unsuccessful_run() -> None:
    (invocation,) = run(report(BROKEN))["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == (
        "fabric-2: FGD_2001 gitops/fabric-2 is not there"
    )


def test_fingerprints_hold_when_the_line_moves_and_differ_between_findings() -> None:
    moved = replace(LONG_PREFIX, location=at("raw/vpcs.yaml", 99, 15, "      subnet: 10.0.1.0/31"))
    other = replace(LONG_PREFIX, message="subnet 10.9.1.0/31 is longer than /30")
    assert fingerprints(report(fabric(LONG_PREFIX))) == fingerprints(report(fabric(moved)))
    assert len(set(fingerprints(report(fabric(LONG_PREFIX, other, moved))))) == 3


def test_results_are_bounded_worst_first_and_the_rest_is_counted() -> None:
    made = run(SEVERAL, limit=1)
    assert [item["level"] for item in made["results"]] == ["error"]
    assert made["invocations"][0]["toolExecutionNotifications"][1]["message"]["text"] == "2 results left out for size"


def test_ten_thousand_findings_take_less_than_two_seconds_and_fit_githubs_limit() -> None:
    big = many(10_000)
    begin = time.process_time()
    text = render(big, version="1")
    assert time.process_time() - begin < 2
    assert len(json.loads(text)["runs"][0]["results"]) == 5000
    assert len(gzip.compress(text.encode())) < 10_000_000


def test_a_path_is_a_uri_of_its_bytes() -> None:
    odd = replace(LONG_PREFIX, location=at("raw/a b#%日.yaml", 1, 1, ""))
    uri = run(report(fabric(odd, path=".")))["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"][
        "uri"
    ]
    assert uri == "raw/a%20b%23%25%E6%97%A5.yaml"


@given(reports)
def test_any_report_has_the_essentials_and_makes_no_links(hostile_report: Report) -> None:
    made = run(hostile_report)
    assert all("](" not in item["message"]["text"] for item in made["results"])
    assert all(item["message"]["text"].isprintable() for item in made["results"])
    assert str(made).encode("utf-8"), "half a surrogate pair would not encode"
