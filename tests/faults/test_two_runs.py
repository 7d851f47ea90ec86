"""Several processes at one directory: writers take turns, readers see the old or the new state, kills do no harm."""

import contextlib
import subprocess
import sys
import time
from pathlib import Path

from fgd_sync.adapters.journal import recover
from fgd_sync.adapters.read_tree import read_tree

WRITER = Path(__file__).with_name("flipping_writer.py")
FILES = 30


def start(*words: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, str(WRITER), *words])


def test_writers_take_turns(fast: Path) -> None:
    (fast / "managed").mkdir(parents=True)
    (fast / "managed/number.yaml").write_bytes(b"0")
    with contextlib.ExitStack() as stack:
        writers = [stack.enter_context(start("count", str(fast), "10")) for _ in range(4)]
    assert [writer.returncode for writer in writers] == [0, 0, 0, 0]
    assert (fast / "managed/number.yaml").read_bytes() == b"40"


def lay(directory: Path) -> None:
    for folder in ("managed", "raw", "unmanaged"):
        (directory / folder).mkdir(parents=True)
    (directory / "raw/traveller.yaml").write_bytes(b"travels\n")
    for number in range(FILES):
        (directory / f"managed/{number}.yaml").write_bytes(b"old\n")


def test_readers_never_see_a_mixture_and_kills_leave_none(fast: Path) -> None:
    lay(fast)
    seen: set[bytes] = set()
    for round_ in range(4):
        with start("flip", str(fast), str(FILES)) as writer:
            start_of_round = time.monotonic()
            enough, patience = start_of_round + 0.6 + round_ / 20, start_of_round + 30
            try:
                while time.monotonic() < enough or (len(seen) < 2 and time.monotonic() < patience):
                    seen.add(one_word(fast))
            finally:
                writer.kill()
        before = one_word(fast)
        recover(fast)
        assert one_word(fast) == before
        assert not (fast / ".hnp").exists()
    assert seen == {b"old\n", b"new\n"}


def one_word(directory: Path) -> bytes:
    """What a reader sees, if it is one of the two states."""
    files = dict(read_tree(directory, max_file_bytes=1000, extensions=(".yaml",)).files)
    home = {b"old\n": "raw", b"new\n": "unmanaged"}
    word = files["managed/0.yaml"]
    assert files.pop(f"{home[word]}/traveller.yaml") == b"travels\n"
    assert files == {f"managed/{number}.yaml": word for number in range(FILES)}
    return word
