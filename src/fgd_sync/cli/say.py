"""Writes what a command found where it is read."""

import sys


def say(text: str) -> None:
    """Print a text, with a line feed at its end; letters that the output cannot show are written as UTF-8."""
    whole = text if text.endswith("\n") else f"{text}\n"
    try:
        sys.stdout.write(whole)
    except UnicodeEncodeError:
        sys.stdout.buffer.write(whole.encode("utf-8", "replace"))
    sys.stdout.flush()
