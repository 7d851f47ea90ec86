"""Rules on what uses a switch: its profile must have the port, and support what the port is used for.

A switch that does not exist is reported by CONN-025, one whose profile does not exist by SW-016; rules here then say
nothing about it.
"""

from collections.abc import Iterator

from fgd_sync.model.code import Severity
from fgd_sync.model.finding import Finding
from fgd_sync.rules.attachment import KIND as ATTACHMENT
from fgd_sync.rules.attachment_fabric import attached_switches, attached_vpc
from fgd_sync.rules.connection_parts import KIND as CONNECTION
from fgd_sync.rules.connection_parts import ends
from fgd_sync.rules.lookup import find
from fgd_sync.rules.node import Node
from fgd_sync.rules.profile_lookup import missing, profile_of, switch_of
from fgd_sync.rules.rule import Fabric, Mark, fabric_rule

EXTERNAL_ATTACHMENT = "ExternalAttachment"


@fabric_rule("CONN-028", "Switches have the ports of a Connection", CONNECTION, mark=Mark.PROFILE)
def ports_exist(connection: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the profile says which ports a switch has, its breakout modes which sub-ports; a mode 4x25G makes four.

    A port whose breakout mode is itself wrong is reported at the switch (SW-019) only.

    Bad:
        spec: {external: {link: {switch: {port: leaf-01/E1/49}}}}
    Good:
        spec: {external: {link: {switch: {port: leaf-01/E1/9}}}}
    """
    for end in ends(connection):
        found = switch_of(fabric, end.port, connection) if end.port and end.device_kind == "Switch" else None
        if found and end.port and not found[1].may_have(end.port.name):
            switch, ports = found
            message, remedy = missing(ports, end.port.name)
            yield end.node.at("port").finding(
                f"{switch.ref} lacks the port: {message}",
                remedy,
                related=(switch.at("spec", "profile").pointer("its profile"),),
            )


_NEEDED = {"": ("l2vni", "l3vni"), "l3vni": ("l3vni",)}


@fabric_rule("ATT-013", "The switches of an attachment support the mode of the VPC", ATTACHMENT, mark=Mark.PROFILE)
def vpc_mode(attachment: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: a VPC is a VXLAN network. Some models have VXLAN at layer 3 only, some none at all.

    Bad:
        spec: {subnet: vpc-1/default, connection: server-02--unbundled--leaf-03}
        ---
        kind: Connection
        metadata: {name: server-02--unbundled--leaf-03}
        spec: {unbundled: {link: {server: {port: server-02/enp2s9}, switch: {port: leaf-03/E1/1}}}}
        ---
        kind: Switch
        metadata: {name: leaf-03}
        spec:
          {role: server-leaf, profile: celestica-ds5000, asn: 65103, ip: 172.30.0.13/21, protocolIP: 172.30.8.13/32,
           vtepIP: 172.30.12.13/32}
    Good:
        spec: {subnet: routed/default, connection: server-02--unbundled--leaf-03}
        ---
        kind: Connection
        metadata: {name: server-02--unbundled--leaf-03}
        spec: {unbundled: {link: {server: {port: server-02/enp2s9}, switch: {port: leaf-03/E1/1}}}}
        ---
        kind: Switch
        metadata: {name: leaf-03}
        spec:
          {role: server-leaf, profile: celestica-ds5000, asn: 65103, ip: 172.30.0.13/21, protocolIP: 172.30.8.13/32,
           vtepIP: 172.30.12.13/32}
    """
    vpc = attached_vpc(attachment, fabric)
    mode = vpc.at("spec", "mode") if vpc else attachment
    needed = _NEEDED.get(mode.text, ()) if vpc else ()
    for switch in attached_switches(attachment, fabric) if vpc and needed else ():
        profile = profile_of(fabric, switch)
        lacking = [feature for feature in needed if profile and feature not in profile.features]
        if profile and vpc and lacking:
            says = f"has the mode {mode.text}" if mode.text else "has the default mode (L2VNI)"
            can_route = "l3vni" in profile.features
            yield attachment.at("spec", "connection").finding(
                f"{vpc.ref} {says}, but {switch.ref} has the profile {profile.name}, "
                f"which does not support {', '.join(lacking)}",
                "Give the VPC `mode: l3vni`, or use another switch." if can_route else "Use another switch.",
                related=(switch.at("spec", "profile").pointer("its profile"),),
            )


@fabric_rule(
    "ADV-006",
    "Externals with a VLAN are on switches with subinterfaces",
    EXTERNAL_ATTACHMENT,
    CONNECTION,
    mark=Mark.PROFILE,
    severity=Severity.WARNING,
)
def subinterfaces(resource: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the VLAN becomes a subinterface of the port. The fabric does not check whether the switch has them.

    Bad:
        kind: Connection
        spec:
          staticExternal:
            link:
              switch:
                {port: leaf-03/E1/1, ip: 192.0.2.1/31, nextHop: 192.0.2.0, subnets: [198.51.100.0/24], vlan: 10}
        ---
        kind: Switch
        metadata: {name: leaf-03}
        spec:
          {role: border-leaf, profile: edgecore-eps203, asn: 65103, ip: 172.30.0.13/21, protocolIP: 172.30.8.13/32,
           vtepIP: 172.30.12.13/32}
    Good:
        kind: Connection
        spec:
          staticExternal:
            link: {switch: {port: leaf-03/E1/1, ip: 192.0.2.1/31, nextHop: 192.0.2.0, subnets: [198.51.100.0/24]}}
        ---
        kind: Switch
        metadata: {name: leaf-03}
        spec:
          {role: border-leaf, profile: edgecore-eps203, asn: 65103, ip: 172.30.0.13/21, protocolIP: 172.30.8.13/32,
           vtepIP: 172.30.12.13/32}
    """
    for vlan, connection in _tagged(resource, fabric):
        for end in ends(connection, "external", "staticExternal"):
            found = switch_of(fabric, end.port, connection) if end.port else None
            if found and "subinterfaces" not in found[1].profile.features:
                yield vlan.finding(
                    f"VLAN {vlan.number} needs a subinterface, but {found[0].ref} has the profile "
                    f"{found[1].profile.name}, which supports none",
                    "Remove the VLAN on both sides of the link, or use another switch.",
                    related=(end.node.at("port").pointer("the port"),),
                )


def _tagged(resource: Node, fabric: Fabric) -> Iterator[tuple[Node, Node]]:
    """The VLANs of an external link, with its Connection."""
    if resource.ref.kind == EXTERNAL_ATTACHMENT:
        connection = find(fabric, CONNECTION, resource.at("spec", "connection"))
        vlans = [resource.at("spec", side, "vlan") for side in ("switch", "static")] if connection else []
    else:
        connection = resource
        vlans = [resource.at("spec", "staticExternal", "link", "switch", "vlan")]
    return ((vlan, connection) for vlan in vlans if vlan.number and connection)
