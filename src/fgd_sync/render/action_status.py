"""Whether a step of a workflow fails, from the report of its run. Pure."""

from fgd_sync.model.code import Exit
from fgd_sync.model.github import Conclusion
from fgd_sync.model.report import FabricReport, Report
from fgd_sync.render.verdict import verdict


def step_status(report: Report, fail_on: str = "error", *, must_be_clean: bool = False) -> int:
    """The exit status of a step.

    A fabric whose work could not be done fails it in any case. `fail_on`: what else does, as the input of that name
    says. `must_be_clean`: so does a plan that changes anything, because making that change was asked for and refused.
    """
    failures = [int(fabric.failure.code.exit) for fabric in report.fabrics if fabric.failure]
    if failures:
        return max(failures)
    if must_be_clean and any(map(has_changes, report.fabrics)):
        return Exit.REFUSED
    return Exit.FINDINGS if verdict(report, fail_on) is Conclusion.FAILURE else Exit.OK


def has_changes(fabric: FabricReport) -> bool:
    """Whether the plan of a fabric changes a file, and the change was not made."""
    return fabric.plan is not None and bool(fabric.plan.changes) and not fabric.applied
