"""What is fast beside its plain twin, as targets for fuzzing: both say the same, whatever came before in the process."""

import copy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from jsonschema_rs import Draft202012Validator
from manifest_targets import LIMITS, OPTIONS
from shaped import ODD

from fgd_sync.fabric.index import Index
from fgd_sync.model.config import FabricSettings
from fgd_sync.model.kinds import KIND_BY_ID, ref_of
from fgd_sync.model.location import Route
from fgd_sync.model.resource import JsonObject, Origin, Resource
from fgd_sync.planning.judge import Candidate, Verdict, judge
from fgd_sync.planning.stencil import _stencil
from fgd_sync.planning.written import written_alone
from fgd_sync.rules.plain import form_of, is_plain
from fgd_sync.rules.registry import RULES, Context, evaluated, run_all_local
from fgd_sync.rules.rule import Fabric
from fgd_sync.schema.glance import plain_verdict
from fgd_sync.yamldoc import plain, quote, scalars
from fgd_sync.yamldoc.block_lookup import block_lookup
from fgd_sync.yamldoc.decode import decode
from fgd_sync.yamldoc.document import Document
from fgd_sync.yamldoc.lookup import Lookup
from fgd_sync.yamldoc.parse import parse
from fgd_sync.yamldoc.read import read_piece
from fgd_sync.yamldoc.remarks import comments_of
from fgd_sync.yamldoc.split import cut

_PATHS = ("raw/a.yaml", "managed/servers/b.yaml")
_VALUE = re.compile(r"(?<=[:-] )\S.*$", re.MULTILINE)
_VARIANTS = 3


def taught(data: bytes) -> None:
    """Documents one after the other, and again with their values at other places: none is read by what others taught."""
    _forget()
    for part in data[:20_000].split(b"\0"):
        text = decode(part)
        for variant in _variants(text) if isinstance(text, str) else ():
            _read_alike(variant)


def _forget() -> None:
    """Know what a new process knows, so that an input that breaks something does so again."""
    for memory in (plain._OUTLINES, plain._PLACES, plain._USUAL, quote._QUOTED):
        memory.clear()
    for remembered in (scalars._plain, _stencil):
        remembered.cache_clear()


def _variants(text: str) -> Iterator[str]:
    """The text, texts of the same lines with its values moved on from line to line, and the text again."""
    values = _VALUE.findall(text)
    for turn in range(_VARIANTS):
        moved = iter(values[turn:] + values[:turn])
        yield _VALUE.sub(lambda _, moved=moved: next(moved), text)  # type: ignore[misc]
    yield text


def _read_alike(text: str) -> None:
    source = parse(text.encode("utf-8", "surrogatepass"), LIMITS)
    for piece, document in zip(cut(text), source.documents, strict=not source.problem):
        twin = read_piece(piece, document.line, LIMITS)
        assert repr((document.value, document.comments, document.problem)) == repr(twin), "the readers differ"
        if document.problem is None:
            _judged_alike(document)
            _found_alike(document.value, piece.core)


def _judged_alike(document: Document) -> None:
    """A document that is made of an outline is judged and written as one that is not."""
    plain = Document(document.index, document.value, document.comments, document.text, document.line, None)
    for path in _PATHS:
        found = [_with_tree(item) for item in judge(document, path, OPTIONS, write=True)]
        assert repr(found) == repr(list(judge(plain, path, OPTIONS, write=True))), "judged otherwise"
        for item in found:
            if item.verdict is Verdict.VALID:
                assert item.written == written_alone(item.canonical, item.origin, OPTIONS.fabric), "written otherwise"


def _with_tree(item: Candidate) -> Candidate:
    """A candidate with its comments as a tree."""
    return item if item.cleaned is None else item._replace(content=(item.cleaned, comments_of(item.notes)))


def _found_alike(value: Any, text: str) -> None:
    """Places are looked up alike."""
    lookup = block_lookup(text)
    if lookup:
        by_parser = Lookup(text)
        for route in _routes(value):
            assert lookup.find(route) == by_parser.find(route), f"{route} is elsewhere"


def _routes(value: Any, route: Route = ()) -> Iterator[Route]:
    yield route
    for step, item in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from _routes(item, (*route, step))


def _bodies(text: str) -> list[JsonObject]:
    return [body for body in yaml.load_all(text, yaml.CSafeLoader) if body and body.get("kind")]


AROUND = _bodies((Path(__file__).parents[1] / "rules" / "surroundings.yaml").read_text(encoding="utf-8"))
EXAMPLES = [_bodies(f"{rule.good}\n---\n{rule.bad}") for rule in RULES.values()]
CONTEXTS = [
    Context(FabricSettings(release=release, **more), {rule.id: "error" for rule in RULES.values()})
    for release in ("26.01", "26.02", "26.03")
    for more in ({}, {"reserved_subnets": ("10.0.0.0/8", "172.30.128.0/17")}, {"mtu": 9000})
]


def glances(data: bytes) -> None:
    """A fabric with values of other places in it: what is told at a glance is what schemas and rules say of it."""
    numbers = [*data[:40], 0, 0, 0]
    context = CONTEXTS[numbers[0] % len(CONTEXTS)]
    bodies = copy.deepcopy([*AROUND, *EXAMPLES[(numbers[1] * 256 + numbers[2]) % len(EXAMPLES)]])
    for at in range(3, len(numbers) - 4, 5):
        _edit(bodies, numbers[at : at + 5])
    found = list(_resources(bodies))
    for resource in found:
        kind = KIND_BY_ID[resource.ref.group, resource.ref.kind]
        schema = OPTIONS.catalogue.schema(kind)
        verdict = plain_verdict(schema, resource.body)
        if verdict is not None:
            assert Draft202012Validator(schema).is_valid(resource.body) == verdict, f"{resource.ref}, told {verdict}"
        if is_plain(form_of(resource.ref.kind, resource.body), context.settings):
            assert run_all_local(resource, context) == [], f"{resource.ref} is not plain"
    for is_watched in (False, True):
        _examined_alike(found, context, is_watched=is_watched)


def _edit(bodies: list[JsonObject], numbers: list[int]) -> None:
    """Take a value out, put an odd one, another number or one of elsewhere in its place, or give it another key."""
    high, low, how, other, lower = numbers
    places = [place for body in bodies for place in _places(body)]
    holder, key = places[(high * 256 + low) % len(places)]
    source, name = places[(other * 256 + lower) % len(places)]
    match how % 8:
        case 0:
            del holder[key]
        case 1:
            holder[key] = copy.deepcopy(ODD[other % len(ODD)])
        case 2 if type(holder[key]) is int:
            holder[key] += other - 128
        case 3 if type(holder[key]) is str:
            text = holder[key]
            holder[key] = f"{text[: lower % (len(text) + 1)]}{chr(other)}{text[lower % (len(text) + 1) :]}"
        case 4 if type(holder) is dict:
            holder[str(name)] = copy.deepcopy(holder[key])
        case 5 if type(holder) is list:
            holder.append(copy.deepcopy(source[name]))
        case _:
            holder[key] = copy.deepcopy(source[name])


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """What is in metadata and spec, and deeper."""
    for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        if key not in ("apiVersion", "kind"):
            yield value, key
            yield from _places(value[key])


def _resources(bodies: list[JsonObject]) -> Iterator[Resource]:
    """Those with a name, the first of each."""
    seen = set()
    for body in bodies:
        kind = KIND_BY_ID.get((body["apiVersion"].partition("/")[0], body["kind"]))
        ref = ref_of(kind, body) if kind else None
        if ref and ref not in seen:
            seen.add(ref)
            yield Resource(ref, body, Origin("x", 0))


def _examined_alike(resources: list[Resource], context: Context, *, is_watched: bool) -> None:
    """All resources at a glance, and each by all rules."""
    refs = [resource.ref for resource in resources]
    index, asked = Index(resources, is_watched=is_watched), Index(resources, is_watched=is_watched)
    told, found = evaluated(Fabric(index, context), refs), evaluated(Fabric(asked, context), refs, parts={})
    for ref in refs:
        assert told[ref].findings == found[ref].findings, f"{ref} is not calm"
        for rule, keys in found[ref].consulted.items() if ref in index.calm else ():
            assert told[ref].consulted.get(rule, frozenset()) >= keys, f"{rule} consulted more for {ref}"
