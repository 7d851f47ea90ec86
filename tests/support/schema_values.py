"""Values that mostly fit a schema, for whoever tells what fits."""

from random import Random
from typing import Any

from fgd_sync.model.resource import JsonObject

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
