"""The open problems of a fabric, by rule, each with file and line."""

from collections import defaultdict
from collections.abc import Iterator

from fgd_sync.model.code import Severity
from fgd_sync.model.diagnostic import Diagnostic
from fgd_sync.model.location import Location
from fgd_sync.model.site import SiteFabric
from fgd_sync.render.links import Link
from fgd_sync.render.site.html import Html, anchor, badge, code, join, prose, table, tag, text
from fgd_sync.render.tally import number

_ORDER = list(Severity)


def problems(fabric: SiteFabric, link: Link) -> Iterator[Html]:
    """The content of the page; notices are left to the log of the run."""
    failure = fabric.report.failure
    if failure:
        yield tag("p", badge("error", "error"), text(f" {failure.message}"))
        yield tag("p", prose(failure.remedy), class_="remedy")
    by_rule: dict[str, list[Diagnostic]] = defaultdict(list)
    for item in fabric.report.diagnostics:
        if item.severity is not Severity.NOTICE:
            by_rule[item.rule or item.code.id].append(item)
    if not by_rule and not failure:
        yield tag("p", text("No problem is open."), class_="lead")
    for rule in sorted(by_rule, key=lambda name: (_worst(by_rule[name]), name)):
        yield _section(rule, by_rule[rule], fabric, link)


def _worst(items: list[Diagnostic]) -> int:
    return min(_ORDER.index(item.severity) for item in items)


def _section(rule: str, items: list[Diagnostic], fabric: SiteFabric, link: Link) -> Html:
    first = items[0]
    words = number(len(items), str(_ORDER[_worst(items)]))
    head = tag("h2", code(rule), text(" "), badge(words, str(_ORDER[_worst(items)])))
    remedy = tag("p", prose(first.remedy), class_="remedy")
    rows = ([place(item.location, fabric, link), text(item.message), _source(item.location)] for item in items)
    shown = table(f"{first.code.title}", ("Place", "What is wrong", "Line"), rows)
    return tag("section", head, remedy, shown, id=rule)


def place(location: Location, fabric: SiteFabric, link: Link) -> Html:
    """Where something is, linked to the file on the server if that is known."""
    position, path = location.position, in_repository(fabric, location.path)
    shown = f"{location.path}:{position.line}:{position.column}" if position else location.path
    return anchor(code(shown), link(path, position.line if position else 0))


def in_repository(fabric: SiteFabric, path: str) -> str:
    """A path of the fabric as one of its repository."""
    return f"{fabric.root}/{path}" if fabric.root else path


def _source(location: Location) -> Html:
    return code(location.excerpt.strip()) if location.excerpt.strip() else join()
