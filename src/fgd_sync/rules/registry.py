"""The table of all rules, and the two ways to run them: on one document, and over a whole fabric."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from importlib import import_module

from fgd_sync.fabric.defaults import with_defaults
from fgd_sync.fabric.index import Index
from fgd_sync.model.code import Severity
from fgd_sync.model.finding import Finding
from fgd_sync.model.location import Route
from fgd_sync.model.resource import JsonObject, Ref, Resource
from fgd_sync.rules.node import Node
from fgd_sync.rules.rule import Context, Fabric, Mark, Rule, rule

__all__ = ["RULES", "TOPICS", "Context", "Mark", "Rule", "rule", "run_fabric", "run_local"]

TOPICS: tuple[str, ...] = (
    "meta",
    "vpc", "vpc_dhcp", "vpc_leases", "vpc_routes", "vpc_bgp", "vpc_fabric",
    "attachment", "attachment_fabric",
    "peering", "external", "external_attachment", "external_acl", "routing_fabric",
    "namespaces",
    "connection", "connection_links", "connection_fabric",
    "switch", "switch_fabric",
    "gateway", "gateway_interfaces", "gateway_fabric",
    "gateway_peering", "gateway_nat", "gateway_acl", "gateway_peering_fabric",
    "advice", "advice_peering", "advice_fabric",
)
"""The modules of this package that hold rules, in the order in which documentation presents them."""


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


@lru_cache(maxsize=1)
def _load() -> dict[str, Rule]:
    modules = (import_module(f"fgd_sync.rules.{topic}") for topic in TOPICS)
    return {item.id: item for module in modules for item in vars(module).values() if isinstance(item, Rule)}


@lru_cache(maxsize=256)
def _rules_for(kind: str, release: str, whole_fabric: bool) -> tuple[Rule, ...]:
    return tuple(item for item in RULES.values()
                 if item.whole_fabric == whole_fabric and item.applies_to(kind, release))


def run_local(resource: Resource, context: Context) -> list[Finding]:
    """Check one resource by the rules that need nothing but the document and the settings.

    The webhook's defaults are filled in before. Routes of findings lead into the resource as it was given.
    """
    node = Node(with_defaults(resource), resource.ref)
    found: list[Finding] = []
    for item in _rules_for(resource.ref.kind, context.release, False):
        severity = item.severity_in(context)
        if severity:
            found += _finished(item, item.check(node, context), severity, resource.body)
    return found


def run_fabric(index: Index, context: Context) -> list[tuple[Ref, Finding]]:
    """Check all resources of a fabric by the rules that look at several of them."""
    fabric = Fabric(index, context)
    found: list[tuple[Ref, Finding]] = []
    for ref, resource in index.written.items():
        rules = _rules_for(ref.kind, context.release, True)
        node = Node(index.body(ref), ref)
        for item in rules:
            severity = item.severity_in(context)
            if severity:
                found += [(ref, finding) for finding in
                          _finished(item, item.check(node, fabric), severity, resource.body)]
    return found


def _finished(item: Rule, findings: Iterable[Finding], severity: Severity, written: JsonObject) -> Iterator[Finding]:
    for finding in findings:
        milder = severity if finding.severity is Severity.ERROR else finding.severity
        route = _within(written, finding.route)
        yield replace(finding, rule=item.id, severity=milder, route=route,
                      at_key=finding.at_key and route == finding.route)


def _within(written: JsonObject, route: Route) -> Route:
    """The longest beginning of a route that exists: what a default filled in is reported where it is missing."""
    value: object = written
    for depth, step in enumerate(route):
        if isinstance(value, list) and isinstance(step, int):
            value = dict(enumerate(value))
        if not isinstance(value, dict) or step not in value:
            return route[:depth]
        value = value[step]
    return route
