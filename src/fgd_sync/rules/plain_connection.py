"""Connections of the usual form: of servers, and between switches."""

from functools import lru_cache
from sys import intern
from typing import Any, NamedTuple

from fgd_sync.fabric.addresses import ipv4
from fgd_sync.model.config import FabricSettings
from fgd_sync.model.resource import JsonObject
from fgd_sync.rules.reserved import FABRIC, ranges_of

_ENDS = {
    "unbundled": ("server", "switch"),
    "bundled": ("server", "switch"),
    "eslag": ("server", "switch"),
    "fabric": ("spine", "leaf"),
    "mesh": ("leaf1", "leaf2"),
}
_MOST_SWITCHES = {"unbundled": 1, "bundled": 1, "eslag": 4}
_SERVER_MTU_OFFSET = 64
_LENGTH = "31"


class Wiring(NamedTuple):
    """A Connection: its type, the device and port at the first and at the second end of each link, what goes over it.

    `addresses` are those of both ends, in pairs; links to servers have none.
    """

    type: str
    firsts: list[tuple[str, str]]
    seconds: list[tuple[str, str]]
    mtu: int
    addresses: list[int]

    @property
    def is_of_server(self) -> bool:
        """Whether the first ends are on a server; else they are on a switch, as the second ones are."""
        return self.type in _MOST_SWITCHES

    @property
    def switches(self) -> set[str]:
        """The switches that it leads to."""
        ends = self.seconds if self.is_of_server else [*self.firsts, *self.seconds]
        return {device for device, _ in ends}

    def suits(self, settings: FabricSettings) -> bool:
        """Whether packets fit and addresses are the fabric's."""
        ranges = _fabric(settings.reserved_subnets or (FABRIC,)) if self.addresses else ()
        return self.mtu <= settings.mtu - _SERVER_MTU_OFFSET and all(
            any(first <= value & ~1 and value | 1 <= last for first, last in ranges) for value in self.addresses
        )


@lru_cache(maxsize=64)
def _fabric(texts: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    return tuple((item.first, item.last) for item in ranges_of(texts) if item.version == 4)


def wiring_of(spec: JsonObject) -> Wiring | None:
    """The form of a Connection, if it has one."""
    if len(spec) != 1:
        return None
    ((kind, body),) = spec.items()
    sides = _ENDS.get(kind)
    if sides is None or type(body) is not dict:
        return None
    links: Any = [body.get("link")] if kind == "unbundled" else body.get("links")
    ends = _ports(links, sides) if type(links) is list else None
    if not ends or not _are_different(ends):
        return None
    firsts, seconds, most = ends[::2], ends[1::2], _MOST_SWITCHES.get(kind)
    if most is None:
        addresses, are_two = _addresses(links, sides), len({device for device, _ in ends}) == 2
        return Wiring(kind, firsts, seconds, 0, addresses) if are_two and addresses else None
    servers, switches = {device for device, _ in firsts}, {device for device, _ in seconds}
    mtu = body.get("mtu") or 0
    is_right = len(servers) == 1 and len(switches) <= most and type(mtu) is int
    return Wiring(kind, firsts, seconds, mtu, []) if is_right else None


def _ports(links: list[Any], sides: tuple[str, str]) -> list[tuple[str, str]] | None:
    """The ports of all links: both ends of the first, both of the second, and so on; None: one is not plain."""
    found = []
    first, second = sides
    for link in links:
        try:
            texts = link[first]["port"], link[second]["port"]
        except (KeyError, TypeError):
            return None
        for text in texts:
            device, _, port = text.partition("/") if type(text) is str else ("", "", "")
            if not device or not port or port[0] == "M":
                return None
            found.append((intern(device), intern(port)))  # They stand in many resources.
    return found


def _are_different(ends: list[tuple[str, str]]) -> bool:
    """Whether all ports are, also where the first sub-port of a port stands for the port."""
    ports = {(device, port.removesuffix("/1") if port.count("/") == 2 else port) for device, port in ends}
    return len(ports) == len(ends)


def _addresses(links: list[Any], sides: tuple[str, str]) -> list[int]:
    """The addresses of both ends of all links; none if they are not plain."""
    found: list[int] = []
    for link in links:
        one, other = (_address(link[side].get("ip")) for side in sides)
        if min(one, other) < 0 or one | 1 != other | 1:
            return []
        found += one, other
    return found


def _address(text: Any) -> int:
    """The value of an address with the length 31; -1 for anything else."""
    before, _, length = text.partition("/") if type(text) is str else ("", "", "")
    value = ipv4(before) if length == _LENGTH else None
    return -1 if value is None else value
