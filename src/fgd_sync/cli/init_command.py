"""`fgd init`: set up a fabric directory and take in what lies in it."""

import shlex
from pathlib import Path

import click

from fgd_sync.cli.common import exit_status, make_world
from fgd_sync.cli.crew import desk_crew
from fgd_sync.cli.options import color_option, config_option, format_option
from fgd_sync.cli.output import render
from fgd_sync.flow.initialize import Initialized, initialize
from fgd_sync.model.report import Report


@click.command("init", short_help="Set up a fabric directory.")
@click.argument("path", type=click.Path(path_type=Path), default=Path())
@click.option("--name", default="", help="Name of the fabric; default: the one it has, or the directory's name.")
@click.option("--force", is_flag=True, help="Set up again what is there already; resources are never lost.")
@click.option("--samples", is_flag=True, help="Put commented samples into raw/, named *.sample, to copy from.")
@click.option(
    "--interactive", is_flag=True, help="Ask for fabrics, workflows, commit mode and NetBox; PATH is the repository."
)
@config_option
@format_option
@color_option
def command(
    path: Path,
    name: str,
    force: bool,
    samples: bool,
    interactive: bool,
    config: Path | None,
    output: str,
    color: bool | None,
) -> int:
    """Set up PATH (made if it is not there; default: the current directory) as a fabric directory.

    YAML that lies in it is taken in at once, through raw/: what is valid goes to managed/, the rest is set aside.
    """
    if interactive:
        return _interactive(path, output, color)
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
        click.echo(render(report, output, color), nl=False)
        if advice := _advice(done, path):
            click.echo(advice, err=True)
    return exit_status(report.fabrics)


def _advice(done: Initialized, path: Path) -> str:
    """What is left to do; empty if nothing is."""
    again = f"`fgd sync {shlex.quote(str(path))}`"
    if done.initialized:
        is_clean = not (done.report.plan and done.report.plan.errors)
        return "" if is_clean else f"{path} is set up. Correct what is shown, then run {again}."
    already = f"{path} is a fabric directory already, and was left as it is."
    wanted = f" Run {again} for what is shown." if done.report.plan and done.report.plan.changes else ""
    return f"{already}{wanted} `--force` sets it up again."


def _interactive(root: Path, output: str, color: bool | None) -> int:
    """Set up a repository by questions and answers, then each of its fabric directories."""
    from fgd_sync.cli.interview import interview

    folders = interview(root)
    if not click.confirm("\nSet up the fabric directories now, and take in what lies in them?", default=True):
        return 0
    world = make_world(None)
    reports = tuple(initialize(world, desk_crew(world), folder).report for folder in folders)
    report = Report("sync", reports)
    click.echo(render(report, output, color), nl=False)
    click.echo("Next: look at `git status`, commit, push; `fgd doctor` finds what is still missing.")
    return exit_status(reports)
