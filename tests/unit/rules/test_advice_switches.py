"""Advice on the VLANs that switches need and on links to gateways."""

from typing import Any

import yaml

from fgd_sync.fabric.index import Index
from fgd_sync.model.config import FabricSettings, VlanRange
from fgd_sync.model.resource import Origin, Ref, Resource
from fgd_sync.rules.registry import Context, run_fabric

WIRING, VPC, GATEWAY = "wiring.githedgehog.com", "vpc.githedgehog.com", "gateway.githedgehog.com"
PAIR = {"redundancy": {"group": "pair", "type": "eslag"}}


def made(group: str, kind: str, name: str, spec: str | dict[str, Any]) -> Resource:
    body = {"metadata": {"name": name}, "spec": yaml.safe_load(spec) if isinstance(spec, str) else spec}
    return Resource(Ref(group, kind, "default", name), body, Origin("raw/fabric.yaml", 0))


def attached(vpc: str, switch: str) -> list[Resource]:
    """A VPC on a switch."""
    name = f"{vpc}--{switch}"
    return [
        made(
            WIRING,
            "Connection",
            name,
            f"unbundled: {{link: {{server: {{port: s/{vpc}}}, switch: {{port: {switch}/E1/1}}}}}}",
        ),
        made(VPC, "VPCAttachment", name, {"connection": name, "subnet": vpc}),
        made(VPC, "VPC", vpc, {}),
    ]


def messages(rule: str, *resources: Resource, vlans: int = 900) -> list[str]:
    context = Context(FabricSettings(vpc_irb_vlans=(VlanRange(3000, 2999 + vlans),)))
    return [item.message for _, item in run_fabric(Index(resources), context) if item.rule == rule]


def carried_by(*switches: str, count: int) -> list[str]:
    return [
        f"{name} carries {count} VPCs and Externals, but there are 2 VLANs for them (setting fabric.vpc_irb_vlans)"
        for name in switches
    ]


def test_attached_vpcs_of_a_redundancy_group_count_together() -> None:
    switches = [made(WIRING, "Switch", name, PAIR) for name in ("leaf-01", "leaf-02")]
    spread = [*attached("a", "leaf-01"), *attached("b", "leaf-02"), *attached("c", "leaf-02")]
    assert messages("ADV-027", *switches, *spread, vlans=2) == carried_by("group pair", "group pair", count=3)
    assert messages("ADV-027", *switches, *spread, vlans=3) == []


def test_the_same_vpc_counts_once() -> None:
    switches = [made(WIRING, "Switch", name, PAIR) for name in ("leaf-01", "leaf-02")]
    assert messages("ADV-027", *switches, *attached("a", "leaf-01"), *attached("a", "leaf-02"), vlans=1) == []


def test_peered_vpcs_and_externals_take_vlans_too() -> None:
    fabric = [
        made(WIRING, "Switch", "leaf-01", {}),
        made(WIRING, "Switch", "leaf-02", {}),
        *attached("a", "leaf-01"),
        made(VPC, "VPCPeering", "a--b", "permit: [{a: {}, b: {}}]"),
        made(WIRING, "Connection", "out", "external: {link: {switch: {port: leaf-01/E1/9}}}"),
        made(VPC, "ExternalAttachment", "out", {"external": "isp", "connection": "out"}),
        made(VPC, "ExternalPeering", "c--isp", "permit: {vpc: {name: c}, external: {name: isp}}"),
    ]
    assert messages("ADV-027", *fabric, vlans=2) == carried_by("switch leaf-01", count=4)


def test_border_switches_need_the_namespace_of_externally_peered_vpcs() -> None:
    fabric = [
        made(WIRING, "Switch", "leaf-01", {"vlanNamespaces": ["default", "lab"]}),
        made(WIRING, "Switch", "leaf-02", {}),
        made(VPC, "VPC", "c", {"vlanNamespace": "lab"}),
        made(VPC, "ExternalPeering", "c--isp", "permit: {vpc: {name: c}, external: {name: isp}}"),
    ]
    for switch in ("leaf-01", "leaf-02", "gone"):
        connection = made(
            WIRING, "Connection", f"out-{switch}", f"external: {{link: {{switch: {{port: {switch}/E1/9}}}}}}"
        )
        fabric += [
            connection,
            made(VPC, "ExternalAttachment", switch, {"external": "isp", "connection": f"out-{switch}"}),
        ]
    assert messages("ADV-005", *fabric) == [
        "Switch leaf-02, to which External isp is attached, offers the VLANNamespaces default, not lab of VPC c"
    ]


def gateway_fabric(gateway: str, link: str) -> list[Resource]:
    return [
        made(WIRING, "Switch", "leaf-01", {"asn": 65101}),
        made(GATEWAY, "Gateway", "gw-1", gateway),
        made(WIRING, "Connection", "leaf-01--gateway--gw-1", f"gateway: {{links: [{link}]}}"),
    ]


LINK = "{switch: {port: leaf-01/E1/9, ip: 172.30.128.8/31}, gateway: {port: gw-1/enp2s1, ip: 172.30.128.9/31}}"


def test_a_gateway_before_hydration_is_not_compared() -> None:
    bare = "{switch: {port: leaf-01/E1/9}, gateway: {port: gw-1/enp2s1}}"
    assert messages("ADV-024", *gateway_fabric("interfaces: {enp2s1: {}}", LINK)) == []
    full = "interfaces: {enp2s1: {ips: [172.30.128.9/31]}}\nneighbors: [{ip: 172.30.128.8, asn: 65101}]"
    assert messages("ADV-024", *gateway_fabric(full, bare)) == []


def test_a_gateway_that_agrees_is_left_alone() -> None:
    full = "interfaces: {enp2s1: {ips: [172.30.128.9/31]}}\nneighbors: [{ip: 172.30.128.8, asn: 65101}]"
    assert messages("ADV-024", *gateway_fabric(full, LINK)) == []


def test_what_differs_between_gateway_and_connection_is_named() -> None:
    link = "Connection leaf-01--gateway--gw-1"
    cases = {
        "interfaces: {enp2s2: {}}": f"{link} leads to interface enp2s1, which the Gateway lacks",
        "interfaces: {enp2s1: {ips: [172.30.128.7/31]}}": (
            f"interface enp2s1 has 172.30.128.7/31, but {link} gives it 172.30.128.9/31"
        ),
        "neighbors: [{ip: 172.30.128.6, asn: 65101}]": (
            f"no neighbor has the address 172.30.128.8 that {link} gives the switch leaf-01"
        ),
        "neighbors: [{ip: 172.30.128.8, asn: 65109}]": (
            "neighbor 172.30.128.8 has the ASN 65109, but Switch leaf-01 has 65101"
        ),
    }
    assert {gateway: messages("ADV-024", *gateway_fabric(gateway, LINK)) for gateway in cases} == {
        gateway: [message] for gateway, message in cases.items()
    }
