"""What a set of changes comes to for each path, and the text in which a journal keeps that.

Pure: takes the changes of a plan, gives the net effect; takes a net effect, gives the bytes of a journal, and back.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from fgd_sync.adapters.safe_path import check_paths
from fgd_sync.model.change import Change, Delete, Move, Write
from fgd_sync.model.code import PLAN_OUTDATED, WRITTEN_BY_NEWER_VERSION
from fgd_sync.model.failure import FgdError
from fgd_sync.model.value import dataclass
from fgd_sync.model.whole_number import whole_number
from fgd_sync.planning.archive_log import sha256

_NAME, _VERSION = b"fgd-journal", 1
_MAGIC = b"%s %d" % (_NAME, _VERSION)
_PART = 10_000
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Unread:
    """The content of a file that was never read, known by the path where the file was found."""

    path: str


Content = bytes | Unread | None
"""What a path holds; None: nothing is there."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A file to be renamed. `mark` recognises it: SHA-256 of its bytes, or size and time of one that was not read."""

    source: str
    target: str
    mark: str


@dataclass(frozen=True, slots=True)
class Put:
    """A path to be given the bytes with digest `new`. `old`: digest of what it holds before; None: nothing."""

    path: str
    old: str | None
    new: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """A file to be removed, which holds the bytes with digest `old`."""

    path: str
    old: str


@dataclass(frozen=True, slots=True)
class Intent:
    """Everything that is to be done, in this order: moves, puts, drops. `keep`: folders that may be empty."""

    moves: tuple[Moved, ...]
    puts: tuple[Put, ...]
    drops: tuple[Dropped, ...]
    keep: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Effect:
    """What changes come to: what each path must hold before, and what it is to hold after.

    `moves`: what can be done by renaming, source to target: the target was not there before, the bytes are the same.
    `others`: the paths of which that is not all, in order. `digests`: of files that keep their bytes under another
    name, the SHA-256 of these where it is known, by the new name.
    """

    before: dict[str, Content]
    after: dict[str, Content]
    digests: dict[str, str]
    moves: dict[str, str]
    others: list[str]


def effect(changes: Sequence[Change]) -> Effect:
    """What changes come to, made one after the other. Raises FgdError for unsafe paths and for contradictions."""
    found = _each_alone(changes) or _followed(changes)
    check_paths(found.before)
    return found


def _each_alone(changes: Sequence[Change]) -> Effect | None:
    """The effect of changes that do not meet, as nearly always; None if a path is in two of them."""
    writes = [item for item in changes if type(item) is Write]
    moves = sorted([item for item in changes if type(item) is Move], key=_source)
    deletes = [item for item in changes if type(item) is Delete]
    if len(writes) + len(moves) + len(deletes) < len(changes) or any(move.before is None for move in moves):
        return None
    before: dict[str, Content] = {item.path: item.before for item in writes}
    after: dict[str, Content] = {item.path: item.data for item in writes}
    for item in deletes:
        before[item.path], after[item.path] = item.before, None
    others = sorted(before)
    for move in moves:
        before[move.source], after[move.source] = move.before, None
        before[move.target], after[move.target] = None, move.before
    if len(before) < len(changes) + len(moves):
        return None
    digests = {move.target: move.sha256 for move in moves}
    return Effect(before, after, digests, {move.source: move.target for move in moves}, others)


def _source(move: Move) -> str:
    return move.source


def _followed(changes: Sequence[Change]) -> Effect:
    """The effect of any changes."""
    trail = _Trail()
    for change in changes:
        trail.follow(change)
    return trail.effect()


class _Trail:
    """Follows changes one after the other. `_origins`: files that keep their bytes, by the new name."""

    def __init__(self) -> None:
        self._before: dict[str, Content] = {}
        self._after: dict[str, Content] = {}
        self._origins: dict[str, str] = {}
        self._digests: dict[str, str] = {}

    def follow(self, change: Change) -> None:
        """Follow the next change. Raises FgdError if it contradicts an earlier one."""
        if isinstance(change, Move):
            source, target = change.source, change.target
            content = self._after.get(source, Unread(source)) if change.before is None else change.before
            origin = self._origins.get(source, source)
            self._become(source, content, None)
            self._become(target, None, content)
            self._origins[target], self._digests[target] = origin, change.sha256
        elif isinstance(change, Write):
            self._become(change.path, change.before, change.data)
        else:
            self._become(change.path, change.before, None)

    def _become(self, path: str, before: Content, after: Content) -> None:
        if path not in self._after:
            self._before[path] = before
        elif self._after[path] != before:
            raise FgdError(PLAN_OUTDATED, f"the changes contradict each other at {path}")
        self._after[path] = after
        self._origins.pop(path, None)

    def effect(self) -> Effect:
        """What they came to."""
        before, after = self._before, self._after
        pairs = sorted((source, target) for target, source in self._origins.items())
        moves = {old: new for old, new in pairs if before[new] is None and after[new] == before[old]}
        settled = {*moves.values(), *(path for path in moves if after[path] is None)}
        others = sorted(path for path in after if path not in settled)
        return Effect(before, after, self._digests, moves, others)


def encode(intent: Intent) -> bytes:
    """The text of a journal. Its first line has the digest of the rest."""
    body = b"".join([
        b'{"moves":[',
        *_listed([(item.source, item.target, item.mark) for item in some] for some in _parts(intent.moves)),
        b'],"puts":[',
        *_listed([(item.path, item.old, item.new) for item in some] for some in _parts(intent.puts)),
        b'],"drops":[',
        *_listed([(item.path, item.old) for item in some] for some in _parts(intent.drops)),
        b'],"keep":[',
        *_listed(_parts(intent.keep)),
        b"]}",
    ])  # fmt: skip
    return b"".join([_MAGIC, b" ", sha256(body).encode(), b"\n", body])


def _parts(items: Sequence[_Item]) -> Iterator[Sequence[_Item]]:
    """The items in parts: the text of all of them at once would take several times its size."""
    return (items[start : start + _PART] for start in range(0, len(items), _PART))


def _listed(parts: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """What stands between the brackets of a list in JSON."""
    for number, part in enumerate(parts):
        yield (b"," if number else b"") + json.dumps(part, separators=(",", ":")).encode()[1:-1]


def decode(data: bytes) -> Intent:
    """Read the text of a journal. Raises ValueError, also for a path that may not be written; FgdError for a newer."""
    head, _, body = data.partition(b"\n")
    _refuse_newer(head)
    if head != b"%s %s" % (_MAGIC, sha256(body).encode()):
        raise ValueError("it is cut short or was not written by this program")
    try:
        raw: dict[str, list[Any]] = json.loads(body)
        intent = Intent(
            tuple(Moved(*item) for item in raw["moves"]),
            tuple(Put(*item) for item in raw["puts"]),
            tuple(Dropped(*item) for item in raw["drops"]),
            tuple(raw["keep"]),
        )
        _check_digests(intent)
        check_paths(_paths(intent))
    except FgdError as error:
        raise ValueError(error.message) from error
    except (TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError("it has another form") from error
    return intent


def _refuse_newer(head: bytes) -> None:
    name, _, rest = head.partition(b" ")
    version = rest.partition(b" ")[0]
    if name == _NAME and (whole_number(version.decode("ascii", "replace")) or 0) > _VERSION:
        raise FgdError(
            WRITTEN_BY_NEWER_VERSION,
            "a sync of a newer fgd-sync was interrupted here and is to be completed by that version; "
            "nothing was changed",
        )


def _check_digests(intent: Intent) -> None:
    """Raise TypeError for what is no text where one belongs."""
    digests = (item for put in intent.puts for item in (put.old or "", put.new))
    marks = (move.mark for move in intent.moves)
    if not all(
        isinstance(item, str) for item in (*digests, *marks, *(drop.old for drop in intent.drops), *intent.keep)
    ):
        raise TypeError("no text")


def _paths(intent: Intent) -> Iterator[str]:
    for move in intent.moves:
        yield from (move.source, move.target)
    yield from (put.path for put in intent.puts)
    yield from (drop.path for drop in intent.drops)
