"""From the report of a fabric to what NetBox is told of it. Pure; times and ids come from the report."""

from collections import Counter

from fgd_sync.model.code import Severity
from fgd_sync.model.context import RunContext
from fgd_sync.model.diagnostic import Diagnostic
from fgd_sync.model.netbox import Outcome
from fgd_sync.model.plan import Action, Plan
from fgd_sync.model.report import FabricReport

MOST_CHANGES = 50
"""Changed resources that an outcome names."""


def outcome_of(
    report: FabricReport,
    context: RunContext,
    *,
    netbox_id: int | None = None,
    commit: str = "",
    correlation_id: str = "",
) -> Outcome:
    """What NetBox is told of a sync. `commit`: the one that the fabric's files are in, if not the run's own."""
    plan = report.plan
    repository = f"{context.server_url}/{context.repository}" if context.is_on_github else ""
    changes = _changes(plan)
    return Outcome(
        fabric=report.fabric,
        sync_id=report.sync_id,
        state=report.state,
        completed_at=report.completed_at,
        started_at=report.started_at,
        netbox_id=netbox_id,
        correlation_id=correlation_id,
        trigger=context.trigger,
        commit=commit or context.commit,
        branch=context.branch,
        repository_url=repository,
        run_url=context.run_url,
        actions={str(item): count for item in Action if plan and (count := plan.count(item))},
        kinds=_kinds(plan),
        changes=changes[:MOST_CHANGES],
        changes_left_out=max(0, len(changes) - MOST_CHANGES),
        errors=sum(item.is_error for item in report.diagnostics) + bool(report.failure),
        warnings=sum(item.severity is Severity.WARNING for item in report.diagnostics),
        error=_first_error(report),
    )


def _kinds(plan: Plan | None) -> dict[str, int]:
    present = (item for item in (plan.inventory if plan else ()) if item.action is not Action.DELETE)
    return dict(sorted(Counter(item.ref.kind for item in present).items()))


def _changes(plan: Plan | None) -> tuple[str, ...]:
    changed = (item for item in (plan.inventory if plan else ()) if item.action is not Action.KEEP)
    return tuple(f"{item.action} {item.ref}" for item in sorted(changed, key=lambda item: (item.action, item.ref)))


def _first_error(report: FabricReport) -> str:
    if report.failure:
        return f"{report.failure.code.id} {report.failure.message}"
    first = next((item for item in report.diagnostics if item.is_error), None)
    return in_words(first, report) if first else ""


def in_words(item: Diagnostic, report: FabricReport | None = None) -> str:
    """A finding on one line, with its place."""
    path = report.display(item.location.path) if report else item.location.path
    line = f":{item.location.position.line}" if item.location.position else ""
    return f"{item.code.id} {path}{line} {item.message}"
