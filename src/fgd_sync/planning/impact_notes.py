"""Changes worth a look that are neither traffic nor attachments: of addresses, DHCP, gateways, switches and ports."""

from collections.abc import Iterator

from fgd_sync.fabric.index import Index
from fgd_sync.fabric.reach_parts import EXTERNAL, attached_externals
from fgd_sync.fabric.values import at, items, mapping, mappings, number, shown, text
from fgd_sync.fabric.wiring import attachments_by_connection, attachments_by_subnet, connections_by_switch
from fgd_sync.model.resource import JsonObject
from fgd_sync.planning.impact_changes import Changed
from fgd_sync.planning.impact_touched import PORT_SETTINGS, parties
from fgd_sync.planning.impact_words import count

_SWITCH_FIELDS = {
    "role": "role",
    "profile": "profile",
    "asn": "ASN",
    "ip": "management address",
    "protocolIP": "protocol address",
    "vtepIP": "VTEP address",
}
_PEERINGS = ("VPCPeering", "ExternalPeering", "GatewayPeering")
_MODES = {"": "l2vni"}


def notes(changed: list[Changed], before: Index, after: Index) -> Iterator[str]:
    """Sentences on resources that exist before and after, and on peerings whose traffic cannot be told."""
    for item in changed:
        if item.ref.kind in _PEERINGS:
            yield from _gaps(item, before, after)
        if not (item.before and item.after):
            continue
        old, new = mapping(item.before.body, "spec"), mapping(item.after.body, "spec")
        if item.ref.kind == "VPC":
            yield from _vpc(item, old, new, after)
        elif item.ref.kind == "Switch":
            yield from _switch(item, old, new, after)
        elif item.ref.kind == "GatewayPeering":
            yield from _gateway_peering(item, old, new)
        elif item.ref.kind == "ExternalAttachment" and at(old, "inboundACL") != at(new, "inboundACL"):
            yield f"The inbound ACL of {item.ref} changes"


def _gaps(item: Changed, before: Index, after: Index) -> Iterator[str]:
    """Why a peering permits nothing as far as the fabric's own resources tell."""
    index, version = (after, item.after) if item.after else (before, item.before)
    found = parties(index, version) if version else []
    if len(found) < 2:
        yield f"{item.ref} names a VPC or External that is not in this fabric: what traffic it permits is not told"
    for party in found:
        if party.kind == EXTERNAL and party not in index.once(attached_externals):
            yield f"{item.ref} permits no traffic while {party} is attached to no switch"


def _vpc(item: Changed, old: JsonObject, new: JsonObject, after: Index) -> Iterator[str]:
    name = shown(item.ref)
    before, now = text(old, "mode"), text(new, "mode")
    if before != now:
        yield f"{name} changes its mode from {_MODES.get(before, before)} to {_MODES.get(now, now)}"
    if (at(old, "staticRoutes") or []) != (at(new, "staticRoutes") or []):
        yield f"The static routes of {name} change"
    earlier = dict(mappings(old, "subnets"))
    for key, subnet in sorted(mappings(new, "subnets")):
        if key in earlier and earlier[key] != subnet:
            used = len(after.once(attachments_by_subnet).get((item.ref.namespace, f"{item.ref.name}/{key}"), ()))
            yield from _subnet(f"{name}/{key}", earlier[key], subnet, f", on {count(used, 'attachment')}")


def _subnet(name: str, old: JsonObject, new: JsonObject, used: str) -> Iterator[str]:
    if text(old, "subnet") != text(new, "subnet"):
        yield f"{name} moves from {text(old, 'subnet')} to {text(new, 'subnet')}{used}"
    if number(old, "vlan") != number(new, "vlan"):
        yield f"{name} changes from {_vlan(old)} to {_vlan(new)}{used}"
    if text(old, "gateway") != text(new, "gateway"):
        yield f"The gateway address of {name} changes from {_or_none(old, 'gateway')} to {_or_none(new, 'gateway')}"
    if (at(old, "hostBGP") is True) != (at(new, "hostBGP") is True):
        yield f"{name} {'expects' if at(new, 'hostBGP') is True else 'no longer expects'} BGP from its hosts"
    yield from _dhcp(name, mapping(old, "dhcp"), mapping(new, "dhcp"))


def _vlan(subnet: JsonObject) -> str:
    return f"VLAN {vlan}" if (vlan := number(subnet, "vlan")) else "no VLAN"


def _or_none(value: JsonObject, key: str) -> str:
    return text(value, key) or "none"


def _dhcp(name: str, old: JsonObject, new: JsonObject) -> Iterator[str]:
    was, now = at(old, "enable") is True, at(new, "enable") is True
    if was != now:
        yield f"DHCP of {name} is turned {'on' if now else 'off'}"
    relays = [" in ".join(filter(None, (text(dhcp, "relay"), text(dhcp, "relayVPC")))) or "none" for dhcp in (old, new)]
    if relays[0] != relays[1]:
        yield f"The DHCP relay of {name} changes from {relays[0]} to {relays[1]}"
    if was and now:
        ranges = [f"{text(dhcp, 'range', 'start')} to {text(dhcp, 'range', 'end')}" for dhcp in (old, new)]
        if ranges[0] != ranges[1]:
            yield f"The DHCP range of {name} changes: it was {ranges[0]} and becomes {ranges[1]}"
        for key, what in (("options", "options"), ("static", "static addresses")):
            if mapping(old, key) != mapping(new, key):
                yield f"The DHCP {what} of {name} change"


def _switch(item: Changed, old: JsonObject, new: JsonObject, after: Index) -> Iterator[str]:
    name = shown(item.ref)
    on_it = after.once(connections_by_switch).get((item.ref.namespace, item.ref.name), [])
    carried = sum(
        len(after.once(attachments_by_connection).get((item.ref.namespace, link.ref.name), ())) for link in on_it
    )
    extent = f" ({count(len(on_it), 'connection')}, {count(carried, 'attachment')})"
    for key, what in _SWITCH_FIELDS.items():
        if _plain(old, key) != _plain(new, key):
            yield f"{name} changes its {what} from {_plain(old, key)} to {_plain(new, key)}{extent}"
    if mapping(old, "redundancy") != mapping(new, "redundancy"):
        yield f"The redundancy group of {name} changes{extent}"
    if mapping(old, "portGroupSpeeds") != mapping(new, "portGroupSpeeds"):
        yield f"The speeds of port groups of {name} change{extent}"
    for key, what in PORT_SETTINGS.items():
        was, now = mapping(old, key), mapping(new, key)
        for port in sorted(was.keys() | now.keys()):
            if was.get(port) != now.get(port):
                yield f"{name}/{port} changes its {what} from {_plain(was, port)} to {_plain(now, port)}"


def _plain(value: JsonObject, key: str) -> str:
    """A value in words; what is left out is the default of the profile."""
    found = at(value, key)
    if isinstance(found, bool):
        return "on" if found else "off"
    return str(found) if isinstance(found, str | int) and found != "" else "the default"


def _gateway_peering(item: Changed, old: JsonObject, new: JsonObject) -> Iterator[str]:
    if mapping(old, "acl") != mapping(new, "acl"):
        yield f"The ACL of {item.ref} changes"
    if text(old, "gatewayGroup") != text(new, "gatewayGroup"):
        groups = f"{text(old, 'gatewayGroup')} to {text(new, 'gatewayGroup')}"
        yield f"{item.ref} moves from the gateway group {groups}"
    if _nat(old) != _nat(new):
        yield f"The NAT of {item.ref} changes"


def _nat(spec: JsonObject) -> dict[str, list[object]]:
    """What each side exposes under other addresses."""
    return {
        name: [expose for expose in items(side, "expose") if mapping(expose, "nat") or items(expose, "as")]
        for name, side in mappings(spec, "peering")
    }
