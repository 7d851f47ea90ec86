"""Words for what ends a run: a failure with its remedy, a cancel, a lost directory or output, or a fault of our own."""

import os
import sys
import traceback
from pathlib import Path

import click

from fgd_sync.cli.say import write_nowhere
from fgd_sync.model import failure
from fgd_sync.model.code import DIRECTORY_NOT_FOUND, SYNC_CANCELLED
from fgd_sync.model.failure import FgdError
from fgd_sync.render.escape import visible_lines

_REPORT = (
    "Nothing was half written. Please report it, with the output of the same command under HEDGEHOG_FGD_DEBUG=true."
)


def show_failure(error: Exception) -> int:
    """Print why the run cannot go on and give the exit status; a fault of our own shows its trace in debug mode."""
    shown = as_failure(error)
    words = [f"error: {shown.code.id} {visible_lines(shown.message)}"]
    if shown.remedy:
        words.append(f"  what to do: {visible_lines(shown.remedy)}")
    try:
        click.echo("\n".join(words), err=True)
    except OSError:
        write_nowhere(sys.stderr)  # There is nobody to tell; the status says it.
    return int(shown.code.exit)


def _lost(error: OSError) -> FgdError | None:
    """What the error says of the working directory or the output; None if it comes from something else."""
    if isinstance(error, FileNotFoundError) and not _has_working_directory():
        return FgdError(
            DIRECTORY_NOT_FOUND,
            "the working directory is not there any more",
            remedy="Somebody removed or replaced it: change into one that is there (`cd`), then run the command again.",
        )
    if not _is_of_output(error):
        return None
    from fgd_sync.adapters.os_errors import failure as refused

    write_nowhere(sys.stdout)
    return refused(error, "write", "the output")


def _has_working_directory() -> bool:
    try:
        Path.cwd()
    except FileNotFoundError:
        return False
    return True


_WRITERS = ("fgd_sync.cli.say", "click.utils")
"""The modules that write what a command says."""


def _is_of_output(error: OSError) -> bool:
    """Whether it was raised by what writes the output."""
    *_, (frame, _) = traceback.walk_tb(error.__traceback__)
    return frame.f_globals.get("__name__") in _WRITERS


def show_cancelled() -> int:
    """Print that the user ended the run."""
    return show_failure(FgdError(SYNC_CANCELLED, "the run was cancelled; nothing is half done"))


def as_failure(error: Exception) -> FgdError:
    """The error, or for a fault of our own a failure that says so; its trace is shown in debug mode."""
    lost = _lost(error) if isinstance(error, OSError) else None
    if lost:
        return lost
    is_fault = not isinstance(error, FgdError)
    if is_fault and os.environ.get("HEDGEHOG_FGD_DEBUG", "").lower() in ("1", "true"):
        traceback.print_exception(error)
    return failure.as_failure(error, remedy=_REPORT)
