"""Every rule's documentation is run: its bad example breaks that rule only, its good example breaks none."""

from pathlib import Path

import pytest
import yaml

from fgd_sync.fabric.index import Index
from fgd_sync.model.config import FabricSettings
from fgd_sync.model.finding import Finding
from fgd_sync.model.resource import Origin, Ref, Resource
from fgd_sync.rules.registry import RULES, Context, Rule, run_fabric, run_local


def findings_of(rule: Rule, example: str) -> list[Finding]:
    """What an example breaks; advice does not count, except that of the rule itself."""
    documents = list(yaml.safe_load_all(example))
    settings = documents.pop(0)["fgd"]["fabric"] if "fgd" in documents[0] else {}
    severities = {} if rule.default_on else {rule.id: "error"}
    context = Context(FabricSettings(**{"gateway": True, **settings}), severities)
    resources = [resource_of(body, number) for number, body in enumerate(documents)]
    found = [finding for resource in resources for finding in run_local(resource, context)]
    if rule.whole_fabric:
        found += [finding for _, finding in run_fabric(Index([*SURROUNDINGS, *resources]), context)]
    return [item for item in found if item.rule == rule.id or not item.rule.startswith("ADV")]


def resource_of(body: dict[str, object], number: int = 0) -> Resource:
    metadata = body["metadata"]
    assert isinstance(metadata, dict)
    group = str(body["apiVersion"]).partition("/")[0]
    ref = Ref(group, str(body["kind"]), metadata.get("namespace", "default"), metadata["name"])
    return Resource(ref, body, Origin("raw/example.yaml", number))


SURROUNDINGS = [
    resource_of(body)
    for body in yaml.safe_load_all((Path(__file__).parent / "surroundings.yaml").read_text(encoding="utf-8"))
]


def test_the_surroundings_break_no_rule() -> None:
    context = Context(FabricSettings(gateway=True))
    assert [finding for resource in SURROUNDINGS for finding in run_local(resource, context)] == []
    assert run_fabric(Index(SURROUNDINGS), context) == []


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_the_bad_example_breaks_this_rule_only(rule: Rule) -> None:
    found = findings_of(rule, rule.bad)
    assert {item.rule for item in found} == {rule.id}, f"{rule.bad}\n{found}"


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_the_good_example_breaks_no_rule(rule: Rule) -> None:
    assert findings_of(rule, rule.good) == []


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_the_finding_says_what_is_wrong_and_what_to_do(rule: Rule) -> None:
    for item in findings_of(rule, rule.bad):
        assert item.message
        assert item.remedy
        assert "None" not in item.message
    assert rule.why
