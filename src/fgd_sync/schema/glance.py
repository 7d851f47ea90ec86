"""Tells without any doubt what is valid and what is not: jsonschema-rs takes longer to import than a check of hundreds.

Takes a schema without references, and a value, or the structure and the values that documents are made of. Knows the
keywords that our own schemas are made of, and of strings those of ASCII; whatever else it meets is left to the library,
which has the last word.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from fgd_sync.model.resource import JsonObject

_NAMES = {bool: "boolean", int: "integer", str: "string", dict: "object", list: "array", type(None): "null"}
_HUGE = 2**53

Parts = list[tuple[JsonObject, Any]]
"""Schemas, each with the value that it is about."""


def plain_verdict(schema: JsonObject, value: Any) -> bool | None:
    """Whether a value is valid; None where that is not certain."""
    parts: Parts = [(schema, value)]
    is_certain = True
    for part, inner in parts:  # which grow meanwhile
        if not _is_fine(part, inner, parts):
            if _is_refused(part, inner):
                return False
            is_certain = False
    return True if is_certain else None


class Cells:
    """What a schema asks of the values that are filled into a structure, see `cells_of`."""

    __slots__ = ("_asked", "_suitable", "_types")

    def __init__(self, parts: Mapping[int, JsonObject]) -> None:
        """`parts`: the schema of each cell by its number; what other cells hold does not matter."""
        self._types = {number: _types_of(part) for number, part in parts.items()}
        self._asked = [(number, ask) for number, part in parts.items() for ask in _asks_of(part)]
        self._suitable: set[tuple[type, ...]] = set()

    def are_plainly_valid(self, values: Sequence[Any]) -> bool:
        """Whether the structure is valid with these values; False where that is not certain.

        A string among them is one line of ASCII, a mapping or list is empty.
        """
        types = tuple(map(type, values))
        if types not in self._suitable:
            if not all(types[number] in known for number, known in self._types.items()):
                return False
            self._suitable.add(types)
        for number, ask in self._asked:  # noqa: SIM110 - done for each document: half the time of `all`
            if not ask(values[number]):
                return False
        return True


def cells_of(schema: JsonObject, structure: Any) -> Cells | None:
    """What a schema asks of the cells of a structure, which has their numbers in them.

    None where the structure is not certain to be valid, whatever is in its cells.
    """
    parts: Parts = [(schema, structure)]
    cells: dict[int, JsonObject] = {}
    for part, inner in parts:
        if type(inner) is int:
            cells[inner] = part
        elif not _is_fine(part, inner, parts):
            return None
    return Cells(cells)


def _is_fine(schema: JsonObject, value: Any, parts: Parts) -> bool:
    """Whether a value is valid but for what is in it, which is added to the parts that are to be looked at."""
    for keyword, given in schema.items():
        check = _CHECKS.get(keyword, _doubt)
        if check and not check(given, value, schema, parts):
            return False
    return True


def _doubt(_given: Any, _value: Any, _schema: JsonObject, _parts: Parts) -> bool:
    return False


def _type(given: Any, value: Any, *_: Any) -> bool:
    name = _NAMES.get(type(value))
    if (name == "string" and not value.isascii()) or (name == "integer" and not _is_small(value)):
        return False
    return name in given if isinstance(given, list) else name == given


def _is_small(value: Any) -> bool:
    return type(value) is not int or -_HUGE < value < _HUGE


def _properties(given: JsonObject, value: Any, schema: JsonObject, parts: Parts) -> bool:
    """The entries of a mapping: those that are named, and all others."""
    others = schema.get("additionalProperties", True)
    if type(value) is not dict:
        return False
    for key, inner in value.items():
        part = given.get(key, others)
        if not part or (part is others and not _type("string", key)):
            return False
        if part is not True:
            parts.append((part, inner))
    return True


def _others(_given: Any, value: Any, schema: JsonObject, parts: Parts) -> bool:
    return "properties" in schema or _properties({}, value, schema, parts)


def _items(given: Any, value: Any, _schema: JsonObject, parts: Parts) -> bool:
    if type(value) is not list:
        return False
    parts += [(given, item) for item in value]
    return True


def _matches(given: str, value: Any, *_: Any) -> bool:
    return type(value) is str and value.isascii() and "\n" not in value and re.search(given, value) is not None


def _not(given: JsonObject, value: Any, *_: Any) -> bool:
    """`not` is known where it forbids a pattern."""
    return [*given] == ["pattern"] and type(value) is str and value.isascii() and not re.search(given["pattern"], value)


_CHECKS: dict[str, Callable[[Any, Any, JsonObject, Parts], bool] | None] = {
    "type": _type,
    "properties": _properties,
    "additionalProperties": _others,
    "items": _items,
    "pattern": _matches,
    "not": _not,
    "required": lambda given, value, *_: type(value) is dict and all(name in value for name in given),
    "const": lambda given, value, *_: type(value) is type(given) is str and value == given,
    "enum": lambda given, value, *_: type(value) is str and value in given,
    "minimum": lambda given, value, *_: type(value) is int and value >= given,
    "maximum": lambda given, value, *_: type(value) is int and value <= given,
    "minItems": lambda given, value, *_: type(value) is list and len(value) >= given,
    "maxItems": lambda given, value, *_: type(value) is list and len(value) <= given,
    "minLength": lambda given, value, *_: type(value) is str and len(value) >= given,
    "maxLength": lambda given, value, *_: type(value) is str and len(value) <= given,
    **dict.fromkeys(
        ("$schema", "$id", "title", "description", "default", "examples", "deprecated", "x-rule", "x-form"), None
    ),
}
"""What a keyword asks of a value, given what it says and the schema that it stands in; None: nothing."""


def _is_refused(schema: JsonObject, value: Any) -> bool:
    """Whether a value is certainly invalid, whatever is in it."""
    return any(keyword in schema and refuses(schema[keyword], value, schema) for keyword, refuses in _REFUSALS.items())


def _is_of_no_type(given: Any, value: Any, _schema: JsonObject) -> bool:
    """Whether a value has none of some types; of numbers only those are told that are to be none."""
    names = given if isinstance(given, list) else [given]
    is_number = type(value) in (int, float)
    return not (is_number and {"integer", "number"} & {*names}) and _NAMES.get(type(value)) not in names


def _has_others(given: Any, value: Any, schema: JsonObject) -> bool:
    return given is False and type(value) is dict and any(map(str.isascii, value.keys() - schema.get("properties", ())))


def _is_line(value: Any) -> bool:
    return type(value) is str and value.isascii() and "\n" not in value


_REFUSALS: dict[str, Callable[[Any, Any, JsonObject], bool]] = {
    "type": _is_of_no_type,
    "additionalProperties": _has_others,
    "required": lambda given, value, _: type(value) is dict and any(name not in value for name in given),
    "const": lambda given, value, _: type(given) is str and _is_line(value) and value != given,
    "enum": lambda given, value, _: _is_line(value) and value not in given,
    "pattern": lambda given, value, _: _is_line(value) and not re.search(given, value),
    "minimum": lambda given, value, _: type(value) is int and _is_small(value) and value < given,
    "maximum": lambda given, value, _: type(value) is int and _is_small(value) and value > given,
}
"""Where a keyword of our own schemas certainly refuses a value, by what it says and the schema that it stands in."""

_TEXT, _NUMBER = frozenset({str}), frozenset({int})
_EMPTY: tuple[Any, ...] = ({}, [], None)
_ASKS: dict[str, tuple[frozenset[type], Callable[[Any], Callable[[Any], object]]]] = {
    "pattern": (_TEXT, lambda given: re.compile(given).search),
    "not": (_TEXT, lambda given: lambda value: _not(given, value)),
    "const": (_TEXT, lambda given: lambda value: value == given),
    "enum": (_TEXT, lambda given: given.__contains__),
    "minimum": (_NUMBER, lambda given: lambda value: value >= given),
    "maximum": (_NUMBER, lambda given: lambda value: value <= given),
    "minLength": (_TEXT, lambda given: lambda value: len(value) >= given),
    "maxLength": (_TEXT, lambda given: lambda value: len(value) <= given),
}
"""Of a value in a cell: the types that a keyword is known for, and what it asks of such a value, given what it says."""


def _types_of(schema: JsonObject) -> frozenset[type]:
    """The types that a value may have for which the schema is known."""
    given = schema.get("type", list(_NAMES.values()))
    names = given if isinstance(given, list) else [given]
    found = frozenset(one for one in (bool, int, str) if _NAMES[one] in names)
    for keyword in schema:
        if keyword != "type" and _CHECKS.get(keyword, _doubt):
            found &= _ASKS[keyword][0] if keyword in _ASKS else frozenset()
    return found.union(type(empty) for empty in _EMPTY if plain_verdict(schema, empty))


def _asks_of(schema: JsonObject) -> Iterator[Callable[[Any], object]]:
    if int in _types_of(schema):
        yield _is_small
    for keyword, given in schema.items():
        if keyword in _ASKS:
            yield _ASKS[keyword][1](given)
