"""Ways through a schema: references resolved, the part that describes a route, every field with its path.

Schemas here are JSON Schema draft 2020-12 of the plain sort that CRDs allow: `properties`, `additionalProperties` and
`items` hold the structure. Only references into the same schema (`#/…`) occur.
"""

from collections.abc import Iterator
from typing import Any

from fgd_sync.model.code import CONFIGURATION_INVALID
from fgd_sync.model.failure import FgdError
from fgd_sync.model.location import Route
from fgd_sync.model.resource import JsonObject
from fgd_sync.model.value import dataclass
from fgd_sync.schema.words import show

ANY_KEY = "<name>"
ANY_ITEM = "[]"
MOST_PARTS = 100_000
"""So many objects a schema may have without references; ours have some hundred."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a schema. `path` has `<name>` for the key of a map and `[]` for an item of a list."""

    path: tuple[str, ...]
    schema: JsonObject
    required: bool

    @property
    def text(self) -> str:
        """The path as people read it: `spec.subnets.<name>.vlan`, `spec.permit[]`."""
        return write_path(self.path)

    @property
    def type(self) -> str:
        """The type in words: `integer`, `list of string`, `map of object`."""
        return _type(self.schema)


def write_path(path: tuple[str, ...]) -> str:
    """A path as people read it."""
    return "".join(step if step == ANY_ITEM else f".{step}" for step in path).removeprefix(".")


def inline(schema: JsonObject) -> JsonObject:
    """The same schema with every reference replaced by what it refers to; keywords beside it win.

    Raises FgdError (CONFIGURATION_INVALID) for a reference that leads out of the schema, nowhere or in a circle, and
    where references make it grow beyond all measure.
    """
    resolved = _Inliner(schema).inline(schema, ())
    resolved.pop("$defs", None)
    return resolved


class _Inliner:
    """Replaces the references of one schema."""

    def __init__(self, root: JsonObject) -> None:
        self._root, self._room = root, MOST_PARTS

    def inline(self, node: JsonObject, within: tuple[str, ...]) -> JsonObject:
        """A part of the schema without references, itself behind those `within`."""
        self._room -= 1
        if self._room < 0:
            raise FgdError(CONFIGURATION_INVALID, "A schema grows too large when its references are followed.")
        target = node.get("$ref")
        if not isinstance(target, str):
            return {key: self._value(value, within) for key, value in node.items()}
        beside = {key: self._value(value, within) for key, value in node.items() if key != "$ref"}
        return {**self.inline(_find(self._root, target, within), (*within, target)), **beside}

    def _value(self, value: Any, within: tuple[str, ...]) -> Any:
        if isinstance(value, dict):
            return self.inline(value, within)
        if isinstance(value, list):
            return [self._value(item, within) for item in value]
        return value


def _find(root: JsonObject, target: str, within: tuple[str, ...]) -> JsonObject:
    found: Any = root
    for step in target.removeprefix("#/").split("/"):
        found = found.get(step) if isinstance(found, dict) else None
    if not isinstance(found, dict) or target in within:
        raise FgdError(CONFIGURATION_INVALID, f"A schema refers to {show(target)}; only its own parts can be used.")
    return found


def fields(schema: JsonObject) -> list[Field]:
    """Every field below the root, parents before children, in the order of the schema."""
    return list(_fields(schema, ()))


def _fields(schema: JsonObject, path: tuple[str, ...]) -> Iterator[Field]:
    required = schema.get("required", ())
    for name, child in schema.get("properties", {}).items():
        yield Field((*path, name), child, name in required)
        yield from _fields(child, (*path, name))
    for keyword, step in (("additionalProperties", ANY_KEY), ("items", ANY_ITEM)):
        child = schema.get(keyword)
        if isinstance(child, dict):
            yield from _fields(child, (*path, step))


def generic(schema: JsonObject, route: Route) -> tuple[str, ...]:
    """The path of the field that a route of a document leads to."""
    path: list[str] = []
    for step in route:
        if isinstance(step, int):
            path.append(ANY_ITEM)
            schema = schema.get("items", {})
        elif step in schema.get("properties", {}):
            path.append(step)
            schema = schema["properties"][step]
        else:
            path.append(ANY_KEY)
            inner = schema.get("additionalProperties")
            schema = inner if isinstance(inner, dict) else {}
    return tuple(path)


def _type(schema: JsonObject) -> str:
    kind = schema.get("type", "string" if "const" in schema else "any")
    name = " or ".join(kind) if isinstance(kind, list) else str(kind)
    inner = schema.get("additionalProperties")
    if isinstance(inner, dict):
        return f"map of {_type(inner)}"
    if name == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return name
