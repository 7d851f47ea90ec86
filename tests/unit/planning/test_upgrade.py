"""Old versions and old forms: what becomes of each, and what is left to a human."""

from typing import Any

import pytest

from fgd_sync.model.code import RESOURCE_UPGRADED, UPGRADE_IMPOSSIBLE, Severity
from fgd_sync.planning.clean import Cleaned, clean
from fgd_sync.yamldoc.comments import Comments


def resource(kind: str, spec: Any, api_version: str) -> dict[str, Any]:
    return {
        "apiVersion": api_version,
        "kind": kind,
        "metadata": {"name": "one", "namespace": "default"},
        "spec": spec,
    }


GROUPS = {
    "VPC": "vpc",
    "VPCAttachment": "vpc",
    "VPCPeering": "vpc",
    "External": "vpc",
    "ExternalAttachment": "vpc",
    "ExternalPeering": "vpc",
}


def old(kind: str, spec: Any, version: str = "v1alpha2", **more: Any) -> Cleaned:
    group = GROUPS.get(kind, "wiring")
    return clean({**resource(kind, spec, f"{group}.githedgehog.com/{version}"), **more}, None)


def now(kind: str, spec: Any) -> Cleaned:
    return old(kind, spec, "v1beta1")


@pytest.mark.parametrize("version", ["v1alpha2", "v1alpha1"])
def test_a_wrong_label_on_todays_shape_is_corrected_and_said(version: str) -> None:
    cleaned = old("Server", {"description": "x"}, version)
    assert cleaned.body == resource("Server", {"description": "x"}, "wiring.githedgehog.com/v1beta1")
    (note,) = cleaned.notes
    assert (note.code, note.severity, note.route) == (RESOURCE_UPGRADED, Severity.NOTICE, ("apiVersion",))
    assert version in note.message
    assert "v1beta1" in note.message


@pytest.mark.parametrize(
    ("kind", "api_version", "current"),
    [
        ("VPC", "vpc.githedgehog.com/v1beta2", "v1beta1"),
        ("Switch", "wiring.githedgehog.com", "v1beta1"),
        ("Gateway", "gateway.githedgehog.com/v1beta1", "v1alpha1"),
        ("Gateway", "gateway.githedgehog.com/v1alpha2", "v1alpha1"),
    ],
)
def test_a_version_that_never_was_is_refused_with_the_current_one(kind: str, api_version: str, current: str) -> None:
    cleaned = clean(resource(kind, {}, api_version), None)
    (problem,) = cleaned.problems
    assert (problem.code, problem.route) == (UPGRADE_IMPOSSIBLE, ("apiVersion",))
    assert current in problem.message
    assert current in problem.remedy
    assert cleaned.body["apiVersion"] == api_version


def test_kinds_that_are_not_the_fabrics_are_left_alone() -> None:
    for kind, api_version in (
        ("Rack", "wiring.githedgehog.com/v1alpha2"),
        ("Deployment", "apps/v1"),
        ("VPC", "other/v1alpha2"),
    ):
        body = resource(kind, {}, api_version)
        assert clean(body, None).body is body


CHANGES: list[tuple[str, Any, Any]] = [
    (
        "VPC",
        {"subnet": "10.0.0.0/24", "dhcp": {"enable": True}, "subnets": {"default": {"vlan": 7}}},
        {"subnets": {"default": {"subnet": "10.0.0.0/24", "vlan": 7, "dhcp": {"enable": True}}}},
    ),
    ("VPC", {"subnets": {"a": {"vlan": "1001"}}}, {"subnets": {"a": {"vlan": 1001}}}),
    (
        "VPC",
        {"subnets": {"a": {"dhcp": {"enable": True, "pxeURL": "http://x"}}}},
        {"subnets": {"a": {"dhcp": {"enable": True, "options": {"pxeURL": "http://x"}}}}},
    ),
    ("VPC", {"snat": False, "dnatRequests": {}, "subnets": {}}, {"subnets": {}}),
    ("VPCAttachment", {"vpc": "vpc-1", "connection": "c"}, {"subnet": "vpc-1/default", "connection": "c"}),
    ("VPCPeering", {"vpcs": ["vpc-1", "vpc-2"]}, {"permit": [{"vpc-1": {}, "vpc-2": {}}]}),
    ("VPCPeering", {"permit": [], "remote": ""}, {"permit": []}),
    (
        "Connection",
        {"mclagDomain": {"links": [{"switch1": {"port": "a/E1/1"}}], "sessionLink": {"switch1": {"port": "a/E1/2"}}}},
        {
            "mclagDomain": {
                "peerLinks": [{"switch1": {"port": "a/E1/1"}}],
                "sessionLinks": [{"switch1": {"port": "a/E1/2"}}],
            }
        },
    ),
    (
        "Connection",
        {"staticExternal": {"link": {"switch": {"port": "a/E1/1", "gateway": "10.0.0.1"}}}},
        {"staticExternal": {"link": {"switch": {"port": "a/E1/1", "nextHop": "10.0.0.1"}}}},
    ),
    ("Server", {"type": "", "location": {"rack": "1"}, "locationSig": {"sig": "x"}, "serverConnections": ["c"]}, {}),
    (
        "Switch",
        {
            "role": "spine",
            "profile": "vs",
            "boot": {"mac": "0c:20:12:ff:00:00"},
            "location": {"rack": "1"},
            "locationSig": {},
            "redundancy": {"name": "g"},
            "lldp": {},
            "bgpConfig": {},
            "vendorName": "v",
            "modelNumber": "m",
            "sonicVersion": "s",
        },
        {"role": "spine", "profile": "vs", "boot": {"mac": "0c:20:12:ff:00:00"}, "redundancy": {"group": "g"}},
    ),
]


@pytest.mark.parametrize(("kind", "spec", "expected"), CHANGES)
def test_old_forms_become_todays(kind: str, spec: Any, expected: Any) -> None:
    cleaned = old(kind, spec)
    assert cleaned.body["spec"] == expected
    assert cleaned.problems == ()
    assert len(cleaned.notes) > 1
    assert all(item.code is RESOURCE_UPGRADED and item.message and item.route for item in cleaned.notes)


SINCE: list[tuple[str, Any, Any]] = [
    (
        "VPC",
        {"subnets": {"a": {"dhcp": {"pxeURL": "u", "options": {"interfaceMTU": 9000}}}}},
        {"subnets": {"a": {"dhcp": {"options": {"interfaceMTU": 9000, "pxeURL": "u"}}}}},
    ),
    (
        "Connection",
        {"gateway": {"links": [{"spine": {"port": "s/E1/1"}, "gateway": {"port": "g/x"}}]}},
        {"gateway": {"links": [{"switch": {"port": "s/E1/1"}, "gateway": {"port": "g/x"}}]}},
    ),
    (
        "ExternalAttachment",
        {"inboundACL": {"statements": [{"seq": 1, "permit": True}, {"seq": 2, "permit": False}]}},
        {"inboundACL": {"statements": [{"seq": 1, "action": "permit"}, {"seq": 2, "action": "deny"}]}},
    ),
    ("Switch", {"rocev2": True}, {"roce": True}),
    ("SwitchProfile", {"features": {"rocev2": True}}, {"features": {"roce": True}}),
]


@pytest.mark.parametrize(("kind", "spec", "expected"), SINCE)
def test_forms_that_the_current_version_once_had_are_upgraded_there_too(kind: str, spec: Any, expected: Any) -> None:
    cleaned = now(kind, spec)
    assert cleaned.body["spec"] == expected
    assert cleaned.notes
    assert cleaned.problems == ()


@pytest.mark.parametrize(
    ("kind", "spec"),
    [
        ("VPC", {"subnets": {"a": {"vlan": "1001"}}}),
        ("VPC", {"subnet": "10.0.0.0/24"}),
        ("VPCAttachment", {"vpc": "vpc-1"}),
        ("VPCPeering", {"permit": [{"a": {}, "b": {}}], "remote": "group"}),
        ("Server", {"type": ""}),
        ("Switch", {}),
        ("Connection", {"mclag": {"links": [{"server": {"port": "s/e0"}, "switch": {"port": "l/E1/1"}}]}}),
        ("Connection", {"vpcLoopback": {"links": []}}),
        ("Connection", {"unbundled": {"link": {"switch": {"port": "l/Ethernet0"}}}}),
        ("Switch", {"portSpeeds": {"Ethernet0": "25G"}}),
    ],
)
def test_documents_of_the_current_version_are_left_to_the_schema_and_rules(kind: str, spec: Any) -> None:
    cleaned = now(kind, spec)
    assert cleaned.body["spec"] == spec
    assert cleaned.notes == cleaned.problems == ()


MANUAL: list[tuple[str, Any, str, str]] = [
    ("VPC", {"subnet": "10.0.0.0/24"}, "v1alpha2", "spec.subnets.default.vlan"),
    ("VPC", {"snat": True}, "v1alpha2", "GatewayPeering"),
    ("VPC", {"dnatRequests": {"a": {}}}, "v1alpha2", "GatewayPeering"),
    ("VPCPeering", {"vpcs": ["a"]}, "v1alpha2", "spec.permit"),
    ("VPCPeering", {"vpcs": ["a", "b"], "permit": [{"a": {}, "c": {}}]}, "v1alpha2", "spec.permit"),
    ("VPCPeering", {"permit": [], "remote": "border"}, "v1alpha2", "GatewayPeering"),
    ("External", {"l2": {}}, "v1beta1", "static"),
    ("ExternalAttachment", {"l2": {"ip": "x"}}, "v1beta1", "static"),
    ("Connection", {"management": {"link": {}}}, "v1alpha2", "Delete the document"),
    ("Connection", {"management": {"link": {}}}, "v1beta1", "Delete the document"),
    ("Connection", {"nat": {"link": {}}}, "v1alpha2", "Delete the document"),
    ("Connection", {"unbundled": {"link": [{"name": "x"}, {"name": "y"}]}}, "v1alpha2", "Name the ends"),
    ("Connection", {"bundled": {"links": [[{"name": "x"}, {"name": "y"}]]}}, "v1alpha2", "Name the ends"),
    ("Connection", {"unbundled": {"link": {"switch": {"port": "leaf-1/Ethernet72"}}}}, "v1alpha2", "E1/1"),
    ("Server", {"type": "control"}, "v1beta1", "Delete the document"),
    ("Switch", {"role": "spine"}, "v1alpha2", "spec.profile"),
    ("Switch", {"profile": "vs"}, "v1alpha2", "spec.role"),
    ("Switch", {"role": "spine", "profile": "vs", "portBreakouts": {"1/55": "4x25G"}}, "v1alpha2", "SwitchProfile"),
    ("Switch", {"role": "spine", "profile": "vs", "portSpeeds": {"Ethernet0": "25G"}}, "v1alpha2", "SwitchProfile"),
    (
        "Switch",
        {"role": "spine", "profile": "vs", "redundancy": {"name": "a", "group": "b"}},
        "v1alpha2",
        "spec.redundancy.group",
    ),
    ("SwitchProfile", {"limits": {}}, "v1alpha2", "Delete the document"),
    ("SwitchProfile", {"features": {"vxlan": True}}, "v1beta1", "Delete the document"),
]


@pytest.mark.parametrize(("kind", "spec", "version", "instead"), MANUAL)
def test_what_has_no_certain_successor_is_refused_with_what_to_write(
    kind: str, spec: Any, version: str, instead: str
) -> None:
    cleaned = old(kind, spec, version)
    (problem,) = cleaned.problems
    assert (problem.code, problem.severity) == (UPGRADE_IMPOSSIBLE, Severity.ERROR)
    assert instead in problem.remedy
    assert problem.route


def test_server_ports_may_be_called_ethernet() -> None:
    link = {"server": {"port": "server-1/Ethernet0"}, "switch": {"port": "leaf-1/E1/1"}}
    assert old("Connection", {"unbundled": {"link": link}}).problems == ()


def test_the_vlan_of_an_old_vpc_is_taken_from_its_status() -> None:
    cleaned = old("VPC", {"subnet": "10.0.0.0/24"}, status={"vlan": 1005, "vni": 100})
    assert cleaned.body["spec"] == {"subnets": {"default": {"vlan": 1005, "subnet": "10.0.0.0/24"}}}
    assert "status" not in cleaned.body
    assert ("status", "vlan") in [item.route for item in cleaned.notes]


def test_equal_values_in_the_old_and_the_new_place_are_no_conflict() -> None:
    cleaned = old("VPCAttachment", {"vpc": "vpc-1", "subnet": "vpc-1/default"})
    assert cleaned.body["spec"] == {"subnet": "vpc-1/default"}
    assert cleaned.problems == ()


@pytest.mark.parametrize(
    ("entry", "severity"),
    [
        ({"prefix": "10.0.0.0/8", "le": 32}, Severity.NOTICE),
        ({"prefix": "10.0.0.0/8", "ge": 8, "le": 32}, Severity.NOTICE),
        ({"prefix": "0.0.0.0/0", "ge": 0, "le": 0}, Severity.NOTICE),
        ({"prefix": "10.0.0.0/8", "le": 24}, Severity.WARNING),
        ({"prefix": "10.0.0.0/8", "ge": 16}, Severity.WARNING),
        ({"prefix": "10.0.0.0", "ge": 8}, Severity.WARNING),
        ({"prefix": "10.0.0.0/8", "ge": "8"}, Severity.WARNING),
    ],
)
@pytest.mark.parametrize("version", ["v1alpha2", "v1beta1"])
def test_lost_prefix_lengths_warn_where_they_narrowed_the_match(entry: Any, severity: Severity, version: str) -> None:
    cleaned = old(
        "ExternalPeering", {"permit": {"external": {"prefixes": [{"prefix": "192.168.0.0/16"}, entry]}}}, version
    )
    assert cleaned.body["spec"]["permit"]["external"]["prefixes"] == [
        {"prefix": "192.168.0.0/16"},
        {"prefix": entry["prefix"]},
    ]
    note = cleaned.notes[-1]
    assert note.severity is severity
    assert note.route[:5] == ("spec", "permit", "external", "prefixes", 1)


def test_a_switch_known_by_its_location_only_gets_a_warning() -> None:
    cleaned = old("Switch", {"role": "spine", "profile": "vs", "location": {"rack": "1"}})
    (warning,) = [item for item in cleaned.notes if item.severity is Severity.WARNING]
    assert "spec.boot.mac" in warning.message
    assert warning.route == ("spec", "location")


def test_routes_of_notes_lead_into_the_source_after_several_moves() -> None:
    cleaned = old("VPC", {"subnet": "10.0.0.0/24", "dhcp": {"enable": True, "pxeURL": "u"}}, status={"vlan": 5})
    assert ("spec", "dhcp", "pxeURL") in [item.route for item in cleaned.notes]
    assert cleaned.body["spec"]["subnets"]["default"]["dhcp"] == {"enable": True, "options": {"pxeURL": "u"}}


GATEWAY = "gateway.githedgehog.com/v1alpha1"


def peering(kind: str, *exposes: Any, side: str = "vpc-1") -> Cleaned:
    return clean(resource(kind, {"peering": {side: {"expose": list(exposes)}, "vpc-2": {}}}, GATEWAY), None)


def test_an_old_peering_gets_its_new_kind_and_names() -> None:
    addresses = {"ips": [{"cidr": "10.0.0.0/24"}], "as": [{"cidr": "10.9.0.0/24"}]}
    cleaned = peering(
        "Peering",
        {**addresses, "nat": {"stateful": {"idleTimeout": "5m"}}},
        {**addresses, "nat": {"stateless": {}}},
        addresses,
    )
    assert cleaned.body["kind"] == "GatewayPeering"
    assert [item["nat"] for item in cleaned.body["spec"]["peering"]["vpc-1"]["expose"]] == [
        {"masquerade": {"idleTimeout": "5m"}},
        {"static": {}},
        {"static": {}},
    ]
    assert cleaned.problems == ()
    assert len(cleaned.notes) == 4


def test_a_gateway_peering_without_nat_is_left_to_the_rules() -> None:
    cleaned = peering("GatewayPeering", {"ips": [{"cidr": "10.0.0.0/24"}], "as": [{"cidr": "10.9.0.0/24"}]})
    assert cleaned.notes == cleaned.problems == ()


def test_an_old_peering_that_exposes_everything_outside_says_default() -> None:
    everything = {"ips": [{"cidr": "0.0.0.0/0"}]}
    assert peering("Peering", everything, side="ext.isp").body["spec"]["peering"]["ext.isp"]["expose"] == [
        {"default": True}
    ]
    assert peering("Peering", everything).body["spec"]["peering"]["vpc-1"]["expose"] == [everything]


@pytest.mark.parametrize("part", ["ips", "as"])
def test_ports_beside_addresses_are_refused(part: str) -> None:
    cleaned = peering("Peering", {part: [{"cidr": "10.0.0.0/24", "ports": ["80"]}], "nat": {"static": {}}})
    (problem,) = cleaned.problems
    assert problem.route == ("spec", "peering", "vpc-1", "expose", 0, part, 0, "ports")
    assert "portForward" in problem.remedy


def test_a_gateway_moves_out_of_the_namespace_fab() -> None:
    body = resource("Gateway", {}, GATEWAY)
    body["metadata"]["namespace"] = "fab"
    cleaned = clean(body, None)
    assert cleaned.body["metadata"]["namespace"] == "default"
    assert [item.route for item in cleaned.notes] == [("metadata", "namespace")]


def texts(comments: Comments | None) -> list[str]:
    return sorted(comments.texts()) if comments else []


def test_comments_move_along_with_what_they_stand_at() -> None:
    body = resource("VPCPeering", {"vpcs": ["vpc-1", "vpc-2"], "remote": ""}, "vpc.githedgehog.com/v1alpha2")
    comments = Comments(
        children={
            "spec": Comments(
                children={
                    "vpcs": Comments(
                        above=("# both",), children={0: Comments(after="# one"), 1: Comments(after="# two")}
                    ),
                    "remote": Comments(after="# none"),
                }
            )
        }
    )
    cleaned = clean(body, comments).comments
    assert cleaned is not None
    spec = cleaned.children["spec"]
    assert spec.above == ("# none",)
    assert spec.children["permit"].above == ("# both",)
    assert spec.children["permit"].children[0].children["vpc-2"].after == "# two"
    assert texts(comments) == texts(cleaned)


def test_comments_inside_a_session_link_move_into_the_list() -> None:
    body = resource(
        "Connection",
        {"mclagDomain": {"sessionLink": {"switch1": {"port": "a/E1/2"}}}},
        "wiring.githedgehog.com/v1alpha2",
    )
    link = Comments(above=("# session",), children={"switch1": Comments(after="# first")})
    comments = Comments(children={"spec": Comments(children={"mclagDomain": Comments(children={"sessionLink": link})})})
    cleaned = clean(body, comments).comments
    assert cleaned is not None
    moved = cleaned.children["spec"].children["mclagDomain"].children["sessionLinks"]
    assert moved.above == ("# session",)
    assert moved.children[0].children["switch1"].after == "# first"


def test_an_old_field_whose_new_place_cannot_be_reached_is_left_to_the_schema() -> None:
    cleaned = old("VPC", {"dhcp": {"enable": True}, "subnets": [{"cidr": "10.0.0.0/24"}]})
    assert cleaned.body["spec"] == {"dhcp": {"enable": True}, "subnets": [{"cidr": "10.0.0.0/24"}]}


def test_comments_of_a_moved_block_stay_inside_it() -> None:
    body = resource("VPC", {"subnet": "10.0.0.0/24", "dhcp": {"enable": True}}, "vpc.githedgehog.com/v1alpha2")
    comments = Comments(
        children={
            "spec": Comments(
                children={
                    "subnet": Comments(after="# a"),
                    "dhcp": Comments(above=("# b",), children={"enable": Comments(after="# c")}),
                }
            )
        }
    )
    cleaned = clean({**body, "status": {"vlan": 9}}, comments).comments
    assert cleaned is not None
    subnet = cleaned.children["spec"].children["subnets"].children["default"]
    assert subnet.children["subnet"].after == "# a"
    assert subnet.children["dhcp"].children["enable"].after == "# c"
