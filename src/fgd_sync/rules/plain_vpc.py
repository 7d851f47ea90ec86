"""VPCs of the usual form: with subnets in IPv4 that switches route, or whose hosts speak BGP."""

from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

from fgd_sync.fabric.addresses import ipv4, ipv4_range, parse_address
from fgd_sync.model.config import FabricSettings
from fgd_sync.model.pattern import pattern
from fgd_sync.model.resource import JsonObject
from fgd_sync.rules.reserved import DEFAULT_RESERVED, ranges_of

_LABEL = pattern("[a-z0-9](?:[-a-z0-9]*[a-z0-9])?")
_MOST_NAME, _MOST_LABEL, _MOST_VPC, _MOST_SUBNETS = 253, 63, 11, 20
_LEAST_HOSTS = 4
_MTU = range(96, 9037)
_SPEC = frozenset({"ipv4Namespace", "vlanNamespace", "mode", "subnets", "defaultIsolated", "defaultRestricted"})
_SUBNET = frozenset({"subnet", "gateway", "vlan", "dhcp", "isolated", "restricted", "hostBGP"})
_DHCP = frozenset({"enable", "range", "options"})
_OPTIONS = frozenset({"dnsServers", "timeServers", "interfaceMTU", "leaseTimeSeconds", "disableDefaultRoute"})


class Subnet(NamedTuple):
    """A subnet: its name, first and last address, and VLAN; 0 where hosts speak BGP."""

    name: str
    first: int
    last: int
    vlan: int


class Vpc(NamedTuple):
    """A VPC: its IPv4Namespace, its VLANNamespace, its mode, and its subnets."""

    prefixes: str
    vlans: str
    mode: str
    subnets: tuple[Subnet, ...]

    def suits(self, settings: FabricSettings) -> bool:
        """Whether it keeps clear of what is reserved."""
        reserved = _reserved(settings.reserved_subnets or DEFAULT_RESERVED)
        for _, first, last, _ in self.subnets:
            for low, high in reserved:
                if low <= last and first <= high:
                    return False
        return True


@lru_cache(maxsize=64)
def _reserved(texts: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    return tuple((item.first, item.last) for item in ranges_of(texts) if item.version == 4)


def is_name(text: str) -> bool:
    """Whether a resource may have a name."""
    return len(text) <= _MOST_NAME and _LABEL.fullmatch(text) is not None


def is_label(text: str) -> bool:
    """Whether a name may also stand in a label."""
    return len(text) <= _MOST_LABEL and _LABEL.fullmatch(text) is not None


_is_name_of_subnet = lru_cache(maxsize=256)(is_label)
"""Many VPCs name their subnets alike."""


def vpc_of(name: str, spec: JsonObject) -> Vpc | None:
    """The form of a VPC, if it has one."""
    prefixes, vlans = spec.get("ipv4Namespace") or "default", spec.get("vlanNamespace") or "default"
    mode, written = spec.get("mode") or "", spec.get("subnets")
    if not (len(name) <= _MOST_VPC and spec.keys() <= _SPEC and mode in ("", "l3vni")):
        return None
    if not (type(prefixes) is type(vlans) is str and type(written) is dict and 0 < len(written) <= _MOST_SUBNETS):
        return None
    subnets = []
    for key, body in written.items():
        subnet = _subnet(key, body) if type(body) is dict else None
        if subnet is None:
            return None
        subnets.append(subnet)
    return Vpc(prefixes, vlans, mode, tuple(subnets)) if len(subnets) == 1 or _are_apart(subnets) else None


def _are_apart(subnets: list[Subnet]) -> bool:
    vlans = [subnet.vlan for subnet in subnets if subnet.vlan]
    ranges = sorted((subnet.first, subnet.last) for subnet in subnets)
    return len(set(vlans)) == len(vlans) and all(before[1] < after[0] for before, after in pairwise(ranges))


def _subnet(name: str, body: JsonObject) -> Subnet | None:
    text, vlan, dhcp = body.get("subnet"), body.get("vlan"), body.get("dhcp")
    found = ipv4_range(text) if type(text) is str and body.keys() <= _SUBNET and _is_name_of_subnet(name) else None
    if found is None or found[1] - found[0] + 1 < _LEAST_HOSTS:
        return None
    first, last = found
    if body.get("hostBGP"):
        is_bare = body["hostBGP"] is True and not vlan and not dhcp and not body.get("gateway")
        return Subnet(name, first, last, 0) if is_bare else None
    gateway = _value(body.get("gateway"), first + 1)
    if type(vlan) is not int or not vlan or not first <= gateway <= last:
        return None
    if dhcp and not (type(dhcp) is dict and (_serves(dhcp, first, last, gateway) or _is_off(dhcp))):
        return None
    return Subnet(name, first, last, vlan)


def _value(text: Any, otherwise: int) -> int:
    """The value of an address, -1 for anything else; `otherwise` where nothing is written."""
    if not text:
        return otherwise
    value = ipv4(text) if type(text) is str else None
    return -1 if value is None else value


def _is_off(dhcp: JsonObject) -> bool:
    return dhcp.keys() == {"enable"} and dhcp["enable"] is not True


def _serves(dhcp: JsonObject, first: int, last: int, gateway: int) -> bool:
    """Whether there is a DHCP server, and all is well with it."""
    bounds, options = dhcp.get("range"), dhcp.get("options")
    if dhcp.get("enable") is not True or type(bounds) is not dict or not dhcp.keys() <= _DHCP:
        return False
    start, end = _value(bounds.get("start"), first + 2), _value(bounds.get("end"), last)
    if not first < start < end < last or gateway in (start, end):
        return False
    return not options or (type(options) is dict and _are_right(options))


def _are_right(options: JsonObject) -> bool:
    mtu = options.get("interfaceMTU")
    if not options.keys() <= _OPTIONS or not (mtu is None or (type(mtu) is int and mtu in _MTU)):
        return False
    for server in (*_listed(options.get("dnsServers")), *_listed(options.get("timeServers"))):
        if type(server) is not str or parse_address(server) is None:
            return False
    return True


def _listed(value: Any) -> list[Any]:
    """The items of a list; what is no list is an item that is no address."""
    return value if type(value) is list else [None] if value else []
