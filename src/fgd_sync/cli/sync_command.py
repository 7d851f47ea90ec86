"""`fgd sync`: plan and make the plan."""

from pathlib import Path

import click

from fgd_sync.cli.common import base_option, emit_report, make_world, shared_options, targets_of
from fgd_sync.cli.crew import desk_crew
from fgd_sync.cli.output import render
from fgd_sync.flow.run import Request, plan_each
from fgd_sync.flow.sync import sync
from fgd_sync.model.report import Report


@click.command("sync", short_help="Take in raw/ and bring managed/ to canonical form.")
@shared_options
@base_option
@click.option("--dry-run", is_flag=True, help="Plan only, as `fgd plan`.")
def command(
    paths: tuple[Path, ...], config: Path | None, output: str, color: bool | None, base: str, dry_run: bool
) -> int:
    """Take in what lies in raw/ of the fabrics at PATH, bring managed/ to canonical form, and report.

    What is right is written even when something else is wrong; then the exit status is 1. It is 0 when all is well,
    2 for wrong usage or settings, 3 when the plan was refused, 4 when files cannot be read or written, 5 when another
    run is at work.
    """
    world = make_world(config)
    request = Request(base=base, impact=output == "markdown")
    targets = targets_of(world, paths)
    reports = plan_each(world, targets, request) if dry_run else sync(world, desk_crew(world), targets, request)
    report = Report("plan" if dry_run else "sync", reports)
    return emit_report(report, render(report, output, color), color)
