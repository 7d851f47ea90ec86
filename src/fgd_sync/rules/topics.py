"""The modules that hold rules, and what their rules are for: a module is loaded where it may have something to say."""

from collections.abc import Mapping

from fgd_sync.rules.rule import Scope

TOPICS: Mapping[str, tuple[str, ...]] = {
    "meta": (),
    "vpc": ("VPC",),
    "vpc_dhcp": ("VPC",),
    "vpc_leases": ("VPC",),
    "vpc_routes": ("VPC",),
    "vpc_bgp": ("VPC",),
    "vpc_fabric": ("VPC",),
    "attachment": ("VPCAttachment",),
    "attachment_fabric": ("VPCAttachment",),
    "peering": ("VPCPeering",),
    "external": ("External", "ExternalPeering"),
    "external_attachment": ("ExternalAttachment",),
    "external_acl": ("ExternalAttachment",),
    "routing_fabric": ("External", "ExternalAttachment", "ExternalPeering", "VPCPeering"),
    "namespaces": ("IPv4Namespace", "VLANNamespace"),
    "connection": ("Connection",),
    "connection_links": ("Connection",),
    "connection_fabric": ("Connection",),
    "switch": ("Switch",),
    "switch_fabric": ("Switch",),
    "switch_profile": ("Switch",),
    "switch_profile_ports": ("Switch",),
    "profile_use": ("Connection", "ExternalAttachment", "VPCAttachment"),
    "profile": ("SwitchProfile",),
    "profile_ports": ("SwitchProfile",),
    "gateway": ("Gateway", "GatewayGroup"),
    "gateway_interfaces": ("Gateway",),
    "gateway_fabric": ("Gateway",),
    "gateway_peering": ("GatewayPeering",),
    "gateway_nat": ("GatewayPeering",),
    "gateway_acl": ("GatewayPeering",),
    "gateway_peering_fabric": ("GatewayPeering",),
    "update_changes": ("Connection", "IPv4Namespace", "Switch", "VLANNamespace"),
    "update_deletions": (
        "Connection",
        "External",
        "GatewayGroup",
        "IPv4Namespace",
        "Server",
        "Switch",
        "SwitchGroup",
        "VLANNamespace",
        "VPC",
    ),
    "advice": ("Connection", "External", "IPv4Namespace", "Switch", "VPC"),
    "advice_peering": ("ExternalAttachment", "ExternalPeering", "GatewayPeering", "VPC", "VPCPeering"),
    "advice_fabric": ("Connection", "GatewayPeering", "Switch"),
    "advice_switches": ("ExternalPeering", "Gateway", "Switch"),
}
"""The modules of this package that hold rules, in the order in which documentation presents them, and the kinds that
their rules are on (none: all): a module is loaded for a resource of such a kind."""

USUAL = (Scope.DOCUMENT,)
SCOPES: Mapping[str, tuple[Scope, ...]] = {
    **dict.fromkeys(("vpc_fabric", "attachment_fabric", "routing_fabric", "connection_fabric"), (Scope.FABRIC,)),
    **dict.fromkeys(("switch_fabric", "switch_profile", "switch_profile_ports", "profile_use"), (Scope.FABRIC,)),
    **dict.fromkeys(("gateway_fabric", "gateway_peering_fabric", "advice_fabric", "advice_switches"), (Scope.FABRIC,)),
    "advice_peering": (Scope.DOCUMENT, Scope.FABRIC),
    "update_changes": (Scope.CHANGE,),
    "update_deletions": (Scope.DELETION,),
}
"""What the rules of a topic are called for, where that is not each document: others need not load them."""
