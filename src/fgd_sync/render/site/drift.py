"""Where git, NetBox and the cluster differ about the resources of a fabric."""

from collections.abc import Iterator

from fgd_sync.model.drift import FabricDrift, Row
from fgd_sync.render.drift_words import NAMES, asked, field_lines, headline, told
from fgd_sync.render.site.html import Html, badge, code, join, prose, table, tag, text


def drift(found: FabricDrift) -> Iterator[Html]:
    """The content of the page; resources that are in sync are counted only."""
    yield tag("p", text(headline(found)), class_="lead")
    yield tag("p", text(f"Compared: {asked(found)}"))
    if found.failure:
        yield tag("p", badge("error", "error"), text(f" {found.failure.message}"))
        yield tag("p", prose(found.failure.remedy), class_="remedy")
    for note in found.notes:
        yield tag("p", text(note), class_="note")
    if found.drifted:
        yield table("Resources that differ", ("Resource", "How", "What is different"), map(_row, found.drifted))


def _row(row: Row) -> list[Html]:
    lines = [
        tag("li", code(field), text(f": git has {old or 'nothing'}, {NAMES[where]} has {new or 'nothing'}"))
        for where in row.fields
        for field, old, new in field_lines(row, where)
    ]
    return [text(row.what), text(told(row)), tag("ul", *lines) if lines else join()]
