"""What a run says on GitHub: job summary, comment on a pull request, check run, commit status. A report in, texts out.

All are made of the one Markdown of a report, each within the size of its place. Nothing that comes from files can make
markup, a mention, a link or a reference there, or a second marker.
"""

import re
from collections.abc import Iterator, Sequence
from hashlib import sha256

from fgd_sync.model.code import Severity
from fgd_sync.model.context import RunContext
from fgd_sync.model.diagnostic import Diagnostic, sort_key
from fgd_sync.model.github import Annotation, CheckOutput, CommitStatus, Conclusion
from fgd_sync.model.location import Location
from fgd_sync.model.pattern import pattern
from fgd_sync.model.report import FabricReport, Report
from fgd_sync.model.value import dataclass, replace
from fgd_sync.render.escape import cut, visible
from fgd_sync.render.excerpt import token_end
from fgd_sync.render.headline import STATUS_LENGTH, headline
from fgd_sync.render.links import commit_url
from fgd_sync.render.markdown import Look, render
from fgd_sync.render.markdown_text import anchor, code
from fgd_sync.render.tally import number
from fgd_sync.render.verdict import verdict

SUMMARY_BYTES = 1_000_000
"""Of the 1 MiB that the summary of a step may have, so much is used for a report at most."""

TEXT_BYTES = 65_000
"""GitHub takes 65,536 characters of a comment and 65,535 of a check run's summary."""

MOST_ANNOTATIONS = 1000
"""Annotations of one check run: twenty requests."""

STATUS_CONTEXT = "fgd-sync"
"""The name of our commit status, and of our check run where a run has no key."""

_MESSAGE, _TITLE = 16_000, 200
_ORDER = list(Severity)
_PLAIN_PATH = pattern(r"[\w./-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Told:
    """What is told, and as what.

    `key` tells apart what several runs say of one commit, as the jobs of a matrix do: "" where there is one. `notes`:
    what could not be done, in sentences. `read`: the commit that files were read from, if not that of the context.
    """

    report: Report
    context: RunContext
    fail_on: str = "error"
    key: str = ""
    notes: Sequence[str] = ()
    read: str = ""

    @property
    def conclusion(self) -> Conclusion:
        """How the run ended."""
        return verdict(self.report, self.fail_on)

    @property
    def name(self) -> str:
        """The name of its check run and status."""
        return f"{STATUS_CONTEXT} ({cut(visible(self.key), 80)})" if self.key else STATUS_CONTEXT


def job_summary(told: Told, room: int = SUMMARY_BYTES) -> str:
    """The summary of a step."""
    return render(told.report, _look(told, min(room, SUMMARY_BYTES), "The log of the step has all of it."))


def comment_body(told: Told) -> str:
    """The comment on a pull request, with its marker."""
    look = replace(_look(told, TEXT_BYTES, _elsewhere(told.context)), is_brief=True)
    return f"{marker(told)}\n{render(told.report, look)}"


def is_worth_a_comment(report: Report) -> bool:
    """Whether a report says more than that all is well and nothing changes."""
    return any(map(_has_something_to_say, report.fabrics))


def _has_something_to_say(fabric: FabricReport) -> bool:
    plan = fabric.plan
    serious = any(item.severity is not Severity.NOTICE for item in fabric.diagnostics)
    changes = plan is not None and (bool(plan.changes) or (plan.impact is not None and not plan.impact.is_empty))
    return fabric.failure is not None or serious or changes


def marker(told: Told) -> str:
    """What tells our comment from others, and the comments of different workflows, jobs and keys from each other."""
    parts = (told.context.workflow, told.context.job, told.key)
    digest = sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:20]
    return f"<!-- fgd-sync comment {digest} -->"


def check_output(told: Told) -> CheckOutput:
    """What the check run shows in the end, with the findings as annotations."""
    annotations = list(_annotations(told.report))
    beyond = len(annotations) - MOST_ANNOTATIONS
    notes = [*told.notes, f"annotations for {number(beyond, 'more finding')}"] if beyond > 0 else told.notes
    summary = render(told.report, _look(replace(told, notes=notes), TEXT_BYTES, _elsewhere(told.context)))
    return CheckOutput(headline(told.report, _TITLE), summary, annotations[:MOST_ANNOTATIONS])


def commit_status(told: Told, commit: str) -> CommitStatus:
    """The status on a commit that the run made."""
    state = "success" if told.conclusion in (Conclusion.SUCCESS, Conclusion.NEUTRAL) else "failure"
    return CommitStatus(commit, state, told.name, headline(told.report, STATUS_LENGTH), told.context.run_url)


def _look(told: Told, limit: int, full_report: str) -> Look:
    return Look(
        limit=limit,
        context=told.context,
        read=told.read,
        full_report=full_report,
        notes=told.notes,
        footer=footer(told),
        fail_on=told.fail_on,
    )


def _elsewhere(context: RunContext) -> str:
    where = anchor("the summary of the run", context.run_url)
    return f"{where[:1].upper()}{where[1:]} has more." if where.startswith("<") else "The summary of the run has more."


def footer(told: Told) -> str:
    """Where this comes from, and how to see the same at a desk."""
    context = told.context
    commit = told.read or context.commit
    at = f"commit {anchor(code(commit[:10]), commit_url(context, commit))}" if commit else ""
    run = anchor("run", context.run_url) if context.run_url else ""
    paths = [item.path for item in told.report.fabrics if item.path != "."]
    plain = " ".join(paths) if len(paths) <= 3 and all(_PLAIN_PATH.fullmatch(path) for path in paths) else ""
    same = f"the same at your desk: {code(f'fgd check {plain}'.rstrip())}"
    return f"<sub>{' · '.join(filter(None, (at, run, same)))}</sub>"


def _annotations(report: Report) -> Iterator[Annotation]:
    found = [(fabric, item) for fabric in report.fabrics for item in sorted(fabric.diagnostics, key=sort_key)]
    for fabric, item in sorted(found, key=lambda pair: _ORDER.index(pair[1].severity)):
        yield _annotation(fabric, item)


def _annotation(fabric: FabricReport, item: Diagnostic) -> Annotation:
    place = item.location
    line = place.position.line if place.position else 1
    start, end = _columns(place)
    related = [
        f"also: {visible(fabric.display(other.location.path))}"
        f"{f':{other.location.position.line}' if other.location.position else ''}  {visible(other.message)}"
        for other in item.related
    ]
    message = "\n".join(filter(None, (visible(item.message), visible(item.remedy), *related)))
    return Annotation(
        visible(fabric.display(place.path)).lstrip("/") or ".",
        line,
        line,
        item.severity,
        cut(message, _MESSAGE) or item.code.title,
        cut(f"{item.code.id} {visible(item.rule)}".rstrip(), _TITLE),
        details=cut(visible(place.excerpt.strip("\r\n")), _MESSAGE),
        start_column=start,
        end_column=end,
    )


def _columns(place: Location) -> tuple[int, int]:
    """The first and last column of what is at fault; (0, 0) where that is not known."""
    if not place.position:
        return 0, 0
    start = place.position.column
    if not place.excerpt:
        return start, start
    line = place.excerpt.rstrip("\r\n")
    return start, max(start, token_end(line, min(start - 1, len(line))))
