from dataclasses import replace

import pytest

from fgd_sync.model.code import SYNC_CANCELLED, SYNC_TIMEOUT
from fgd_sync.model.diagnostic import Diagnostic
from fgd_sync.model.failure import FgdError
from fgd_sync.model.github import Conclusion
from fgd_sync.model.report import FabricReport
from fgd_sync.render.verdict import verdict
from render_samples import BROKEN, LONG_PREFIX, UNKNOWN_FIELD, fabric, report


@pytest.mark.parametrize(
    ("found", "fail_on", "conclusion"),
    [
        ((), "error", "success"),
        ((UNKNOWN_FIELD,), "error", "success"),
        ((UNKNOWN_FIELD,), "warning", "failure"),
        ((LONG_PREFIX,), "error", "failure"),
        ((LONG_PREFIX,), "change", "failure"),
        ((LONG_PREFIX,), "never", "neutral"),
        ((), "change", "failure"),
    ],
)
def test_findings_fail_a_run_as_asked(found: tuple[Diagnostic, ...], fail_on: str, conclusion: str) -> None:
    assert verdict(report(fabric(*found)), fail_on) == conclusion


def test_a_plan_that_was_made_is_no_change_any_more() -> None:
    assert verdict(report(fabric(applied=True)), "change") is Conclusion.SUCCESS


def failed(error: FgdError) -> FabricReport:
    return replace(BROKEN, failure=error)


def test_a_fabric_that_failed_fails_the_run_whatever_was_asked() -> None:
    assert verdict(report(fabric(), BROKEN), "never") is Conclusion.FAILURE
    late, stopped = failed(FgdError(SYNC_TIMEOUT, "too slow")), failed(FgdError(SYNC_CANCELLED, "stopped"))
    assert verdict(report(fabric(), late)) is Conclusion.TIMED_OUT
    assert verdict(report(late, BROKEN)) is Conclusion.FAILURE
    assert verdict(report(stopped, BROKEN)) is Conclusion.CANCELLED
