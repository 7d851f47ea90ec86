"""The report of a run as a step of a workflow gives it: log, annotations, summary, files, outputs.

None of it needs a token.
"""

from fgd_sync.adapters.report_files import write_report
from fgd_sync.cli.output import render
from fgd_sync.cli.step import Step
from fgd_sync.flow.modes import Deed
from fgd_sync.model.action import Inputs
from fgd_sync.model.report import FabricReport, Report
from fgd_sync.render import json_report
from fgd_sync.render.action_outputs import action_outputs
from fgd_sync.render.feedback import Told, job_summary
from fgd_sync.render.tally import summary

_LEAST_BYTES = 2_000


def tell(step: Step, inputs: Inputs, told: Told) -> None:
    """Give the outcome to everybody who needs no token. Raises FgdError for a file that cannot be written."""
    report = told.report
    step.group(f"fgd {report.command}: findings and changes", render(report, "text", False))
    step.annotate(render(report, "github", False))
    step.notices(told.notes)
    step.say(f"fgd {report.command}: {summary(report.fabrics)}")
    _write_files(step, inputs, told)
    if step.files.room > _LEAST_BYTES:
        step.files.summary(job_summary(told, step.files.room - 1))
    step.outputs(action_outputs(report))


def _write_files(step: Step, inputs: Inputs, told: Told) -> None:
    report = told.report
    if inputs.sarif_file:
        write_report(step.workspace, inputs.sarif_file, render(report, "sarif", False))
    if inputs.junit_file:
        write_report(step.workspace, inputs.junit_file, render(report, "junit", False))
    if inputs.report_file:
        write_report(step.workspace, inputs.report_file, report_json(report, told.context.trigger))


def report_json(report: Report, trigger: str) -> str:
    """The whole report as JSON: the payload of `check` where nothing is written, else that of `sync`."""

    def payload(fabric: FabricReport) -> json_report.Payload:
        if report.command in (Deed.CHECK, Deed.DRIFT):
            return json_report.check(fabric, fabric.structure)
        return json_report.sync(fabric, trigger=trigger)

    return json_report.dumps([payload(item) for item in report.fabrics])
