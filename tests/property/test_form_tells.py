"""Of a resource that keeps its form, however else it changes, rules on several resources find the same as before."""

from collections.abc import Iterator
from copy import deepcopy
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fgd_sync.fabric.index import Index
from fgd_sync.model.resource import JsonObject, Ref, Resource
from fgd_sync.rules.forms import FORM_TELLS, NAMESPACE
from fgd_sync.rules.plain import form_of
from fgd_sync.rules.registry import RULES, Context, Evaluation, Scope, evaluated
from fgd_sync.rules.rule import Fabric
from odd_fabrics import CONTEXTS, Maker

VALUES: dict[str, list[Any]] = {
    "labels": [{"a": "b"}, {"rack": "1"}],
    "annotations": [{"fabric.githedgehog.com/p2p-link": "10.9.9.0/31"}, {"fgd.githedgehog.com/ignore": "VPC-060"}],
    "description": ["x", "y"],
    "defaultIsolated": [True, False],
    "mode": ["", "l3vni", None],
    "ipv4Namespace": ["", "default", None],
    "vlanNamespace": ["", "default", "lab", None],
    "gateway": ["10.0.1.1", "10.0.2.9", "10.0.3.1", None],
    "dhcp": [{"enable": True}, {"enable": True, "options": {"interfaceMTU": 1500}}, {"enable": False}, {}, None],
    "isolated": [True, False],
    "subnet": ["10.0.1.0/24", "10.0.1.7/24", "v1/default", "v1", "v1/web"],
    "hostBGP": [True, False, None],
    "vlan": [1001, "1001", None],
    "hostBGPExtraPrefixes": [{}, None],
    "relayVPC": ["v1", ""],
    "nativeVLAN": [False, None, True, "true"],
    "connection": ["c1", "c2"],
    "mtu": [0, None, 1500],
    "fallback": [True, False],
    "port": ["leaf-1/E1/49", "leaf-1/E1/49/1"],
    "ip": ["172.30.128.2/31", ""],
    "external": [{}, None],
    "links": [[], None],
}
"""Values for keys anywhere in a resource."""


def other(resource: Resource, random: Random) -> Resource | None:
    """The resource with a few other values and the same form; None if it has no form, or none was found."""
    form = form_of(resource.ref.kind, resource.body)
    if form is None or resource.ref.kind not in FORM_TELLS or resource.ref.namespace != NAMESPACE:
        return None
    for _ in range(5):
        body = deepcopy(resource.body)
        for _ in range(random.choice([1, 1, 2, 3])):
            place = random.choice(list(_mappings(body)))
            keys = [key for key in place if key in VALUES] if random.random() < 0.5 else []
            key = random.choice(keys or list(VALUES))
            place[key] = deepcopy(random.choice(VALUES[key]))
        if body != resource.body and form_of(resource.ref.kind, body) == form:
            return Resource(resource.ref, body, resource.origin)
    return None


def _mappings(value: Any) -> Iterator[JsonObject]:
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _mappings(inner)


State = dict[Ref, Evaluation]


def found(resources: list[Resource], context: Context) -> State:
    """What rules find in all resources, and what they consulted."""
    return evaluated(Fabric(Index(resources, is_watched=True), context), [one.ref for one in resources], parts={})


@settings(max_examples=settings().max_examples // 3)
@given(st.integers(0, 2**32), st.sampled_from(CONTEXTS))
def test_the_form_tells(seed: int, context: Context) -> None:
    random = Random(seed)
    resources = Maker(random).resources()
    made = {place: new for place, old in enumerate(resources) if (new := other(old, random))}
    before = found(resources, context)
    for place in random.sample(list(made), min(2, len(made))):
        new = made[place]
        after = found([*resources[:place], new, *resources[place + 1 :]], context)
        rules = FORM_TELLS[new.ref.kind]
        assert _findings(before, new.ref, rules) == _findings(after, new.ref, rules), (resources[place], new)
        assert _consulted(before, rules) == _consulted(after, rules), (resources[place], new)


def _findings(state: State, changed: Ref, rules: frozenset[str]) -> dict[Ref, Any]:
    """What some rules found; of the resource that changed only whether, of what leads to places in it only by which."""
    told: dict[Ref, Any] = {
        ref: [
            item.rule if any(pointer.ref == changed for pointer in item.related) else item
            for item in one.findings
            if item.rule in rules
        ]
        for ref, one in state.items()
    }
    return {**told, changed: bool(told[changed])}


def _consulted(state: State, rules: frozenset[str]) -> dict[Ref, dict[str, frozenset[str]]]:
    return {ref: {rule: keys for rule, keys in one.consulted.items() if rule in rules} for ref, one in state.items()}


def test_many_resources_are_changed_so() -> None:
    made = [(resource, other(resource, random)) for random in map(Random, range(50)) for resource in _some(random)]
    for kind in FORM_TELLS:
        changed = {repr(new.body) for old, new in made if new and new.ref.kind == kind and new.body != old.body}
        assert len(changed) > 20


def _some(random: Random) -> list[Resource]:
    return Maker(random).resources()


@pytest.mark.parametrize("kind", FORM_TELLS)
def test_all_rules_on_a_kind_are_among_them(kind: str) -> None:
    on_it = {rule.id for rule in RULES.values() if rule.scope is Scope.FABRIC and kind in rule.kinds}
    assert on_it <= FORM_TELLS[kind] <= RULES.keys()
