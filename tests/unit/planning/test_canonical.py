"""Values written the controllers' way, sorted lists, and the order of keys."""

from typing import Any

import pytest

from fgd_sync.planning.canonical import canonical
from fgd_sync.yamldoc.comments import Comments


def spec_of(kind: str, spec: Any) -> Any:
    body = {"apiVersion": "x.githedgehog.com/v1", "kind": kind, "metadata": {"name": "one"}, "spec": spec}
    return canonical(body, None)[0]["spec"]


def subnet(dhcp: Any, prefix: str = "10.0.0.0/24") -> dict[str, Any]:
    return {"subnets": {"a": {"dhcp": dhcp, "subnet": prefix}}}


def dhcp_of(dhcp: Any, prefix: str = "10.0.0.0/24") -> Any:
    return spec_of("VPC", subnet(dhcp, prefix))["subnets"]["a"].get("dhcp", "gone")


def test_keys_stand_in_the_order_of_kubectl_with_the_usual_ones_first() -> None:
    body = {
        "status": 1,
        "spec": {"b": 1, "a": {"d": 1, "c": 2}},
        "kind": "X",
        "data": 0,
        "apiVersion": "y",
        "metadata": {
            "uid": 1,
            "annotations": {"z": "1", "y": "2"},
            "labels": {"b": "", "a": ""},
            "namespace": "n",
            "name": "m",
        },
    }
    ordered, _ = canonical(body, None)
    assert list(ordered) == ["apiVersion", "kind", "metadata", "spec", "data", "status"]
    assert list(ordered["metadata"]) == ["name", "namespace", "labels", "annotations", "uid"]
    assert list(ordered["metadata"]["labels"]) == ["a", "b"]
    assert list(ordered["metadata"]["annotations"]) == ["y", "z"]
    assert list(ordered["spec"]) == ["a", "b"]
    assert list(ordered["spec"]["a"]) == ["c", "d"]
    assert ordered == body


def test_numbers_in_keys_count_as_numbers() -> None:
    ports = {"E1/10": "25G", "E1/2": "25G", "E1/1": "25G"}
    assert list(spec_of("Switch", {"portSpeeds": ports})["portSpeeds"]) == ["E1/1", "E1/2", "E1/10"]


@pytest.mark.parametrize(
    ("dhcp", "expected"),
    [
        ({"enable": False, "range": {"start": "10.0.0.9"}, "options": {"pxeURL": "u"}}, {"enable": False}),
        ({"range": {"start": "10.0.0.9"}}, "gone"),
        ({"relay": "10.9.9.9/32", "options": {"pxeURL": "u"}}, {"relay": "10.9.9.9/32"}),
        ({"enable": True, "options": {}}, {"enable": True}),
        (
            {"enable": True, "options": {"interfaceMTU": 0, "pxeURL": "", "disableDefaultRoute": False}},
            {"enable": True},
        ),
        ({"enable": True, "options": {"dnsServers": []}}, {"enable": True, "options": {"dnsServers": []}}),
        ({"enable": True, "options": {"interfaceMTU": False}}, {"enable": True, "options": {"interfaceMTU": False}}),
        ({"enable": True, "range": {"start": "10.0.0.9"}}, {"enable": True, "range": {"start": "10.0.0.9"}}),
        ({"enable": "no", "range": {}}, {"enable": "no", "range": {}}),
    ],
)
def test_dhcp_settings_without_effect_are_removed(dhcp: Any, expected: Any) -> None:
    assert dhcp_of(dhcp) == expected


@pytest.mark.parametrize("prefix", ["10.0.0.0/31", "10.0.0.0", "nonsense"])
def test_dhcp_of_subnets_that_the_controller_skips_stays(prefix: str) -> None:
    assert dhcp_of({"range": {"start": "10.0.0.9"}}, prefix) == {"range": {"start": "10.0.0.9"}}


def test_servers_and_routes_of_dhcp_are_sorted_as_text() -> None:
    options = {
        "dnsServers": ["9.9.9.9", "10.0.0.1", "9.9.9.9"],
        "timeServers": ["b", "a"],
        "advertisedRoutes": [
            {"destination": "10.2.0.0/16", "gateway": "b"},
            {"destination": "10.10.0.0/16", "gateway": "z"},
            {"destination": "10.2.0.0/16", "gateway": "a"},
        ],
    }
    assert dhcp_of({"enable": True, "options": options})["options"] == {
        "dnsServers": ["10.0.0.1", "9.9.9.9", "9.9.9.9"],
        "timeServers": ["a", "b"],
        "advertisedRoutes": [
            {"destination": "10.10.0.0/16", "gateway": "z"},
            {"destination": "10.2.0.0/16", "gateway": "a"},
            {"destination": "10.2.0.0/16", "gateway": "b"},
        ],
    }


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("AA-BB-CC-00-11-22", "aa:bb:cc:00:11:22"),
        ("aabb.cc00.1122", "aa:bb:cc:00:11:22"),
        ("AA:BB:CC:00:11:22", "aa:bb:cc:00:11:22"),
        ("02:00:5E:10:00:00:00:01", "02:00:5e:10:00:00:00:01"),
        ("aa:bb-cc:00:11:22", "aa:bb-cc:00:11:22"),
        ("AA:BB:CC:00:11", "AA:BB:CC:00:11"),
        ("aabbcc001122", "aabbcc001122"),
        ("gg:bb:cc:00:11:22", "gg:bb:cc:00:11:22"),
        ("", ""),
    ],
)
def test_macs_of_static_leases_are_written_with_colons(written: str, stored: str) -> None:
    assert dhcp_of({"enable": True, "static": {written: {"ip": "10.0.0.7"}}})["static"] == {stored: {"ip": "10.0.0.7"}}


def test_two_spellings_of_one_mac_stay_for_the_rule_that_reports_them() -> None:
    leases = {
        "AA-BB-CC-00-11-22": {"ip": "10.0.0.7"},
        "aa:bb:cc:00:11:22": {"ip": "10.0.0.8"},
        "AA-BB-CC-00-11-23": {},
    }
    assert set(dhcp_of({"enable": True, "static": leases})["static"]) == {
        "AA-BB-CC-00-11-22",
        "aa:bb:cc:00:11:22",
        "aa:bb:cc:00:11:23",
    }


@pytest.mark.parametrize(
    ("subnet", "expected"),
    [
        ("vpc-1", "vpc-1/default"),
        ("vpc-1/front", "vpc-1/front"),
        ("vpc-1/", "vpc-1/"),
        ("", ""),
        (5, 5),
        (None, None),
    ],
)
def test_an_attachment_names_its_subnet(subnet: Any, expected: Any) -> None:
    assert spec_of("VPCAttachment", {"subnet": subnet})["subnet"] == expected


@pytest.mark.parametrize(
    ("kind", "spec", "expected"),
    [
        (
            "ExternalPeering",
            {
                "permit": {
                    "vpc": {"subnets": ["b", "a"]},
                    "external": {"prefixes": [{"prefix": "9.0.0.0/8"}, {"prefix": "10.0.0.0/8"}]},
                }
            },
            {
                "permit": {
                    "vpc": {"subnets": ["a", "b"]},
                    "external": {"prefixes": [{"prefix": "10.0.0.0/8"}, {"prefix": "9.0.0.0/8"}]},
                }
            },
        ),
        ("IPv4Namespace", {"subnets": ["10.2.0.0/16", "10.10.0.0/16"]}, {"subnets": ["10.10.0.0/16", "10.2.0.0/16"]}),
        (
            "VLANNamespace",
            {"ranges": [{"from": 1000, "to": 2000}, {"from": 900}, {"from": 900, "to": 902}]},
            {"ranges": [{"from": 900}, {"from": 900, "to": 902}, {"from": 1000, "to": 2000}]},
        ),
        (
            "Switch",
            {"vlanNamespaces": ["b", "a"], "groups": ["z", "b"], "redundancy": {"group": "m"}},
            {"vlanNamespaces": ["a", "b"], "groups": ["b", "m", "z"], "redundancy": {"group": "m"}},
        ),
        ("Switch", {"redundancy": {"group": "m"}}, {"redundancy": {"group": "m"}, "groups": ["m"]}),
        ("Switch", {"redundancy": {"group": ""}, "groups": []}, {"redundancy": {"group": ""}, "groups": []}),
        (
            "Switch",
            {"portSpeeds": {"E1/1": "SPEED_25G"}, "portGroupSpeeds": {"1": "SPEED_SPEED_10G", "2": "25G"}},
            {"portSpeeds": {"E1/1": "25G"}, "portGroupSpeeds": {"1": "10G", "2": "25G"}},
        ),
        (
            "Gateway",
            {"groups": [{"name": "b", "priority": 1}, {"name": "a"}]},
            {"groups": [{"name": "a"}, {"name": "b", "priority": 1}]},
        ),
    ],
)
def test_lists_and_values_that_controllers_rewrite(kind: str, spec: Any, expected: Any) -> None:
    assert spec_of(kind, spec) == expected


@pytest.mark.parametrize(
    ("kind", "spec"),
    [
        ("IPv4Namespace", {"subnets": ["b", 5, "a"]}),
        ("IPv4Namespace", {"subnets": "b"}),
        ("VLANNamespace", {"ranges": [{"from": 5}, {"from": "4"}]}),
        ("VLANNamespace", {"ranges": [{"from": 5}, {"from": True}]}),
        ("Gateway", {"groups": [{"name": "b"}, "a"]}),
        ("Switch", {"groups": "x", "redundancy": {"group": "m"}}),
        ("Switch", {"portSpeeds": {"E1/1": 25}}),
        ("VPC", {"permit": [["b", "a"]], "staticRoutes": [{"prefix": "b"}, {"prefix": "a"}]}),
        ("VPCPeering", {"permit": [{"b": {"subnets": ["z", "y"]}, "a": {}}]}),
        ("GatewayPeering", {"peering": {"a": {"expose": [{"ips": [{"cidr": "b"}, {"cidr": "a"}]}]}}}),
    ],
)
def test_other_lists_and_unexpected_types_stay(kind: str, spec: Any) -> None:
    assert spec_of(kind, spec) == spec


def test_durations_of_gateway_peerings_are_written_as_go_prints_them() -> None:
    spec = {
        "peering": {
            "a": {
                "expose": [
                    {"nat": {"masquerade": {"idleTimeout": "5m"}}},
                    {"nat": {"portForward": {"idleTimeout": "soon"}}},
                ]
            }
        }
    }
    exposes = spec_of("GatewayPeering", spec)["peering"]["a"]["expose"]
    assert [item["nat"] for item in exposes] == [
        {"masquerade": {"idleTimeout": "5m0s"}},
        {"portForward": {"idleTimeout": "soon"}},
    ]


def test_comments_follow_sorted_items_and_renamed_keys() -> None:
    body = {
        "kind": "VPC",
        "spec": subnet({"enable": True, "options": {"dnsServers": ["b", "a"]}, "static": {"AA-BB-CC-00-11-22": {}}}),
    }
    inner = Comments(
        children={
            "options": Comments(
                children={"dnsServers": Comments(children={0: Comments(after="# b"), 1: Comments(after="# a")})}
            ),
            "static": Comments(children={"AA-BB-CC-00-11-22": Comments(above=("# printer",))}),
        }
    )
    route = ("spec", "subnets", "a", "dhcp")
    comments = Comments()
    node = comments
    for step in route[:-1]:
        node = node.child(step)
    node.children["dhcp"] = inner
    before = comments.copy()
    _, found = canonical(body, comments)
    for step in route:
        assert found is not None
        found = found.children[step]
    assert found is not None
    assert {index: item.after for index, item in found.children["options"].children["dnsServers"].children.items()} == {
        0: "# a",
        1: "# b",
    }
    assert found.children["static"].children["aa:bb:cc:00:11:22"].above == ("# printer",)
    assert comments == before


def test_comments_of_removed_settings_are_kept_at_the_subnet() -> None:
    body = {"kind": "VPC", "spec": subnet({"range": {"start": "x"}})}
    comments = Comments(
        children={
            "spec": Comments(
                children={
                    "subnets": Comments(
                        children={
                            "a": Comments(
                                children={
                                    "dhcp": Comments(after="# off", children={"range": Comments(above=("# small",))})
                                }
                            )
                        }
                    )
                }
            )
        }
    )
    _, kept = canonical(body, comments)
    assert kept is not None
    assert sorted(kept.children["spec"].children["subnets"].children["a"].above) == ["# off", "# small"]
