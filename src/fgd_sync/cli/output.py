"""A report in the form that the user asked for."""

from fgd_sync import __version__
from fgd_sync.cli.common import wants_color
from fgd_sync.model.report import FabricReport, Report


def render(report: Report, form: str, color: bool | None, *, diff: str = "none") -> str:
    """The report as text, or as JSON, SARIF, JUnit XML, Markdown or GitHub workflow commands."""
    if form == "text":
        from fgd_sync.render.plan_text import Diff
        from fgd_sync.render.text import Look
        from fgd_sync.render.text import render as text

        return text(report, Look(color=wants_color(color), changes=report.command != "check", diff=Diff(diff)))
    if form == "json":
        return _json(report)
    if form == "sarif":
        from fgd_sync.render.sarif import render as sarif
        from fgd_sync.rules.registry import RULES

        return sarif(report, version=__version__, rules=RULES)
    if form == "junit":
        from fgd_sync.render.junit import render as junit

        return junit(report)
    if form == "markdown":
        from fgd_sync.render.markdown import render as markdown

        return markdown(report)
    from fgd_sync.render.workflow_commands import render as commands

    return commands(report)


def _json(report: Report) -> str:
    from fgd_sync.render import json_report

    def payload(fabric: FabricReport) -> json_report.Payload:
        if report.command == "check":
            return json_report.check(fabric, fabric.structure)
        if report.command == "plan":
            return json_report.plan(fabric)
        return json_report.sync(fabric, trigger="manual")

    return json_report.dumps([payload(item) for item in report.fabrics])
