"""The engine runs the rules that apply, as severely as asked for, and points into what the user wrote."""

from importlib import import_module
from typing import Any

import pytest

from fgd_sync.fabric.index import Index
from fgd_sync.model.code import VALIDATION_FAILED, Severity
from fgd_sync.model.config import FabricSettings
from fgd_sync.model.kinds import KINDS
from fgd_sync.model.resource import Origin, Ref, Resource
from fgd_sync.rules.coverage import Where, coverage_rows, is_about_settings
from fgd_sync.rules.registry import RULES, Context, Mark, Rule, Scope, run_fabric
from fgd_sync.rules.topics import SCOPES, TOPICS
from local_rules import run_alone

LONG = "production-web"
GROUPS = {kind.name: kind.group for kind in KINDS}


def resource(kind: str, name: str, spec: dict[str, Any]) -> Resource:
    body = {"apiVersion": f"{GROUPS[kind]}/v1beta1", "kind": kind, "metadata": {"name": name}, "spec": spec}
    return Resource(Ref(GROUPS[kind], kind, "default", name), body, Origin("raw/x.yaml", 0))


def vpc(name: str, **subnet: Any) -> Resource:
    return resource("VPC", name, {"subnets": {"default": {"subnet": "10.0.1.0/24", "vlan": 1001, **subnet}}})


def rules_of(found: Resource, context: Context = Context()) -> list[str]:  # noqa: B008
    return [item.rule for item in run_alone(found, context)]


@pytest.mark.parametrize("topic", TOPICS)
def test_a_topic_names_the_kinds_and_scopes_of_its_rules(topic: str) -> None:
    rules = [item for item in vars(import_module(f"fgd_sync.rules.{topic}")).values() if isinstance(item, Rule)]
    assert rules
    named = {kind for item in rules for kind in item.kinds} if all(item.kinds for item in rules) else set()
    assert set(TOPICS[topic]) == named
    assert set(SCOPES.get(topic, [Scope.DOCUMENT])) == {item.scope for item in rules}


def test_a_rule_is_about_settings_if_it_says_so_and_what_is_found_elsewhere_is_not() -> None:
    assert not is_about_settings("", "VPC")
    for row in coverage_rows():
        known = RULES.get(row.id)
        assert (known is not None) == (row.where is Where.RULE), row.id
        for kind in known.kinds if known and known.kinds else ("Server", "VPC"):
            assert is_about_settings(row.id, kind) == (known is not None and known.mark is Mark.CONFIG), row.id


def test_a_valid_resource_has_no_findings() -> None:
    assert run_alone(vpc("web"), Context()) == []


def test_a_finding_carries_rule_code_route_and_remedy() -> None:
    (found,) = run_alone(vpc(LONG), Context())
    assert (found.rule, found.code, found.severity) == ("VPC-001", VALIDATION_FAILED, Severity.ERROR)
    assert found.route == ("metadata", "name")
    assert found.remedy


@pytest.mark.parametrize(("chosen", "severity"), [("warning", Severity.WARNING), ("error", Severity.ERROR)])
def test_a_user_can_make_a_rule_milder(chosen: str, severity: Severity) -> None:
    (found,) = run_alone(vpc(LONG), Context(severities={"VPC-001": chosen}))
    assert found.severity is severity


def test_a_user_can_make_a_rule_harder() -> None:
    switch = resource("Switch", "s", {"role": "spine", "profile": "vs"})
    found = {item.rule: item.severity for item in run_alone(switch, Context(severities={"SW-002": "error"}))}
    assert found["SW-002"] is Severity.ERROR
    assert found["SW-003"] is Severity.WARNING


def test_a_user_can_switch_a_rule_off() -> None:
    assert run_alone(vpc(LONG), Context(severities={"VPC-001": "off"})) == []


def test_a_rule_that_is_off_by_default_can_be_switched_on() -> None:
    nat = {"ips": [{"cidr": "10.0.1.0/24"}], "as": [{"cidr": "10.9.1.0/24"}]}
    peering = resource(
        "GatewayPeering",
        "p",
        {
            "peering": {
                "a": {"expose": [{**nat, "nat": {"masquerade": {}}}]},
                "b": {"expose": [{**nat, "nat": {"static": {}}}]},
            }
        },
    )
    settings = FabricSettings(gateway=True)
    assert "GWP-016" not in rules_of(peering, Context(settings))
    assert "GWP-016" in rules_of(peering, Context(settings, {"GWP-016": "error"}))


@pytest.mark.parametrize(("release", "refused"), [("26.01", False), ("26.02", False), ("26.03", True), ("26.10", True)])
def test_a_rule_holds_from_its_release_on(release: str, refused: bool) -> None:
    peering = resource("VPCPeering", "p", {"remote": "border", "permit": [{"a": {}, "b": {}}]})
    assert ("PEER-001" in rules_of(peering, Context(FabricSettings(release=release)))) == refused


def test_what_a_default_filled_in_is_reported_where_it_is_missing() -> None:
    (found,) = run_alone(vpc("web", dhcp={"enable": True}), Context())
    assert found.rule == "ADV-017"
    assert found.route == ("spec", "subnets", "default", "dhcp")


def test_findings_over_the_fabric_name_the_resource_and_both_ends() -> None:
    index = Index([vpc("one"), vpc("two", subnet="10.0.2.0/24")])
    found = [(ref.name, item) for ref, item in run_fabric(index, Context()) if item.rule == "VPC-060"]
    ((name, item),) = found
    assert name == "two"
    assert item.route == ("spec", "subnets", "default", "vlan")
    assert [(pointer.ref.name, pointer.route) for pointer in item.related] == [
        ("one", ("spec", "subnets", "default", "vlan"))
    ]


def test_the_free_vlans_are_named() -> None:
    pool = resource("VLANNamespace", "default", {"ranges": [{"from": 1000, "to": 1009}]})
    index = Index([vpc("one"), vpc("two", subnet="10.0.2.0/24"), vpc("three", subnet="10.0.3.0/24", vlan=1004), pool])
    (item,) = [item for _, item in run_fabric(index, Context()) if item.rule == "VPC-060"]
    assert "1000, 1002-1003, 1005-1009" in item.remedy


def test_a_missing_resource_is_reported_with_the_name_that_was_meant() -> None:
    index = Index([vpc("web"), resource("VPCAttachment", "a", {"subnet": "wbe/default", "connection": "c"})])
    (item,) = [item for _, item in run_fabric(index, Context()) if item.rule == "ATT-005"]
    assert item.message == "there is no VPC wbe"
    assert item.remedy == "Did you mean web? If not, add it to the fabric."


def test_the_order_of_resources_does_not_matter() -> None:
    resources = [vpc("one"), vpc("two"), vpc("three", vlan=7)]
    forwards, backwards = (run_fabric(Index(order), Context()) for order in (resources, resources[::-1]))
    assert sorted(forwards, key=str) == sorted(backwards, key=str)


def test_the_default_of_an_unknown_setting_is_named() -> None:
    (found,) = run_alone(vpc("web", subnet="172.30.0.0/24"), Context())
    assert found.rule == "VPC-012"
    assert "default" in found.message
    given = run_alone(vpc("web", subnet="172.30.0.0/24"), Context(FabricSettings(reserved_subnets=("10.0.0.0/8",))))
    assert given == []


def test_advice_is_never_an_error() -> None:
    assert {rule.severity for rule in RULES.values() if rule.id.startswith("ADV")} == {
        Severity.WARNING,
        Severity.NOTICE,
    }


def test_rules_over_the_fabric_are_told_from_local_ones() -> None:
    marks = {
        Scope.DOCUMENT: {Mark.LOCAL, Mark.CONFIG, Mark.UPDATE},
        Scope.FABRIC: {Mark.REF, Mark.CONFIG, Mark.PROFILE},
        Scope.CHANGE: {Mark.UPDATE},
        Scope.DELETION: {Mark.UPDATE},
    }
    assert [rule.id for rule in RULES.values() if rule.mark not in marks[rule.scope]] == []
