"""The syncs of a fabric: a bar for each one's duration, and a table that says the same and more."""

from collections.abc import Iterator, Sequence

from fgd_sync.model.operation import Operation
from fgd_sync.model.site import SiteFabric
from fgd_sync.render.site.html import Html, anchor, badge, code, join, moment, prose, table, tag, text
from fgd_sync.render.state_text import duration

_HEADS = ("Began", "State", "Took", "Files", "Errors", "Warnings", "Started by", "Commit", "Sync")
_BARS = 120
_WIDTH, _STEP, _HEIGHT = 6, 8, 120
_KINDS = {"completed": "good", "cancelled": "warning", "failed": "error"}


def history(fabric: SiteFabric) -> Iterator[Html]:
    """The content of the page."""
    if fabric.standing and fabric.standing.problem:
        yield tag("p", badge("error", "error"), prose(f" {fabric.standing.problem}"))
    if not fabric.operations:
        yield tag("p", text("No sync of this fabric is on record."), class_="lead")
        return
    yield _chart(list(reversed(fabric.operations[:_BARS])))
    yield table("Syncs, the newest first", _HEADS, map(_row, fabric.operations))


def _row(item: Operation) -> list[Html]:
    where = f" in {item.stage}" if item.stage and item.state != "completed" else ""
    shown = code(item.commit[:10]) if item.commit else text("no change" if item.unchanged else "")
    return [
        moment(item.started_at),
        join(badge(item.state, _KINDS.get(item.state, "notice")), text(where)),
        text(duration(item.duration_seconds)),
        text(item.files_processed),
        text(item.errors),
        text(item.warnings),
        text(item.trigger),
        shown,
        anchor(code(item.sync_id[:8]), item.run_url if item.run_url.startswith("https://") else ""),
    ]


def _chart(operations: Sequence[Operation]) -> Html:
    """How long syncs took, the oldest at the left. The longest bar is as high as the picture."""
    longest = max((item.duration_seconds for item in operations), default=0) or 1
    bars = (_bar(number, item, longest) for number, item in enumerate(operations))
    words = f"How long the last {len(operations)} syncs took; the longest took {duration(longest)}"
    size = f"0 0 {len(operations) * _STEP} {_HEIGHT}"
    picture = tag(
        "svg", tag("title", text(words)), *bars, viewBox=size, role="img", class_="bars", preserveAspectRatio="none"
    )
    return tag("figure", picture, tag("figcaption", text(words)))


def _bar(number: int, item: Operation, longest: float) -> Html:
    height = max(2, round(item.duration_seconds / longest * _HEIGHT))
    words = tag("title", text(f"{item.started_at}: {item.state}, {duration(item.duration_seconds)}"))
    kind = _KINDS.get(item.state, "notice")
    return tag("rect", words, x=number * _STEP, y=_HEIGHT - height, width=_WIDTH, height=height, class_=f"bar {kind}")
