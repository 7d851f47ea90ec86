"""What differs from the base revision: rules on changes and on deletions, each broken alone in a valid fabric."""

import pytest
from small_fabric import documents, errors, managed, path_of, planned, rules_of, without

from fgd_sync.model.code import Severity
from fgd_sync.model.plan import Action
from fgd_sync.rules.registry import RULES, Rule, Scope

VPC = "managed/vpcs/vpc-2.yaml"
PEERING = """
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCPeering
metadata: {name: one--two}
spec: {permit: [{vpc-1: {}, vpc-2: {}}]}
"""
BUNDLED = "bundled: {links: [{server: {port: server-02/enp2s1}, switch: {port: leaf-01/E1/2}}]}"
UNBUNDLED = "unbundled: {link: {server: {port: server-02/enp2s1}, switch: {port: leaf-01/E1/2}}}"
CONNECTION = """
apiVersion: wiring.githedgehog.com/v1beta1
kind: Connection
metadata: {{name: server-02--unbundled--leaf-01}}
spec: {{{}}}
"""
CONNECTION_PATH = "managed/connections/server-02--unbundled--leaf-01.yaml"


def rules(scope: Scope) -> list[Rule]:
    return [rule for rule in RULES.values() if rule.scope is scope]


@pytest.mark.parametrize("rule", rules(Scope.DELETION), ids=lambda rule: rule.id)
def test_a_deletion_that_leaves_references_behind_is_reported_once(rule: Rule) -> None:
    base = managed(rule.before, rule.bad)
    path = path_of(documents(rule.before)[0], base)
    made = planned(without(base, path), base)
    (found,) = errors(made)
    assert (found.rule, found.location.path) == (rule.id, path)
    assert found.location.position
    assert found.location.excerpt.strip().startswith("name: ")
    assert {item.location.path for item in found.related} == {path_of(documents(rule.bad)[0], base)}
    assert all(item.location.position for item in found.related)
    assert made.count(Action.DELETE) == 1


@pytest.mark.parametrize("rule", rules(Scope.DELETION), ids=lambda rule: rule.id)
def test_a_deletion_with_all_that_refers_to_it_is_fine(rule: Rule) -> None:
    base = managed(rule.before, rule.bad)
    paths = [path_of(body, base) for body in (*documents(rule.before), *documents(rule.bad))]
    assert errors(planned(without(base, *paths), base)) == []


@pytest.mark.parametrize("rule", rules(Scope.DELETION), ids=lambda rule: rule.id)
def test_without_the_rule_the_references_are_reported_one_by_one(rule: Rule) -> None:
    base = managed(rule.before, rule.bad)
    now = without(base, path_of(documents(rule.before)[0], base))
    assert set(rules_of(errors(planned(now, base, **{rule.id.replace("-", "_"): "off"})))) <= set(rule.replaces)
    assert set(rules_of(errors(planned(now)))) <= set(rule.replaces), "no base: nothing is known to be deleted"
    assert errors(planned(now))


@pytest.mark.parametrize("rule", rules(Scope.CHANGE), ids=lambda rule: rule.id)
@pytest.mark.parametrize("way", ["by hand", "through raw/"])
def test_a_change_that_the_fabric_refuses_is_reported_once(rule: Rule, way: str) -> None:
    base, new = managed(rule.before), rule.bad
    path = path_of(documents(rule.before)[0], base)
    target = path if way == "by hand" else "raw/new.yaml"
    made = planned({**base, target: new.encode()}, base)
    assert rules_of(errors(made)) == [rule.id]
    assert errors(made)[0].location.path == target
    assert errors(planned({**base, target: rule.good.encode()}, base)) == []


def test_nothing_is_said_of_what_did_not_change() -> None:
    base = managed(PEERING)
    made = planned(base, base)
    assert errors(made) == []
    assert {item.action for item in made.inventory} == {Action.KEEP}


def test_all_places_that_refer_to_a_deleted_resource_are_named() -> None:
    base = managed(PEERING)
    base["managed/vpcpeerings/again.yaml"] = base["managed/vpcpeerings/one--two.yaml"].replace(b"one--two", b"again")
    (found,) = (item for item in planned(without(base, VPC), base).diagnostics if item.rule == "VPC-062")
    assert found.message == "VPC vpc-2 was deleted, but VPCPeering again, VPCPeering one--two still refer to it"
    assert len(found.related) == 2


def test_a_new_name_is_a_deletion_and_a_creation() -> None:
    base = managed(PEERING)
    now = {**without(base, VPC), "managed/vpcs/vpc-x.yaml": base[VPC].replace(b"name: vpc-2", b"name: vpc-x")}
    made = planned(now, base)
    assert rules_of(errors(made)) == ["VPC-062"]
    assert {item.ref.name: item.action for item in made.inventory if item.ref.kind == "VPC"}["vpc-2"] is Action.DELETE


def test_a_file_that_moved_is_no_deletion() -> None:
    base = managed(PEERING)
    made = planned({**without(base, VPC), "managed/elsewhere/v.yaml": base[VPC]}, base)
    assert errors(made) == []
    assert made.count(Action.DELETE) == 0


def test_a_file_that_cannot_be_read_now_deletes_nothing() -> None:
    base = managed(PEERING)
    for broken in (b"a: [", base[VPC].replace(b"name: vpc-2", b"name: Bad_Name"), base[VPC].replace(b"vpc-2", b"5")):
        made = planned({**base, VPC: broken}, base)
        assert made.count(Action.DELETE) == 0
        assert "VPC-062" not in rules_of(made.diagnostics)


def test_a_document_taken_out_of_a_file_is_a_deletion() -> None:
    base = managed(PEERING)
    paths = [f"managed/vpcs/{name}.yaml" for name in ("vpc-1", "vpc-2", "routed")]
    rest = without(base, *paths)
    three = {**rest, paths[0]: b"---\n".join(base[path] for path in paths)}
    made = planned({**rest, paths[0]: b"---\n".join((base[paths[0]], base[paths[2]]))}, three)
    (found,) = errors(made)
    assert (found.rule, found.location.path) == ("VPC-062", "managed/vpcs/vpc-1.yaml")
    assert found.location.position is None, "the place in the old file says nothing about the new one"


def test_what_does_not_hold_a_vpc_back_is_reported_as_a_missing_reference() -> None:
    relay = """
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata: {name: far}
spec: {subnets: {default: {subnet: 10.0.9.0/24, vlan: 1009, dhcp: {relay: 10.0.2.9/32, relayVPC: vpc-2}}}}
---
apiVersion: gateway.githedgehog.com/v1alpha1
kind: GatewayPeering
metadata: {name: one--two}
spec:
  peering:
    vpc-1: {expose: [{ips: [{cidr: 10.0.1.0/24}]}]}
    vpc-2: {expose: [{ips: [{cidr: 10.0.2.0/24}]}]}
"""
    base = managed(relay)
    assert sorted(rules_of(errors(planned(without(base, VPC), base)))) == ["GWP-027", "VPC-058"]


def test_the_version_of_the_base_counts_more_than_the_one_managed_now() -> None:
    base = managed(CONNECTION.format(BUNDLED))
    edited = {**base, CONNECTION_PATH: CONNECTION.format(UNBUNDLED).encode()}
    back = {**edited, "raw/back.yaml": CONNECTION.format(BUNDLED).encode()}
    assert rules_of(errors(planned(edited, base))) == ["CONN-038"]
    assert errors(planned(back, base)) == []
    assert rules_of(errors(planned(back))) == ["CONN-038"], "without a base the managed version is the earlier one"


def test_the_state_is_still_checked_where_a_change_is_not_to_blame() -> None:
    namespace = "managed/ipv4namespaces/default.yaml"
    base = managed()
    outside = base[VPC].replace(b"10.0.2.0/24", b"192.168.2.0/24")
    now = {**base, namespace: base[namespace].replace(b"10.0.0.0/16", b"10.0.0.0/21"), VPC: outside}
    found = {item.rule: item for item in errors(planned(now, base))}
    assert set(found) == {"IPNS-007", "VPC-056"}
    assert found["VPC-056"].location.path == VPC
    assert [item.location.path for item in found["IPNS-007"].related] == ["managed/vpcs/vpc-1.yaml"]


def test_the_fault_of_the_fabric_is_a_warning() -> None:
    path = "managed/vlannamespaces/default.yaml"
    base = managed()
    made = planned({**base, path: base[path].replace(b"2999", b"2899")}, base)
    (found,) = (item for item in made.diagnostics if item.rule == "VLNS-007")
    assert found.severity is Severity.WARNING
    assert "VPC lab subnet default with VLAN 100" in found.message


def test_a_comment_changes_nothing() -> None:
    path = "managed/vlannamespaces/default.yaml"
    base = managed()
    assert "VLNS-007" not in rules_of(planned({**base, path: b"# why\n" + base[path]}, base).diagnostics)
