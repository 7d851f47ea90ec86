"""Kills `make` and `recover` at every call to the operating system; prints what was wrong afterwards, if anything.

A program of its own: it forks, which a test process with threads should not. Arguments: scenario, directory, stride, how
many processes make the changes (alone or apart).
"""

import errno
import sys
from collections.abc import Iterator
from functools import partial
from itertools import count
from pathlib import Path

from fault_world import KEEP, SCENARIOS, SPREADS, State, build, killed, outcomes, state

from fgd_sync.adapters import renaming, shares
from fgd_sync.adapters.journal import make, recover
from fgd_sync.adapters.read_tree import read_tree


def main(scenario: str, directory: Path, stride: int, how: str) -> int:
    """Return the exit status: 1 if something was wrong. `stride`: every how manieth call of a recovery is tried."""
    files, changes = SCENARIOS[scenario]
    # Both processes have something to do, by calls that a saboteur sees.
    shares._SIZE, renaming._renameat2 = 1, lambda *_: errno.ENOSYS
    work = partial(make, directory, changes, KEEP, SPREADS[how])
    step = 1 if how == "alone" or stride == 1 else 4
    old, new = outcomes(scenario, directory)
    number, kills, again, wrong = 0, 0, 0, []
    while True:
        build(directory, files)
        if not killed(number, work):
            break
        wrong += [f"killed at call {number}: {text}" for text in judge(directory, old, new)]
        found = list(twice((old, new), scenario, work, (number, stride)))
        again, wrong = again + len(found), [*wrong, *(text for texts in found for text in texts)]
        number, kills = number + step, kills + 1
    print(f"{scenario}: {kills} kills, {again} kills of a recovery, {len(wrong)} wrong", *wrong[:20], sep="\n")
    return 1 if wrong or number < 20 else 0


def judge(directory: Path, old: State, new: State) -> list[str]:
    """What is wrong with a directory after recovery, and with what a reader saw before it."""
    seen = read_tree(directory, max_file_bytes=100_000, extensions=(".yaml",))
    recover(directory)
    found = state(directory)
    after = read_tree(directory, max_file_bytes=100_000, extensions=(".yaml",))
    wrong = [] if found in (old, new) else [f"neither old nor new: {difference(found, old)} {difference(found, new)}"]
    if seen != after:
        wrong.append(f"a reader saw another state than recovery made: {sorted(seen.files)} {sorted(after.files)}")
    if recover(directory):
        wrong.append("a second recovery found something to do")
    return wrong


def twice(
    outcome: tuple[State, State], scenario: str, work: partial[None], steps: tuple[int, int]
) -> Iterator[list[str]]:
    """Kill the recovery, too, at every `stride`-th of its calls; what is wrong after each."""
    files, directory = SCENARIOS[scenario][0], work.args[0]
    number, stride = steps
    for second in count(number % stride, stride):
        build(directory, files)
        killed(number, work)
        if not killed(second, lambda: recover(directory)):
            return
        yield [f"killed at call {number}, recovery at {second}: {text}" for text in judge(directory, *outcome)]


def difference(one: State, two: State) -> list[str]:
    """The paths at which two states differ."""
    return sorted(path for path in {*one, *two} if one.get(path) != two.get(path))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4]))
