"""`fgd plan`: show what a sync would change."""

from pathlib import Path

import click

from fgd_sync.cli.common import make_world, targets_of
from fgd_sync.cli.options import base_option, given_start, no_cache_option, shared_options
from fgd_sync.cli.output import render
from fgd_sync.flow.run import Request, plan_each
from fgd_sync.model.report import Report


@click.command("plan", short_help="Show what a sync would change.")
@shared_options
@base_option
@no_cache_option
@click.option(
    "--diff",
    type=click.Choice(("none", "changed", "all")),
    default="changed",
    show_default=True,
    help="Show the content of no file, of those that are there and change, or of all.",
)
def command(
    paths: tuple[Path, ...],
    config: Path | None,
    output: str,
    color: bool | None,
    base: str,
    no_cache: bool,
    diff: str,
) -> int:
    """Show what a sync of the fabrics at PATH (default: those found here) would change. Nothing is written.

    Exit status: 0 all is well, 1 errors in manifests, 2 wrong usage or settings, 4 a directory cannot be read.
    """
    from fgd_sync.cli.memory import begin, cache_for, conclude

    memory = begin(given_start(), paths, config, base, no_cache=no_cache)
    world = make_world(config, cache=cache_for(given_start(), no_cache=no_cache))
    request = Request(base=base, impact=output == "markdown")
    reports = plan_each(world, targets_of(world, paths), request)
    report = Report("plan", reports)
    return conclude(world, report, lambda it: render(it, output, color, diff=diff), memory)
