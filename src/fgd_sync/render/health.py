"""The outcome of health checks as a table for people and as JSON for software."""

from collections.abc import Sequence
from typing import Any

from fgd_sync.model.health import Health, Status
from fgd_sync.render.escape import inert, visible
from fgd_sync.render.style import painter

_STYLES = {Status.OK: "add", Status.WARNING: "warning", Status.FAILED: "error", Status.SKIPPED: "dim"}


def health_text(found: Sequence[Health], *, color: bool = False) -> str:
    """A line for each check, and what to do below those that are not well."""
    paint = painter(color)
    wide = max(len(visible(item.name)) for item in found)
    widest = max(len(status) for status in Status)
    lines: list[str] = []
    for item in found:
        status = item.finding.status
        label = paint(status.ljust(widest), _STYLES[status])
        lines.append(f"{label}  {visible(item.name).ljust(wide)}  {visible(item.finding.detail)}")
        if item.finding.remedy and status is not Status.OK:
            lines.append(f"{' ' * (widest + wide + 4)}what to do: {visible(item.finding.remedy)}")
    return inert("\n".join(lines)) + "\n"


def health_payload(found: Sequence[Health], status: Status) -> dict[str, Any]:
    """What `fgd health --format json` prints."""
    return {
        "status": status.value,
        "checks": [
            {
                "name": item.name,
                "status": item.finding.status.value,
                "detail": item.finding.detail,
                "remedy": item.finding.remedy,
                "code": item.finding.code.id if item.finding.code else None,
                "seconds": item.seconds,
            }
            for item in found
        ],
    }
