"""Reports as GitHub Markdown, for job summaries, comments and check runs: a report in, text of bounded size out.

Findings come before changes. The text is cut at a whole entry, with the count of what is left out. Nothing that comes
from files can make markup, a mention, a link or a reference.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from fgd_sync.model.code import Severity
from fgd_sync.model.diagnostic import Diagnostic, sort_key
from fgd_sync.model.impact import Impact
from fgd_sync.model.location import Location
from fgd_sync.model.plan import Action, ResourceChange, SourceOutcome
from fgd_sync.model.report import FabricReport, Report
from fgd_sync.render.excerpt import excerpt
from fgd_sync.render.impact_markdown import impact_markdown
from fgd_sync.render.markdown_text import anchor, code, fenced, prose
from fgd_sync.render.plan_text import deleted_paths, document_count, source_fate, told_sources
from fgd_sync.render.tally import DONE, PLANNED, findings_phrase, number, resources_phrase, tally

Link = Callable[[str, int], str]
"""Called with a path as shown in the report and a line (0: the file as a whole); gives a URL, "" for none."""

IMPACT_BYTES = 20_000
"""Room for the impact summary of one fabric."""

_RESERVE = 500
_ORDER = list(Severity)


@dataclass(frozen=True, slots=True)
class _Section:
    """Entries of one sort under a heading. `show` renders one entry; it is called only for those that are shown."""

    head: str
    noun: str
    items: Sequence[Any]
    show: Callable[[Any], str]


def render(report: Report, *, limit: int = 60_000, link: Link | None = None, full_report: str = "") -> str:
    """The report in at most `limit` bytes of UTF-8, which is 1,000 at least.

    `full_report`: Markdown that says where all of it is, for a report that had to be cut.
    """
    counts = tally(report.fabrics)
    head = f"## fgd {report.command}: {findings_phrase(counts)}\n\n{resources_phrase(counts)}\n"
    sections = list(_sections(report, link or _no_link))
    body, left_out = _fit(sections, limit - len(head.encode()) - len(full_report.encode()) - _RESERVE)
    closing = f"\n**Left out for size: {', '.join(left_out)}.** {full_report}".rstrip() + "\n" if left_out else ""
    return head + body + closing


def _no_link(path: str, line: int) -> str:  # noqa: ARG001 - the shape of Link
    return ""


def _fit(sections: Sequence[_Section], room: int) -> tuple[str, list[str]]:
    """As many whole entries as there is room for, from the first on, and the counts of the others."""
    parts: list[str] = []
    left_out: dict[str, int] = {}
    for section in sections:
        for index, item in enumerate(section.items):
            text = ("" if index else section.head) + section.show(item) if not left_out else ""
            room -= len(text.encode())
            if left_out or room < 0:
                left_out[section.noun] = left_out.get(section.noun, 0) + len(section.items) - index
                break
            parts.append(text)
    return "".join(parts), [number(count, noun) for noun, count in left_out.items()]


def _sections(report: Report, link: Link) -> Iterator[_Section]:
    several = len(report.fabrics) > 1
    if several:
        table = _table("fabric", "findings", "resources")
        yield _Section(table, "fabric", report.fabrics, _overview)
    for fabric in report.fabrics:
        title = f"\n### {code(fabric.fabric)}\n" if several else ""
        for section in _fabric(_Page(fabric, link)):
            yield _Section(title + section.head, section.noun, section.items, section.show)
            title = ""


def _fabric(page: "_Page") -> Iterator[_Section]:
    """The sections of one fabric that have entries."""
    fabric, plan = page.fabric, page.fabric.plan
    if fabric.failure:
        yield _Section("", "failure", [fabric], _failure)
    found = sorted(fabric.diagnostics, key=lambda item: (_ORDER.index(item.severity), sort_key(item)))
    if found:
        yield _Section("", "finding", found, page.finding)
    if plan and plan.impact and not plan.impact.is_empty:
        yield _Section("", "impact summary", [plan.impact], page.impact)
    if plan:
        changed = [item for item in plan.inventory if item.action is not Action.KEEP]
        if changed:
            yield _Section(_table("resource", "change", "file", "from"), "change", changed, page.change)
        if told_sources(plan):
            yield _Section(_table("source", "documents", "outcome"), "source", told_sources(plan), page.source)


def _table(*columns: str) -> str:
    return f"\n| {' | '.join(columns)} |\n|{' --- |' * len(columns)}\n"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |\n"


def _overview(fabric: FabricReport) -> str:
    counts = tally([fabric])
    return _row(code(fabric.fabric), findings_phrase(counts), resources_phrase(counts))


def _failure(fabric: FabricReport) -> str:
    failure = fabric.failure
    assert failure is not None
    return f"\n**error** {failure.code.id} {prose(failure.message)}\n\n_What to do:_ {prose(failure.remedy)}\n"


class _Page:
    """Renders the entries of one fabric."""

    def __init__(self, fabric: FabricReport, link: Link) -> None:
        self.fabric, self._link = fabric, link
        self._said = {""}
        self._words = DONE if fabric.applied else PLANNED
        self._deleted = deleted_paths(fabric.plan) if fabric.plan else frozenset()

    def finding(self, item: Diagnostic) -> str:
        """One finding: severity, code, place and message, the source line, what to do unless it was said before."""
        name = f"{item.code.id} {prose(item.rule)}".rstrip()
        head = f"\n**{item.severity}** {name} at {self._place(item.location)}: {prose(item.message)}\n"
        notes = [f"_What to do:_ {prose(item.remedy)}"] if item.remedy not in self._said else []
        self._said.add(item.remedy)
        notes += [f"_Also:_ {self._place(other.location)} {prose(other.message)}" for other in item.related[:5]]
        return head + _source(item.location) + "".join(f"\n{note}\n" for note in notes)

    def change(self, item: ResourceChange) -> str:
        """One row: a resource and what happens to it."""
        sources = ", ".join(code(self.fabric.display(path)) for path in item.sources[:5] if path != item.path)
        return _row(code(str(item.ref)), self._words[item.action], code(self.fabric.display(item.path)), sources)

    def source(self, item: SourceOutcome) -> str:
        """One row: a source file and what becomes of it."""
        return _row(code(self.fabric.display(item.path)), document_count(item), self._fate(item))

    def impact(self, impact: Impact) -> str:
        return "\n" + impact_markdown(impact, limit_bytes=IMPACT_BYTES)

    def _fate(self, item: SourceOutcome) -> str:
        return prose(source_fate(self.fabric, item, self._deleted))

    def _place(self, location: Location) -> str:
        path, position = self.fabric.display(location.path), location.position
        shown = f"{path}:{position.line}:{position.column}" if position else path
        return anchor(code(shown), self._link(path, position.line if position else 0))


def _source(location: Location) -> str:
    if not location.position or not location.excerpt.strip():
        return ""
    shown, carets = excerpt(location.excerpt, location.position.column)
    line = str(location.position.line)
    below = " " * len(line)
    return f"\n{fenced(f'{line} | {shown}', f'{below} | {carets}')}\n"
