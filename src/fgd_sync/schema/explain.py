"""What is wrong with an invalid document, in a network engineer's words: one finding for each cause.

Takes the errors of the validator with the part of the schema that each comes from. Besides the standard keywords two of
our own help here: `x-form` says in words what form a text must have, `x-rule` names the rule that a constraint stands
for (one for the field, or a mapping with one for each keyword).
"""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from fgd_sync.model.code import SCHEMA_MISMATCH
from fgd_sync.model.finding import Finding
from fgd_sync.model.kinds import Kind
from fgd_sync.model.location import Route
from fgd_sync.model.resource import JsonObject
from fgd_sync.schema.catalogue import Catalogue
from fgd_sync.schema.nearest import nearest
from fgd_sync.schema.unknown import unknown_fields
from fgd_sync.schema.words import names_of, place, show, type_of, values_of

if TYPE_CHECKING:
    from fgd_sync.schema.mismatch import Mismatch

WIDTH_RULE = "META-009"
NULL_RULE = "META-010"

_TYPES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "object": "a mapping",
    "array": "a list",
    "null": "empty",
}


def explain(catalogue: Catalogue, kind: Kind, body: JsonObject) -> list[Finding]:
    """Return a finding for each cause that makes the document invalid, in the order of their routes."""
    findings: dict[tuple[Route, str], Finding] = {}
    judged: set[Route] = set()
    for error in sorted(catalogue.mismatches(kind, body), key=_rank):
        if error.keyword == "additionalProperties":
            found = unknown_fields(catalogue.schema(kind), catalogue.fields(kind), error.route, error.value)
        elif error.keyword == "required":
            found = _missing(error)
        elif error.route in judged:
            continue
        else:
            judged.add(error.route)
            found = iter([_value(error)])
        for item in found:
            findings.setdefault((item.route, item.message), item)
    return sorted(findings.values(), key=lambda item: (_order(item.route), item.message))


def _missing(error: "Mismatch") -> Iterator[Finding]:
    """Every required field that is not there."""
    for name in error.argument:
        if name not in error.value:
            found = error.schema.get("properties", {}).get(name)
            schema = found if isinstance(found, dict) else {}
            title, choice = schema.get("title", ""), schema.get("enum")
            message = f'"{name}" is missing in {place(error.route)}'
            message += f" ({title})" if title and title.lower() != name.lower() else ""
            message += f": it must be one of {values_of(choice)}" if choice else ""
            yield _finding(message, error.route, _rule(schema, "required"))


def _value(error: "Mismatch") -> Finding:
    """What is wrong with the value at a route."""
    if error.keyword == "type":
        return _wrong_type(error)
    say = _SAY.get(error.keyword, _say_other)
    width = error.keyword in ("minimum", "maximum") and "integer" in _expected(error.schema)
    rule = _rule(error.schema, error.keyword) or (WIDTH_RULE if width else "")
    return _finding(f"{place(error.route)} {say(error)}", error.route, rule)


def _wrong_type(error: "Mismatch") -> Finding:
    value, expected = error.value, _expected(error.schema)
    choice = error.schema.get("enum")
    wanted = f"one of {values_of(choice)}" if choice else " or ".join(_TYPES.get(name, name) for name in expected)
    message = f"{place(error.route)} must be {wanted}; {_what_is(value)}"
    hint = _hint(value, expected, error.schema)
    rule = NULL_RULE if value is None else WIDTH_RULE if "integer" in expected else ""
    return _finding(f"{message}: {hint}" if hint else message, error.route, rule)


def _what_is(value: Any) -> str:
    if value is None:
        return "nothing is given"
    return f"it is {type_of(value)}" if isinstance(value, dict | list) else f"{show(value)} is {type_of(value)}"


def _hint(value: Any, expected: Sequence[str], schema: JsonObject) -> str:
    """What to write instead, where that is clear."""
    match expected[0], value:
        case "object", None:
            return "write {} for an empty one, or remove the key"
        case _, None:
            return "give a value, or remove the key"
        case "string", bool() | int() | float():
            return "put it in quotes"
        case "integer" | "number", str() if _is_number(value):
            return f"write {int(value)} without quotes"
        case "boolean", str() if value.lower() in _BOOLEANS:
            return f"write {_BOOLEANS[value.lower()]} without quotes"
        case "array", _:
            return 'begin each entry with "- "'
        case "object", list() if value:
            return 'leave out the "- "'
        case "object", _ if schema.get("properties"):
            names = list(schema["properties"])
            return f"its fields are {names_of(names)}" if len(names) > 1 else f"its field is {names_of(names)}"
    return ""


_BOOLEANS = {"true": "true", "yes": "true", "on": "true", "false": "false", "no": "false", "off": "false"}


def _is_number(text: str) -> bool:
    return text.isascii() and text.removeprefix("-").isdigit() and len(text) <= 20


def _say_choice(error: "Mismatch") -> str:
    values = error.argument
    texts = [value for value in values if isinstance(value, str)]
    near = nearest(error.value, texts) if isinstance(error.value, str) else None
    question = f": did you mean {show(near)}?" if near else ""
    return f"is {show(error.value)}; it must be one of {values_of(values)}{question}"


def _say_const(error: "Mismatch") -> str:
    return f"is {show(error.value)}; it must be {show(error.argument)}"


def _say_form(error: "Mismatch") -> str:
    form = error.schema.get("x-form")
    if form is None and error.keyword == "pattern":
        form = f"text that matches {error.argument}"
    examples = error.schema.get("examples")
    such = f", such as {examples[0]}" if examples else ""
    return f"is {show(error.value)}; it must be {form or 'of another form'}{such}"


def _say_range(error: "Mismatch") -> str:
    low, high = error.schema.get("minimum"), error.schema.get("maximum")
    if low is None or high is None:
        bounds = f"at least {low}" if high is None else f"at most {high}"
    else:
        bounds = f"between {low} and {high}"
    return f"is {show(error.value)}; it must be {bounds}"


def _say_few(error: "Mismatch") -> str:
    return f"has {_count(error)}; it needs at least {error.argument}"


def _say_many(error: "Mismatch") -> str:
    return f"has {_count(error)}; it may have at most {error.argument}"


def _count(error: "Mismatch") -> str:
    count = len(error.value)
    unit = {"Items": "item", "Length": "character", "Properties": "field"}[error.keyword[3:]]
    return f"{count or 'no'} {unit}{'' if count == 1 else 's'}"


def _say_other(error: "Mismatch") -> str:
    asked = error.schema.get("description") or error.schema.get("title") or f'the schema\'s "{error.keyword}"'
    return f"is {show(error.value)}; that does not fit: {asked}"


_SAY: dict[str, Callable[["Mismatch"], str]] = {
    "enum": _say_choice,
    "const": _say_const,
    "pattern": _say_form,
    "not": _say_form,
    "minimum": _say_range,
    "maximum": _say_range,
    "minItems": _say_few,
    "minLength": _say_few,
    "minProperties": _say_few,
    "maxItems": _say_many,
    "maxLength": _say_many,
    "maxProperties": _say_many,
}
_RANKS = ("type", *_SAY)


def _rank(error: "Mismatch") -> int:
    return _RANKS.index(error.keyword) if error.keyword in _RANKS else len(_RANKS)


def _expected(schema: JsonObject) -> list[str]:
    expected = schema.get("type", [])
    return [expected] if isinstance(expected, str) else list(expected)


def _rule(schema: JsonObject, keyword: str) -> str:
    """The rule that a constraint stands for: one for the whole field, or one for each keyword."""
    rule = schema.get("x-rule", "")
    return str(rule.get(keyword, "") if isinstance(rule, dict) else rule)


def _finding(message: str, route: Route, rule: str) -> Finding:
    return Finding(message, route, SCHEMA_MISMATCH, rule)


def _order(route: Route) -> tuple[tuple[int, str], ...]:
    return tuple((step, "") if isinstance(step, int) else (-1, step) for step in route)
