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
from fgd_sync.schema.glance import is_plainly_valid

SCHEMAS = Path(__file__).resolve().parents[3] / "schemas"
CATALOGUE = Catalogue(lambda name: (SCHEMAS / name).read_bytes())
WORDS = ["", "a", "default", "10.1.0.0/31", "10.1.0.1", "10.1.0.1\n", "1.2.3.4/32\n", "vpc-1/web", "größer", "1"]
ODD = [None, True, False, 0, -1, 1, 65536, 2**31, 2**64, 1.0, 0.5, "", "x", "\n", [], {}, [1], {"a": 1}, {"": None}]


def made(schema: JsonObject, random: Random, wild: float) -> Any:
    """A value that mostly fits; the wilder, the more of it is anything."""
    if random.random() < wild:
        return random.choice(ODD)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return random.choice(schema["enum"])
    if schema.get("type") == "object":
        return made_object(schema, random, wild)
    if schema.get("type") == "array":
        return [made(schema["items"], random, wild) for _ in range(random.randint(0, 3))]
    if schema.get("type") == "integer":
        low, high = schema.get("minimum", -5), schema.get("maximum", 70000)
        return random.choice([low, high, low - 1, high + 1] if random.random() < wild else [low, high, low + 1])
    return random.random() < 0.5 if schema.get("type") == "boolean" else random.choice(WORDS)


def made_object(schema: JsonObject, random: Random, wild: float) -> JsonObject:
    named, others = schema.get("properties", {}), schema.get("additionalProperties")
    names = [name for name in named if random.random() < 0.4 or (name in schema.get("required", ()))]
    value = {name: made(named[name], random, wild) for name in names if random.random() > wild}
    if isinstance(others, dict):
        value |= {name: made(others, random, wild) for name in random.sample(WORDS, 2)}
    return value | ({random.choice(["extra", "größer"]): 1} if random.random() < wild else {})


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_what_is_told_is_valid_and_much_that_is_valid_is_told(kind: Kind) -> None:
    schema = CATALOGUE.schema(kind)
    validator, random = Draft202012Validator(schema), Random(kind.name)
    told = valid = 0
    for number in range(400):
        value = made(schema, random, random.choice([0, 0.002, 0.02, 0.1]) if number % 4 else 0)
        is_valid, is_told = validator.is_valid(value), is_plainly_valid(schema, value)
        assert is_valid or not is_told, json.dumps(value)
        told, valid = told + is_told, valid + is_valid
    assert told * 4 > valid > 40


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"type": "integer"}, 1.0),
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
    assert not is_plainly_valid(schema, value)
