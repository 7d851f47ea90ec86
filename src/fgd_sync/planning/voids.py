"""Nulls and empty objects: what an API server drops before it looks, and what typed exports contain without meaning.

Takes a draft; takes them out, and reports the nulls that were surely meant as `{}`, since the cluster drops those too.
"""

from collections.abc import Iterator
from typing import Any

from fgd_sync.model.finding import Finding
from fgd_sync.model.location import Route
from fgd_sync.model.resource import JsonObject
from fgd_sync.planning.draft import Draft, Pattern, pattern

DECLARATIONS: dict[str, tuple[Pattern, str]] = {
    "VPC": (pattern("spec.subnets.*"), "subnet"),
    "VPCPeering": (pattern("spec.permit[].*"), "VPC"),
    "GatewayPeering": (pattern("spec.peering.*"), "side"),
    "Peering": (pattern("spec.peering.*"), "side"),
    "Gateway": (pattern("spec.interfaces.*"), "interface"),
}
"""Where a key alone declares something, so that a null after it is a mistake (META-010)."""

EMPTIES: dict[str, tuple[Pattern, ...]] = {
    "VPC": (pattern("spec.subnets.*.dhcp"),),
    "Switch": (pattern("spec.boot"), pattern("spec.redundancy"), pattern("spec.ecmp")),
    "Connection": (
        pattern("spec.*.link.*"),
        pattern("spec.*.links[].*"),
        pattern("spec.*.peerLinks[].*"),
        pattern("spec.*.sessionLinks[].*"),
    ),
    "ExternalPeering": (pattern("spec.permit.vpc"),),
    "Gateway": (pattern("spec.logs"), pattern("spec.profiling")),
    "GatewayPeering": (pattern("spec.acl.rules[].match"),),
}
"""Empty objects that exports of typed values contain. Elsewhere `{}` may declare something, and stays."""

_STATIC_ONLY = (("spec", "switch"), ("spec", "neighbor"))


def has_voids(value: Any) -> bool:
    """Whether there is a null or an empty object under any key of a mapping."""
    is_mapping = type(value) is dict
    for item in value.values() if is_mapping else value:
        shape = type(item)
        if shape is dict or shape is list:
            if (not item and shape is dict and is_mapping) or has_voids(item):
                return True
        elif item is None and is_mapping:
            return True
    return False


def remove_nulls(draft: Draft) -> Iterator[Finding]:
    """Remove null values of mappings (items of lists stay), and report those that dropped a declaration."""
    kind = draft.body.get("kind")
    declared, what = DECLARATIONS.get(kind, ((), "")) if isinstance(kind, str) else ((), "")
    nulls = list(_nulls(draft.body, ()))
    for route in draft.find(declared) if declared else ():
        if draft.get(route) is None:
            yield Finding(
                f"{what} {route[-1]} has no value: the cluster drops such an entry",
                route,
                rule="META-010",
                at_key=True,
                remedy=f"Write `{route[-1]}: {{}}`, or give it its fields.",
            )
    for route in nulls:
        draft.remove(route)


def _nulls(value: Any, route: Route) -> Iterator[Route]:
    for key, item in value.items() if type(value) is dict else enumerate(value):
        if type(item) in (dict, list):
            yield from _nulls(item, (*route, key))
        elif item is None and type(value) is dict:
            yield (*route, key)


def may_be_emptied(body: JsonObject) -> bool:
    """Whether `remove_empties` may find something."""
    draft, kind = Draft(body, None), body.get("kind")
    places = EMPTIES.get(kind, ()) if isinstance(kind, str) else ()
    return kind == "ExternalAttachment" or any(
        draft.get(route) == {} for place in places for route in draft.find(place)
    )


def remove_empties(draft: Draft) -> None:
    """Remove the empty objects that mean nothing in a resource of this kind."""
    kind = draft.body.get("kind")
    for places in EMPTIES.get(kind, ()) if isinstance(kind, str) else ():
        for route in draft.find(places):
            if draft.get(route) == {}:
                draft.remove(route)
    if kind == "ExternalAttachment" and draft.get(("spec", "static")) is not None:
        for route in _STATIC_ONLY:
            if draft.get(route) == {}:
                draft.remove(route)
