"""SARIF 2.1.0 for code scanning: a report in, text out, in one run for all fabrics.

Bounds are GitHub's: it shows 5,000 results of a run and refuses more than 25,000; the worst come first, and what is
left out is counted in a notification of the run.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from fgd_sync.model.code import FINDING_IGNORED, Severity
from fgd_sync.model.diagnostic import Diagnostic, sort_key
from fgd_sync.model.location import Location, format_route
from fgd_sync.model.report import FabricReport, Report
from fgd_sync.render.escape import visible
from fgd_sync.render.json_text import to_json
from fgd_sync.render.links import uri_path
from fgd_sync.render.tally import number
from fgd_sync.rules.rule import Rule

JsonObject = dict[str, Any]

RESULTS_SHOWN = 5000
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTICE: "note"}
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ORDER = list(Severity)

Item = tuple[FabricReport, Diagnostic]
Rules = Mapping[str, Rule]


def render(report: Report, *, version: str, rules: Rules = MappingProxyType({}), limit: int = RESULTS_SHOWN) -> str:
    """The report as a SARIF log. `version` is that of this program; `limit` the number of results kept."""
    items = [(fabric, item) for fabric in report.fabrics for item in sorted(fabric.diagnostics, key=sort_key)]
    items.sort(key=lambda pair: _ORDER.index(pair[1].severity))
    kept = items[:limit]
    run = {
        "tool": {"driver": _driver(version, kept, rules)},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report, len(items) - len(kept))],
        "results": _results(kept),
    }
    return to_json({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _driver(version: str, items: Sequence[Item], rules: Rules) -> JsonObject:
    found: dict[str, JsonObject] = {}
    for _, item in items:
        if _rule_id(item) not in found:
            found[_rule_id(item)] = _rule(item, rules.get(item.rule))
    return {"name": "fgd-sync", "semanticVersion": version, "rules": [found[name] for name in sorted(found)]}


def _rule_id(item: Diagnostic) -> str:
    return item.rule or item.code.id


def _rule(item: Diagnostic, rule: Rule | None) -> JsonObject:
    code, name = item.code, _rule_id(item)
    title = rule.title if rule else code.title
    why = f"{rule.why}\n\n" if rule else ""
    text = f"{why}{code.remedy}\n\n`fgd explain {name}` says more."
    return {
        "id": name,
        "name": code.name,
        "shortDescription": {"text": title},
        "help": {"text": text, "markdown": text},
        "defaultConfiguration": {"level": _LEVELS[rule.severity if rule else code.severity]},
    }


def _results(items: Sequence[Item]) -> list[JsonObject]:
    places = {name: index for index, name in enumerate(sorted({_rule_id(item) for _, item in items}))}
    seen: Counter[str] = Counter()
    results = []
    for fabric, item in items:
        key = _fingerprint(fabric, item)
        seen[key] += 1
        results.append(
            _result(fabric, item)
            | {
                "ruleIndex": places[_rule_id(item)],
                "partialFingerprints": {"primaryLocationLineHash": f"{key}:{seen[key]}"},
            }
        )
    return results


def _result(fabric: FabricReport, item: Diagnostic) -> JsonObject:
    result = {
        "ruleId": _rule_id(item),
        "level": _LEVELS[item.severity],
        "message": _message(f"{item.message}. {item.remedy}" if item.remedy else item.message),
        "locations": [{"physicalLocation": _physical(fabric, item.location)}],
    }
    if item.code is FINDING_IGNORED:
        result["suppressions"] = [{"kind": "inSource", "status": "accepted"}]
    if item.related:
        result["relatedLocations"] = [
            {"id": index, "message": _message(other.message), "physicalLocation": _physical(fabric, other.location)}
            for index, other in enumerate(item.related, 1)
        ]
    return result


def _physical(fabric: FabricReport, location: Location) -> JsonObject:
    place: JsonObject = {"artifactLocation": {"uri": uri_path(fabric.display(location.path)), "uriBaseId": "%SRCROOT%"}}
    if location.position:
        place["region"] = {"startLine": location.position.line, "startColumn": location.position.column}
    return place


def _fingerprint(fabric: FabricReport, item: Diagnostic) -> str:
    """Identity of a finding that holds when lines above it come and go: what, in which resource and field, how put."""
    parts = (
        _rule_id(item),
        fabric.display(item.location.path),
        str(item.ref or ""),
        format_route(item.location.route),
        item.location.excerpt.strip(),
        item.message,
    )
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _invocation(report: Report, left_out: int) -> JsonObject:
    notes = [
        {"level": "error", "message": _message(f"{fabric.fabric}: {fabric.failure.code.id} {fabric.failure.message}")}
        for fabric in report.fabrics
        if fabric.failure
    ]
    successful = not notes
    if left_out:
        notes.append({"level": "warning", "message": _message(f"{number(left_out, 'result')} left out for size")})
    return {"executionSuccessful": successful, "toolExecutionNotifications": notes}


def _message(text: str) -> JsonObject:
    """A SARIF message; `](` would make a link of what a manifest says."""
    return {"text": visible(text).replace("](", "] (")}
