"""Our schemas, schemas imported from the vendor's CRDs, and the vendor's CRDs themselves accept the same documents.

The CRDs (reference data beside the project) are read by a small interpreter of this test, strictly as kubectl does.
Where our schemas differ on purpose, DIFFERENCES says so with the reason and a value that shows it; a difference that is
not listed fails, and so does a listed one that no longer exists.
"""

import copy
import json
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from fgd_sync.model.kinds import GATEWAY_GROUP, KIND_BY_ID, KINDS, VPC_GROUP, WIRING_GROUP, Kind, find_kind
from fgd_sync.model.resource import JsonObject
from fgd_sync.schema.catalogue import Catalogue
from fgd_sync.schema.check import check
from fgd_sync.schema.imported import import_crds
from fgd_sync.schema.walk import fields

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
ByKind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


class Difference(NamedTuple):
    """Ours refuses or accepts `value` at `path` where the CRD does not; `patch` is what the CRD would have to say."""

    kind: str
    path: str
    patch: JsonObject
    value: Any
    reason: str


LENGTHS = {"type": "integer", "minimum": 1, "maximum": 32}
EXTRA = {"type": "object", "properties": {"minPrefixLen": LENGTHS, "maxPrefixLen": LENGTHS}}
BITS16 = ({"minimum": 0, "maximum": 65535}, 65536, "an unsigned 16-bit number in the API: decoding refuses others")
BITS8 = ({"minimum": 0, "maximum": 255}, 256, "an unsigned 8-bit number in the API: decoding refuses others")
UNSIGNED = ({"minimum": 0}, -1, "an unsigned number in the API: decoding refuses negative ones")
FILLED = "the webhook fills it in before the CRD is applied"
NEWER = "a field of release 26.03, newer than the CRDs at hand"
STATEMENT = "spec.inboundACL.statements[]"
SUBNET = "spec.subnets.<name>"
LAYOUT = {
    "VPC": (
        {
            f"{SUBNET}.vlan": BITS16,
            f"{SUBNET}.dhcp.options.interfaceMTU": BITS16,
            f"{SUBNET}.dhcp.options.leaseTimeSeconds": UNSIGNED,
        }
    ),
    "ExternalAttachment": {
        "spec.switch.vlan": BITS16,
        "spec.static.vlan": BITS16,
        "spec.neighbor.asn": UNSIGNED,
        f"{STATEMENT}.seq": BITS16,
        f"{STATEMENT}.portRangeBegin": BITS16,
        f"{STATEMENT}.portRangeEnd": BITS16,
        f"{STATEMENT}.icmpType": BITS8,
        f"{STATEMENT}.icmpCode": BITS8,
    },
    "Connection": {f"spec.{name}.mtu": BITS16 for name in ("unbundled", "bundled", "eslag", "mclag")}
    | {"spec.staticExternal.link.switch.vlan": BITS16},
    "Switch": {"spec.asn": UNSIGNED},
    "SwitchProfile": {
        "spec.config.maxPathsEBGP": UNSIGNED,
        "spec.maxPorts": BITS16,
        "spec.pipelines.<name>.maxPorts": BITS16,
    },
    "VLANNamespace": {"spec.ranges[].from": BITS16, "spec.ranges[].to": BITS16},
    "Gateway": {
        "spec.asn": UNSIGNED,
        "spec.vtepMTU": UNSIGNED,
        "spec.flowTableCapacity": UNSIGNED,
        "spec.workers": BITS8,
        "spec.interfaces.<name>.mtu": UNSIGNED,
        "spec.neighbors[].asn": UNSIGNED,
        "spec.groups[].priority": UNSIGNED,
    },
}
DIFFERENCES = [
    *(Difference(kind, path, *width) for kind, widths in LAYOUT.items() for path, width in widths.items()),
    Difference("VPC", f"{SUBNET}.dhcp.options", {"required": []}, {}, FILLED),
    Difference("ExternalAttachment", "spec", {"required": []}, {}, FILLED),
    Difference("GatewayPeering", "spec.acl", {"required": []}, {}, FILLED),
    Difference("VPC", f"{SUBNET}.hostBGPMinPrefixLen", LENGTHS, 24, NEWER),
    Difference("VPC", f"{SUBNET}.hostBGPMaxPrefixLen", LENGTHS, 32, NEWER),
    Difference(
        "VPC",
        f"{SUBNET}.hostBGPExtraPrefixes",
        {"type": "object", "additionalProperties": EXTRA},
        {"10.1.0.0/24": {"minPrefixLen": 28}},
        NEWER,
    ),
    Difference(
        "Switch",
        "spec.portLocators",
        {"type": "object", "additionalProperties": {"type": "string"}},
        {"E1/1": "10m"},
        f"{NEWER}; exports contain it",
    ),
    Difference("SwitchProfile", "spec.features.portLocator", {"type": "boolean"}, True, NEWER),
]
"""The schemas differ from the CRDs here and nowhere else."""


@pytest.fixture(scope="session")
def crds(shared: Path) -> list[JsonObject]:
    """The vendor's CRDs."""
    return [
        yaml.load(path.read_bytes(), yaml.CSafeLoader) for path in sorted((shared / "hedgehog" / "crds").glob("*.yaml"))
    ]


@pytest.fixture(scope="session")
def upstream(crds: list[JsonObject]) -> dict[str, JsonObject]:
    """The structural schema of each kind."""
    found = {crd["spec"]["names"]["kind"]: crd["spec"]["versions"][0]["schema"]["openAPIV3Schema"] for crd in crds}
    return {kind.name: found[kind.name] for kind in KINDS}


@pytest.fixture(scope="session")
def patched(upstream: dict[str, JsonObject]) -> dict[str, JsonObject]:
    """The structural schemas with the listed differences."""
    return patch(upstream, DIFFERENCES)


@pytest.fixture(scope="session")
def relaxed(upstream: dict[str, JsonObject]) -> dict[str, JsonObject]:
    """The structural schemas with nothing changed but what the webhook fills in."""
    return patch(upstream, [item for item in DIFFERENCES if item.reason == FILLED])


def patch(schemas: dict[str, JsonObject], differences: list[Difference]) -> dict[str, JsonObject]:
    result = copy.deepcopy(schemas)
    for difference in differences:
        *parents, last = steps(difference.path)
        node = descend(result[difference.kind], parents)
        node = node["items"] if last == "[]" else node["properties"].setdefault(last, {})
        node.update(difference.patch)
    return result


@pytest.fixture(scope="session")
def ours() -> Catalogue:
    """Our schemas."""
    return Catalogue(lambda name: (SCHEMAS / name).read_bytes())


@pytest.fixture(scope="session")
def theirs(crds: list[JsonObject]) -> Catalogue:
    """The schemas that `fgd schemas import` makes from the CRDs."""
    return Catalogue(lambda name: pytest.fail(f"{name} was not imported"), import_crds(crds))


def steps(path: str) -> list[str]:
    return re.findall(r"\[\]|<name>|[^.\[\]]+", path)


def descend(schema: JsonObject, path: list[str]) -> JsonObject:
    for step in path:
        key = {"[]": "items", "<name>": "additionalProperties"}.get(step)
        schema = schema[key] if key else schema["properties"][step]
    return schema


# The CRD as the API server and kubectl read it

TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
}
UNDERSTOOD = {
    "type",
    "properties",
    "additionalProperties",
    "items",
    "required",
    "description",
    "enum",
    "pattern",
    "format",
    "minimum",
    "maximum",
    "minItems",
    "maxItems",
    "default",
}


def accepts(schema: JsonObject, value: Any) -> bool:
    """Whether a structural schema accepts a value, unknown fields being refused."""
    assert not schema.keys() - UNDERSTOOD, f"the test does not know {schema.keys() - UNDERSTOOD}"
    kind = schema["type"]
    if not isinstance(value, TYPES[kind]) or (isinstance(value, bool) and kind != "boolean"):
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    if isinstance(value, dict):
        return accepts_mapping(schema, value)
    if isinstance(value, list):
        return schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)) and all(
            accepts(schema["items"], item) for item in value
        )
    if isinstance(value, str) and "pattern" in schema:
        return re.search(re.sub(r"\$$", r"\\Z", schema["pattern"]), value, re.ASCII) is not None
    if kind == "integer":
        low, high = (-(2**31), 2**31 - 1) if schema.get("format") == "int32" else (value, value)
        return bool(max(low, schema.get("minimum", low)) <= value <= min(high, schema.get("maximum", high)))
    return True


def accepts_mapping(schema: JsonObject, value: JsonObject) -> bool:
    if any(name not in value for name in schema.get("required", ())):
        return False
    if "additionalProperties" in schema:
        return all(accepts(schema["additionalProperties"], inner) for inner in value.values())
    known = schema.get("properties", {})
    return all(name in known and accepts(known[name], inner) for name, inner in value.items())


def expected(schema: JsonObject, body: JsonObject) -> bool:
    """The verdict of the CRD on a document, metadata and status left out."""
    return accepts_mapping(
        {**schema, "required": set(schema.get("required", ())) - {"metadata"}},
        {key: value for key, value in body.items() if key not in ("metadata", "status")},
    )


# Documents: mostly right, with up to two things wrong

ADDRESSES = [
    "10.0.0.1/24",
    "10.0.0.1",
    "0.0.0.0/0",
    "255.255.255.255/32",
    "10.0.0.1/33",
    "10.0.0.1/024",
    "10.0.0.01/24",
    "256.0.0.1/24",
    "10.0.0/24",
    "10.0.0.1/24\n",
    "10.0.0.1\n",
    " 10.0.0.1/24",
    "10.0.0.1.",
    "10.0.0.1./24",
    "\u0661\u0660.0.0.1/24",
    "10.0.0.1/1\u0662",
    "10.0.0.1/",
    "",
    "1.2.3.4.5",
    "10.0.0.1/3",
    "1.2.3.4/0",
]
NUMBERS = [
    -(2**31) - 1,
    -(2**31),
    -1,
    0,
    1,
    32,
    33,
    50,
    51,
    255,
    256,
    65534,
    65535,
    65536,
    2**31 - 1,
    2**31,
    2**32,
    2**64,
]
OTHERS: list[Any] = [None, True, False, 0, 7, 1.5, "", "text", "1001", "true", [], {}, ["x"], {"x": 1}]
WILD: list[Any] = [*OTHERS, *ADDRESSES, *NUMBERS]


def make(schema: JsonObject, random: Random, density: float) -> Any:
    """A value that the schema probably accepts."""
    if "const" in schema or "enum" in schema:
        return schema["const"] if "const" in schema else random.choice(schema["enum"])
    match schema["type"]:
        case "object":
            return make_mapping(schema, random, density)
        case "array":
            return [make(schema["items"], random, density) for _ in range(random.choice([1, 1, 2, 2, 3]))]
        case "string":
            return random.choice(ADDRESSES[:4] if "pattern" in schema else ["text", "10.0.0.1/24", "", "E1/1"])
        case "boolean":
            return random.random() < 0.5
        case _:
            return random.choice([1, 2, 32, 50, schema.get("minimum", 0)])


def make_mapping(schema: JsonObject, random: Random, density: float) -> JsonObject:
    values = schema.get("additionalProperties")
    if values:
        return {name: make(values, random, density) for name in random.sample(["a", "E1/1", "1"], random.randint(0, 2))}
    needed = schema.get("required", ())
    return {
        name: make(child, random, density)
        for name, child in schema.get("properties", {}).items()
        if name in needed or random.random() < density
    }


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key) of a value."""
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from places(value[key])


def damage(body: JsonObject, names: list[str], random: Random) -> None:
    """Make one change that the schema may or may not accept."""
    holder, key = random.choice([(body, "spec"), *places(body.get("spec"))])
    old = holder.get(key) if isinstance(holder, dict) else holder[key]
    if isinstance(old, dict) and random.random() < 0.4:
        old[random.choice([*names, "other"])] = random.choice(WILD)
    elif isinstance(holder, dict) and random.random() < 0.25:
        holder.pop(key, None)
    elif isinstance(old, list) and random.random() < 0.6:
        old[:] = (old * 21 or ["x"])[: random.choice([0, 1, 2, 10, 11, 20, 21])]
    elif isinstance(old, int) and not isinstance(old, bool) and random.random() < 0.8:
        holder[key] = random.choice(NUMBERS)
    elif isinstance(old, str) and random.random() < 0.6:
        holder[key] = random.choice(ADDRESSES)
    else:
        holder[key] = copy.deepcopy(random.choice(WILD))


def nodes(schema: JsonObject, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The path of every part of a schema, but for metadata and status."""
    if path:
        yield path
    for name, child in schema.get("properties", {}).items():
        if path or name == "spec":
            yield from nodes(child, (*path, name))
    for keyword, step in (("items", "[]"), ("additionalProperties", "<name>")):
        if isinstance(schema.get(keyword), dict):
            yield from nodes(schema[keyword], (*path, step))


def values(schema: JsonObject, path: tuple[str, ...]) -> Iterator[Any]:
    """Values to try at a path: of every type, about every bound, with a field too few and one too many."""
    try:
        node = descend(schema, [*path])
    except KeyError:
        pytest.fail(f"the CRD has no {'.'.join(path)}")
    yield from (*OTHERS, *node.get("enum", ()))
    yield from ADDRESSES if "pattern" in node else NUMBERS if node["type"] == "integer" else ()
    least, most = make(node, Random(0), 0), make(node, Random(0), 1)
    if isinstance(least, dict):
        yield from ({name: inner for name, inner in most.items() if name != gone} for gone in [*most, None])
        yield {**least, "other": 1}
    if isinstance(least, list):
        yield from (least[:1] * count for count in (1, 2, 3, 10, 11, 20, 21))


def whole(kind: Kind, schema: JsonObject, path: tuple[str, ...], value: Any) -> JsonObject:
    """A document that is right but perhaps for the value at the path."""
    body: JsonObject = {"apiVersion": kind.api_version, "kind": kind.name, "metadata": {"name": "one"}}
    return {**body, **around(schema, [*path], value)}


@lru_cache
def names_of(kind: Kind) -> list[str]:
    """The names of all fields of a kind."""
    return [field.path[-1] for field in Catalogue(lambda name: (SCHEMAS / name).read_bytes()).fields(kind)]


def document(kind: Kind, schema: JsonObject, random: Random) -> JsonObject:
    """A document of the kind, made from the schema and then damaged up to twice."""
    body: JsonObject = {"apiVersion": kind.api_version, "kind": kind.name, "metadata": {"name": "one"}}
    body["spec"] = make(schema["properties"]["spec"], random, random.choice([0.15, 0.4, 0.8]))
    body = json.loads(json.dumps(body))
    for _ in range(random.choice([0, 0, 1, 1, 1, 2])):
        damage(body, names_of(kind), random)
    return body


@ByKind
@given(seed=st.integers(0, 2**32))
def test_ours_and_the_crd_accept_the_same_generated_documents(
    kind: Kind,
    ours: Catalogue,
    theirs: Catalogue,
    relaxed: dict[str, JsonObject],
    patched: dict[str, JsonObject],
    seed: int,
) -> None:
    random = Random(seed)
    body = document(kind, random.choice([ours.schema(kind), patched[kind.name]]), random)
    agree(kind, body, ours, patched)
    wanted = expected(relaxed[kind.name], body)
    assert theirs.is_valid(kind, body) == wanted, f"imported schema, CRD says {wanted}: {body}"


@ByKind
def test_ours_and_the_crd_accept_the_same_values_of_every_field(
    kind: Kind,
    ours: Catalogue,
    theirs: Catalogue,
    relaxed: dict[str, JsonObject],
    patched: dict[str, JsonObject],
) -> None:
    count = 0
    for path in dict.fromkeys([*nodes(ours.schema(kind)), *nodes(patched[kind.name])]):
        for value in values(patched[kind.name], path):
            body = whole(kind, patched[kind.name], path, value)
            agree(kind, body, ours, patched)
            assert theirs.is_valid(kind, body) == expected(relaxed[kind.name], body), f"imported schema: {body}"
            count += 1
    assert count > 10


def agree(kind: Kind, body: JsonObject, ours: Catalogue, patched: dict[str, JsonObject]) -> None:
    """Every reading of our schema has the verdict of the CRD."""
    wanted = expected(patched[kind.name], body)
    verdict = ours.is_valid(kind, body)
    explained = list(ours.mismatches(kind, body)) if verdict else check(ours, kind, body)
    assert verdict == wanted, f"jsonschema-rs, the CRD says {wanted}: {body}"
    assert bool(explained) != wanted, f"check, the CRD says {wanted}: {body}"
    assert unchanged(ours, kind).is_valid(body) == wanted, f"jsonschema as it comes, the CRD says {wanted}: {body}"


@lru_cache
def unchanged(catalogue: Catalogue, kind: Kind) -> Draft202012Validator:
    """jsonschema with Python's own regular expressions."""
    return Draft202012Validator(catalogue.schema(kind))


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda item: f"{item.kind}-{item.path}")
def test_a_listed_difference_still_exists(
    difference: Difference,
    ours: Catalogue,
    upstream: dict[str, JsonObject],
    patched: dict[str, JsonObject],
) -> None:
    kind = find_kind(difference.kind)
    assert kind
    body = whole(kind, patched[kind.name], tuple(steps(difference.path)), difference.value)
    assert ours.is_valid(kind, body) == expected(patched[kind.name], body)
    without = patch(upstream, [other for other in DIFFERENCES if other != difference])
    assert ours.is_valid(kind, body) != expected(without[kind.name], body), f"remove it from the list: {difference}"


def around(schema: JsonObject, path: list[str], value: Any) -> Any:
    """The smallest valid value around `value` at a path."""
    if not path:
        return value
    step, rest = path[0], path[1:]
    inner = around(descend(schema, [step]), rest, value)
    if step == "[]":
        return [inner, inner][: max(1, schema.get("minItems", 1))]
    needed = {
        name: make(schema["properties"][name], Random(0), 0)
        for name in schema.get("required", ())
        if name not in ("metadata", "spec")
    }
    return {**needed, ("one" if step == "<name>" else step): inner}


def test_ours_and_the_crd_accept_the_same_documents_of_the_corpus(
    shared: Path,
    ours: Catalogue,
    patched: dict[str, JsonObject],
) -> None:
    found = list(corpus(shared / "corpus"))
    assert len(found) > 1000
    assert {kind.name for kind, _ in found} > {"VPC", "Connection", "Switch", "GatewayPeering"}
    for kind, body in found:
        agree(kind, {**body, "metadata": {"name": "one"}, "status": {}}, ours, patched)


def corpus(folder: Path) -> Iterator[tuple[Kind, JsonObject]]:
    """Every document of a kind of ours, in any file that can be read."""
    from fgd_sync.yamldoc.parse import parse

    for path in sorted(path for path in folder.rglob("*") if path.suffix in (".yaml", ".yml", ".json")):
        for document in parse(path.read_bytes()).documents:
            yield from objects(document.value)


def objects(value: Any) -> Iterator[tuple[Kind, JsonObject]]:
    if not isinstance(value, dict):
        return
    for item in value.get("items") or [] if value.get("kind") == "List" else []:
        yield from objects(item)
    group, _, version = str(value.get("apiVersion")).partition("/")
    kind = KIND_BY_ID.get((group, str(value.get("kind"))))
    if kind and kind.version == version:
        yield kind, value


def test_no_description_is_the_vendors(ours: Catalogue, upstream: dict[str, JsonObject]) -> None:
    def texts(schema: JsonObject) -> set[str]:
        return {
            " ".join(field.schema["description"].split()).lower().rstrip(".")
            for field in fields(schema)
            if "description" in field.schema
        }

    for kind in KINDS:
        assert not texts(ours.schema(kind)) & texts(upstream[kind.name])
    assert {kind.group for kind in KINDS} == {VPC_GROUP, WIRING_GROUP, GATEWAY_GROUP}


def test_rules_that_a_schema_names_exist(shared: Path) -> None:
    table = (shared / "hedgehog" / "semantic-rules.md").read_text()
    known = set(re.findall(r"^\| ([A-Z]+-\d+) \|", table, re.MULTILINE))
    named = {rule for path in SCHEMAS.rglob("*.json") for rule in re.findall(r'"([A-Z]+-\d{3})"', path.read_text())}
    assert len(named) > 15
    assert named <= known
