"""`fgd process`: take in one file."""

from pathlib import Path

import click

from fgd_sync.cli.common import exit_status, make_world
from fgd_sync.cli.crew import desk_crew
from fgd_sync.cli.options import color_option, config_option
from fgd_sync.cli.output import render
from fgd_sync.flow.run import Request, plan_each
from fgd_sync.flow.single import find_home
from fgd_sync.flow.sync import sync
from fgd_sync.model.report import Report


@click.command("process", short_help="Take in one file of a fabric.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--validate-only", is_flag=True, help="Show what would happen; write nothing.")
@config_option
@click.option("--format", "output", type=click.Choice(("text", "json")), default="text", show_default=True)
@color_option
def command(file: Path, validate_only: bool, config: Path | None, output: str, color: bool | None) -> int:
    """Take in FILE, which lies in a fabric directory, and leave every other source where it is."""
    world = make_world(config)
    root = world.repository.root(Path.cwd()) or Path.cwd()
    target, path = find_home(file, world.settings, root)
    request = Request(base="", only=path)
    targets = [target]
    reports = plan_each(world, targets, request) if validate_only else sync(world, desk_crew(world), targets, request)
    if output == "json":
        from fgd_sync.render import json_report

        click.echo(json_report.dumps(json_report.process(reports[0], path)), nl=False)
    else:
        click.echo(render(Report("plan" if validate_only else "sync", reports), output, color), nl=False)
    return exit_status(reports)
