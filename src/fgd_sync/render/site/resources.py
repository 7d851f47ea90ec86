"""All resources of a fabric as one table that a script can search in."""

from collections.abc import Iterator

from fgd_sync.model.plan import Action, ResourceChange
from fgd_sync.model.site import SiteFabric
from fgd_sync.render.links import Link
from fgd_sync.render.site.html import Html, anchor, badge, code, join, table, tag, text
from fgd_sync.render.site.problems import in_repository
from fgd_sync.render.tally import PLANNED, number

_HEADS = ("Name", "Kind", "Namespace", "What it says", "File", "Next sync")


def resources(fabric: SiteFabric, link: Link) -> Iterator[Html]:
    """The content of the page."""
    inventory = fabric.report.plan.inventory if fabric.report.plan else ()
    yield search("resources", "Search in names, kinds, contents and files")
    yield tag("p", text(number(len(inventory), "resource")), id="resources-count", aria_live="polite")
    yield table("Resources", _HEADS, (_row(fabric, item, link) for item in inventory), id="resources")


def search(target: str, label: str) -> Html:
    """A field that narrows a table; shown by the script that makes it work."""
    field = tag("input", type="search", id=f"{target}-search", data_table=target, autocomplete="off")
    return tag("p", tag("label", text(f"{label} "), field), class_="search", hidden=True)


def _row(fabric: SiteFabric, item: ResourceChange, link: Link) -> list[Html]:
    is_new = item.action in (Action.CREATE, Action.MOVE)
    address = "" if is_new else link(in_repository(fabric, item.path), 0)
    keeps = item.action is Action.KEEP
    return [
        text(item.ref.name),
        text(item.ref.kind),
        text(item.ref.namespace),
        text(fabric.said.get(item.ref, "")),
        anchor(code(item.path), address),
        join() if keeps else badge(PLANNED[item.action], "warning"),
    ]
