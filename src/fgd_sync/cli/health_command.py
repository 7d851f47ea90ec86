"""`fgd health`: whether everything that a run needs is there."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from fgd_sync.cli.common import make_world, wants_color
from fgd_sync.cli.options import color_option
from fgd_sync.cli.state import Place, state_options
from fgd_sync.flow.health import Check, check_all, exit_of, failed, overall
from fgd_sync.model.failure import FgdError

if TYPE_CHECKING:
    from fgd_sync.cli.neighbours import Examination

_Command = TypeVar("_Command", bound=Callable[..., Any])


def health_options(command: _Command) -> _Command:
    """The arguments and options of commands that make checks."""
    for add in (
        click.option(
            "--timeout",
            type=click.FloatRange(min=0.1),
            default=10.0,
            show_default=True,
            metavar="SECONDS",
            help="Longest time for all checks together.",
        ),
        click.option("--write", is_flag=True, help="Try to write too: make and delete a ref in the state store."),
        click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]..."),
    ):
        command = add(command)
    return command


@click.command("health", short_help="Check everything that a run needs.")
@health_options
@state_options
@color_option
def command(paths: tuple[Path, ...], write: bool, timeout: float, place: Place, output: str, color: bool | None) -> int:
    """Check settings, git, repository, state store, GitHub, NetBox, Redis, metrics and the fabrics at PATH.

    All at once. What is not set up is skipped. Nothing is changed. Exit status: 0 if no check failed, else that of a
    run that fails for the worst of the reasons: 2 settings, 4 files, 6 a remote.
    """
    return show_checks(checks_of(place, paths, timeout, write=write), timeout, output, color=color)


def checks_of(
    place: Place,
    paths: tuple[Path, ...],
    seconds: float,
    *,
    write: bool,
    more: "Callable[[Examination], Sequence[Check]]" = lambda _: (),
) -> Sequence[Check]:
    """The checks that are to be made, with some more before them; those that need no settings where these are wrong."""
    from fgd_sync.cli.neighbours import Examination, checks, git

    try:
        of = Examination(make_world(place.config), place, paths, seconds, write)
        return [*more(of), *checks(of)]
    except FgdError as failure:
        finding = failed(failure)
        return [Check("settings", lambda: finding), Check("git", git)]


def show_checks(wanted: Sequence[Check], seconds: float, output: str, *, color: bool | None) -> int:
    """Make checks and show what they found; the exit status."""
    from fgd_sync.adapters.clock import SystemClock
    from fgd_sync.render.health import health_payload, health_text

    found = check_all(wanted, seconds, SystemClock())
    if output == "json":
        from fgd_sync.render.json_text import to_json

        click.echo(to_json(health_payload(found, overall(found))), nl=False)
    else:
        click.echo(health_text(found, color=wants_color(color)), nl=False, color=wants_color(color))
    return exit_of(found)
