"""`fgd check`: validate, write nothing."""

from pathlib import Path

import click

from fgd_sync.cli.common import base_option, make_world, no_cache_option, shared_options, targets_of
from fgd_sync.cli.output import render
from fgd_sync.cli.settings_note import noted, settings_note
from fgd_sync.flow.run import Request, plan_each
from fgd_sync.model.report import Report


@click.command("check", short_help="Validate fabrics and write nothing.")
@shared_options
@base_option
@no_cache_option
@click.option("--schemas-only", is_flag=True, help="Check the shape of resources only; no rules.")
def command(
    paths: tuple[Path, ...],
    config: Path | None,
    output: str,
    color: bool | None,
    base: str,
    no_cache: bool,
    schemas_only: bool,
) -> int:
    """Validate the fabrics at PATH (default: those found here) and show what is wrong. Nothing is written.

    A directory without raw/, managed/ and .hnp/, such as hhfab's or one for kustomize, is checked as it is: all
    resources in it, in whatever files, are one fabric.

    Exit status: 0 all is well, 1 errors in manifests, 2 wrong usage or settings, 4 a directory cannot be read.
    """
    from fgd_sync.cli.memory import begin, cache_for, conclude

    memory = begin(paths, config, base, no_cache=no_cache)
    world = make_world(config, cache=cache_for(no_cache=no_cache))
    request = Request(base=base, in_place=True, impact=output == "markdown", schemas_only=schemas_only)
    reports = plan_each(world, targets_of(world, paths), request)
    reports = noted(reports, settings_note(world, base, config, {}))
    return conclude(world, Report("check", reports), lambda it: render(it, output, color), memory, color=color)
