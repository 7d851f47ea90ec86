"""What of a schema a document does not fit, for schemas of the usual sort: jsonschema takes 90 ms to import.

Takes a schema without references, and a value; finds what jsonschema finds (`explainer`). Patterns are left to
jsonschema-rs as that does, but for what Python surely understands alike. A schema with anything that is not known here
is for jsonschema. Tests hold the two to the same.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from fgd_sync.model.location import Route
from fgd_sync.model.resource import JsonObject
from fgd_sync.model.value import dataclass

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator


Fits = Callable[[str, str], bool]
"""Whether a text matches a pattern, which comes first."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A `keyword` with its `argument` in `schema` refuses the `value` at `route`.

    Where the schema is `false`, that is the keyword, in one without entries.
    """

    keyword: str
    argument: Any
    schema: JsonObject
    value: Any
    route: Route


def is_usual(schema: JsonObject) -> bool:
    """Whether all of a schema is known here."""
    parts: list[Any] = [{keyword: given for keyword, given in schema.items() if keyword not in ("$schema", "$id")}]
    for part in parts:
        if not isinstance(part, dict) or not all(_is_known(*pair) for pair in part.items()):
            return False
        others = part.get("additionalProperties")
        parts += [
            *part.get("properties", {}).values(),
            *(part[keyword] for keyword in ("items", "not") if keyword in part),
            *([] if others is None or isinstance(others, bool) else [others]),
        ]
    return True


def mismatches(schema: JsonObject, value: Any, fits: Fits, route: Route = ()) -> Iterator[Mismatch]:
    """What makes a value at a route invalid, in the order of its usual schema; one for all that is missing."""
    for keyword, given in schema.items():
        if keyword not in _ANNOTATIONS and _refuses(keyword, value, schema, fits):
            yield Mismatch(keyword, given, schema, value, route)
        for step, part in _parts(keyword, value, schema) if keyword in _WITHIN else ():
            yield from mismatches(part, value[step], fits, (*route, step))


def _refuses(keyword: str, value: Any, schema: JsonObject, fits: Fits) -> bool:
    """Whether a keyword of a schema refuses a value, whatever is in it."""
    given = schema[keyword]
    if keyword == "pattern":
        return isinstance(value, str) and not fits(given, value)
    if keyword == "not":
        return next(mismatches(given, value, fits), None) is None
    refuses = _REFUSES.get(keyword)
    return refuses is not None and refuses(given, value, schema)


def _parts(keyword: str, value: Any, schema: JsonObject) -> Iterable[tuple[Any, JsonObject]]:
    """The entries of a value that a keyword is about, each with its schema."""
    given = schema[keyword]
    if isinstance(value, list):
        return [(at, given) for at in range(len(value))] if keyword == "items" else ()
    if not isinstance(value, dict):
        return ()
    if keyword == "properties":
        return [(key, part) for key, part in given.items() if key in value]
    if keyword == "additionalProperties" and isinstance(given, dict):
        return [(key, given) for key in _others(value, schema)]
    return ()


def _others(value: JsonObject, schema: JsonObject) -> list[str]:
    """The keys that a schema does not name."""
    named = schema.get("properties", {})
    return [key for key in value if key not in named]


def fits_pattern(pattern: str, text: str) -> bool:
    """Whether a text matches, as jsonschema-rs understands the pattern."""
    return _compiled(pattern).is_valid(text)


def fits_our_pattern(pattern: str, text: str) -> bool:
    """The same for a pattern of our own schemas, which Python understands alike where a text is one line of ASCII."""
    if text.isascii() and "\n" not in text:
        return re.search(pattern, text) is not None
    return fits_pattern(pattern, text)


@lru_cache
def _compiled(pattern: str) -> "Draft202012Validator":
    import jsonschema_rs  # 35 ms, seldom needed

    return jsonschema_rs.Draft202012Validator({"pattern": pattern})


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_TYPES: dict[str, Callable[[Any], bool]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: _is_number(value) and (isinstance(value, int) or value.is_integer()),
    "number": _is_number,
    "string": lambda value: isinstance(value, str),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}


def _types(given: Any) -> list[Any]:
    return given if isinstance(given, list) else [given]


_REFUSES: dict[str, Callable[[Any, Any, JsonObject], bool]] = {
    "type": lambda given, value, _: not any(_TYPES[name](value) for name in _types(given)),
    "required": lambda given, value, _: isinstance(value, dict) and any(name not in value for name in given),
    "additionalProperties": lambda given, value, schema: (
        given is False and isinstance(value, dict) and bool(_others(value, schema))
    ),
    "const": lambda given, value, _: bool(value != given),
    "enum": lambda given, value, _: value not in given,
    "minimum": lambda given, value, _: _is_number(value) and value < given,
    "maximum": lambda given, value, _: _is_number(value) and value > given,
    "minItems": lambda given, value, _: isinstance(value, list) and len(value) < given,
    "maxItems": lambda given, value, _: isinstance(value, list) and len(value) > given,
    "minLength": lambda given, value, _: isinstance(value, str) and len(value) < given,
    "maxLength": lambda given, value, _: isinstance(value, str) and len(value) > given,
}
"""Whether a keyword refuses a value, by what it says, the value, and the schema that it stands in. See `_refuses`."""

_WITHIN = ("properties", "items", "additionalProperties")
_ANNOTATIONS = ("title", "description", "default", "examples", "deprecated", "format", "x-rule", "x-form")


def _is_known(keyword: str, given: Any) -> bool:
    """Whether a keyword says something that is understood here."""
    if keyword in ("const", "pattern"):
        return isinstance(given, str)
    if keyword in ("minimum", "maximum", "minItems", "maxItems", "minLength", "maxLength"):
        return isinstance(given, int) and not isinstance(given, bool)
    if keyword in ("enum", "required"):
        return isinstance(given, list) and all(isinstance(name, str) for name in given)
    if keyword == "type":
        return all(isinstance(name, str) and name in _TYPES for name in _types(given))
    if keyword in ("properties", "items", "not"):
        return isinstance(given, dict)
    return keyword in _ANNOTATIONS or (keyword == "additionalProperties" and isinstance(given, dict | bool))
