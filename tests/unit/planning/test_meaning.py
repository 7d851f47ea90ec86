"""Two descriptions of a resource are compared by what they mean."""

from typing import Any

import pytest

from fgd_sync.model.difference import differences
from fgd_sync.model.kinds import KINDS
from fgd_sync.model.resource import Ref
from fgd_sync.planning.meaning import meaning

VERSIONS = {kind.name: kind.api_version for kind in KINDS}


def differing(kind: str, one: Any, other: Any) -> list[str]:
    """The routes at which two specs of a kind differ in meaning."""
    ref = Ref(VERSIONS[kind].partition("/")[0], kind, "default", "x")
    old, new = (
        meaning(ref, {"apiVersion": VERSIONS[kind], "kind": kind, "metadata": {"name": "x"}, "spec": spec})
        for spec in (one, other)
    )
    found = differences(old, new)
    return [".".join(map(str, item.route)) for item in found]


SUBNET = {"subnet": "10.0.1.0/24", "vlan": 1001}


@pytest.mark.parametrize(
    ("kind", "written", "exported"),
    [
        (
            "VPC",
            {"subnets": {"main": SUBNET}},
            {
                "ipv4Namespace": "default",
                "vlanNamespace": "default",
                "subnets": {"main": {**SUBNET, "gateway": "10.0.1.1", "dhcp": {}}},
            },
        ),
        (
            "VPC",
            {"subnets": {"main": {**SUBNET, "hostBGP": False, "dhcp": {"enable": False}}}},
            {"subnets": {"main": SUBNET}},
        ),
        (
            "VPC",
            {"subnets": {"main": {**SUBNET, "dhcp": {"enable": True, "options": {"dnsServers": ["1.1.1.2", "1.1.1.1"]}}}}},
            {
                "subnets": {
                    "main": {
                        **SUBNET,
                        "dhcp": {
                            "enable": True,
                            "range": {"start": "10.0.1.2", "end": "10.0.1.255"},
                            "options": {
                                "dnsServers": ["1.1.1.1", "1.1.1.2"],
                                "interfaceMTU": 9036,
                                "leaseTimeSeconds": 3600,
                                "timeServers": [],
                            },
                        },
                    }
                }
            },
        ),
        ("VPCAttachment", {"subnet": "web", "connection": "c"}, {"subnet": "web/default", "connection": "c"}),
        ("IPv4Namespace", {"subnets": ["10.2.0.0/16", "10.10.0.0/16"]}, {"subnets": ["10.10.0.0/16", "10.2.0.0/16"]}),
        ("VLANNamespace", {"ranges": [{"from": 7}, {"from": 1, "to": 3}]}, {"ranges": [{"from": 1, "to": 3}, {"from": 7, "to": 7}]}),
        (
            "Switch",
            {"role": "server-leaf", "redundancy": {"group": "g", "type": "eslag"}, "portSpeeds": {"E1/1": "SPEED_10G"}},
            {
                "role": "server-leaf",
                "redundancy": {"group": "g", "type": "eslag"},
                "groups": ["g"],
                "vlanNamespaces": ["default"],
                "portSpeeds": {"E1/1": "10G"},
                "boot": {},
                "ecmp": {},
            },
        ),
        (
            "GatewayPeering",
            {"peering": {"a": {"expose": [{"nat": {"masquerade": {"idleTimeout": "120s"}}}]}, "b": {}}},
            {"gatewayGroup": "default", "peering": {"a": {"expose": [{"nat": {"masquerade": {"idleTimeout": "2m0s"}}}]}, "b": {}}},
        ),
    ],
)  # fmt: skip
def test_what_the_controller_fills_in_or_rewrites_is_no_difference(kind: str, written: Any, exported: Any) -> None:
    assert differing(kind, written, exported) == []


@pytest.mark.parametrize(
    ("kind", "one", "other", "route"),
    [
        ("VPC", {"subnets": {"a": SUBNET}}, {"subnets": {"a": {**SUBNET, "vlan": 1002}}}, "spec.subnets.a.vlan"),
        ("VPC", {"subnets": {"a": SUBNET}}, {"subnets": {"a": SUBNET, "b": SUBNET}}, "spec.subnets.b"),
        ("VPC", {"subnets": {"a": {"isolated": False}}}, {"subnets": {"a": {}}}, "spec.subnets.a.isolated"),
        ("VPC", {"subnets": {"a": {"gateway": "10.0.1.9", **SUBNET}}}, {"subnets": {"a": SUBNET}}, "spec.subnets.a.gateway"),
        ("Switch", {"portAutoNegs": {"E1/1": False}}, {}, "spec.portAutoNegs"),
        ("VPCPeering", {"permit": [{"a": {}, "b": {}}]}, {"permit": [{"a": {}}]}, "spec.permit.0.b"),
    ],
)  # fmt: skip
def test_what_somebody_means_differs(kind: str, one: Any, other: Any, route: str) -> None:
    assert differing(kind, one, other) == [route]


def test_what_servers_and_tools_write_is_no_difference() -> None:
    body: dict[str, Any] = {"apiVersion": VERSIONS["Server"], "kind": "Server", "metadata": {"name": "x"}, "spec": {}}
    dressed = {
        **body,
        "metadata": {
            "name": "x",
            "namespace": "default",
            "uid": "1",
            "resourceVersion": "7",
            "managedFields": [{"manager": "argocd-controller"}],
            "labels": {
                "fabric.githedgehog.com/rack": "1",
                "app.kubernetes.io/instance": "fabric",
                "kustomize.toolkit.fluxcd.io/name": "fabric",
            },
            "annotations": {
                "kubectl.kubernetes.io/last-applied-configuration": "{}",
                "hnp.githedgehog.com/original-file": "a.yaml",
            },
        },
        "status": {"applied": True},
    }
    ref = Ref("wiring.githedgehog.com", "Server", "default", "x")
    assert meaning(ref, dressed) == meaning(ref, body) == {"metadata": {"labels": {}, "annotations": {}}, "spec": {}}
    mine = {**body, "metadata": {"name": "x", "labels": {"team": "net"}}}
    assert meaning(ref, mine)["metadata"]["labels"] == {"team": "net"}
