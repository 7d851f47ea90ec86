"""Answers a command as it was answered before where nothing that it depends on was touched since.

Runs before everything else and imports next to nothing, least of all where no answer may be used. Whatever is in doubt
is left to the command itself.
"""

import os

from fgd_sync.adapters.listing import Look
from fgd_sync.cli.say import say

TYPE_CHECKING = False
if TYPE_CHECKING:  # The module of that name takes longer to import than all the rest.
    from fgd_sync.adapters.answers import Answer

COMMANDS = ("check", "plan", "sync")
"""The commands whose answers are kept."""

NO_CACHE = "--no-cache"


class Start:
    """How a command begins: its arguments, and what was seen of directories on the way."""

    __slots__ = ("arguments", "look")

    def __init__(self, arguments: list[str]) -> None:
        self.arguments, self.look = arguments, Look()


def replayed(start: Start) -> int | None:
    """Print the answer that is known and give its status; None if there is none."""
    arguments = start.arguments
    if arguments[:1] not in ([name] for name in COMMANDS) or NO_CACHE in arguments:
        return None
    held: list[int] = []
    try:
        answer = _known(start, held)
        text = _filled(answer.parts) if answer else ""
    except (OSError, ValueError):
        return None
    finally:
        start.look.afterwards(lambda: _release(held))
    if answer is None:
        return None
    start.look.gather()
    say(text)
    return answer.status


def _known(start: Start, held: list[int]) -> "Answer | None":
    """The answer that holds now; directories that nobody else may work on meanwhile are held open."""
    from fgd_sync.adapters.answers import KIND, Answer, name_of
    from fgd_sync.adapters.cache_place import cache_at

    cache = cache_at(os.environ)
    data = cache.read(KIND, name_of(start.arguments)) if cache else None
    if data is None:
        return None
    answer = Answer.decode(data)
    from fgd_sync.adapters.ahead import look_ahead
    from fgd_sync.adapters.fingerprint import fingerprint

    held += map(_held, answer.alone)
    if look_ahead(start.look, answer.folders, answer.latest):
        return None
    now = fingerprint(answer.scope, start.look)
    return answer if now and now.digest == answer.digest else None


def _held(directory: str) -> int:
    """The descriptor of a directory that is locked while it is open. Raises OSError if somebody is at work there."""
    import fcntl

    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise
    return descriptor


def _release(held: list[int]) -> None:
    """Let others work on directories again, also where a helper has their descriptors still."""
    for descriptor in held:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_UN)
        os.close(descriptor)


def _filled(parts: list[str]) -> str:
    """The text of an answer with what belongs to this run filled in."""
    texts, holes = parts[::2], parts[1::2]
    if not holes:
        return texts[0]
    from fgd_sync.adapters.clock import SystemClock, new_id

    now, ids = SystemClock().now(), {hole: new_id() for hole in sorted(set(holes))}
    words = (ids[hole] if hole.startswith("id") else now for hole in holes)
    return texts[0] + "".join(word + text for word, text in zip(words, texts[1:], strict=True))
