"""The report of a run as a step of a workflow gives it: log, annotations, summary, files, outputs.

None of it needs a token.
"""

from collections.abc import Callable

from fgd_sync.adapters.report_files import write_report
from fgd_sync.cli.output import render
from fgd_sync.cli.step import Step
from fgd_sync.flow.modes import Deed
from fgd_sync.model.action import Inputs
from fgd_sync.model.failure import FgdError
from fgd_sync.model.report import FabricReport, Report
from fgd_sync.render import json_report
from fgd_sync.render.action_outputs import action_outputs
from fgd_sync.render.drift_text import drift_payload
from fgd_sync.render.feedback import Told, job_summary
from fgd_sync.render.tally import summary

_LEAST_BYTES = 2_000


def tell(step: Step, inputs: Inputs, told: Told) -> int:
    """Give the outcome to everybody who needs no token; the exit status that files bring which cannot be written."""
    report = told.report
    step.group(f"fgd {report.command}: findings and changes", render(report, "text", False))
    step.annotate(render(report, "github", False))
    step.notices(told.notes)
    step.say(f"fgd {report.command}: {summary(report.fabrics)}")
    step.outputs(action_outputs(report))
    if step.files.room > _LEAST_BYTES:
        step.files.summary(job_summary(told, step.files.room - 1))
    return max((_written(step, name, make) for name, make in _files(inputs, told).items() if name), default=0)


def _files(inputs: Inputs, told: Told) -> dict[str, Callable[[], str]]:
    """What is to be written, by file; "" for what nobody asked for."""
    report = told.report
    return {
        inputs.sarif_file: lambda: render(report, "sarif", False),
        inputs.junit_file: lambda: render(report, "junit", False),
        inputs.report_file: lambda: report_json(report, told.context.trigger),
    }


def _written(step: Step, name: str, make: Callable[[], str]) -> int:
    try:
        write_report(step.workspace, name, make())
    except FgdError as failure:
        step.complain(failure)
        return int(failure.code.exit)
    return 0


def report_json(report: Report, trigger: str) -> str:
    """The whole report as JSON: the payload of `check` where nothing is written, else that of `sync`."""

    def payload(fabric: FabricReport) -> json_report.Payload:
        if report.command == Deed.DRIFT:
            table = drift_payload(fabric.drift) if fabric.drift else None
            return {**json_report.check(fabric, fabric.structure), "drift": table}
        if report.command == Deed.CHECK:
            return json_report.check(fabric, fabric.structure)
        return json_report.sync(fabric, trigger=trigger)

    return json_report.dumps([payload(item) for item in report.fabrics])
