"""What is found in documents is what jsonschema finds; a schema that is not known is left to it."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from fgd_sync.model.kinds import KINDS, Kind
from fgd_sync.model.location import Route
from fgd_sync.model.resource import JsonObject
from fgd_sync.schema.catalogue import Catalogue
from fgd_sync.schema.explainer import Explainer
from fgd_sync.schema.mismatch import Mismatch, fits_our_pattern, fits_pattern, is_usual, mismatches
from schema_values import ODD, made

SCHEMAS = Path(__file__).resolve().parents[3] / "schemas"
CATALOGUE = Catalogue(lambda name: (SCHEMAS / name).read_bytes())


def by_route(found: Iterable[Mismatch]) -> dict[Route, list[tuple[Any, ...]]]:
    """In the order of the schema, what is wrong at each place; jsonschema says once more for each field that is missing."""
    routes: dict[Route, list[tuple[Any, ...]]] = defaultdict(list)
    for item in found:
        said = item.keyword, item.argument, item.schema, item.value
        if item.keyword != "required" or said not in routes[item.route]:
            routes[item.route].append(said)
    return routes


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_same_is_found_as_by_jsonschema(kind: Kind) -> None:
    schema, random = CATALOGUE.schema(kind), Random(kind.name)
    assert is_usual(schema)
    library, invalid = Explainer(schema), 0
    for _ in range(60):
        value = made(schema, random, random.choice([0.01, 0.05, 0.3]))
        expected = by_route(library.mismatches(value))
        assert by_route(mismatches(schema, value, fits_our_pattern)) == expected, json.dumps(value)
        invalid += bool(expected)
    assert invalid > 20


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer"},
        {"type": ["number", "null"]},
        {"type": ["boolean", "array"], "maxItems": 0},
        {"type": "object", "required": ["a", "b"], "additionalProperties": False},
        {"properties": {"a": {"const": "1"}}, "additionalProperties": {"type": "null"}},
        {"additionalProperties": True},
        {"enum": ["", "x", "True"]},
        {"minimum": 0, "maximum": 1},
        {"minLength": 1, "maxLength": 3, "pattern": "^[a-zß]$", "format": "ipv4"},
        {"not": {"type": "string"}, "minItems": 1, "items": {"not": {"pattern": r"\n"}}},
    ],
    ids=json.dumps,
)
def test_every_keyword_is_understood_as_by_jsonschema(schema: JsonObject) -> None:
    assert is_usual(schema)
    more: list[Any] = [
        *ODD,
        "abcd",
        "ß",
        "a\n",
        2.0,
        1e308,
        [None, 1],
        ["\n"],
        {"a": "1"},
        {"a": 1, "b": None, "c": []},
    ]
    for value in more:
        assert by_route(mismatches(schema, value, fits_pattern)) == by_route(Explainer(schema).mismatches(value)), value


@pytest.mark.parametrize(
    "schema",
    [
        {"anyOf": [{}]},
        {"properties": {"a": False}},
        {"properties": {"a": {"$schema": "http://json-schema.org/draft-04/schema#"}}},
        {"items": {"uniqueItems": True}},
        {"additionalProperties": {"multipleOf": 2}},
        {"not": {"$ref": "#/$defs/a"}},
        {"const": 1},
        {"enum": ["a", 1]},
        {"minimum": 0.5},
        {"type": "any"},
        {"items": [{}]},
    ],
    ids=json.dumps,
)
def test_what_is_not_known_is_left_to_jsonschema(schema: JsonObject) -> None:
    assert not is_usual(schema)


def test_our_patterns_are_understood_by_python_as_by_jsonschema_rs() -> None:
    patterns = {found for kind in KINDS for found in patterns_of(CATALOGUE.schema(kind))}
    assert len(patterns) == 3
    random, fitting = Random(1), 0
    parts = [
        "10",
        "255",
        "256",
        "0",
        "01",
        "1",
        ".",
        ".",
        ".",
        "/",
        "24",
        "33",
        "",
        " ",
        "x",
        "\t",
        "\r",
        "\x1c",
        "\x00",
    ]
    for pattern in sorted(patterns):
        for _ in range(1000):
            address = [str(random.randint(0, 299)), ".", "0.1.", random.choice(["2", "03", "300"]), "/", "24"]
            text = "".join(random.sample(parts, random.randint(0, 9)) if random.random() < 0.5 else address)
            assert fits_our_pattern(pattern, text) == fits_pattern(pattern, text), (pattern, text)
            fitting += fits_pattern(pattern, text)
    assert 100 < fitting < 2900


def patterns_of(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from filter(lambda found: isinstance(found, str), [schema["pattern"]] if "pattern" in schema else [])
    for inner in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        yield from patterns_of(inner)
