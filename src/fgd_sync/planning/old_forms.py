"""Every old form of a resource and what becomes of it: the field map from v1alpha2 to v1beta1 and the moves since.

Steps of a kind run in this order. Source of the facts: the history of the schemas of githedgehog/fabric, 2023 to 2026;
a form that v1beta1 has had too is marked `always`. What the current schema still takes is left to the rules.
"""

from fgd_sync.model.code import Severity
from fgd_sync.planning import conversions as to
from fgd_sync.planning.steps import Step, convert, drop, move, refuse

_NOT_KEPT = "the fabric does not keep it any more"
_NAT_REMEDY = "Delete it, and describe the translation in a GatewayPeering (expose, as, nat)."
_STATIC_REMEDY = "Use `static` instead: prefixes in the External; remoteIP, vlan and ip in its attachments."
_LINK_PARTS = ("spec.*.link", "spec.*.links[]", "spec.*.peerLinks[]", "spec.*.sessionLinks[]")


def _is_empty(value: object) -> bool:
    return not value


def _is_list(value: object) -> bool:
    return isinstance(value, list)


VPC = (
    convert("spec.subnet", to.vlan_of_single_subnet),
    move("spec.subnet", "spec.subnets.default.subnet"),
    move("spec.dhcp", "spec.subnets.default.dhcp"),
    drop("spec.snat", _NOT_KEPT, when=_is_empty),
    refuse("spec.snat", "a VPC does not translate addresses any more", _NAT_REMEDY),
    drop("spec.dnatRequests", _NOT_KEPT, when=_is_empty),
    refuse("spec.dnatRequests", "a VPC does not translate addresses any more", _NAT_REMEDY),
    convert("spec.subnets.*.vlan", to.vlan_number),
    move("spec.subnets.*.dhcp.pxeURL", "spec.subnets.*.dhcp.options.pxeURL", always=True),
)

VPC_ATTACHMENT = (convert("spec.vpc", to.attached_subnet),)

VPC_PEERING = (
    convert("spec.vpcs", to.permit_of_pair),
    drop("spec.remote", "it was empty, and peering on other switches does not exist any more", when=_is_empty),
    refuse(
        "spec.remote",
        "peering on other switches (remote peering) does not exist any more",
        "Delete the field if the VPCs may be peered on their own switches; otherwise use a GatewayPeering.",
    ),
)

EXTERNAL = (refuse("spec.l2", "externals on layer 2 existed in test versions only", _STATIC_REMEDY, always=True),)

EXTERNAL_ATTACHMENT = (
    refuse("spec.l2", "externals on layer 2 existed in test versions only", _STATIC_REMEDY, always=True),
    convert("spec.inboundACL.statements[].permit", to.statement_action, always=True),
)

EXTERNAL_PEERING = (convert("spec.permit.external.prefixes[]", to.prefix_lengths, always=True),)

CONNECTION = (
    refuse(
        "spec.management",
        "management ports need no Connection any more",
        "Delete the document; the management address of the switch belongs in spec.ip of the Switch.",
        always=True,
    ),
    refuse(
        "spec.nat",
        "this type of Connection does not exist any more",
        "Delete the document; translation is described in a GatewayPeering.",
        always=True,
    ),
    move("spec.mclagDomain.links", "spec.mclagDomain.peerLinks"),
    convert("spec.mclagDomain.sessionLink", to.session_links),
    *(
        refuse(
            part,
            "a link was a list of two ends, which do not say what they are",
            "Name the ends: for example `server: {port: …}` and `switch: {port: …}`.",
            when=_is_list,
        )
        for part in _LINK_PARTS
    ),
    move("spec.staticExternal.link.switch.gateway", "spec.staticExternal.link.switch.nextHop"),
    move("spec.gateway.links[].spine", "spec.gateway.links[].switch", always=True),
    *(convert(f"{part}.*.port", to.network_os_port) for part in _LINK_PARTS),
)

SERVER = (
    refuse(
        "spec.type",
        "control nodes are not Servers any more",
        "Delete the document; hhfab describes control nodes as ControlNode objects.",
        when=lambda value: value == "control",
        always=True,
    ),
    drop("spec.type", "it was empty, and Servers have no type any more", when=_is_empty),
    drop("spec.serverConnections", "Connection objects say what a server is connected to", severity=Severity.WARNING),
    drop("spec.location", _NOT_KEPT),
    drop("spec.locationSig", _NOT_KEPT),
)

SWITCH = (
    convert("spec.location", to.location),
    drop("spec.locationSig", _NOT_KEPT),
    move("spec.redundancy.name", "spec.redundancy.group"),
    move("spec.rocev2", "spec.roce", always=True),
    convert("spec.portBreakouts", to.network_os_keys),
    convert("spec.portSpeeds", to.network_os_keys),
    *(drop(f"spec.{field}", _NOT_KEPT) for field in ("lldp", "bgpConfig", "vendorName", "modelNumber", "sonicVersion")),
    convert("spec", to.required_on_switch),
)

_BUILT_IN = "Delete the document: the controller makes the profiles of all supported models."
SWITCH_PROFILE = (
    refuse("spec.limits", "profiles had another form then", _BUILT_IN),
    refuse("spec.ports", "profiles had another form then", _BUILT_IN, when=_is_list),
    refuse("spec.features.vxlan", "the feature was split into l2vni, l3vni, mclag and eslag", _BUILT_IN, always=True),
    move("spec.features.rocev2", "spec.features.roce", always=True),
)

GATEWAY = (convert("metadata.namespace", to.gateway_namespace, always=True),)

_PORTS_REMEDY = "Write the ports as `nat: {portForward: {ports: [{proto, port, as}]}}`."
GATEWAY_PEERING = (
    move("spec.peering.*.expose[].nat.stateful", "spec.peering.*.expose[].nat.masquerade", always=True),
    move("spec.peering.*.expose[].nat.stateless", "spec.peering.*.expose[].nat.static", always=True),
    *(
        refuse(
            f"spec.peering.*.expose[].{part}[].ports",
            "ports do not stand with addresses any more",
            _PORTS_REMEDY,
            always=True,
        )
        for part in ("ips", "as")
    ),
    convert("spec.peering.*.expose[]", to.static_by_default),
    convert("spec.peering.*.expose[]", to.default_route),
)

STEPS: dict[str, tuple[Step, ...]] = {
    "VPC": VPC,
    "VPCAttachment": VPC_ATTACHMENT,
    "VPCPeering": VPC_PEERING,
    "External": EXTERNAL,
    "ExternalAttachment": EXTERNAL_ATTACHMENT,
    "ExternalPeering": EXTERNAL_PEERING,
    "Connection": CONNECTION,
    "Server": SERVER,
    "Switch": SWITCH,
    "SwitchProfile": SWITCH_PROFILE,
    "Gateway": GATEWAY,
    "GatewayPeering": GATEWAY_PEERING,
}
"""All steps by kind, for documents of an old version."""

ALWAYS: dict[str, tuple[Step, ...]] = {
    kind: tuple(step for step in steps if step.always) for kind, steps in STEPS.items()
}
"""The steps for documents of the current version."""
