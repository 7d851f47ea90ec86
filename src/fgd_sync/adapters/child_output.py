"""What a child process writes, taken in while it runs and up to a limit; and limits for a child's memory and files.

Takes a child with pipes, a limit, and a function that says how much time is left; gives the bytes of both streams.
Knows nothing of git.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from subprocess import Popen

    Child = Popen[bytes]

_SLICE = 0.2
"""Seconds after which a running child is looked at again: has the run been ended meanwhile?"""

_PIECE = 1 << 16

LAST_WORDS = 1 << 20
"""So many bytes of what a child says about itself are kept, the last ones."""


def bounded(command: list[str], memory: int, file: int) -> list[str]:
    """A command that may have so many bytes of memory, and write so many to a file, as may all that it starts.

    Without a limit on some systems, and with a lower one where the process has that already.
    """
    room = f"ulimit -d {memory >> 10} 2>/dev/null; ulimit -f {file >> 9} 2>/dev/null"  # kilobytes; blocks of 512 bytes
    told = "trap '' XFSZ"  # Else it would be killed at the end of a file's room, and could not say why.
    return ["sh", "-c", f'{room}; {told}; exec "$@"', *command[:1], *command]


def listen(child: "Child", most: int, left: Callable[[], float]) -> tuple[bytes, bytes]:
    """What a child writes until it ends: its output, and the last of its errors.

    `left`: how many seconds there are, now and later. Raises TimeoutError after that, OverflowError for an output of
    more than `most` bytes.
    """
    from selectors import EVENT_READ, DefaultSelector

    output, errors = bytearray(), b""
    with DefaultSelector() as open_:
        for pipe in filter(None, (child.stdout, child.stderr)):
            open_.register(pipe, EVENT_READ, pipe)
        while open_.get_map():
            for key, _ in open_.select(_slice(left)):
                data = os.read(key.fd, _PIECE)
                if not data:
                    open_.unregister(key.data)
                    key.data.close()
                elif key.data is child.stderr:
                    errors = (errors + data)[-LAST_WORDS:]
                else:
                    output += data
            _check(left, is_done=not open_.get_map())
            if len(output) > most:
                raise OverflowError
    _wait(child, left)
    return bytes(output), errors


def piece(child: "Child", left: Callable[[], float]) -> bytes:
    """The next piece of a child's output, nothing at its end. Raises TimeoutError if none comes in the time `left`."""
    from select import select

    assert child.stdout
    while not select((child.stdout,), (), (), _slice(left))[0]:
        _check(left, is_done=False)
    return os.read(child.stdout.fileno(), _PIECE)


def _wait(child: "Child", left: Callable[[], float]) -> None:
    from subprocess import TimeoutExpired

    while child.poll() is None:
        with suppress(TimeoutExpired):
            child.wait(_slice(left))
        _check(left, is_done=child.poll() is not None)


def _slice(left: Callable[[], float]) -> float:
    return min(_SLICE, max(0.01, left()))


def _check(left: Callable[[], float], *, is_done: bool) -> None:
    if not is_done and left() <= 0:
        raise TimeoutError
