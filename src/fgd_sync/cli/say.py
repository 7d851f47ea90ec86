"""Writes what a command found where it is read."""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:  # The module of that name takes longer to import than all the rest.
    from typing import TextIO


def say(text: str) -> None:
    """Print a text, with a line feed at its end; letters that the output cannot show are written as UTF-8."""
    whole = text if text.endswith("\n") else f"{text}\n"
    try:
        sys.stdout.write(whole)
    except UnicodeEncodeError:
        sys.stdout.buffer.write(whole.encode("utf-8", "replace"))
    sys.stdout.flush()


def write_nowhere(output: "TextIO") -> None:
    """Let an output that cannot be written to take what is written from now on, and at exit, and drop it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, output.fileno())
    os.close(nowhere)


def open_what_is_closed() -> None:
    """Let the streams that the caller has closed lead nowhere.

    Else a file that is opened would take the place of one, and would get what is said, or printed by git.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            if nowhere != number:
                os.dup2(nowhere, number)
                os.close(nowhere)
            setattr(sys, name, open(number, "w" if number else "r", encoding="utf-8", closefd=False))  # noqa: SIM115
