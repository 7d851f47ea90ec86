"""The ranges that an installation keeps for itself, as rules on several kinds need them."""

from collections.abc import Iterator
from functools import lru_cache

from fgd_sync.fabric.addresses import Prefix, parse_prefix
from fgd_sync.model.finding import Finding
from fgd_sync.rules.node import Node
from fgd_sync.rules.rule import Context

MANAGEMENT = "172.30.0.0/21"
FABRIC = "172.30.128.0/17"
PROTOCOL = "172.30.8.0/22"
VTEP = "172.30.12.0/22"
_OTHERS = ("172.30.96.0/19", "172.30.95.0/31", "172.30.16.0/22")
DEFAULT_RESERVED: tuple[str, ...] = (MANAGEMENT, FABRIC, PROTOCOL, VTEP, *_OTHERS)
"""The seven ranges that the vendor's installer reserves unless told otherwise."""

DEFAULT_NOTE = " (the installer's default; `fabric.reserved_subnets` is not set)"


@lru_cache(maxsize=64)
def ranges_of(texts: tuple[str, ...]) -> tuple[Prefix, ...]:
    """The prefixes that settings name, without what is none."""
    return tuple(prefix for text in texts if (prefix := parse_prefix(text)))


def overlapped(prefix: Prefix, context: Context) -> str:
    """The reserved subnet with which a prefix shares addresses, in words; "" if there is none."""
    chosen = context.settings.reserved_subnets
    for reserved in ranges_of(chosen or DEFAULT_RESERVED):
        if reserved.overlaps(prefix):
            return str(reserved) if chosen else f"{reserved}{DEFAULT_NOTE}"
    return ""


def reserved_overlap(node: Node, context: Context, what: str) -> Iterator[Finding]:
    """Report a prefix that shares addresses with a reserved subnet."""
    reserved = overlapped(node.prefix, context) if node.prefix else ""
    if reserved:
        yield node.finding(
            f"{node.prefix} of {what} overlaps the reserved subnet {reserved}",
            "Choose a prefix outside the reserved subnets.",
        )


def outside(node: Node, context: Context, default: str, what: str) -> Iterator[Finding]:
    """Report an address that is outside the range it must come from: `default`, unless other subnets are reserved.

    Which of several reserved subnets is meant is not known; being in any of them is enough then.
    """
    prefix = node.prefix
    chosen = context.settings.reserved_subnets
    if prefix is None or any(allowed.covers(prefix) for allowed in ranges_of(chosen or (default,))):
        return
    ranges = f"the reserved subnets {', '.join(chosen)}" if chosen else f"the {what} {default}, the installer's default"
    yield node.finding(
        f"{node.text} is outside {ranges}",
        f"Choose an address of the {what}; set `fabric.reserved_subnets` if it is another one.",
    )
