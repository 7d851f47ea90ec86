"""Reading values out of bodies of which nobody knows whether they are valid: what has a wrong type counts as absent."""

from collections.abc import Iterator
from typing import Any

from fgd_sync.model.resource import JsonObject, Ref


def at(value: Any, *keys: str) -> Any:
    """The value at the end of a path of keys; None if there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def mapping(value: Any, *keys: str) -> JsonObject:
    """The mapping at the end of a path of keys; {} if there is none."""
    found = at(value, *keys)
    return found if isinstance(found, dict) else {}


def mappings(value: Any, *keys: str) -> Iterator[tuple[str, JsonObject]]:
    """The entries of the mapping at the end of a path that are mappings themselves."""
    return ((key, item) for key, item in mapping(value, *keys).items() if isinstance(item, dict))


def items(value: Any, *keys: str) -> list[Any]:
    """The list at the end of a path of keys; [] if there is none."""
    found = at(value, *keys)
    return found if isinstance(found, list) else []


def text(value: Any, *keys: str) -> str:
    """The string at the end of a path of keys; "" if there is none."""
    found = at(value, *keys)
    return found if isinstance(found, str) else ""


def texts(value: Any, *keys: str) -> list[str]:
    """The strings of the list at the end of a path of keys."""
    return [item for item in items(value, *keys) if isinstance(item, str)]


def number(value: Any, *keys: str) -> int | None:
    """The integer at the end of a path of keys; None if there is none."""
    found = at(value, *keys)
    return found if isinstance(found, int) and not isinstance(found, bool) else None


def shown(ref: Ref, name: str = "") -> str:
    """The name of a resource, or another one in its namespace; with the namespace unless it is `default`."""
    name = name or ref.name
    return name if ref.namespace == "default" else f"{ref.namespace}/{name}"
