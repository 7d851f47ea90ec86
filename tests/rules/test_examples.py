"""Every rule's documentation is run: its bad example breaks that rule only, its good example breaks none."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from pytest_snapshot.plugin import Snapshot

from fgd_sync.fabric.defaults import with_defaults
from fgd_sync.fabric.index import Index
from fgd_sync.model.config import FabricSettings, VlanRange
from fgd_sync.model.finding import Finding
from fgd_sync.model.resource import Origin, Ref, Resource
from fgd_sync.rules.node import Node
from fgd_sync.rules.registry import RULES, Context, Rule, Scope, run_fabric
from local_rules import run_alone


def findings_of(rule: Rule, example: str) -> list[Finding]:
    """What an example breaks; advice does not count, except that of the rule itself."""
    return list(_findings(rule.id, example))


@cache
def _findings(rule_id: str, example: str) -> tuple[Finding, ...]:
    rule = RULES[rule_id]
    documents = list(yaml.load_all(example, yaml.CSafeLoader))
    settings = documents.pop(0)["fgd"]["fabric"] if "fgd" in documents[0] else {}
    context = Context(settings_of({"gateway": True, **settings}), severities_for(rule))
    resources = [resource_of(body, number) for number, body in enumerate(documents)]
    found = [finding for resource in resources for finding in run_alone(resource, context)]
    if rule.scope is not Scope.DOCUMENT:
        earlier = Index([resource_of(body) for body in yaml.load_all(rule.before, yaml.CSafeLoader) if body])
        found += [finding for _, finding in run_fabric(Index([*SURROUNDINGS, *resources]), context, earlier)]
    return tuple(item for item in found if item.rule == rule.id or not item.rule.startswith("ADV"))


def settings_of(block: dict[str, Any]) -> FabricSettings:
    """The settings of a block `fabric:`."""
    ranges = {"vpc_irb_vlans": tuple(VlanRange(item["from"], item["to"]) for item in block.get("vpc_irb_vlans", ()))}
    return FabricSettings(**{**block, **({} if "vpc_irb_vlans" not in block else ranges)})


def severities_for(rule: Rule) -> dict[str, str]:
    """What is chosen besides the default: the rule is on, and profiles may be written where a rule is about them."""
    written = {"SP-001": "off"} if rule.kinds == ("SwitchProfile",) and rule.id != "SP-001" else {}
    return written if rule.default_on else {**written, rule.id: "error"}


def resource_of(body: dict[str, object], number: int = 0) -> Resource:
    metadata = body["metadata"]
    assert isinstance(metadata, dict)
    group = str(body["apiVersion"]).partition("/")[0]
    ref = Ref(group, str(body["kind"]), metadata.get("namespace", "default"), metadata["name"])
    return Resource(ref, body, Origin("raw/example.yaml", number))


SURROUNDINGS = [
    resource_of(body)
    for body in yaml.load_all(
        (Path(__file__).parent / "surroundings.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader
    )
]


def test_the_surroundings_break_no_rule() -> None:
    context = Context(FabricSettings(gateway=True))
    assert [finding for resource in SURROUNDINGS for finding in run_alone(resource, context)] == []
    assert run_fabric(Index(SURROUNDINGS), context) == []


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_the_bad_example_breaks_this_rule_only(rule: Rule) -> None:
    found = findings_of(rule, rule.bad)
    assert {item.rule for item in found} == {rule.id}, f"{rule.bad}\n{found}"


def test_what_rules_say_is_what_was_read_over(snapshot: Snapshot) -> None:
    found = {
        rule.id: dict.fromkeys((item.message, item.remedy) for item in findings_of(rule, rule.bad))
        for rule in RULES.values()
    }
    lines = [f"{name}  {message}\n    {remedy}" for name, items in sorted(found.items()) for message, remedy in items]
    snapshot.snapshot_dir = Path(__file__).parents[1] / "messages" / "snapshots"
    snapshot.assert_match("\n".join(lines) + "\n", "findings-of-rules.txt")


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_the_good_example_breaks_no_rule(rule: Rule) -> None:
    assert findings_of(rule, rule.good) == []


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_what_there_was_before_breaks_no_rule(rule: Rule) -> None:
    context = Context(FabricSettings(gateway=True))
    before = [resource_of(body) for body in yaml.load_all(rule.before, yaml.CSafeLoader) if body]
    found = [item for resource in before for item in run_alone(resource, context)]
    found += [item for _, item in run_fabric(Index([*SURROUNDINGS, *before]), context)] if before else []
    assert [item for item in found if not item.rule.startswith("ADV")] == []


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_the_finding_says_what_is_wrong_and_what_to_do(rule: Rule) -> None:
    for item in findings_of(rule, rule.bad):
        assert item.message
        assert item.remedy
        assert "None" not in item.message
    assert rule.why


@pytest.mark.parametrize("rule", [rule for rule in RULES.values() if rule.about], ids=lambda rule: rule.id)
def test_a_rule_has_nothing_to_say_where_what_it_is_about_is_absent(rule: Rule) -> None:
    for body in yaml.load_all(rule.bad, yaml.CSafeLoader):
        if body["kind"] in rule.kinds:
            resource = resource_of({**body, "spec": without(body["spec"], rule.about)})
            assert list(rule.check(Node(with_defaults(resource), resource.ref), Context())) == []


def without(value: Any, keys: frozenset[str]) -> Any:
    """A value with some keys taken out of all its mappings."""
    if isinstance(value, list):
        return [without(item, keys) for item in value]
    if isinstance(value, dict):
        return {key: without(item, keys) for key, item in value.items() if key not in keys}
    return value
