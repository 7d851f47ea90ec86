"""Rules on Gateways among the other resources of the fabric."""

from collections.abc import Callable, Hashable, Iterator

from fgd_sync.fabric.addresses import Address, parse_mac
from fgd_sync.fabric.index import Index
from fgd_sync.model.finding import Finding
from fgd_sync.rules.gateway_parts import GROUP, KIND
from fgd_sync.rules.lookup import nodes, unknown
from fgd_sync.rules.node import Node
from fgd_sync.rules.rule import Fabric, Mark, fabric_rule
from fgd_sync.rules.switch_fabric import protocol_ips, vtep_ips

DEFAULT_GROUP = "default"
_COMMUNITIES = 10

Users = dict[tuple[str, Hashable], Node]


def _users(index: Index, value: Callable[[Node], Hashable]) -> Users:
    users: Users = {}
    for gateway in nodes(index, KIND):
        users.setdefault((gateway.ref.namespace, value(gateway)), gateway)
    return users


def _address(gateway: Node, field: str) -> Address | None:
    prefix = gateway.at("spec", field).prefix
    return prefix.address if prefix else None


def _mac(gateway: Node) -> bytes | None:
    return parse_mac(gateway.at("spec", "vtepMAC").text)


def _protocol_ips(index: Index) -> Users:
    return _users(index, lambda gateway: _address(gateway, "protocolIP"))


def _vtep_ips(index: Index) -> Users:
    return _users(index, lambda gateway: _address(gateway, "vtepIP"))


def _macs(index: Index) -> Users:
    return _users(index, _mac)


def _repeated(gateway: Node, field: str, first: Node | None) -> Iterator[Finding]:
    node = gateway.at("spec", field)
    if first and first.ref != gateway.ref:
        yield node.finding(
            f"{field} {node.text} is already used by {first.ref}",
            "Choose another one.",
            related=(first.at("spec", field).pointer("used first"),),
        )


@fabric_rule("GW-016", "Protocol addresses of Gateways and Switches differ", KIND)
def protocol_ips_differ(gateway: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the address is the BGP router id, which must be unique.

    Bad:
        spec:
          {asn: 65534, protocolIP: 172.30.8.9/32, vtepIP: 172.30.12.98/32, vtepMAC: "ca:fe:ba:be:01:02",
           interfaces: {enp2s1: {ips: [172.30.128.7/31]}}, neighbors: [{ip: 172.30.128.6, asn: 65101}]}
    Good:
        spec:
          {asn: 65534, protocolIP: 172.30.8.98/32, vtepIP: 172.30.12.98/32, vtepMAC: "ca:fe:ba:be:01:02",
           interfaces: {enp2s1: {ips: [172.30.128.7/31]}}, neighbors: [{ip: 172.30.128.6, asn: 65101}]}
    """
    key = (gateway.ref.namespace, _address(gateway, "protocolIP"))
    if key[1]:
        switch = fabric.index.once(protocol_ips).get((key[0], key[1]))
        yield from _repeated(gateway, "protocolIP", switch or fabric.index.once(_protocol_ips)[key])


@fabric_rule("GW-017", "VTEP addresses of Gateways and Switches differ", KIND)
def vtep_ips_differ(gateway: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: tunnels to one of the two would end at the other.

    Bad:
        metadata: {name: gateway-2}
        spec:
          {asn: 65534, protocolIP: 172.30.8.98/32, vtepIP: 172.30.12.99/32, vtepMAC: "ca:fe:ba:be:01:02",
           interfaces: {enp2s1: {ips: [172.30.128.7/31]}}, neighbors: [{ip: 172.30.128.6, asn: 65101}]}
    Good:
        metadata: {name: gateway-2}
        spec:
          {asn: 65534, protocolIP: 172.30.8.98/32, vtepIP: 172.30.12.98/32, vtepMAC: "ca:fe:ba:be:01:02",
           interfaces: {enp2s1: {ips: [172.30.128.7/31]}}, neighbors: [{ip: 172.30.128.6, asn: 65101}]}
    """
    key = (gateway.ref.namespace, _address(gateway, "vtepIP"))
    if key[1]:
        switch = fabric.index.once(vtep_ips).get((key[0], key[1]))
        yield from _repeated(gateway, "vtepIP", switch or fabric.index.once(_vtep_ips)[key])


@fabric_rule("GW-018", "VTEP MACs of Gateways differ", KIND)
def macs_differ(gateway: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: frames for one of the two would reach the other.

    Bad:
        metadata: {name: gateway-2}
        spec:
          {asn: 65534, protocolIP: 172.30.8.98/32, vtepIP: 172.30.12.98/32, vtepMAC: "CA-FE-BA-BE-01-01",
           interfaces: {enp2s1: {ips: [172.30.128.7/31]}}, neighbors: [{ip: 172.30.128.6, asn: 65101}]}
    Good:
        metadata: {name: gateway-2}
        spec:
          {asn: 65534, protocolIP: 172.30.8.98/32, vtepIP: 172.30.12.98/32, vtepMAC: "ca:fe:ba:be:01:02",
           interfaces: {enp2s1: {ips: [172.30.128.7/31]}}, neighbors: [{ip: 172.30.128.6, asn: 65101}]}
    """
    mac = _mac(gateway)
    if mac:
        yield from _repeated(gateway, "vtepMAC", fabric.index.once(_macs)[gateway.ref.namespace, mac])


@fabric_rule("GW-019", "The groups of a Gateway exist", KIND)
def groups_exist(gateway: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: peerings are placed by group. The group `default` is made by the controller.

    Bad:
        spec:
          {asn: 65534, protocolIP: 172.30.8.98/32, vtepIP: 172.30.12.98/32, vtepMAC: "ca:fe:ba:be:01:02",
           groups: [{name: backups}],
           interfaces: {enp2s1: {ips: [172.30.128.7/31]}}, neighbors: [{ip: 172.30.128.6, asn: 65101}]}
    Good:
        spec:
          {asn: 65534, protocolIP: 172.30.8.98/32, vtepIP: 172.30.12.98/32, vtepMAC: "ca:fe:ba:be:01:02",
           groups: [{name: default}],
           interfaces: {enp2s1: {ips: [172.30.128.7/31]}}, neighbors: [{ip: 172.30.128.6, asn: 65101}]}
    """
    for group in gateway.at("spec", "groups").items:
        if group.at("name").text != DEFAULT_GROUP:
            yield from unknown(fabric, GROUP, group.at("name"))


def group_members(index: Index) -> dict[tuple[str, str], list[Node]]:
    """By namespace and group: the Gateways in it."""
    members: dict[tuple[str, str], list[Node]] = {}
    for gateway in nodes(index, KIND):
        for group in gateway.at("spec", "groups").items:
            if group.at("name").text:
                members.setdefault((gateway.ref.namespace, group.at("name").text), []).append(gateway)
    return members


@fabric_rule("GW-020", "A gateway group has no more members than there are communities", KIND, mark=Mark.CONFIG)
def group_size(gateway: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the priority of each member in the group is announced by a community of its own; there are ten by default.

    Bad:
        fgd: {fabric: {gateway: true, gateway_communities: {"0": "50001:0"}}}
        ---
        metadata: {name: gateway-2}
        spec:
          {asn: 65534, protocolIP: 172.30.8.98/32, vtepIP: 172.30.12.98/32, vtepMAC: "ca:fe:ba:be:01:02",
           interfaces: {enp2s1: {ips: [172.30.128.7/31]}}, neighbors: [{ip: 172.30.128.6, asn: 65101}]}
    Good:
        metadata: {name: gateway-2}
        spec:
          {asn: 65534, protocolIP: 172.30.8.98/32, vtepIP: 172.30.12.98/32, vtepMAC: "ca:fe:ba:be:01:02",
           interfaces: {enp2s1: {ips: [172.30.128.7/31]}}, neighbors: [{ip: 172.30.128.6, asn: 65101}]}
    """
    most = len(fabric.context.settings.gateway_communities) or _COMMUNITIES
    members = fabric.index.once(group_members)
    for group in gateway.at("spec", "groups").items:
        found = members.get((gateway.ref.namespace, group.at("name").text), [])
        if len(found) > most and gateway.ref not in [member.ref for member in found[:most]]:
            yield group.finding(
                f"group {group.at('name').text} has {len(found)} gateways; there are communities for {most} (setting "
                "fabric.gateway_communities)",
                "Take gateways out of the group, or add communities.",
            )
