"""The dashboard and the alerts of the examples speak of the metrics that the program writes, of all and of no others."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from fgd_sync.model.metric import METRICS, MetricKind

ROOT = Path(__file__).resolve().parents[2]
DASHBOARD = ROOT / "examples" / "grafana" / "fgd-sync.json"
ALERTS = ROOT / "examples" / "prometheus" / "alerts.yml"
SERIES = {
    name: item
    for item in METRICS
    for name in (
        [f"{item.name}_{end}" for end in ("bucket", "sum", "count")]
        if item.kind is MetricKind.HISTOGRAM
        else [item.name]
    )
}


def dashboard() -> Any:
    return json.loads(DASHBOARD.read_text())


def expressions_of(path: Path) -> Iterator[str]:
    if path == ALERTS:
        yield from (rule["expr"] for group in yaml.safe_load(path.read_text())["groups"] for rule in group["rules"])
        return
    yield from (target["expr"] for panel in dashboard()["panels"] for target in panel["targets"])
    yield from (item["definition"] for item in dashboard()["templating"]["list"] if item["type"] == "query")


@pytest.mark.parametrize("path", [DASHBOARD, ALERTS], ids=["dashboard", "alerts"])
def test_exactly_the_metrics_of_the_program_are_used(path: Path) -> None:
    used = {name for text in expressions_of(path) for name in re.findall(r"\bfgd_[a-z_]+", text)}
    assert not used - SERIES.keys(), "series that nobody writes"
    assert {SERIES[name].name for name in used} == {item.name for item in METRICS}


@pytest.mark.parametrize("path", [DASHBOARD, ALERTS], ids=["dashboard", "alerts"])
def test_only_labels_that_a_metric_has_are_asked_for(path: Path) -> None:
    for text in expressions_of(path):
        for name, selector in re.findall(r"\b(fgd_[a-z_]+)\{([^}]*)\}", text):
            asked = set(re.findall(r"(\w+)=~?\"", selector))
            assert asked <= set(SERIES[name].labels), text


def test_the_dashboard_is_whole() -> None:
    made = dashboard()
    assert {"uid", "title", "schemaVersion", "panels", "templating", "time"} <= made.keys()
    assert [item["name"] for item in made["templating"]["list"]] == ["datasource", "fabric", "trigger"]
    ids = [panel["id"] for panel in made["panels"]]
    assert len(ids) == len(set(ids))
    for panel in made["panels"]:
        assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}, panel["title"]
        assert panel["description"], panel["title"]


def test_no_two_panels_lie_over_each_other() -> None:
    cells = [
        (x, y)
        for place in (panel["gridPos"] for panel in dashboard()["panels"])
        for x in range(place["x"], place["x"] + place["w"])
        for y in range(place["y"], place["y"] + place["h"])
    ]
    assert len(cells) == len(set(cells))
    assert max(x for x, _ in cells) < 24


def test_every_alert_says_what_happened_and_what_to_do() -> None:
    for group in yaml.safe_load(ALERTS.read_text())["groups"]:
        for rule in group["rules"]:
            assert {"summary", "description"} <= rule["annotations"].keys(), rule["alert"]
            assert rule["labels"]["severity"] in ("warning", "critical")


def test_the_page_for_operators_lists_the_metrics_as_they_are() -> None:
    page = (ROOT / "docs" / "operations.md").read_text()
    rows = re.findall(r"^\| `(fgd_\w+)` \| (\w+) \|([^|]*)\| ([^|]*) \|$", page, re.MULTILINE)
    assert [(name, kind, labels.replace(",", " ").split()) for name, kind, labels, _ in rows] == [
        (item.name, item.kind.value, list(item.labels)) for item in METRICS
    ]
    buckets = {name: meaning.removeprefix("buckets ") for name, _, _, meaning in rows if "buckets" in meaning}
    assert buckets == {item.name: " ".join(f"{bound:g}" for bound in item.buckets) for item in METRICS if item.buckets}
