"""A resource is let off a rule by an annotation with a reason, and what is let off stays in sight."""

import pytest
from small_fabric import OPTIONS, errors, managed, planned, without

from fgd_sync.model import code
from fgd_sync.model.code import Severity
from fgd_sync.model.plan import Fate, Plan

LONG_NAME = """apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: {name}
  annotations:
{annotations}
spec: {{subnets: {{default: {{subnet: {subnet}, vlan: 1099}}}}}}
"""
ANNOTATIONS = "    fgd.githedgehog.com/ignore: {rules}\n    fgd.githedgehog.com/ignore-reason: {reason}"


def vpc(rules: str, reason: str = "old name", *, name: str = "production-web", subnet: str = "10.0.9.0/24") -> bytes:
    annotations = ANNOTATIONS.format(rules=rules, reason=reason)
    if not reason:
        annotations = annotations.partition("\n")[0]
    return LONG_NAME.format(name=name, annotations=annotations, subnet=subnet).encode()


def with_vpc(data: bytes) -> Plan:
    return planned({**managed(), "raw/a.yaml": data})


def told(made: Plan, which: code.Code) -> list[str]:
    return [item.message for item in made.diagnostics if item.code is which]


def test_a_suppressed_error_of_the_document_lets_it_be_managed_and_stays_in_sight() -> None:
    assert [item.rule for item in errors(with_vpc(vpc("VPC-002")))] == ["VPC-001"]
    made = with_vpc(vpc("VPC-001"))
    assert errors(made) == []
    (found,) = (item for item in made.diagnostics if item.rule == "VPC-001")
    assert (found.code, found.severity) == (code.FINDING_IGNORED, Severity.NOTICE)
    assert found.message.endswith("(ignored: old name)")
    assert [item.fate for item in made.sources] == [Fate.ARCHIVED]


def test_the_annotation_stays_in_the_managed_file_and_works_there() -> None:
    before = {**managed(), "raw/a.yaml": vpc("VPC-001")}
    after = without(before, "raw/a.yaml")
    for change in planned(before).changes:
        after |= {getattr(change, "path", ""): getattr(change, "data", b"")}
    text = after["managed/vpcs/production-web.yaml"].decode()
    assert "fgd.githedgehog.com/ignore: VPC-001" in text
    assert "fgd.githedgehog.com/ignore-reason: old name" in text
    assert told(planned(after), code.FINDING_IGNORED)
    assert errors(planned(after)) == []


def test_rules_over_the_fabric_and_settings_can_be_suppressed() -> None:
    outside = vpc("VPC-056", name="web", subnet="192.168.1.0/24")
    assert errors(with_vpc(outside)) == []
    reserved = vpc("VPC-012,VPC-056", name="web", subnet="172.30.1.0/24")
    made = with_vpc(reserved)
    assert errors(made) == []
    assert len(told(made, code.FINDING_IGNORED)) == 2


def test_a_deletion_is_let_off_by_what_the_deleted_resource_said() -> None:
    base = managed(
        vpc("VPC-062", name="web").decode(),
        "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPCPeering\nmetadata: {name: p}\n"
        "spec: {permit: [{vpc-1: {}, web: {}}]}\n",
    )
    made = planned(without(base, "managed/vpcs/web.yaml"), base)
    assert errors(made) == []
    assert len(told(made, code.FINDING_IGNORED)) == 1


@pytest.mark.parametrize("reason", ["", "''", "'  '"])
def test_without_a_reason_nothing_is_suppressed(reason: str) -> None:
    found = errors(with_vpc(vpc("VPC-001", reason)))
    assert [item.rule for item in found] == ["VPC-001", ""]
    assert found[1].code is code.VALIDATION_FAILED
    assert found[1].message == "VPC-001 cannot be ignored without a reason"
    assert found[1].location.position
    assert "fgd.githedgehog.com/ignore-reason" in found[1].remedy


def test_a_missing_reason_fails_the_run_but_does_not_set_the_resource_aside() -> None:
    made = with_vpc(vpc("VPC-056", "", name="web"))
    assert [item.message for item in errors(made)] == ["VPC-056 cannot be ignored without a reason"]
    assert [item.fate for item in made.sources] == [Fate.ARCHIVED]


def test_an_unknown_rule_is_named_with_the_nearest() -> None:
    made = with_vpc(vpc("VPC-001 vpc-002 VPC-O56 nonsense"))
    found = {item.message: item.remedy for item in made.diagnostics if item.code is code.IGNORE_WITHOUT_EFFECT}
    assert found["there is no rule vpc-002"] == "Did you mean VPC-002?"
    assert found["there is no rule VPC-O56"].startswith("Did you mean VPC-0")
    assert "docs/rules.md" in found["there is no rule nonsense"]
    assert errors(made) == []


def test_a_suppression_that_suppresses_nothing_is_a_warning() -> None:
    made = with_vpc(vpc("VPC-001,VPC-012,VPC-056"))
    assert told(made, code.IGNORE_WITHOUT_EFFECT) == [
        "unused suppression: the resource does not break VPC-012",
        "unused suppression: the resource does not break VPC-056",
    ]
    assert len(told(made, code.FINDING_IGNORED)) == 1


def test_a_reason_alone_and_an_empty_list_are_warnings() -> None:
    alone = vpc("VPC-001").replace(b"    fgd.githedgehog.com/ignore: VPC-001\n", b"").replace(b"production-web", b"web")
    assert told(with_vpc(alone), code.IGNORE_WITHOUT_EFFECT) == ["the reason stands without a rule"]
    assert told(with_vpc(vpc("', '", name="web")), code.IGNORE_WITHOUT_EFFECT) == ["no rule is named"]


@pytest.mark.parametrize("rule", ["META-001", "META-002", "META-007", "META-008", "META-009", "VPC-034"])
def test_what_is_not_up_to_the_fabric_cannot_be_suppressed(rule: str) -> None:
    (found,) = told(with_vpc(vpc(rule, name="web")), code.IGNORE_WITHOUT_EFFECT)
    assert found.startswith(f"{rule} cannot be ignored")


def test_schema_findings_and_unsafe_names_stay_errors() -> None:
    unknown = vpc("META-007", name="web").replace(b"vlan:", b"vlna: 7, vlan:")
    assert "META-007" in [item.rule for item in errors(with_vpc(unknown))]
    assert "META-001" in [item.rule for item in errors(with_vpc(vpc("META-001", name="../../x")))]


def test_a_resource_described_twice_stays_an_error() -> None:
    two = vpc("META-008", name="web") + b"---\n" + vpc("META-008", name="web", subnet="10.0.8.0/24")
    assert "META-008" in [item.rule for item in errors(with_vpc(two))]


def test_annotations_of_other_types_are_left_to_the_schema() -> None:
    odd = vpc("[VPC-001]", "[why]")
    assert {item.code for item in errors(with_vpc(odd))} == {code.SCHEMA_MISMATCH, code.VALIDATION_FAILED}
    assert OPTIONS.base == {}
