"""Words for what ends a run: a deliberate failure with its remedy, a cancel, or a fault of our own."""

import os
import traceback

import click

from fgd_sync.model import failure
from fgd_sync.model.code import SYNC_CANCELLED
from fgd_sync.model.failure import FgdError
from fgd_sync.render.escape import visible_lines

_REPORT = (
    "Nothing was half written. Please report it, with the output of the same command under HEDGEHOG_FGD_DEBUG=true."
)


def show_failure(error: Exception) -> int:
    """Print why the run cannot go on and give the exit status; a fault of our own shows its trace in debug mode."""
    shown = as_failure(error)
    click.echo(f"error: {shown.code.id} {visible_lines(shown.message)}", err=True)
    if shown.remedy:
        click.echo(f"  what to do: {visible_lines(shown.remedy)}", err=True)
    return int(shown.code.exit)


def show_cancelled() -> int:
    """Print that the user ended the run."""
    return show_failure(FgdError(SYNC_CANCELLED, "the run was cancelled; nothing is half done"))


def as_failure(error: Exception) -> FgdError:
    """The error, or for a fault of our own a failure that says so; its trace is shown in debug mode."""
    is_fault = not isinstance(error, FgdError)
    if is_fault and os.environ.get("HEDGEHOG_FGD_DEBUG", "").lower() in ("1", "true"):
        traceback.print_exception(error)
    return failure.as_failure(error, remedy=_REPORT)
