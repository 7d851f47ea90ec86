"""Whether settings are valid: the schema, and what a schema cannot say. Pure.

Takes what stands in a settings file as a value; gives findings by route. Values of addresses are not shown in
messages: they might hold a password.
"""

import ipaddress
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from fgd_sync.adapters.packaged import load
from fgd_sync.model.code import CONFIGURATION_INVALID
from fgd_sync.model.finding import Finding
from fgd_sync.model.kinds import Kind
from fgd_sync.model.location import Route
from fgd_sync.model.pattern import pattern
from fgd_sync.model.resource import JsonObject
from fgd_sync.model.value import replace
from fgd_sync.schema.catalogue import Catalogue
from fgd_sync.schema.check import check
from fgd_sync.schema.words import place, show

SCHEMA_NAME = "config.schema.json"
ROOT = "fgd"

_KIND = Kind("", "", "Settings", "", (), "settings")
_SECRET = pattern(r"token|passw|secret|api_?key|credential", re.IGNORECASE)


def check_settings(body: Any) -> list[Finding]:
    """Everything that is wrong with the value of a settings file."""
    found = [_redacted(_secret(item)) for item in check(_catalogue(), _KIND, body)]
    return found or list(_contradictions(body.get(ROOT, {})))


def field_schema(path: str) -> JsonObject | None:
    """The part of the schema for a setting such as `sync.lock_timeout`; None if there is no such setting."""
    node = schema()["properties"][ROOT]
    for step in path.split("."):
        node = node.get("properties", {}).get(step)
        if node is None:
            return None
    return dict(node)


def schema() -> JsonObject:
    """The schema of the settings file, without references."""
    return _catalogue().schema(_KIND)


@lru_cache(maxsize=1)
def _catalogue() -> Catalogue:
    return Catalogue(lambda _: load(SCHEMA_NAME))


def _secret(item: Finding) -> Finding:
    """An unknown setting that looks like a secret gets its own words."""
    name = str(item.route[-1]) if item.route else ""
    if not item.at_key or not _SECRET.search(name):
        return item
    words = f"{show(name)} looks like a secret: secrets are not read from a file"
    return replace(item, message=f"{words}; give it in the environment (NETBOX_TOKEN, GITHUB_TOKEN) and change it")


def _redacted(item: Finding) -> Finding:
    """A finding about an address does not show it."""
    name = str(item.route[-1]) if item.route else ""
    if item.at_key or not name.endswith("url"):
        return item
    part = field_schema(".".join(str(step) for step in item.route[1:])) or {}
    message = f"{place(item.route)} must be {part.get('x-form', 'text')}"
    return replace(item, message=f"{message}, such as {part['examples'][0]}" if "examples" in part else message)


def _contradictions(settings: JsonObject) -> Iterator[Finding]:
    """What is wrong although every value has the right form."""
    yield from _fabric_entries(settings.get("fabrics", []))
    for route, block in _fabric_blocks(settings):
        yield from _fabric(route, block)


def _fabric_blocks(settings: JsonObject) -> Iterator[tuple[Route, JsonObject]]:
    yield (ROOT, "fabric"), settings.get("fabric", {})
    for number, entry in enumerate(settings.get("fabrics", [])):
        yield (ROOT, "fabrics", number, "fabric"), entry.get("fabric", {})


def _fabric(route: Route, block: JsonObject) -> Iterator[Finding]:
    first, last = block.get("leaf_asns", (0, 0))
    if first > last:
        yield _finding((*route, "leaf_asns"), f"the first AS number {first} is higher than the last, {last}")
    for name in ("vpc_irb_vlans", "th5_workaround_vlans"):
        for number, vlans in enumerate(block.get(name, [])):
            if vlans["from"] > vlans["to"]:
                yield _finding((*route, name, number), f"from {vlans['from']} is higher than to {vlans['to']}")
    for number, subnet in enumerate(block.get("reserved_subnets", [])):
        try:
            ipaddress.IPv4Network(subnet)
        except ValueError as error:
            yield _finding((*route, "reserved_subnets", number), f"{show(subnet)} is no IPv4 prefix ({error})")


def _fabric_entries(entries: list[JsonObject]) -> Iterator[Finding]:
    seen: dict[tuple[str, str], int] = {}
    for number, entry in enumerate(entries):
        steps = entry["path"].split("/")
        if entry["path"].startswith("/") or ".." in steps:
            yield _finding((ROOT, "fabrics", number, "path"), f"{show(entry['path'])} leads out of the repository")
        plain = "/".join(step for step in steps if step not in ("", "."))
        for name, value in (("name", entry["name"]), ("path", plain)):
            other = seen.setdefault((name, value), number)
            if other != number:
                yield _finding((ROOT, "fabrics", number, name), f"two fabrics have the {name} {show(value)}")


def _finding(route: Route, message: str) -> Finding:
    return Finding(f"{place(route)}: {message}", route, CONFIGURATION_INVALID)
