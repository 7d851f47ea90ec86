"""How a run ends as a whole: what the exit status of the step and the conclusion of a check run go by."""

from fgd_sync.model.code import SYNC_CANCELLED, SYNC_TIMEOUT, Severity
from fgd_sync.model.github import Conclusion
from fgd_sync.model.report import Report

_FAILING = {
    "error": frozenset({Severity.ERROR}),
    "warning": frozenset({Severity.ERROR, Severity.WARNING}),
    "change": frozenset({Severity.ERROR}),
    "never": frozenset[Severity](),
}


def verdict(report: Report, fail_on: str = "error") -> Conclusion:
    """The conclusion of a run.

    `fail_on`: `error` and `warning` fail for findings of that severity; `change` for errors, for anything that the
    plans would change, and for drift; `never` for no finding. A fabric that failed fails the run always. What was found
    and does not fail the run makes it neutral, for errors alone.
    """
    codes = {fabric.failure.code for fabric in report.fabrics if fabric.failure}
    if SYNC_CANCELLED in codes:
        return Conclusion.CANCELLED
    if codes:
        return Conclusion.TIMED_OUT if codes == {SYNC_TIMEOUT} else Conclusion.FAILURE
    found = {item.severity for fabric in report.fabrics for item in fabric.diagnostics}
    if found & _FAILING[fail_on] or (fail_on == "change" and _changes(report)):
        return Conclusion.FAILURE
    return Conclusion.NEUTRAL if Severity.ERROR in found else Conclusion.SUCCESS


def _changes(report: Report) -> bool:
    return any(
        (fabric.plan and fabric.plan.changes and not fabric.applied) or (fabric.drift and fabric.drift.drifted)
        for fabric in report.fabrics
    )
