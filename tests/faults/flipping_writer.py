"""Flips a fabric directory between two states until it is killed, or counts in it. A program of its own.

Arguments: what to do (flip or count), directory, number of files or of turns.
"""

import sys
from itertools import cycle
from pathlib import Path

from fgd_sync.adapters.clock import SystemClock
from fgd_sync.adapters.journal import make, recover
from fgd_sync.adapters.lock import hold
from fgd_sync.model.change import Move, Write

WORDS = (b"old\n", b"new\n")


def flip(directory: Path, number: int) -> None:
    """Give all files the other word and move one of them to and fro, again and again."""
    with hold(directory, 60, SystemClock()):
        recover(directory)
        start = WORDS.index((directory / "managed/0.yaml").read_bytes())
        for turn in cycle((start, 1 - start)):
            old, new = WORDS[turn], WORDS[1 - turn]
            writes = [Write(f"managed/{item}.yaml", new, old) for item in range(number)]
            home, away = (f"{folder}/traveller.yaml" for folder in (("raw", "unmanaged"), ("unmanaged", "raw"))[turn])
            make(directory, [*writes, Move(home, away, b"travels\n")])


def count(directory: Path, turns: int) -> None:
    """Add to a number in a file, so many times, each time alone."""
    for _ in range(turns):
        with hold(directory, 60, SystemClock()):
            recover(directory)
            before = (directory / "managed/number.yaml").read_bytes()
            make(directory, [Write("managed/number.yaml", b"%d" % (int(before) + 1), before)])


if __name__ == "__main__":
    {"flip": flip, "count": count}[sys.argv[1]](Path(sys.argv[2]), int(sys.argv[3]))
