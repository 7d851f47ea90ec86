"""What is told at a glance is what jsonschema-rs says; whatever is not certain is left to it."""

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from fgd_sync.model.kinds import KINDS, Kind
from fgd_sync.model.resource import JsonObject
from fgd_sync.schema.catalogue import Catalogue
from fgd_sync.schema.glance import cells_of, plain_verdict
from schema_values import ODD, WORDS, made

SCHEMAS = Path(__file__).resolve().parents[3] / "schemas"
CATALOGUE = Catalogue(lambda name: (SCHEMAS / name).read_bytes())


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_what_is_told_is_right_and_much_is_told(kind: Kind) -> None:
    schema = CATALOGUE.schema(kind)
    validator, random = Draft202012Validator(schema), Random(kind.name)
    told = valid = refused = 0
    for number in range(400):
        value = made(schema, random, random.choice([0, 0.002, 0.02, 0.1]) if number % 4 else 0)
        is_valid, verdict = validator.is_valid(value), plain_verdict(schema, value)
        assert verdict in (is_valid, None), json.dumps(value)
        told, valid, refused = told + (verdict is True), valid + is_valid, refused + (verdict is False)
    assert told * 4 > valid > 40
    assert refused * 2 > 400 - valid


def is_line(value: Any) -> bool:
    """Whether a value may stand in a cell."""
    return (
        value.isascii() and "\n" not in value
        if isinstance(value, str)
        else not value or not isinstance(value, dict | list)
    )


LINES = list(filter(is_line, [*WORDS, *ODD]))


def cut(value: Any, values: list[Any]) -> Any:
    """The structure of a value: in the place of each that is no mapping or list with entries, the number of its cell."""
    if isinstance(value, dict) and value:
        return {key: cut(inner, values) for key, inner in value.items()}
    if isinstance(value, list) and value:
        return [cut(inner, values) for inner in value]
    values.append(value if is_line(value) else "a")
    return len(values) - 1


def put(structure: Any, values: list[Any]) -> Any:
    if isinstance(structure, dict):
        return {key: put(inner, values) for key, inner in structure.items()}
    return [put(inner, values) for inner in structure] if isinstance(structure, list) else values[structure]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_what_is_told_by_the_values_in_a_structure_is_valid_and_much_is(kind: Kind) -> None:
    schema = CATALOGUE.schema(kind)
    validator, random = Draft202012Validator(schema), Random(kind.name)
    told = valid = 0
    for _ in range(100):
        values: list[Any] = []
        structure = cut(made(schema, random, random.choice([0, 0.002, 0.02])), values)
        cells = cells_of(schema, structure)
        for changes in (0, 0, 1, 1, 1):
            is_valid = validator.is_valid(put(structure, values))
            is_told = cells is not None and cells.are_plainly_valid(values)
            assert is_valid or not is_told, json.dumps(put(structure, values))
            told, valid = told + is_told, valid + is_valid
            for _ in range(changes):
                values[random.randrange(len(values))] = random.choice(LINES)
    assert told * 4 > valid > 40


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "integer"}, 1.0),
        ({"type": "integer"}, 2**64),
        ({"type": "number"}, 1),
        ({"type": "string"}, "größer"),
        ({"type": "string", "pattern": "^a$"}, "a\n"),
        ({"anyOf": [{}]}, "a"),
        ({"not": {"type": "string"}}, 1),
        ({"const": 1}, True),
        ({"enum": [1]}, True),
        ({"minimum": 1}, "a"),
    ],
)
def test_what_is_not_certain_is_left_to_the_library(schema: JsonObject, value: object) -> None:
    assert plain_verdict(schema, value) is None


def test_a_structure_that_is_not_certain_to_be_valid_tells_nothing() -> None:
    schema = {"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": False}
    assert cells_of(schema, {"a": 0}) is not None
    assert cells_of(schema, {"b": 0}) is None
    assert cells_of(schema, {"a": [0]}) is None
    assert cells_of({**schema, "required": ["c"]}, {"a": 0}) is None
