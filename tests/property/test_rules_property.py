"""Rules meet documents of any shape and never fail on them."""

import copy
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from fgd_sync.fabric.index import Index
from fgd_sync.model.config import FabricSettings
from fgd_sync.model.kinds import KINDS, Kind
from fgd_sync.model.resource import Origin, Ref, Resource
from fgd_sync.rules.registry import RULES, Context, run_fabric
from local_rules import run_alone

CONTEXT = Context(FabricSettings(), {"GWP-016": "error"})
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.sampled_from(
        ["", "x", "10.0.1.0/24", "10.0.1.1", "2001:db8::1/64", "a/b", "a/b/c", "0c:20:12:fe:01:00", "ext.isp", "tcp"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["", "a", "10.0.5.0/24", "ext.a"]), inner, max_size=3)
    ),
    max_leaves=5,
)


def resource_of(body: dict[str, Any]) -> Resource:
    group = body["apiVersion"].partition("/")[0]
    return Resource(Ref(group, body["kind"], "default", body["metadata"]["name"]), body, Origin("raw/x.yaml", 0))


EXAMPLES = [
    body
    for rule in RULES.values()
    for text in (rule.before, rule.bad, rule.good)
    for body in yaml.load_all(text, yaml.CSafeLoader)
    if body and "spec" in body
]
SURROUNDINGS = [
    resource_of(body)
    for body in yaml.load_all(
        (Path(__file__).parents[1] / "rules/surroundings.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader
    )
]


def routes(value: Any) -> list[tuple[Any, ...]]:
    entries = (
        list(value.items()) if isinstance(value, dict) else list(enumerate(value)) if isinstance(value, list) else []
    )
    return [()] + [(key, *route) for key, inner in entries for route in routes(inner)]


def replaced(value: Any, route: tuple[Any, ...], new: Any) -> Any:
    if not route:
        return new
    value[route[0]] = replaced(value[route[0]], route[1:], new)
    return value


def check(found: Resource) -> None:
    before = copy.deepcopy(found.body)
    for item in run_alone(found, CONTEXT):
        inner: Any = found.body
        for step in item.route:
            inner = inner[step]
    run_fabric(Index([*SURROUNDINGS, found]), CONTEXT)
    assert found.body == before


UPDATED = [rule for rule in RULES.values() if rule.before]


@given(st.data())
def test_a_change_to_anything_and_a_deletion_of_anything_are_checked_without_a_fault(data: st.DataObject) -> None:
    rule = data.draw(st.sampled_from(UPDATED))
    before = yaml.load(rule.before, yaml.CSafeLoader)
    body = copy.deepcopy(before)
    route = data.draw(st.sampled_from(routes(body["spec"])))
    body["spec"] = replaced(body["spec"], route, data.draw(JSON))
    old, new = Index([resource_of(before)]), Index([resource_of(body)])
    others = [resource_of(item) for item in yaml.load_all(rule.bad, yaml.CSafeLoader)]
    run_fabric(Index([*SURROUNDINGS, *others, resource_of(body)]), CONTEXT, old)
    run_fabric(Index([*SURROUNDINGS, *others, resource_of(before)]), CONTEXT, new)
    run_fabric(Index([*SURROUNDINGS, *others]), CONTEXT, new)


@given(st.data())
def test_an_example_with_anything_in_one_place_is_checked_without_a_fault(data: st.DataObject) -> None:
    body = copy.deepcopy(data.draw(st.sampled_from(EXAMPLES)))
    route = data.draw(st.sampled_from(routes(body["spec"])))
    body["spec"] = replaced(body["spec"], route, data.draw(JSON))
    check(resource_of(body))


@given(kind=st.sampled_from(KINDS), spec=JSON, metadata=JSON)
def test_a_resource_with_anything_inside_is_checked_without_a_fault(kind: Kind, spec: Any, metadata: Any) -> None:
    body = {"apiVersion": kind.api_version, "kind": kind.name, "metadata": metadata, "spec": spec}
    check(Resource(Ref(kind.group, kind.name, "default", "x"), body, Origin("raw/x.yaml", 0)))
