"""What is said about documents that do not have the shape of their kind."""

from pathlib import Path
from typing import Any

import pytest

from fgd_sync.model.code import SCHEMA_MISMATCH, Severity
from fgd_sync.model.finding import Finding
from fgd_sync.model.kinds import find_kind
from fgd_sync.model.location import Route
from fgd_sync.model.resource import JsonObject
from fgd_sync.schema.catalogue import Catalogue
from fgd_sync.schema.check import check

SCHEMAS = Path(__file__).resolve().parents[3] / "schemas"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return Catalogue(lambda name: (SCHEMAS / name).read_bytes())


def findings(catalogue: Catalogue, word: str, spec: Any, **more: Any) -> list[Finding]:
    kind = find_kind(word)
    assert kind
    body = {"apiVersion": kind.api_version, "kind": kind.name, "metadata": {"name": "one"}, "spec": spec, **more}
    return check(catalogue, kind, body)


def subnet(value: JsonObject) -> JsonObject:
    return {"subnets": {"default": value}}


def options(value: JsonObject) -> JsonObject:
    return subnet({"dhcp": {"options": value}})


VALID: list[tuple[str, JsonObject]] = [
    ("VPC", {}),
    ("VPC", subnet({"subnet": "10.0.1.0/24", "vlan": 1001, "dhcp": {"enable": True, "range": {"start": "10.0.1.10"}}})),
    ("VPC", options({"dnsServers": ["1.1.1.1"]})),
    ("VPC", subnet({"hostBGP": True, "hostBGPMinPrefixLen": 28, "hostBGPExtraPrefixes": {"10.9.0.0/24": {}}})),
    ("VPCAttachment", {"subnet": "vpc-1/default", "connection": "c", "nativeVLAN": True}),
    ("VPCPeering", {"permit": [{"vpc-1": {}, "vpc-2": {"subnets": ["default"]}}]}),
    ("External", {"inboundCommunity": "65102:5000"}),
    ("ExternalAttachment", {"external": "e", "static": {"remoteIP": "10.0.0.1", "proxy": True}}),
    ("ExternalPeering", {"permit": {"vpc": {"name": "vpc-1"}, "external": {"prefixes": [{"prefix": "0.0.0.0/0"}]}}}),
    ("IPv4Namespace", {"subnets": ["10.0.0.0/16"]}),
    ("Connection", {"unbundled": {"link": {"server": {"port": "s/e1"}, "switch": {"port": "l/E1/1"}}, "mtu": 9000}}),
    ("Connection", {"mesh": {"links": [{"leaf1": {"port": "a/E1/1", "ip": "10.0.0.0/31"}, "leaf2": {}}]}}),
    ("Server", {"description": "rack 3"}),
    ("Switch", {"role": "spine", "portGroupSpeeds": {"1": "10G"}, "portAutoNegs": {"E1/1": False}}),
    ("SwitchGroup", {}),
    ("VLANNamespace", {"ranges": [{"from": 1000}]}),
    ("ServerProfile", {"nics": [{"name": "n", "ports": [{"name": "p"}]}]}),
    ("SwitchProfile", {"displayName": "d", "ports": {"E1/1": {"nos": "Ethernet0"}}}),
    ("Gateway", {"workers": 64, "groups": [{"name": "default", "priority": 1}]}),
    ("GatewayGroup", {}),
    ("GatewayPeering", {"peering": {"vpc-1": {"expose": [{"nat": {"static": {}}}]}}, "acl": {"rules": []}}),
]


@pytest.mark.parametrize(("word", "spec"), VALID, ids=str)
def test_a_valid_document_has_no_findings(catalogue: Catalogue, word: str, spec: JsonObject) -> None:
    assert findings(catalogue, word, spec) == []


DEFAULT = ("spec", "subnets", "default")
OPTIONS = (*DEFAULT, "dhcp", "options")
CASES: list[tuple[str, Any, str, Route, str]] = [
    # unknown fields
    (
        "VPC",
        subnet({"vlna": 5}),
        "META-007",
        (*DEFAULT, "vlna"),
        'unknown field "vlna" in spec.subnets.default: did you mean "vlan"?',
    ),
    (
        "VPC",
        subnet({"dnsServers": []}),
        "META-007",
        (*DEFAULT, "dnsServers"),
        'unknown field "dnsServers" in spec.subnets.default: it belongs under dhcp.options',
    ),
    (
        "VPC",
        options({"relay": "10.0.0.1/32"}),
        "META-007",
        (*OPTIONS, "relay"),
        'unknown field "relay" in spec.subnets.default.dhcp.options: it belongs in spec.subnets.<name>.dhcp',
    ),
    ("VPC", {"labels": {}}, "META-007", ("spec", "labels"), 'unknown field "labels" in spec: it belongs in metadata'),
    (
        "VPCAttachment",
        {"vpc": "vpc-1"},
        "META-007",
        ("spec", "vpc"),
        'unknown field "vpc" in spec: known are subnet, connection, nativeVLAN',
    ),
    ("SwitchGroup", {"foo": 1}, "META-007", ("spec", "foo"), 'unknown field "foo" in spec: nothing can be set here'),
    (
        "VPC",
        {"\x1b[2J": 1},
        "META-007",
        ("spec", "\x1b[2J"),
        (
            'unknown field "\\u001b[2J" in spec: known are mode, ipv4Namespace, vlanNamespace, defaultIsolated, '
            "defaultRestricted, permit, staticRoutes, subnets"
        ),
    ),
    # types
    (
        "VPC",
        subnet({"vlan": "1001"}),
        "META-009",
        (*DEFAULT, "vlan"),
        'spec.subnets.default.vlan must be a whole number; "1001" is text: write 1001 without quotes',
    ),
    (
        "VPC",
        subnet({"vlan": "office"}),
        "META-009",
        (*DEFAULT, "vlan"),
        'spec.subnets.default.vlan must be a whole number; "office" is text',
    ),
    (
        "VPC",
        subnet({"vlan": 10.5}),
        "META-009",
        (*DEFAULT, "vlan"),
        "spec.subnets.default.vlan must be a whole number; 10.5 is a number",
    ),
    (
        "VPC",
        subnet({"isolated": "yes"}),
        "",
        (*DEFAULT, "isolated"),
        'spec.subnets.default.isolated must be true or false; "yes" is text: write true without quotes',
    ),
    (
        "VPC",
        subnet({"isolated": 1}),
        "",
        (*DEFAULT, "isolated"),
        "spec.subnets.default.isolated must be true or false; 1 is a number",
    ),
    ("VPC", {"mode": True}, "", ("spec", "mode"), "spec.mode must be text; true is a boolean: put it in quotes"),
    (
        "External",
        {"inboundCommunity": 3906170},
        "",
        ("spec", "inboundCommunity"),
        "spec.inboundCommunity must be text; 3906170 is a number: put it in quotes",
    ),
    (
        "IPv4Namespace",
        {"subnets": "10.0.0.0/16"},
        "",
        ("spec", "subnets"),
        'spec.subnets must be a list; "10.0.0.0/16" is text: begin each entry with "- "',
    ),
    (
        "VPC",
        {"subnets": [{"subnet": "10.0.0.0/24"}]},
        "",
        ("spec", "subnets"),
        'spec.subnets must be a mapping; it is a list: leave out the "- "',
    ),
    (
        "Connection",
        {"unbundled": {"link": {"server": "s/e1"}}},
        "",
        ("spec", "unbundled", "link", "server"),
        'spec.unbundled.link.server must be a mapping; "s/e1" is text: its field is port',
    ),
    (
        "VPC",
        None,
        "META-010",
        ("spec",),
        ("spec must be a mapping; nothing is given: write {} for an empty one, or remove the key"),
    ),
    (
        "VPC",
        {"mode": None},
        "META-010",
        ("spec", "mode"),
        "spec.mode must be text; nothing is given: give a value, or remove the key",
    ),
    (
        "Switch",
        {"role": 5},
        "",
        ("spec", "role"),
        (
            'spec.role must be one of "spine", "server-leaf", "border-leaf", '
            '"mixed-leaf", "virtual-edge"; 5 is a number: put it in quotes'
        ),
    ),
    # numbers
    (
        "VPC",
        subnet({"vlan": 65536}),
        "META-009",
        (*DEFAULT, "vlan"),
        "spec.subnets.default.vlan is 65536; it must be between 0 and 65535",
    ),
    ("Gateway", {"workers": 256}, "META-009", ("spec", "workers"), "spec.workers is 256; it must be between 0 and 255"),
    (
        "Switch",
        {"role": "spine", "asn": 4200000000},
        "META-009",
        ("spec", "asn"),
        "spec.asn is 4200000000; it must be between 0 and 2147483647",
    ),
    (
        "ExternalAttachment",
        {"neighbor": {"asn": 4200000000}},
        "EXTA-006",
        ("spec", "neighbor", "asn"),
        "spec.neighbor.asn is 4200000000; it must be between 0 and 2147483647",
    ),
    (
        "Switch",
        {"role": "spine", "linkFlapErrDisable": {"flapThreshold": 51}},
        "SW-011",
        ("spec", "linkFlapErrDisable", "flapThreshold"),
        "spec.linkFlapErrDisable.flapThreshold is 51; it must be between 1 and 50",
    ),
    (
        "ExternalAttachment",
        {"neighbor": {"asn": -1}},
        "META-009",
        ("spec", "neighbor", "asn"),
        "spec.neighbor.asn is -1; it must be between 0 and 2147483647",
    ),
    # choices and forms
    (
        "Switch",
        {"role": "server_leaf"},
        "SW-001",
        ("spec", "role"),
        (
            'spec.role is "server_leaf"; it must be one of "spine", "server-leaf", "border-leaf", "mixed-leaf", '
            '"virtual-edge": did you mean "server-leaf"?'
        ),
    ),
    (
        "Switch",
        {"role": "spine", "portFECs": {"E1/1": "none"}},
        "SW-012",
        ("spec", "portFECs", "E1/1"),
        'spec.portFECs["E1/1"] is "none"; it must be one of "rs", "fc", "auto", "disabled"',
    ),
    (
        "Switch",
        {"role": "spine", "redundancy": {"type": ""}},
        "SW-009",
        ("spec", "redundancy", "type"),
        'spec.redundancy.type is ""; it must be one of "mclag", "eslag"',
    ),
    (
        "GatewayPeering",
        {"acl": {"rules": [{"action": "allow", "scope": "host"}]}},
        "GWP-024",
        ("spec", "acl", "rules", 0, "scope"),
        'spec.acl.rules[0].scope is "host"; it must be one of "flow", "packet", ""',
    ),
    (
        "Connection",
        {"fabric": {"links": [{"spine": {"ip": "10.0.0.1"}}]}},
        "CONN-014",
        ("spec", "fabric", "links", 0, "spine", "ip"),
        (
            'spec.fabric.links[0].spine.ip is "10.0.0.1"; it must be an IPv4 address with prefix length, '
            "such as 172.30.128.0/31"
        ),
    ),
    (
        "Connection",
        {"staticExternal": {"link": {"switch": {"nextHop": "10.0.0.1/24\n"}}}},
        "CONN-015",
        ("spec", "staticExternal", "link", "switch", "nextHop"),
        (
            'spec.staticExternal.link.switch.nextHop is "10.0.0.1/24\\n"; it must be an IPv4 address without prefix length, '
            "such as 172.31.255.5"
        ),
    ),
    # counts
    ("VPCPeering", {"permit": []}, "PEER-002", ("spec", "permit"), "spec.permit has no items; it needs at least 1"),
    (
        "VPCPeering",
        {"permit": [{"a": {"subnets": []}}]},
        "PEER-005",
        ("spec", "permit", 0, "a", "subnets"),
        "spec.permit[0].a.subnets has no items; it needs at least 1",
    ),
    (
        "IPv4Namespace",
        {"subnets": ["10.0.0.0/16"] * 21},
        "IPNS-003",
        ("spec", "subnets"),
        "spec.subnets has 21 items; it may have at most 20",
    ),
    (
        "IPv4Namespace",
        {"subnets": []},
        "IPNS-004",
        ("spec", "subnets"),
        "spec.subnets has no items; it needs at least 1",
    ),
    ("VLANNamespace", {"ranges": []}, "VLNS-001", ("spec", "ranges"), "spec.ranges has no items; it needs at least 1"),
    (
        "Connection",
        {"eslag": {"links": [{}]}},
        "CONN-006",
        ("spec", "eslag", "links"),
        "spec.eslag.links has 1 item; it needs at least 2",
    ),
    (
        "Connection",
        {"gateway": {"links": []}},
        "CONN-009",
        ("spec", "gateway", "links"),
        "spec.gateway.links has no items; it needs at least 1",
    ),
    # missing fields
    (
        "Switch",
        {},
        "SW-001",
        ("spec",),
        (
            '"role" is missing in spec: it must be one of "spine", "server-leaf", '
            '"border-leaf", "mixed-leaf", "virtual-edge"'
        ),
    ),
    (
        "VPC",
        subnet({"dhcp": {"static": {"00:11:22:33:44:55": {}}}}),
        "VPC-039",
        (*DEFAULT, "dhcp", "static", "00:11:22:33:44:55"),
        '"ip" is missing in spec.subnets.default.dhcp.static.00:11:22:33:44:55 (Address)',
    ),
]


@pytest.mark.parametrize(("word", "spec", "rule", "route", "message"), CASES, ids=[case[4] for case in CASES])
def test_a_mismatch_is_explained(
    catalogue: Catalogue,
    word: str,
    spec: Any,
    rule: str,
    route: Route,
    message: str,
) -> None:
    found = findings(catalogue, word, spec)
    assert [(item.message, item.route, item.rule) for item in found] == [(message, route, rule)]
    assert found[0].code is SCHEMA_MISMATCH
    assert found[0].severity is Severity.ERROR
    assert found[0].at_key == (rule == "META-007")


def test_everything_wrong_is_reported_once_in_the_order_of_the_routes(catalogue: Catalogue) -> None:
    spec = {"subnets": {"b": {"vlan": "x", "nope": 1}, "a": {"vlan": -1}}, "permit": [["x"], "y", [5], ["z", None]]}
    routes = [item.route for item in findings(catalogue, "VPC", spec, extra=1)]
    assert routes == [
        ("extra",),
        ("spec", "permit", 1),
        ("spec", "permit", 2, 0),
        ("spec", "permit", 3, 1),
        ("spec", "subnets", "a", "vlan"),
        ("spec", "subnets", "b", "nope"),
        ("spec", "subnets", "b", "vlan"),
    ]


def test_the_order_of_keys_in_the_document_does_not_matter(catalogue: Catalogue) -> None:
    spec = {"zzz": 1, "subnets": [], "aaa": 1, "mode": 5}
    backwards = dict(reversed(spec.items()))
    assert findings(catalogue, "VPC", spec) == findings(catalogue, "VPC", backwards)


def test_items_are_ordered_by_number(catalogue: Catalogue) -> None:
    found = findings(catalogue, "IPv4Namespace", {"subnets": list(range(12))})
    assert [item.route[-1] for item in found] == list(range(12))


def test_several_missing_fields_are_several_findings(catalogue: Catalogue) -> None:
    found = findings(catalogue, "ExternalAttachment", {"inboundACL": {"statements": [{"seq": 10}]}})
    assert {(item.rule, item.message) for item in found} == {
        ("EXTA-015", '"action" is missing in spec.inboundACL.statements[0]'),
        ("EXTA-016", '"protocol" is missing in spec.inboundACL.statements[0]'),
        ("EXTA-017", '"srcPrefix" is missing in spec.inboundACL.statements[0] (Source)'),
        ("EXTA-018", '"dstPrefix" is missing in spec.inboundACL.statements[0] (Destination)'),
    }


def test_metadata_is_checked_too(catalogue: Catalogue) -> None:
    kind = find_kind("VPC")
    assert kind
    body = {
        "apiVersion": kind.api_version,
        "kind": "VPC",
        "metadata": {"labels": {"vip": True}, "annotations": {"number": 5}, "nmae": "one", "creationTimestamp": None},
    }
    assert [item.message for item in check(catalogue, kind, body)] == [
        '"name" is missing in metadata',
        "metadata.annotations.number must be text; 5 is a number: put it in quotes",
        "metadata.labels.vip must be text; true is a boolean: put it in quotes",
        'unknown field "nmae" in metadata: did you mean "name"?',
    ]


def test_a_document_without_anything_lacks_its_head(catalogue: Catalogue) -> None:
    kind = find_kind("VPC")
    assert kind
    assert [item.message for item in check(catalogue, kind, {})] == [
        '"apiVersion" is missing in the document (API version)',
        '"kind" is missing in the document',
        '"metadata" is missing in the document',
    ]


@pytest.mark.parametrize("status", [{}, {"applied": {"gen": 5}}, {"anything": [None]}])
def test_status_may_hold_anything(catalogue: Catalogue, status: JsonObject) -> None:
    assert findings(catalogue, "VPC", {}, status=status) == []


@pytest.mark.parametrize("value", [2**64, -(2**70), 10**400, float("inf"), float("nan"), "\ud800", "\0"])
def test_no_value_upsets_the_check(catalogue: Catalogue, value: Any) -> None:
    assert len(findings(catalogue, "VPC", subnet({"vlan": value}))) == 1


def test_a_flood_of_unknown_fields_is_reported_in_full(catalogue: Catalogue) -> None:
    found = findings(catalogue, "VPC", {f"field{number}": 1 for number in range(5000)})
    assert len(found) == 5000
    assert all(len(item.message) < 300 for item in found)


def test_a_schema_of_a_repository_may_be_true_or_false(catalogue: Catalogue) -> None:
    """As JSON Schema has it: of anything, and of nothing."""
    kind = find_kind("vpc")
    assert kind
    schema = {"properties": {"spec": False, "more": True}, "required": ["spec", "more"]}
    known = catalogue.with_overlay({(kind.group, kind.version, kind.name): schema})
    assert [item.message for item in check(known, kind, {"spec": 1})] == [
        '"more" is missing in the document',
        'the document is 1; that does not fit: the schema\'s "false"',
    ]
