"""Tells documents that are valid without any doubt, for a check of a few: jsonschema-rs takes longer to import.

Takes a schema without references, and a value. Knows the keywords that our own schemas are made of, and of strings
those of ASCII; whatever else it meets, and all that is not valid, is left to the library, which has the last word.
"""

import re
from collections.abc import Callable
from typing import Any

from fgd_sync.model.resource import JsonObject

_NAMES = {bool: "boolean", int: "integer", str: "string", dict: "object", list: "array", type(None): "null"}
_HUGE = 2**53


def is_plainly_valid(schema: JsonObject, value: Any) -> bool:
    """Whether a value is valid; False where that is not certain."""
    for keyword, given in schema.items():
        check = _CHECKS.get(keyword, _doubt)
        if check and not check(given, value, schema):
            return False
    return True


def _doubt(_given: Any, _value: Any, _schema: JsonObject) -> bool:
    return False


def _type(given: Any, value: Any, _schema: JsonObject) -> bool:
    name = _NAMES.get(type(value))
    if (name == "string" and not value.isascii()) or (name == "integer" and not -_HUGE < value < _HUGE):
        return False
    return name in given if isinstance(given, list) else name == given


def _properties(given: JsonObject, value: Any, schema: JsonObject) -> bool:
    """The entries of a mapping: those that are named, and all others."""
    others = schema.get("additionalProperties", True)
    if type(value) is not dict:
        return False
    for key, inner in value.items():
        part = given.get(key, others)
        if not part or (part is others and not _type("string", key, schema)):
            return False
        if part is not True and not is_plainly_valid(part, inner):
            return False
    return True


def _others(_given: Any, value: Any, schema: JsonObject) -> bool:
    return "properties" in schema or _properties({}, value, schema)


def _items(given: Any, value: Any, _schema: JsonObject) -> bool:
    return type(value) is list and all(is_plainly_valid(given, item) for item in value)


def _matches(given: str, value: Any, _schema: JsonObject) -> bool:
    return type(value) is str and value.isascii() and "\n" not in value and re.search(given, value) is not None


def _not(given: JsonObject, value: Any, _schema: JsonObject) -> bool:
    """`not` is known where it forbids a pattern."""
    return [*given] == ["pattern"] and type(value) is str and value.isascii() and not re.search(given["pattern"], value)


_CHECKS: dict[str, Callable[[Any, Any, JsonObject], bool] | None] = {
    "type": _type,
    "properties": _properties,
    "additionalProperties": _others,
    "items": _items,
    "pattern": _matches,
    "not": _not,
    "required": lambda given, value, _: type(value) is dict and all(name in value for name in given),
    "const": lambda given, value, _: type(value) is type(given) is str and value == given,
    "enum": lambda given, value, _: type(value) is str and value in given,
    "minimum": lambda given, value, _: type(value) is int and value >= given,
    "maximum": lambda given, value, _: type(value) is int and value <= given,
    "minItems": lambda given, value, _: type(value) is list and len(value) >= given,
    "maxItems": lambda given, value, _: type(value) is list and len(value) <= given,
    "minLength": lambda given, value, _: type(value) is str and len(value) >= given,
    "maxLength": lambda given, value, _: type(value) is str and len(value) <= given,
    **dict.fromkeys(
        ("$schema", "$id", "title", "description", "default", "examples", "deprecated", "x-rule", "x-form"), None
    ),
}
"""What a keyword asks of a value, given what it says and the schema that it stands in; None: nothing."""
