"""The table of all rules, and the two ways to run them: on one document, and over a whole fabric."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from typing import Any

from fgd_sync.fabric.defaults import with_defaults
from fgd_sync.fabric.index import Index, key_of
from fgd_sync.model.code import Severity
from fgd_sync.model.finding import Finding
from fgd_sync.model.location import Route
from fgd_sync.model.resource import JsonObject, Ref, Resource
from fgd_sync.model.spread import Spread, in_turn
from fgd_sync.model.value import dataclass, replace
from fgd_sync.rules.lookup import all_nodes
from fgd_sync.rules.node import Node
from fgd_sync.rules.plain import Form, is_plain
from fgd_sync.rules.rule import Context, Fabric, Mark, Rule, Scope, rule
from fgd_sync.rules.topics import SCOPES, TOPICS, USUAL

__all__ = ["RULES", "Context", "Mark", "Rule", "Scope", "rule", "run_all_local", "run_fabric", "run_local"]


class _Table(Mapping[str, Rule]):
    """The rules by id, read from the topic modules when first needed."""

    def __getitem__(self, rule_id: str) -> Rule:
        return _load()[rule_id]

    def __iter__(self) -> Iterator[str]:
        return iter(_load())

    def __len__(self) -> int:
        return len(_load())


RULES: Mapping[str, Rule] = _Table()
"""Every rule by its id."""


def fabric_rules(kind: str = "") -> Mapping[str, Rule]:
    """The rules on several resources, on those of a kind if one is named, by their ids; and perhaps others."""
    return _load(kind, Scope.FABRIC)


def document_rules(kind: str) -> Mapping[str, Rule]:
    """The rules on documents of a kind by their ids, and perhaps others."""
    return _load(kind, Scope.DOCUMENT)


@lru_cache(maxsize=256)
def _load(kind: str = "", scope: Scope | None = None) -> dict[str, Rule]:
    """The rules of all topics, or of those that concern a kind, or have rules of a scope."""
    topics = (topic for topic, kinds in TOPICS.items() if not kind or not kinds or kind in kinds)
    wanted = (topic for topic in topics if scope is None or scope in SCOPES.get(topic, USUAL))
    modules = (import_module(f"fgd_sync.rules.{topic}") for topic in wanted)
    return {item.id: item for module in modules for item in vars(module).values() if isinstance(item, Rule)}


@lru_cache(maxsize=1024)
def _active(
    kind: str, release: str, chosen: tuple[tuple[str, str], ...], scope: Scope, *, words: frozenset[str] | None = None
) -> tuple[tuple[Rule, Severity], ...]:
    """The rules that hold for a kind and are not off, with how bad their findings are at most.

    `words` are the keys that rules are about and that a resource has; None: it is not known which it has.
    """
    severities = dict(chosen)
    return tuple(
        (item, severity)
        for item in _load(kind, scope).values()
        if item.scope is scope
        and item.applies_to(kind, release)
        and (words is None or not item.about or item.about & words)
        and (severity := item.severity_in(severities))
    )


@lru_cache(maxsize=64)
def _words(kind: str) -> frozenset[str]:
    """The keys that rules on a kind, by itself, are about."""
    return frozenset[str]().union(*(item.about for item in _load(kind, Scope.DOCUMENT).values() if kind in item.kinds))


def _gather(value: JsonObject, words: frozenset[str], found: set[str]) -> None:
    """Add to `found` those of some words that are keys in a mapping or deeper in it."""
    if not words.isdisjoint(value):
        found |= words.intersection(value)
    for inner in value.values():
        if type(inner) is dict:
            _gather(inner, words, found)
        elif type(inner) is list:
            for item in inner:
                if type(item) is dict:
                    _gather(item, words, found)


def _words_in(node: Node) -> frozenset[str]:
    """The keys in the spec of a resource that rules on its kind are about."""
    words, spec, found = _words(node.ref.kind), node.at("spec").value, set[str]()
    if words and isinstance(spec, dict):
        _gather(spec, words, found)
    return frozenset(found)


def run_local(resource: Resource, form: Form | None, context: Context) -> list[Finding]:
    """Check one resource of some form by the rules that need nothing but the document and the settings.

    Routes of findings lead into the resource as it was given.
    """
    return [] if is_plain(form, context.settings) else run_all_local(resource, context)


def run_all_local(resource: Resource, context: Context) -> list[Finding]:
    """The same, whatever the resource is like. The webhook's defaults are filled in before."""
    node = Node(with_defaults(resource), resource.ref)
    active = _active(resource.ref.kind, context.release, context.chosen, Scope.DOCUMENT, words=_words_in(node))
    return [
        _finished(finding, item, severity, resource.body)
        for item, severity in active
        for finding in item.check(node, context)
    ]


_FEW, _MANY_MORE = 20, 50
"""So few resources of a kind, or such a part of all, are examined again without a look at who of them is calm."""

_COST = 150
"""The rules on several resources take about as long for one as reading so many bytes."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What the rules on several resources find about one, and what of the index they consulted, by the rule's id.

    That it looks at the resource itself is left out.
    """

    findings: list[Finding]
    consulted: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Part:
    """Some rules that are to look at a resource again, and what all of them found before."""

    rules: Collection[str]
    findings: Sequence[Finding] = ()


def run_fabric(
    index: Index, context: Context, before: Index | None = None, *, spread: Spread = in_turn
) -> list[tuple[Ref, Finding]]:
    """Check all resources of a fabric by the rules that look at several of them, and what changed by those on changes.

    `before` has the earlier versions of what changed or is no longer there. A finding about a deleted resource has its
    ref, and a route into that version.
    """
    fabric = Fabric(index, context, before or Index(()))
    changes = run_changes(fabric)
    state = evaluated(fabric, list(index.written), spread)
    found = ((ref, item) for ref, one in state.items() for item in one.findings)
    said = changes.replaced
    return [*((ref, item) for ref, item in found if (item.rule, ref, item.route) not in said), *changes.findings]


def evaluated(
    fabric: Fabric, refs: Sequence[Ref], spread: Spread = in_turn, *, parts: Mapping[Ref, Part] | None = None
) -> dict[Ref, Evaluation]:
    """What the rules on several resources find about some. `spread` may spread the work over processes.

    `parts`: the resources that not all rules have to look at; few are not worth a look at who is calm.
    """
    if not refs:
        return {}
    state = _told_at_a_glance(fabric.index, refs, is_whole=parts is None)
    rest, known = [ref for ref in refs if ref not in state], parts or {}
    found = spread(lambda ref: _evaluated(fabric, ref, known.get(ref)), rest, [_COST] * len(rest))
    state.update(zip(rest, found, strict=True))
    return {ref: state[ref] for ref in refs}


def _told_at_a_glance(index: Index, refs: Sequence[Ref], *, is_whole: bool) -> dict[Ref, Evaluation]:
    """What is found about those that are calm. `is_whole`: they are all there are; else few of a kind are not told."""
    if not is_whole and index.forms is None:
        return {}
    from fgd_sync.rules.calm import Calm  # not where there are no forms

    by_kind: dict[str, list[Ref]] = {}
    for ref in refs:
        by_kind.setdefault(ref.kind, []).append(ref)
    few = 0 if is_whole else max(_FEW, len(index.written) // _MANY_MORE)
    besides = [ref for some in by_kind.values() if len(some) <= few for ref in some]
    calm = index.calm = Calm(index, frozenset(besides))
    told = [ref for kind, some in by_kind.items() if len(some) > few for ref in calm.among(kind, some)]
    if index.consulted is None:
        return dict.fromkeys(told, Evaluation([], {}))
    from fgd_sync.rules.calm_consulted import CalmConsulted

    about = CalmConsulted(index).about
    return {ref: Evaluation([], about(ref)) for ref in told}


def _evaluated(fabric: Fabric, ref: Ref, part: Part | None) -> Evaluation:
    index, findings, consulted = fabric.index, list[Finding](), dict[str, frozenset[str]]()
    own = {key_of(ref)}
    node, body = index.once(all_nodes)[ref], index.written[ref].body
    for item, severity in _active(ref.kind, fabric.context.release, fabric.context.chosen, Scope.FABRIC):
        if part is not None and item.id not in part.rules:
            findings += (finding for finding in part.findings if finding.rule == item.id)
            continue
        if index.consulted is not None:
            index.consulted = set()
        findings += [_finished(finding, item, severity, body) for finding in item.check(node, fabric)]
        asked = (index.consulted or set()) - own
        if asked:
            consulted[item.id] = frozenset(asked)
    return Evaluation(findings, consulted)


@dataclass(frozen=True, slots=True)
class Changes:
    """What the rules on changes and deletions find.

    `replaced`: what rules on the state of the fabric need not say besides, as rule, resource and place in it.
    """

    findings: Sequence[tuple[Ref, Finding]]
    replaced: frozenset[tuple[str, Ref, Route]]


def run_changes(fabric: Fabric) -> Changes:
    """Check what changed and what is no longer there."""
    index = fabric.index
    found = list(_changes(fabric))
    replaced = (
        (rule_id, pointer.ref, _within(index.written[pointer.ref].body, pointer.route))
        for _, finding in found
        for rule_id in RULES[finding.rule].replaces
        for pointer in finding.related
    )
    return Changes(found, frozenset(replaced))


def _changes(fabric: Fabric) -> Iterator[tuple[Ref, Finding]]:
    """What the rules on changes and deletions find."""
    now, before = fabric.index.written, fabric.before.written
    changed = [ref for ref, old in before.items() if ref in now and old.body != now[ref].body]
    yield from _checked(fabric.index, changed, Scope.CHANGE, fabric)
    yield from _checked(fabric.before, [ref for ref in before if ref not in now], Scope.DELETION, fabric)


def _checked(index: Index, refs: Iterable[Ref], scope: Scope, fabric: Fabric) -> Iterator[tuple[Ref, Finding]]:
    """What the rules of a scope find in some resources of an index."""
    known, release, chosen = index.once(all_nodes), fabric.context.release, fabric.context.chosen
    for ref in refs:
        for item, severity in _active(ref.kind, release, chosen, scope):
            for finding in item.check(known[ref], fabric):
                yield ref, _finished(finding, item, severity, index.written[ref].body)


def _finished(finding: Finding, item: Rule, severity: Severity, written: JsonObject) -> Finding:
    milder = severity if finding.severity is Severity.ERROR else finding.severity
    route = _within(written, finding.route)
    return replace(
        finding, rule=item.id, severity=milder, route=route, at_key=finding.at_key and route == finding.route
    )


def _within(written: JsonObject, route: Route) -> Route:
    """The longest beginning of a route that exists: what a default filled in is reported where it is missing."""
    value: Any = written
    for depth, step in enumerate(route):
        if isinstance(value, list):
            is_there = isinstance(step, int) and 0 <= step < len(value)
        else:
            is_there = isinstance(value, dict) and step in value
        if not is_there:
            return route[:depth]
        value = value[step]
    return route
