"""The work of `fgd check`."""

from fgd_sync.cli.common import make_world, targets_of
from fgd_sync.cli.output import render
from fgd_sync.cli.plain_words import Asked
from fgd_sync.cli.settings_note import noted, settings_note
from fgd_sync.flow.run import Request, plan_each
from fgd_sync.model.report import Report


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
