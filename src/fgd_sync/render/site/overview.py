"""The first page: every fabric with its state, its age and what is wrong."""

from collections.abc import Iterator

from fgd_sync.model.code import Severity
from fgd_sync.model.plan import Action
from fgd_sync.model.site import Site, SiteFabric
from fgd_sync.render.site.html import Html, anchor, badge, moment, relative, table, tag, text
from fgd_sync.render.state_text import ago
from fgd_sync.render.tally import number, tally

_HEADS = ("Fabric", "State", "Last sync", "Age", "Resources", "Errors", "Warnings", "Waiting reports")


def overview(site: Site) -> Iterator[Html]:
    """The content of the page."""
    counts = tally(item.report for item in site.fabrics)
    errors = counts.severities[Severity.ERROR]
    yield tag(
        "p",
        text(f"{number(len(site.fabrics), 'fabric')}, {number(counts.actions.total(), 'resource')}, "),
        text(f"{number(errors, 'error')} and {number(counts.severities[Severity.WARNING], 'warning')}."),
        class_="lead",
    )
    yield table("Fabrics", _HEADS, (_row(site, item) for item in site.fabrics))


def _row(site: Site, fabric: SiteFabric) -> list[Html]:
    counts = tally([fabric.report])
    at = fabric.last_sync
    return [
        anchor(text(fabric.name), f"{relative(fabric.folder)}/index.html"),
        state_of(fabric),
        moment(at),
        text(ago(at, site.made_at) if at else ""),
        text(counts.actions.total() - counts.actions[Action.DELETE]),
        _count(counts.severities[Severity.ERROR], "error", fabric),
        _count(counts.severities[Severity.WARNING], "warning", fabric),
        text(fabric.waiting or ""),
    ]


def _count(count: int, kind: str, fabric: SiteFabric) -> Html:
    shown = badge(str(count), kind) if count else text(0)
    return anchor(shown, f"{relative(fabric.folder)}/problems.html" if count else "")


def state_of(fabric: SiteFabric) -> Html:
    """The state of a fabric in a word or two: what is worst about it."""
    newest = fabric.newest
    if fabric.report.failure:
        return badge("cannot be read", "error")
    if fabric.standing and fabric.standing.lock:
        return badge("sync at work", "notice")
    if newest and newest.state != "completed":
        return badge(f"sync {newest.state}", "error")
    if fabric.report.plan and fabric.report.plan.errors:
        return badge("has errors", "error")
    if fabric.report.plan and fabric.report.plan.changes:
        return badge("has changes to take in", "warning")
    return badge("in order", "good")
