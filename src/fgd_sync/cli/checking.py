"""The work of `fgd check`, and what its words ask for where that is plain: reading them with click takes longer."""

from pathlib import Path

from fgd_sync.cli.common import make_world, targets_of
from fgd_sync.cli.output import render
from fgd_sync.cli.plain_words import plain_words
from fgd_sync.cli.replay import Start
from fgd_sync.cli.settings_note import noted, settings_note
from fgd_sync.flow.run import Request, plan_each
from fgd_sync.model.report import Report
from fgd_sync.model.value import dataclass

_FLAGS = {"--schemas-only": ("schemas_only", True)}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user asks for; `start` is None where the command was not called by `main`."""

    start: Start | None
    paths: tuple[Path, ...] = ()
    config: Path | None = None
    output: str = "text"
    color: bool | None = None
    base: str = "HEAD"
    no_cache: bool = False
    schemas_only: bool = False


def check(asked: Asked) -> int:
    """Validate fabrics, print what is wrong and give the exit status."""
    from fgd_sync.cli.memory import begin, cache_for, conclude

    memory = begin(asked.start, asked.paths, asked.config, asked.base, no_cache=asked.no_cache)
    world = make_world(asked.config, cache=cache_for(asked.start, no_cache=asked.no_cache))
    request = Request(
        base=asked.base, in_place=True, impact=asked.output == "markdown", schemas_only=asked.schemas_only
    )
    reports = plan_each(world, targets_of(world, asked.paths), request)
    reports = noted(reports, settings_note(world, asked.base, asked.config, {}))
    return conclude(world, Report("check", reports), lambda it: render(it, asked.output, asked.color), memory)


def plainly_asked(start: Start) -> Asked | None:
    """What the words of a command ask for; None where click is to read them, or to say what is wrong with them."""
    found = plain_words(start.arguments[1:], _FLAGS)
    return None if found is None else Asked(start, **found)
