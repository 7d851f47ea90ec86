"""Addresses, prefixes and MACs, read exactly as the fabric's controllers read them.

The controllers are written in Go and use `net/netip` and, in a few places, the older `net.ParseCIDR`. Both are stricter
than Python's `ipaddress`: no netmasks, no missing length, no leading zeros. Parsers give None for what Go refuses.
"""

import re
from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import lru_cache
from typing import TypeVar

from fgd_sync.model.pattern import pattern
from fgd_sync.model.value import dataclass

_BITS = {4: 32, 6: 128}
_FIRST, _SECOND, _THIRD, _FOURTH = ({str(number): number << shift for number in range(256)} for shift in (24, 16, 8, 0))
_SUFFIXES = {str(length): (1 << 32 - length) - 1 for length in range(33)}
_LENGTH = pattern(r"0|[1-9][0-9]{0,2}")
_LOOSE_LENGTH = pattern(r"0*[0-9]{1,3}")
_MAC_PAIRS = pattern(r"[0-9a-f]{2}(?:([:-])[0-9a-f]{2})(?:\1[0-9a-f]{2})*")
_MAC_DOTS = pattern(r"[0-9a-f]{4}(?:\.[0-9a-f]{4})+")
_MAC_BYTES = (6, 8, 20)

Tag = TypeVar("Tag")


@dataclass(frozen=True, slots=True)
class Address:
    """One address. IPv4 addresses mapped into IPv6 are IPv6, as in Go; `zone` is that of a scoped IPv6 address."""

    version: int
    value: int
    zone: str = ""

    def __str__(self) -> str:
        """The usual notation."""
        text = format_address(self.version, self.value)
        return f"{text}%{self.zone}" if self.zone else text

    @property
    def is_multicast(self) -> bool:
        """Whether it names a group of receivers."""
        return self.value >> 28 == 0xE if self.version == 4 else self.value >> 120 == 0xFF

    @property
    def is_loopback(self) -> bool:
        """Whether it stands for the host itself."""
        return self.value >> 24 == 127 if self.version == 4 else self.value == 1

    @property
    def is_unspecified(self) -> bool:
        """Whether all bits are zero."""
        return self.value == 0


@dataclass(frozen=True, slots=True)
class Prefix:
    """An address with a prefix length. `value` keeps the host bits as written; `first` and `last` bound the range."""

    version: int
    value: int
    length: int
    first: int
    last: int

    def __str__(self) -> str:
        """The range in the usual notation, without host bits."""
        return f"{format_address(self.version, self.first)}/{self.length}"

    @property
    def address(self) -> Address:
        """The address as written, host bits included."""
        return Address(self.version, self.value)

    @property
    def has_host_bits(self) -> bool:
        """Whether the address is not the first of the range."""
        return self.value != self.first

    @property
    def network(self) -> Address:
        """The first address of the range."""
        return Address(self.version, self.first)

    @property
    def broadcast(self) -> Address:
        """The last address of the range."""
        return Address(self.version, self.last)

    def __contains__(self, address: Address) -> bool:
        """Whether the address lies in the range; one with a zone lies in none, as in Go."""
        return address.version == self.version and not address.zone and self.first <= address.value <= self.last

    def covers(self, other: "Prefix") -> bool:
        """Whether the other range lies wholly in this one."""
        return self.version == other.version and self.first <= other.first and other.last <= self.last

    def overlaps(self, other: "Prefix") -> bool:
        """Whether the two ranges share an address; ranges of different families never do."""
        return self.version == other.version and self.first <= other.last and other.first <= self.last


def ipv4(text: str) -> int | None:
    """The value of an IPv4 address without length, read as `parse_address` does; None for anything else."""
    try:
        first, second, third, fourth = text.split(".")
        return _FIRST[first] | _SECOND[second] | _THIRD[third] | _FOURTH[fourth]
    except (KeyError, ValueError):
        return None


def ipv4_range(text: str) -> tuple[int, int] | None:
    """The first and last address of an IPv4 prefix without host bits, as `parse_prefix`; None for anything else."""
    before, _, after = text.partition("/")
    first, hosts = ipv4(before), _SUFFIXES.get(after)
    return None if first is None or hosts is None or first & hosts else (first, first | hosts)


@lru_cache(maxsize=16384)
def parse_address(text: str) -> Address | None:
    """Read an address without length, as Go's `netip.ParseAddr`."""
    short = ipv4(text)
    if short is not None:
        return Address(4, short)
    if ":" not in text:
        return None
    plain, percent, zone = text.partition("%")
    value = _ipv6(plain)
    if value is None or (percent and not zone):
        return None
    return Address(6, value, zone)


@lru_cache(maxsize=16384)
def parse_prefix(text: str) -> Prefix | None:
    """Read an address with its length, as Go's `netip.ParsePrefix`; host bits are allowed."""
    return _prefix(text, _LENGTH)


@lru_cache(maxsize=16384)
def parse_interface(text: str) -> Prefix | None:
    """Read an address with its length, as Go's older `net.ParseCIDR`: zeros may lead the length."""
    return _prefix(text, _LOOSE_LENGTH)


def _prefix(text: str, lengths: re.Pattern[str]) -> Prefix | None:
    before, _, after = text.rpartition("/")
    if not lengths.fullmatch(after):
        return None
    address, length = parse_address(before), int(after)
    if address is None or address.zone or length > _BITS[address.version]:
        return None
    hosts = (1 << (_BITS[address.version] - length)) - 1
    return Prefix(address.version, address.value, length, address.value & ~hosts, address.value | hosts)


def _ipv6(text: str) -> int | None:
    # Imported where used: fabrics are IPv4, and most runs never need it.
    from ipaddress import AddressValueError, IPv6Address

    try:
        return int(IPv6Address(text))
    except AddressValueError:
        return None


def format_address(version: int, value: int) -> str:
    """Write an address the usual way."""
    if version == 4:
        return f"{value >> 24}.{value >> 16 & 255}.{value >> 8 & 255}.{value & 255}"
    from ipaddress import IPv6Address

    return str(IPv6Address(value))


def parse_mac(text: str) -> bytes | None:
    """Read a MAC as Go's `net.ParseMAC`: pairs with ":" or "-", or groups of four with "."; 6, 8 or 20 bytes."""
    lower = text.lower() if text.isascii() else ""
    if not (_MAC_PAIRS.fullmatch(lower) or _MAC_DOTS.fullmatch(lower)):
        return None
    octets = bytes.fromhex(re.sub("[:.-]", "", lower))
    return octets if len(octets) in _MAC_BYTES else None


def format_mac(octets: bytes) -> str:
    """Write a MAC as the controllers do: lower-case pairs with colons."""
    return octets.hex(":")


def conflicts(
    ranges: Iterable[tuple[Prefix, Tag]],
    owner: Callable[[Tag], Hashable] = id,
) -> Iterator[tuple[tuple[Prefix, Tag], tuple[Prefix, Tag]]]:
    """Give each range that overlaps one before it (by first address), with one that it overlaps: (earlier, later).

    Ranges of one owner are let off. Takes the time of a sort, also where everything overlaps.
    """
    pairs = list(ranges)
    if len(pairs) < 2:
        return
    widest: list[tuple[Prefix, Tag]] = []
    for item in sorted(pairs, key=lambda pair: (pair[0].version, pair[0].first, -pair[0].last)):
        mine = owner(item[1])
        other = next((found for found in widest if owner(found[1]) != mine), None)
        if other and other[0].overlaps(item[0]):
            yield other, item
        widest = _two_widest([*widest, item], owner)


def _two_widest(found: list[tuple[Prefix, Tag]], owner: Callable[[Tag], Hashable]) -> list[tuple[Prefix, Tag]]:
    """The range that reaches furthest, and the one of another owner that does."""
    found = sorted(found, key=lambda pair: (pair[0].version, pair[0].last), reverse=True)
    return found[:1] + [pair for pair in found[1:] if owner(pair[1]) != owner(found[0][1])][:1]
