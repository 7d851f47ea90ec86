"""What the webhook fills in is filled in, what the user wrote stays, and the input is not changed."""

from copy import deepcopy
from typing import Any

import pytest

from fgd_sync.fabric.defaults import with_defaults
from fgd_sync.model.resource import Origin, Ref, Resource


def filled(kind: str, spec: dict[str, Any]) -> Any:
    body: dict[str, Any] = {"kind": kind, "metadata": {"name": "x"}, "spec": spec}
    before = deepcopy(body)
    result = with_defaults(Resource(Ref("g", kind, "default", "x"), body, Origin("raw/x.yaml", 0)))
    assert body == before
    return result["spec"]


def test_the_namespace_is_default() -> None:
    body = {"metadata": {"name": "x"}}
    result = with_defaults(Resource(Ref("g", "Server", "default", "x"), body, Origin("raw/x.yaml", 0)))
    assert result["metadata"]["namespace"] == "default"


@pytest.mark.parametrize(
    ("kind", "spec", "expected"),
    [
        ("VPC", {}, {"ipv4Namespace": "default", "vlanNamespace": "default"}),
        ("VPCAttachment", {"subnet": "vpc-1"}, {"subnet": "vpc-1/default"}),
        ("VPCAttachment", {"subnet": "vpc-1/web"}, {"subnet": "vpc-1/web"}),
        ("External", {"static": {}}, {"ipv4Namespace": "default", "static": {}}),
        (
            "VLANNamespace",
            {"ranges": [{"from": 5}, {"from": 7, "to": 9}]},
            {"ranges": [{"from": 5, "to": 5}, {"from": 7, "to": 9}]},
        ),
        (
            "Switch",
            {"redundancy": {"group": "b"}, "groups": ["z"]},
            {"redundancy": {"group": "b"}, "groups": ["z", "b"], "vlanNamespaces": ["default"]},
        ),
        (
            "Switch",
            {"vlanNamespaces": ["lab"], "linkFlapErrDisable": {"flapThreshold": 9}},
            {
                "vlanNamespaces": ["lab"],
                "linkFlapErrDisable": {"flapThreshold": 9, "samplingInterval": 30, "recoveryInterval": 300},
            },
        ),
        (
            "Gateway",
            {"logs": {"rateLimit": {"burst": 7}}},
            {
                "workers": 4,
                "groups": [{"name": "default"}],
                "logs": {
                    "default": "info",
                    "tags": {"all": "info"},
                    "rateLimit": {"burst": 7, "replenishPerSecond": 5},
                },
            },
        ),
        (
            "GatewayPeering",
            {"peering": {"a": {}, "b": {"expose": [{"nat": {"masquerade": {}}}]}}, "acl": {"rules": [{}]}},
            {
                "gatewayGroup": "default",
                "peering": {"a": {}, "b": {"expose": [{"nat": {"masquerade": {"idleTimeout": "2m0s"}}}]}},
                "acl": {"default": "deny-unless-exposed", "rules": [{"scope": "flow"}]},
            },
        ),
        ("GatewayPeering", {"peering": {"a": {}}}, {"peering": {"a": {}}}),
        ("Server", {}, {}),
    ],
)
def test_what_is_missing_is_filled_in(kind: str, spec: dict[str, Any], expected: dict[str, Any]) -> None:
    assert filled(kind, spec) == expected


@pytest.mark.parametrize(
    ("subnet", "expected"),
    [
        ({"subnet": "10.0.1.0/24"}, {"subnet": "10.0.1.0/24", "gateway": "10.0.1.1"}),
        ({"subnet": "10.0.1.77/24"}, {"subnet": "10.0.1.77/24", "gateway": "10.0.1.1"}),
        ({"subnet": "10.0.1.0/24", "gateway": "10.0.1.9"}, {"subnet": "10.0.1.0/24", "gateway": "10.0.1.9"}),
        ({"subnet": "10.0.1.0/24", "hostBGP": True}, {"subnet": "10.0.1.0/24", "hostBGP": True}),
        ({"subnet": "nonsense"}, {"subnet": "nonsense"}),
        ({"subnet": "255.255.255.255/32"}, {"subnet": "255.255.255.255/32", "gateway": "255.255.255.255"}),
    ],
)
def test_the_gateway_is_the_first_address_of_the_subnet(subnet: dict[str, Any], expected: dict[str, Any]) -> None:
    assert filled("VPC", {"subnets": {"s": subnet}})["subnets"]["s"] == expected


def test_the_dhcp_range_reaches_from_the_second_address_to_the_last() -> None:
    subnet = filled(
        "VPC", {"subnets": {"s": {"subnet": "10.0.1.0/24", "dhcp": {"enable": True, "options": {"pxeURL": "u"}}}}}
    )
    assert subnet["subnets"]["s"]["dhcp"] == {
        "enable": True,
        "range": {"start": "10.0.1.2", "end": "10.0.1.255"},
        "options": {"pxeURL": "u", "interfaceMTU": 9036, "leaseTimeSeconds": 3600},
    }


def test_without_a_server_nothing_is_added_to_dhcp() -> None:
    dhcp = {"range": {"start": "10.0.1.9"}}
    assert filled("VPC", {"subnets": {"s": {"subnet": "10.0.1.0/24", "dhcp": dhcp}}})["subnets"]["s"]["dhcp"] == dhcp
