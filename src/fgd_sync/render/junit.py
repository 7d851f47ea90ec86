"""JUnit XML: a report in, text out.

One suite per fabric, one case per file; warnings and notices stand in the case's output.
"""

from collections import defaultdict
from collections.abc import Iterator

from fgd_sync.model.diagnostic import Diagnostic, sort_key
from fgd_sync.model.plan import Fate
from fgd_sync.model.report import FabricReport, Report
from fgd_sync.render.escape import markup


def render(report: Report) -> str:
    """The report as one XML document. Characters that XML does not allow are shown as escapes."""
    head = ['<?xml version="1.0" encoding="UTF-8"?>', f'<testsuites name="fgd {markup(report.command)}">']
    return "\n".join([*head, *map(_suite, report.fabrics), "</testsuites>"]) + "\n"


def _suite(fabric: FabricReport) -> str:
    by_file: dict[str, list[Diagnostic]] = defaultdict(list)
    for item in sorted(fabric.diagnostics, key=sort_key):
        by_file[item.location.path].append(item)
    paths = sorted({*by_file, *_files(fabric)})
    failed = sum(any(item.is_error for item in items) for items in by_file.values())
    cases = [*_broken(fabric), *(_case(fabric, path, by_file.get(path, [])) for path in paths)]
    errors = 1 if fabric.failure else 0
    total = len(paths) + errors
    time = f' timestamp="{markup(fabric.started_at)}"' if fabric.started_at else ""
    head = f'name="{markup(fabric.fabric)}" tests="{total}" failures="{failed}" errors="{errors}" skipped="0"{time}'
    return "\n".join([f"  <testsuite {head}>", *cases, "  </testsuite>"])


def _files(fabric: FabricReport) -> Iterator[str]:
    """The files that the fabric is made of, and the sources that were read."""
    if fabric.plan:
        yield from (item.path for item in fabric.plan.inventory)
        yield from (item.path for item in fabric.plan.sources if item.fate is not Fate.IGNORED)


def _case(fabric: FabricReport, path: str, items: list[Diagnostic]) -> str:
    errors = [item for item in items if item.is_error]
    others = [item for item in items if not item.is_error]
    lines = [f'    <testcase classname="{markup(fabric.fabric)}" name="{markup(fabric.display(path))}"']
    if not items:
        return f"{lines[0]}/>"
    lines[0] += ">"
    if errors:
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        head = f'type="{errors[0].code.id}" message="{markup(errors[0].message)}{more}"'
        lines.append(f"      <failure {head}>{_listing(fabric, errors)}</failure>")
    if others:
        lines.append(f"      <system-out>{_listing(fabric, others)}</system-out>")
    return "\n".join([*lines, "    </testcase>"])


def _broken(fabric: FabricReport) -> Iterator[str]:
    failure = fabric.failure
    if failure:
        yield f'    <testcase classname="{markup(fabric.fabric)}" name="{markup(fabric.path)}">'
        head = f'type="{failure.code.id}" message="{markup(failure.message)}"'
        yield f"      <error {head}>{markup(failure.remedy)}</error>"
        yield "    </testcase>"


def _listing(fabric: FabricReport, items: list[Diagnostic]) -> str:
    return "\n".join(markup(_line(fabric, item)) for item in items)


def _line(fabric: FabricReport, item: Diagnostic) -> str:
    position = item.location.position
    place = f":{position.line}:{position.column}" if position else ""
    name = f"{item.code.id} {item.rule}".rstrip()
    return f"{fabric.display(item.location.path)}{place} {item.severity} {name} {item.message} {item.remedy}"
