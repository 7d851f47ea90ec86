"""Workflow commands of GitHub Actions: annotations at the source line, and any other command. A report in, lines out.

Escaping follows actions/runner (ActionCommand.cs) and actions/toolkit (command.ts). A step shows at most ten
annotations of each level, and cuts a message at 4,096 characters. So as many files as possible get one, and the rest is
counted in a last line.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from fgd_sync.model.code import Code, Severity
from fgd_sync.model.diagnostic import Diagnostic, sort_key
from fgd_sync.model.report import FabricReport, Report
from fgd_sync.render.escape import cut, visible, visible_lines
from fgd_sync.render.tally import number

if TYPE_CHECKING:  # Few commands look for drift.
    from fgd_sync.model.drift import Row

ANNOTATIONS_PER_LEVEL = 10
MESSAGE_LIMIT = 4096
_NAMED = 5

Finding = tuple[FabricReport, Diagnostic]
"""A finding and the fabric that it is of."""


def render(report: Report) -> str:
    """The annotations of the report, one command a line, and a line that counts the rest; empty if there are none."""
    lines: list[str] = []
    rest: list[str] = []
    for severity in Severity:
        failures = list(_of_fabrics(report, severity))
        found = [
            (fabric, item)
            for fabric in report.fabrics
            for item in sorted(fabric.diagnostics, key=sort_key)
            if item.severity is severity
        ]
        shown = spread(found, max(0, ANNOTATIONS_PER_LEVEL - len(failures)))
        lines += [*failures[:ANNOTATIONS_PER_LEVEL], *(annotation(fabric, item) for fabric, item in shown)]
        left = len(failures) + len(found) - len(shown) - len(failures[:ANNOTATIONS_PER_LEVEL])
        if left:
            rest.append(number(left, f"more {severity}"))
    if rest:
        lines.append(f"GitHub shows {ANNOTATIONS_PER_LEVEL} annotations of a level; not shown: {', '.join(rest)}.")
    return "".join(f"{line}\n" for line in lines)


def spread(found: Iterable[Finding], most: int) -> list[Finding]:
    """At most so many findings, in their order: of each file the first, then of each the second, and so on."""
    seen: Counter[str] = Counter()
    ranked: list[tuple[int, int, Finding]] = []
    for place, (fabric, item) in enumerate(found):
        path = fabric.display(item.location.path)
        ranked.append((seen[path], place, (fabric, item)))
        seen[path] += 1
    chosen = sorted(ranked, key=lambda entry: entry[:2])[:most]
    return [finding for _, _, finding in sorted(chosen, key=lambda entry: entry[1])]


def annotation(fabric: FabricReport, item: Diagnostic) -> str:
    """The command that annotates the place of one finding."""
    place = item.location
    line, column = (place.position.line, place.position.column) if place.position else ("", "")
    title = f"{item.code.id} {item.rule}".rstrip()
    properties = {"file": fabric.display(place.path), "line": line, "col": column, "title": title}
    return command(item.severity, "\n".join(_message(fabric, item)), properties)


def command(name: str, message: str, properties: Mapping[str, object] | None = None) -> str:
    """One workflow command. Empty properties are left out; a message that is too long is cut."""
    given = [f"{key}={_property(str(value))}" for key, value in (properties or {}).items() if value != ""]
    return f"::{name}{' ' if given else ''}{','.join(given)}::{_data(cut(visible_lines(message), MESSAGE_LIMIT))}"


def _of_fabrics(report: Report, severity: Severity) -> Iterator[str]:
    """What is told of a severity besides findings: failures, and drift."""
    if severity is Severity.ERROR:
        yield from _failures(report)
    elif severity is Severity.WARNING:
        yield from (_drift(fabric, row) for fabric in report.fabrics if fabric.drift for row in fabric.drift.drifted)


def _drift(fabric: FabricReport, row: "Row") -> str:
    """A resource that is not the same everywhere, at its file if it has one."""
    from fgd_sync.render.drift_words import HEADS, field_lines, told

    paths = {item.ref: item.path for item in fabric.plan.inventory} if fabric.plan else {}
    path = paths.get(row.ref, "") if row.ref else ""
    fields = [
        f"{name}: git {old or 'has none'}, {HEADS[where]} {new or 'has none'}"
        for where in row.fields
        for name, old, new in field_lines(row, where)
    ]
    words = f"{row.what}: {told(row)}"
    place = {"file": fabric.display(path) if path else "", "title": "drift"}
    return command("warning", "\n".join([words, *fields]), place)


def _failures(report: Report) -> Iterator[str]:
    """The failures; one that several fabrics share is told once."""
    shared: dict[tuple[Code, str], list[FabricReport]] = {}
    for fabric in report.fabrics:
        if fabric.failure:
            shared.setdefault((fabric.failure.code, fabric.failure.message), []).append(fabric)
    for (code, message), fabrics in shared.items():
        names = ", ".join(item.fabric for item in fabrics[:_NAMED])
        more = f" and {number(len(fabrics) - _NAMED, 'more fabric')}" if len(fabrics) > _NAMED else ""
        remedy = fabrics[0].failure.remedy if fabrics[0].failure else ""
        yield command("error", f"{names}{more}: {message}\n{remedy}", {"title": f"{code.id} {code.title}"})


def _message(fabric: FabricReport, item: Diagnostic) -> Iterator[str]:
    yield visible(item.message)
    if item.remedy:
        yield visible(item.remedy)
    for other in item.related:
        position = other.location.position
        place = f"{fabric.display(other.location.path)}{f':{position.line}' if position else ''}"
        yield f"also: {visible(place)}  {visible(other.message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(visible(text)).replace(":", "%3A").replace(",", "%2C")
