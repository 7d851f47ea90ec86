"""Fields of resources by their routes through mappings: looked up, and brought from one document to another. Pure."""

from collections.abc import Iterable
from typing import Any

from fgd_sync.model.difference import ABSENT
from fgd_sync.model.location import Route
from fgd_sync.model.resource import JsonObject
from fgd_sync.planning.draft import Draft


def found(body: Any, route: Route) -> Any:
    """The value at a route; ABSENT if there is none."""
    for step in route:
        if not isinstance(body, dict) or step not in body:
            return ABSENT
        body = body[step]
    return body


def with_fields(body: JsonObject, routes: Iterable[Route], source: JsonObject) -> JsonObject:
    """A document in which the fields at these routes are as in the source: there with its value, or not at all."""
    draft = Draft(body, None)
    put_fields(draft, routes, source)
    return draft.body


def put_fields(draft: Draft, routes: Iterable[Route], source: JsonObject) -> None:
    """Bring the fields of a draft at these routes to what they are in the source."""
    for route in routes:
        value = found(source, route)
        if value is not ABSENT:
            draft.put(route, value)
        elif found(draft.body, route) is not ABSENT:
            draft.remove(route)
