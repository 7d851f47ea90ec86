"""Reports as GitHub Markdown, for job summaries, comments and check runs: a report in, text of bounded size out.

First the outcome, then what is wrong, then what changes. The text is cut at a whole entry, with the count of what is
left out. Nothing that comes from files can make markup, a mention, a link or a reference.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from fgd_sync.model.code import Severity
from fgd_sync.model.context import RunContext
from fgd_sync.model.diagnostic import sort_key
from fgd_sync.model.failure import FgdError
from fgd_sync.model.github import Conclusion
from fgd_sync.model.plan import Action
from fgd_sync.model.pulled import Verdict
from fgd_sync.model.report import FabricReport, Report
from fgd_sync.model.value import dataclass, replace
from fgd_sync.render.drift_markdown import drift_sections
from fgd_sync.render.drift_words import together
from fgd_sync.render.headline import changes_in_words, outcome, set_aside_in_words, title
from fgd_sync.render.links import commit_url, links, pull_url
from fgd_sync.render.markdown_fabric import Page, row, table
from fgd_sync.render.markdown_text import anchor, code, prose
from fgd_sync.render.plan_text import told_sources
from fgd_sync.render.pulled_words import clash_cells
from fgd_sync.render.sections import Section, fit, foldable, folded, not_shown
from fgd_sync.render.tally import findings_phrase, number, resources_phrase, tally
from fgd_sync.render.verdict import verdict

_RESERVE = 500
_ORDER = list(Severity)
_NOTES = 20

_SIGNS = {
    Conclusion.SUCCESS: "✅",
    Conclusion.NEUTRAL: "❕",
    Conclusion.FAILURE: "❌",
    Conclusion.CANCELLED: "🛑",
    Conclusion.TIMED_OUT: "⏰",
}


_NOWHERE = RunContext()


@dataclass(frozen=True, slots=True)
class Look:
    """How a report is shown.

    `limit`: bytes of UTF-8, 1,000 at least. `context`: where links lead; `read` is the commit that files were read
    from. `full_report`: Markdown that says where all of it is, for a report that had to be cut. `notes`: what could not
    be done, in sentences. `footer`: Markdown at the end. `is_brief`: for a comment, in which each fabric has few
    findings and no source files. `fail_on`: see `verdict`.
    """

    limit: int = 60_000
    context: RunContext = _NOWHERE
    read: str = ""
    full_report: str = ""
    notes: Sequence[str] = ()
    footer: str = ""
    is_brief: bool = False
    fail_on: str = "error"


_USUAL = Look()


def render(report: Report, look: Look = _USUAL) -> str:
    """The report in at most `look.limit` bytes."""
    head = _head(report, look)
    own = [(item.fabric, note) for item in report.fabrics for note in item.notes if note not in look.notes]
    told = [f"`{fabric}`: {note}" for fabric, note in own]
    tail = "".join((_notes([*look.notes, *told]), f"\n{look.footer}\n" if look.footer else ""))
    sections = list(_sections(report, look))
    fixed = sum(len(text.encode()) for text in (head, tail, look.full_report))
    body, left_out = fit(sections, look.limit - fixed - _RESERVE)
    return head + body + not_shown(left_out, look.full_report) + tail


def _head(report: Report, look: Look) -> str:
    """What the run is and how it ended, then what changes."""
    fabrics = report.fabrics
    whose = f" of {code(fabrics[0].fabric)}" if len(fabrics) == 1 else ""
    sign = _SIGNS[verdict(report, look.fail_on)]
    found = findings_phrase(tally(fabrics)) if any(_has_findings(item) for item in fabrics) else outcome(fabrics)
    return f"## {sign} {title(report)}{whose}: {prose(found)}\n\n{_changes(fabrics, look)}\n"


def _has_findings(fabric: FabricReport) -> bool:
    return bool(fabric.failure or fabric.diagnostics)


def _changes(fabrics: Sequence[FabricReport], look: Look) -> str:
    words = prose(changes_in_words(fabrics))
    pulls = dict.fromkeys(item.pull_request for item in fabrics if item.pull_request)
    commits = dict.fromkeys(item.commit for item in fabrics if item.commit and not item.pull_request)
    proposed = [anchor(f"pull request {number}", pull_url(look.context, number)) for number in list(pulls)[:5]]
    made = [anchor(code(commit[:10]), commit_url(look.context, commit)) for commit in list(commits)[:5]]
    sentences = [f"{words[:1].upper()}{words[1:]}."]
    sentences += [f"Committed as {', '.join(made)}."] if made else []
    sentences += [f"Proposed in {', '.join(proposed)}."] if proposed else []
    rest, drift = set_aside_in_words(fabrics), together(fabrics)
    sentences += [f"{drift[:1].upper()}{drift[1:]}."] if drift else []
    sentences += [f"{rest[:1].upper()}{rest[1:]}."] if rest else []
    return " ".join(sentences)


def _notes(notes: Sequence[str]) -> str:
    if not notes:
        return ""
    lines = "".join(f"- {prose(note[:1].upper() + note[1:])}\n" for note in notes[:_NOTES])
    return f"\n**Notes**\n\n{lines}"


def _sections(report: Report, look: Look) -> Iterator[Section]:
    several = len(report.fabrics) > 1
    if several:
        yield Section(table("fabric", "findings", "resources"), "fabric", report.fabrics, _overview)
    said: dict[str, str] = {}
    for fabric in sorted(report.fabrics, key=_urgency):
        heading = f"\n### {code(fabric.fabric)}\n" if several else ""
        for section in _fabric(_page(fabric, look, level=4 if several else 3), look, said):
            yield replace(section, head=heading + section.head)
            heading = ""


def _urgency(fabric: FabricReport) -> int:
    """Fabrics that failed come first, then those with errors."""
    return 0 if fabric.failure else 1 if fabric.plan and fabric.plan.errors else 2


def _page(fabric: FabricReport, look: Look, *, level: int) -> Page:
    made = links(look.context, fabric.commit) if fabric.commit else None
    return Page(fabric, links(look.context, look.read or look.context.commit), made, level=level)


def _overview(fabric: FabricReport) -> str:
    counts = tally([fabric])
    found = findings_phrase(counts).replace("1 fabric failed", "failed")
    return row(code(fabric.fabric), found, resources_phrase(counts))


def _fabric(page: Page, look: Look, said: dict[str, str]) -> Iterator[Section]:
    """The sections of one fabric that have entries. `said`: which fabric a failure was told of before."""
    fabric, plan = page.fabric, page.fabric.plan
    if fabric.failure:
        yield _failure(page, fabric.failure, said)
    found = sorted(fabric.diagnostics, key=lambda item: (_ORDER.index(item.severity), sort_key(item)))
    serious = [item for item in found if item.severity is not Severity.NOTICE]
    if serious:
        yield Section("", "finding", serious, page.finding, most=25 if look.is_brief else len(serious))
    if fabric.drift and len(fabric.drift.asked) > 1:
        yield from drift_sections(fabric.drift)
    asked = [item for item in plan.pulled if item.verdict is Verdict.ASKED] if plan else []
    if asked:
        head = table("to be decided", "field", "agreed on before", "NetBox", "git", "changed in NetBox by")
        cells = [line for item in asked for line in clash_cells(item)]
        yield Section(head, "open question", cells, lambda line: row(*map(code, line)))
    if plan and plan.impact and not plan.impact.is_empty:
        yield Section("", "impact summary", [plan.impact], page.impact)
    changed = [item for item in plan.inventory if item.action is not Action.KEEP] if plan else []
    if changed:
        head = table("resource", "change", "file")
        yield foldable(Section(head, "change", changed, page.change), f"{number(len(changed), 'changed resource')}")
    yield from _asides(page, found[len(serious) :], look)


def _failure(page: Page, failure: FgdError, said: dict[str, str]) -> Section:
    """The failure in words, or the name of the first fabric that failed so."""
    first = said.setdefault(failure.message, page.fabric.fabric)
    if first == page.fabric.fabric:
        return Section("", "failure", [failure], page.failure)
    return Section("", "failure", [first], lambda name: f"\n**error** the same as for {code(name)}\n")


def _asides(page: Page, notices: Sequence[Any], look: Look) -> Iterator[Section]:
    """What a reader may want to know but need not: notices, and what becomes of source files."""
    plan = page.fabric.plan
    if notices:
        section = Section("\n", "notice", notices, page.notice, most=50 if look.is_brief else len(notices))
        yield folded(section, number(len(notices), "notice"))
    sources = told_sources(plan) if plan and not look.is_brief else []
    if sources:
        section = Section(table("source", "documents", "outcome"), "source", sources, page.source)
        yield folded(section, number(len(sources), "source file"))
