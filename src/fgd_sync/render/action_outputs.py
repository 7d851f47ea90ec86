"""The outputs of the action, from the report of a run: text by name. Pure.

Every output of the table in `model.action` is given, also where it is empty. The JSON of `report` is bounded: findings
are left out from the end, and counted.
"""

from collections.abc import Iterable
from typing import Any

from fgd_sync.model.code import Severity
from fgd_sync.model.diagnostic import Diagnostic, sort_key
from fgd_sync.model.plan import Action, Fate
from fgd_sync.model.report import FabricReport, Report
from fgd_sync.render import json_report
from fgd_sync.render.action_status import has_changes
from fgd_sync.render.json_text import to_json_line
from fgd_sync.render.tally import tally

REPORT_LIMIT = 200_000
"""Bytes of the output `report`; all outputs of a job have 1 MB together."""

_FRAME = 100
_COMMITTING = ("sync", "fix", "pull")
_WORST = ("cancelled", "failed", "completed")
_ORDER = list(Severity)


def action_outputs(report: Report, limit: int = REPORT_LIMIT) -> dict[str, str]:
    """The outputs of a step. Commits of several fabrics follow each other, so the last one has all changes."""
    counts = tally(report.fabrics)
    commits = [fabric.commit for fabric in report.fabrics if fabric.commit]
    changed = bool(commits) or (report.command not in _COMMITTING and any(map(has_changes, report.fabrics)))
    return {
        "changed": _flag(changed),
        "commit-sha": commits[-1] if commits else "",
        "sync-id": ",".join(fabric.sync_id for fabric in report.fabrics if fabric.sync_id),
        "state": state_of(report),
        "files-processed": str(sum(map(_taken_in, report.fabrics))),
        "resources": str(sum(map(_resources, report.fabrics))),
        "errors": str(counts.severities[Severity.ERROR] + counts.failures),
        "warnings": str(counts.severities[Severity.WARNING]),
        "report": _report(report, limit),
        "matrix": "",
        "drift": _drift(report),
        "pull-request": ",".join(str(fabric.pull_request) for fabric in report.fabrics if fabric.pull_request),
    }


def state_of(report: Report) -> str:
    """The worst state among the fabrics."""
    found = {fabric.state for fabric in report.fabrics} or {"completed"}
    return next(state for state in _WORST if state in found)


def _drift(report: Report) -> str:
    """How many resources are not the same everywhere; empty where nothing was compared."""
    tables = [fabric.drift for fabric in report.fabrics if fabric.drift and len(fabric.drift.asked) > 1]
    return str(sum(len(table.drifted) for table in tables)) if tables else ""


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _taken_in(fabric: FabricReport) -> int:
    sources = fabric.plan.sources if fabric.plan else ()
    return sum(1 for source in sources if source.fate is not Fate.IGNORED)


def _resources(fabric: FabricReport) -> int:
    """How many resources there are after the plan."""
    plan = fabric.plan
    return len(plan.inventory) - plan.count(Action.DELETE) if plan else 0


def _report(report: Report, limit: int) -> str:
    """The outcome as JSON of at most `limit` bytes: the fabrics, then the worst findings first, while there is room."""
    fabrics = [_summary(fabric) for fabric in report.fabrics]
    found = [(fabric, item) for fabric in report.fabrics for item in sorted(fabric.diagnostics, key=sort_key)]
    found.sort(key=lambda pair: _ORDER.index(pair[1].severity))
    head = {"command": report.command, "state": state_of(report)}
    room = limit - len(to_json_line(head)) - _FRAME
    shown = _fitting((to_json_line(item) for item in fabrics), room)
    room -= sum(len(item) + 1 for item in shown)
    findings = _fitting((to_json_line(_finding(*pair)) for pair in found), room)
    left_out = len(fabrics) - len(shown) + len(found) - len(findings)
    parts = f'"fabrics":[{",".join(shown)}],"findings":[{",".join(findings)}],"left_out":{left_out}'
    return f"{to_json_line(head)[:-1]},{parts}}}"


def _fitting(entries: Iterable[str], room: int) -> list[str]:
    """As many entries from the first on as there is room for, with a comma after each."""
    shown: list[str] = []
    for entry in entries:
        room -= len(entry) + 1
        if room < 0:
            break
        shown.append(entry)
    return shown


def _finding(fabric: FabricReport, item: Diagnostic) -> dict[str, Any]:
    return {"fabric": fabric.fabric, **json_report.diagnostic(fabric, item)}


def _summary(fabric: FabricReport) -> dict[str, Any]:
    counts = tally([fabric])
    failure = fabric.failure
    return {
        "fabric": fabric.fabric,
        "path": fabric.path,
        "state": fabric.state,
        "sync_id": fabric.sync_id,
        "changed": bool(fabric.commit) or has_changes(fabric),
        "commit": fabric.commit or None,
        "pull_request": fabric.pull_request or None,
        "resources": {action.value: counts.actions[action] for action in Action},
        "errors": counts.severities[Severity.ERROR] + counts.failures,
        "warnings": counts.severities[Severity.WARNING],
        "failure": {"code": failure.code.id, "message": failure.message} if failure else None,
    }
