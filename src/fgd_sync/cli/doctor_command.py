"""`fgd doctor`: `fgd health`, and the usual mistakes of the first day."""

from pathlib import Path

import click

from fgd_sync.cli.health_command import checks_of, health_options, show_checks
from fgd_sync.cli.options import color_option
from fgd_sync.cli.state import Place, state_options


@click.command("doctor", short_help="Find the usual mistakes of the first day, and what fgd health finds.")
@health_options
@state_options
@color_option
def command(paths: tuple[Path, ...], write: bool, timeout: float, place: Place, output: str, color: bool | None) -> int:
    """Look for what keeps a repository from working: in the workflows, in the clone, in what git ignores.

    Then make the checks of `fgd health`. Each finding says what to do. Nothing is changed. Exit status as of
    `fgd health`.
    """
    from fgd_sync.cli.first_day import first_day

    wanted = checks_of(place, paths, timeout, write=write, more=first_day)
    return show_checks(wanted, timeout, output, color=color)
