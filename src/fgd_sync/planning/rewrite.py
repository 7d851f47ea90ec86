"""Values that the fabric's controllers rewrite when a resource is applied, written their way beforehand.

Each row of the tables stands for one thing a webhook does (the `Default` functions of githedgehog/fabric, and the JSON
form of Go's durations). What the webhooks only fill in is left out: leaving it out is stable.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from fgd_sync.fabric.addresses import format_mac, parse_mac, parse_prefix
from fgd_sync.model.location import Route
from fgd_sync.model.resource import JsonObject
from fgd_sync.planning.draft import Draft, Pattern, find, pattern
from fgd_sync.planning.durations import format_duration, parse_duration
from fgd_sync.planning.voids import remove_empties

SortKey = tuple[Any, ...]
KeyOf = Callable[[Any], SortKey | None]
Rewrite = Callable[[Draft, Route], None]


def rewrite(draft: Draft) -> None:
    """Rewrite the values of a resource of a known kind."""
    kind = draft.body.get("kind")
    if not isinstance(kind, str):
        return
    for places, action in REWRITES.get(kind, ()):
        for route in draft.find(places):
            action(draft, route)
    for places, lists in SORTED.get(kind, ()):
        for route in draft.find(places):
            for name, key in lists.items():
                _sort(draft, (*route, name), key)


def steps(body: JsonObject, kind: str) -> tuple[tuple[Rewrite, Route], ...]:
    """What may rewrite a value in a resource of a kind with these mappings and lists, whatever else is in it."""
    values = [(action, route) for places, action in REWRITES.get(kind, ()) for route in find(body, places)]
    sorts = [
        (partial(_sort, key=key), (*route, name))
        for places, lists in SORTED.get(kind, ())
        for route in find(body, places)
        for name, key in lists.items()
    ]
    draft = Draft(body, None)
    return (*values, *((sort, route) for sort, route in sorts if _has_several(draft.get(route))))


def _has_several(items: Any) -> bool:
    return type(items) is list and len(items) > 1


def _sort(draft: Draft, route: Route, key: KeyOf) -> None:
    """Sort a list, comments and all; one with an item of an unexpected shape stays."""
    items = draft.get(route)
    if not _has_several(items):
        return
    keys = [key(item) for item in items]
    if None in keys:
        return
    order = sorted(range(len(keys)), key=keys.__getitem__)  # type: ignore[arg-type]
    if order != list(range(len(keys))):
        draft.reorder(route, order)


def _text(item: Any) -> SortKey | None:
    return (item,) if isinstance(item, str) else None


def _texts_of(*fields: str) -> KeyOf:
    def key(item: Any) -> SortKey | None:
        texts = tuple(item.get(field, "") for field in fields) if type(item) is dict else (None,)
        return texts if all(isinstance(text, str) for text in texts) else None

    return key


def _vlan_range(item: Any) -> SortKey | None:
    first = item.get("from") if type(item) is dict else None
    last = item.get("to", first) if type(item) is dict else None
    return (first, last) if type(first) is int and type(last) is int else None


def _idle_dhcp(draft: Draft, route: Route) -> None:
    """The webhook removes range and options while DHCP is disabled, and options that say nothing.

    It leaves alone subnets of which it cannot read the prefix, or that are too small for a range (/31, /32).
    """
    unwanted = _idle_keys(draft.get(route))
    if not unwanted:
        return
    subnet = draft.get((*route[:-1], "subnet"))
    prefix = parse_prefix(subnet) if isinstance(subnet, str) else None
    if prefix is not None and prefix.length <= 30:
        for key in unwanted:
            draft.remove((*route, key))
        remove_empties(draft)


def _idle_keys(dhcp: Any) -> list[str]:
    enabled = dhcp.get("enable", False) if type(dhcp) is dict else None
    if enabled is False:
        return [key for key in ("range", "options") if key in dhcp]
    return ["options"] if enabled is True and _says_nothing(dhcp.get("options")) else []


_OPTION_ZEROS = {"pxeURL": "", "interfaceMTU": 0, "leaseTimeSeconds": 0, "disableDefaultRoute": False}


def _says_nothing(options: Any) -> bool:
    if type(options) is not dict:
        return False
    for key, value in options.items():
        if key not in _OPTION_ZEROS or type(value) is not type(_OPTION_ZEROS[key]) or value != _OPTION_ZEROS[key]:
            return False
    return True


def _static_leases(draft: Draft, route: Route) -> None:
    """Keys are MACs, stored in lower case with colons. Two spellings of one MAC stay, for a rule to report."""
    leases = draft.get(route)
    if type(leases) is not dict:
        return
    canonical = {key: format_mac(octets) for key in leases if (octets := parse_mac(key)) is not None}
    spellings = list(canonical.values())
    names = {key: mac for key, mac in canonical.items() if key != mac and spellings.count(mac) == 1}
    if names:
        draft.rename_keys(route, names)


def _subnet_of_vpc(draft: Draft, route: Route) -> None:
    subnet = draft.get(route)
    if isinstance(subnet, str) and subnet and "/" not in subnet:
        draft.put(route, f"{subnet}/default")


def _redundancy_group(draft: Draft, route: Route) -> None:
    """A switch belongs to the group it is redundant in."""
    group, groups = draft.get(route), draft.get(("spec", "groups"))
    if not isinstance(group, str) or not group:
        return
    if groups is None and "groups" not in draft.body["spec"]:
        draft.put(("spec", "groups"), [group])
    elif type(groups) is list and group not in groups:
        draft.put(("spec", "groups"), [*groups, group])


def _speed(draft: Draft, route: Route) -> None:
    speed = draft.get(route)
    if isinstance(speed, str) and speed.startswith("SPEED_"):
        while speed.startswith("SPEED_"):
            speed = speed.removeprefix("SPEED_")
        draft.put(route, speed)


def _duration(draft: Draft, route: Route) -> None:
    text = draft.get(route)
    nanoseconds = parse_duration(text) if isinstance(text, str) else None
    if nanoseconds is not None and format_duration(nanoseconds) != text:
        draft.put(route, format_duration(nanoseconds))


REWRITES: dict[str, tuple[tuple[Pattern, Rewrite], ...]] = {
    "VPC": (
        (pattern("spec.subnets.*.dhcp"), _idle_dhcp),
        (pattern("spec.subnets.*.dhcp.static"), _static_leases),
    ),
    "VPCAttachment": ((pattern("spec.subnet"), _subnet_of_vpc),),
    "Switch": (
        (pattern("spec.redundancy.group"), _redundancy_group),
        (pattern("spec.portSpeeds.*"), _speed),
        (pattern("spec.portGroupSpeeds.*"), _speed),
    ),
    "GatewayPeering": (
        (pattern("spec.peering.*.expose[].nat.masquerade.idleTimeout"), _duration),
        (pattern("spec.peering.*.expose[].nat.portForward.idleTimeout"), _duration),
    ),
}
"""What becomes of single values, by kind."""

SORTED: dict[str, tuple[tuple[Pattern, dict[str, KeyOf]], ...]] = {
    "VPC": (
        (
            pattern("spec.subnets.*.dhcp.options"),
            {"dnsServers": _text, "timeServers": _text, "advertisedRoutes": _texts_of("destination", "gateway")},
        ),
    ),
    "ExternalPeering": (
        (pattern("spec.permit.vpc"), {"subnets": _text}),
        (pattern("spec.permit.external"), {"prefixes": _texts_of("prefix")}),
    ),
    "IPv4Namespace": ((pattern("spec"), {"subnets": _text}),),
    "VLANNamespace": ((pattern("spec"), {"ranges": _vlan_range}),),
    "Switch": ((pattern("spec"), {"groups": _text, "vlanNamespaces": _text}),),
    "Gateway": ((pattern("spec"), {"groups": _texts_of("name")}),),
}
"""The lists that the controllers sort, and by what. Every other list keeps its order, which may mean something."""
