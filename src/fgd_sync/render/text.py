"""Reports for people at a terminal or in a job's log: a report in, text out.

Findings stand by file in the order of their places, each with its source line; then what changes; then one line of
counts. No line can act on a terminal or start a workflow command.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from fgd_sync.model.diagnostic import Diagnostic, sort_key
from fgd_sync.model.location import Location
from fgd_sync.model.report import FabricReport, Report
from fgd_sync.model.value import dataclass
from fgd_sync.render.escape import inert, visible, visible_lines
from fgd_sync.render.plan_text import Diff, plan_lines
from fgd_sync.render.style import Paint, painter
from fgd_sync.render.tally import summary

_MOST_RELATED = 10


@dataclass(frozen=True, slots=True)
class Look:
    """How a report is shown. `changes`: list them; `diff`: whose content to show; `width`: columns for source lines."""

    color: bool = False
    changes: bool = True
    diff: Diff = Diff.NONE
    width: int = 100


_USUAL = Look()
_SHORT = 10
"""Digits of a commit's id that people read."""


def render(report: Report, look: Look = _USUAL) -> str:
    """The report as text that ends in one line feed."""
    paint = painter(look.color)
    blocks: list[str] = []
    for fabric in report.fabrics:
        if len(report.fabrics) > 1:
            blocks.append(paint(_heading(fabric), "bold"))
        blocks.extend("\n".join(block) for block in _fabric(fabric, look, paint))
    blocks.append(summary(report.fabrics))
    return inert("\n\n".join(blocks)) + "\n"


def _heading(fabric: FabricReport) -> str:
    place = f" ({visible(fabric.path)})" if fabric.path not in ("", ".", fabric.fabric) else ""
    return f"{visible(fabric.fabric)}{place}"


def _fabric(fabric: FabricReport, look: Look, paint: Paint) -> Iterator[Sequence[str]]:
    if fabric.failure:
        yield list(_failure(fabric, paint))
    yield from _files(fabric, look, paint)
    if look.changes and fabric.plan:
        yield from plan_lines(fabric, fabric.plan, paint, diff=look.diff)
    if fabric.pull_request:
        yield [f"proposed in pull request {fabric.pull_request}"]
    elif fabric.commit:
        yield [f"committed as {fabric.commit[:_SHORT]}"]
    if fabric.drift and len(fabric.drift.asked) > 1:
        from fgd_sync.render.drift_text import drift_lines
        from fgd_sync.render.drift_words import headline

        yield [f"drift: {headline(fabric.drift)}", *drift_lines(fabric.drift, paint)]
    if fabric.notes:
        yield [f"{paint('note', 'warning')}  {visible(note)}" for note in fabric.notes]


def _failure(fabric: FabricReport, paint: Paint) -> Iterator[str]:
    failure = fabric.failure
    assert failure is not None
    yield f"{paint('error', 'error')}  {failure.code.id}  {visible_lines(failure.message)}"
    if failure.remedy:
        yield f"  = {visible_lines(failure.remedy)}"


def _files(fabric: FabricReport, look: Look, paint: Paint) -> Iterator[Sequence[str]]:
    ordered = sorted(fabric.diagnostics, key=sort_key)
    for path, items in groupby(ordered, key=lambda item: item.location.path):
        page = _Page(fabric, list(items), look, paint)
        yield [paint(visible(fabric.display(path)), "bold"), *page.lines()]


class _Page:
    """The findings of one file, aligned with each other; a remedy is said once."""

    def __init__(self, fabric: FabricReport, items: list[Diagnostic], look: Look, paint: Paint) -> None:
        self._fabric, self._items, self._look, self._paint = fabric, items, look, paint
        self._places = [_place(item.location) for item in items]
        self._place_width = max(map(len, self._places))
        self._severity_width = max(len(item.severity) for item in items)
        self._name_width = max(len(_name(item)) for item in items)
        self._said: set[str] = set()

    def lines(self) -> Iterator[str]:
        for item, place in zip(self._items, self._places, strict=True):
            severity = self._paint(item.severity.ljust(self._severity_width), item.severity)
            name = _name(item).ljust(self._name_width)
            lead = f"{place.rjust(self._place_width)}  " if self._place_width else ""
            yield f"  {lead}{severity}  {name}  {visible(item.message)}"
            yield from self._source(item.location)
            yield from (self._beside("=", line) for line in self._notes(item))

    def _beside(self, sign: str, text: str, line: str = "") -> str:
        gutter = f"  {line.rjust(self._place_width + 1)} {sign}" if self._place_width else f"  {sign}"
        return f"{self._paint(gutter, 'dim')} {text}" if text else self._paint(gutter, "dim")

    def _source(self, location: Location) -> Iterator[str]:
        if location.position and location.excerpt.strip():
            from fgd_sync.render.excerpt import excerpt

            shown, carets = excerpt(location.excerpt, location.position.column, self._look.width)
            yield self._beside("|", "")
            yield self._beside("|", shown, str(location.position.line))
            yield self._beside("|", self._paint(carets, "error"))

    def _notes(self, item: Diagnostic) -> Iterable[str]:
        if item.remedy and item.remedy not in self._said:
            self._said.add(item.remedy)
            yield visible(item.remedy)
        for other in item.related[:_MOST_RELATED]:
            path = visible(self._fabric.display(other.location.path))
            place = _place(other.location)
            yield f"also: {path}{':' if place else ''}{place}  {visible(other.message)}"
        if len(item.related) > _MOST_RELATED:
            yield f"also: {len(item.related) - _MOST_RELATED} more places; `--format json` lists them all"


def _place(location: Location) -> str:
    return f"{location.position.line}:{location.position.column}" if location.position else ""


def _name(item: Diagnostic) -> str:
    return f"{item.code.id} {visible(item.rule)}".rstrip()
