"""Options that several commands share, as click knows them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from fgd_sync.cli.common import FORMATS
from fgd_sync.cli.replay import Start

_Command = TypeVar("_Command", bound=Callable[..., Any])


def shared_options(command: _Command) -> _Command:
    """The arguments and options of every command that works on fabrics."""
    for add in reversed(
        (
            click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]..."),
            config_option,
            format_option,
            color_option,
        )
    ):
        command = add(command)
    return command


config_option = click.option(
    "--config",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Settings file; without it fgd_config.yaml is looked for at the root of the repository and in .github/.",
)
format_option = click.option(
    "--format",
    "output",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="For people, or for machines: text, json, sarif, junit, markdown (a summary), github (workflow commands).",
)
color_option = click.option("--color/--no-color", default=None, help="Colours; without it, at a terminal only.")
base_option = click.option(
    "--base",
    metavar="REV",
    default="HEAD",
    show_default=True,
    help="Revision that changes and deletions are counted against; an empty text for none.",
)
no_cache_option = click.option(
    "--no-cache", is_flag=True, help="Do all the work, whatever earlier runs found, and remember nothing of it."
)

PROGRESS = ("none", "log", "groups", "json")

progress_option = click.option(
    "--progress",
    type=click.Choice(PROGRESS),
    default="none",
    show_default=True,
    help="Tell on standard error how far it is: a line for each step, in groups for GitHub's log, or as JSON lines.",
)


def given_start() -> Start | None:
    """How the command began; None where it was not called by `main`."""
    start = click.get_current_context().obj
    return start if isinstance(start, Start) else None
