"""The table of all rules, and the two ways to run them: on one document, and over a whole fabric."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from importlib import import_module

from fgd_sync.fabric.defaults import with_defaults
from fgd_sync.fabric.index import Index
from fgd_sync.model.code import Severity
from fgd_sync.model.finding import Finding
from fgd_sync.model.location import Route
from fgd_sync.model.resource import JsonObject, Ref, Resource
from fgd_sync.rules.lookup import all_nodes
from fgd_sync.rules.node import Node
from fgd_sync.rules.rule import Context, Fabric, Mark, Rule, rule

__all__ = ["RULES", "TOPICS", "Context", "Mark", "Rule", "rule", "run_fabric", "run_local"]

TOPICS: tuple[str, ...] = (
    "meta",
    "vpc",
    "vpc_dhcp",
    "vpc_leases",
    "vpc_routes",
    "vpc_bgp",
    "vpc_fabric",
    "attachment",
    "attachment_fabric",
    "peering",
    "external",
    "external_attachment",
    "external_acl",
    "routing_fabric",
    "namespaces",
    "connection",
    "connection_links",
    "connection_fabric",
    "switch",
    "switch_fabric",
    "gateway",
    "gateway_interfaces",
    "gateway_fabric",
    "gateway_peering",
    "gateway_nat",
    "gateway_acl",
    "gateway_peering_fabric",
    "advice",
    "advice_peering",
    "advice_fabric",
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


@lru_cache(maxsize=1024)
def _active(
    kind: str, release: str, chosen: tuple[tuple[str, str], ...], *, whole_fabric: bool
) -> tuple[tuple[Rule, Severity], ...]:
    """The rules that hold for a kind and are not off, with how bad their findings are at most."""
    severities = dict(chosen)
    return tuple(
        (item, severity)
        for item in RULES.values()
        if item.whole_fabric == whole_fabric
        and item.applies_to(kind, release)
        and (severity := item.severity_in(severities))
    )


def run_local(resource: Resource, context: Context) -> list[Finding]:
    """Check one resource by the rules that need nothing but the document and the settings.

    The webhook's defaults are filled in before. Routes of findings lead into the resource as it was given.
    """
    node = Node(with_defaults(resource), resource.ref)
    active = _active(resource.ref.kind, context.release, context.chosen, whole_fabric=False)
    return [
        _finished(finding, item, severity, resource.body)
        for item, severity in active
        for finding in item.check(node, context)
    ]


def run_fabric(index: Index, context: Context) -> list[tuple[Ref, Finding]]:
    """Check all resources of a fabric by the rules that look at several of them."""
    fabric, known, chosen = Fabric(index, context), index.once(all_nodes), context.chosen
    return [
        (ref, _finished(finding, item, severity, resource.body))
        for ref, resource in index.written.items()
        for item, severity in _active(ref.kind, context.release, chosen, whole_fabric=True)
        for finding in item.check(known[ref], fabric)
    ]


def _finished(finding: Finding, item: Rule, severity: Severity, written: JsonObject) -> Finding:
    milder = severity if finding.severity is Severity.ERROR else finding.severity
    route = _within(written, finding.route)
    return replace(
        finding, rule=item.id, severity=milder, route=route, at_key=finding.at_key and route == finding.route
    )


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
