"""Says in reports of a check that what is checked changes its own settings so that less is checked than at the base."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fgd_sync.model.value import replace

if TYPE_CHECKING:
    from fgd_sync.flow.run import World
    from fgd_sync.model.report import FabricReport


def settings_note(world: "World", base: str, config: Path | None, overrides: Mapping[str, Any]) -> str:
    """What the settings in force let pass that those of a revision would not; "" for nothing, and without a revision.

    What is not committed yet is no proposal: HEAD is not compared with.
    """
    if base in ("", "HEAD"):
        return ""
    from fgd_sync.adapters.base_settings import base_settings
    from fgd_sync.planning.weaker import weaker

    before = base_settings(world.repository, base, config, overrides)
    return weaker(before, world.settings) if before else ""


def noted(reports: "tuple[FabricReport, ...]", note: str) -> "tuple[FabricReport, ...]":
    """The reports with a note, if there is one."""
    return tuple(replace(item, notes=(*item.notes, note)) for item in reports) if note else reports
