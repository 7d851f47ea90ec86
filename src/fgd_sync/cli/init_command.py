"""`fgd init`: set up a fabric directory and take in what lies in it."""

from pathlib import Path

import click

from fgd_sync.cli.common import color_option, config_option, exit_status, format_option, make_world
from fgd_sync.cli.crew import desk_crew
from fgd_sync.cli.output import render
from fgd_sync.flow.initialize import initialize
from fgd_sync.model.report import Report


@click.command("init", short_help="Set up a fabric directory.")
@click.argument("path", type=click.Path(path_type=Path), default=Path())
@click.option("--name", default="", help="Name of the fabric; default: the one it has, or the directory's name.")
@click.option("--force", is_flag=True, help="Set up again what is there already; resources are never lost.")
@click.option("--samples", is_flag=True, help="Put commented samples into raw/, named *.sample, to copy from.")
@config_option
@format_option
@color_option
def command(
    path: Path, name: str, force: bool, samples: bool, config: Path | None, output: str, color: bool | None
) -> int:
    """Set up PATH (made if it is not there; default: the current directory) as a fabric directory.

    YAML that lies in it is taken in at once, through raw/: what is valid goes to managed/, the rest is set aside.
    """
    world = make_world(config)
    done = initialize(world, desk_crew(world), path, name=name, force=force, samples=samples)
    report = Report("sync", (done.report,))
    if output == "json":
        from fgd_sync.render import json_report

        click.echo(
            json_report.dumps(
                json_report.init(
                    success=not done.report.failure,
                    initialized=done.initialized,
                    directories_created=done.directories,
                    files_created=done.files,
                )
            ),
            nl=False,
        )
    else:
        if not done.initialized:
            click.echo(f"{path} is a fabric directory already; `--force` sets it up again.", err=True)
        click.echo(render(report, output, color), nl=False)
    return exit_status(report.fabrics)
