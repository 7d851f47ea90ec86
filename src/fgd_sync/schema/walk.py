"""Ways through a schema: references resolved, the part that describes a route, every field with its path.

Schemas here are JSON Schema draft 2020-12 of the plain sort that CRDs allow: `properties`, `additionalProperties` and
`items` hold the structure. Only references into the same schema (`#/…`) occur.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fgd_sync.model.location import Route
from fgd_sync.model.resource import JsonObject

ANY_KEY = "<name>"
ANY_ITEM = "[]"


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
    """The same schema with every local reference replaced by what it refers to; keywords beside it win."""
    resolved = _inline(schema, schema)
    resolved.pop("$defs", None)
    return resolved


def _inline(node: JsonObject, root: JsonObject) -> JsonObject:
    target = node.get("$ref")
    if target is not None:
        node = {**_find(root, target), **{key: value for key, value in node.items() if key != "$ref"}}
    return {key: _inline_value(value, root) for key, value in node.items()}


def _inline_value(value: Any, root: JsonObject) -> Any:
    if isinstance(value, dict):
        return _inline(value, root)
    if isinstance(value, list):
        return [_inline_value(item, root) for item in value]
    return value


def _find(root: JsonObject, pointer: str) -> JsonObject:
    found = root
    for step in pointer.removeprefix("#/").split("/"):
        found = found[step]
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
