"""One document's text to its value and comments, or to the problem that it has. Loaded with PyYAML on first use."""

import re
from collections.abc import Iterator
from typing import Any

from fgd_sync.model.code import DUPLICATE_KEY, INVALID_YAML, TEMPLATE_PLACEHOLDER, TOO_LARGE
from fgd_sync.model.location import Position
from fgd_sync.model.pattern import pattern
from fgd_sync.yamldoc.build import Builder, too_deep
from fgd_sync.yamldoc.comments import Comments
from fgd_sync.yamldoc.decode import find_forbidden
from fgd_sync.yamldoc.differences import may_differ, refuse_differences
from fgd_sync.yamldoc.document import Problem
from fgd_sync.yamldoc.events import Event, ScalarEvent, UnreadableError, YAMLError, events_of
from fgd_sync.yamldoc.explain import explain
from fgd_sync.yamldoc.json_text import as_yaml, looks_like_json
from fgd_sync.yamldoc.layout import Layout
from fgd_sync.yamldoc.limits import Limits
from fgd_sync.yamldoc.lines import LineMap
from fgd_sync.yamldoc.placement import place
from fgd_sync.yamldoc.split import Piece, with_neighbours
from fgd_sync.yamldoc.template import PLACEHOLDER, find_placeholder

_MAY_BE_COMMENT = pattern(r"(?<![A-Za-z])#")
_MARK_IN_LINE = pattern("^\ufeff", re.MULTILINE)
_NESTING = "exceeded maximum nesting depth"
"""What libyaml says from 0.2.6 on where it gives up before it tells of so many levels."""

_DUPLICATE_RULE = "META-007"

Result = tuple[Any, Comments | None, Problem | None]


def read_piece(piece: Piece, line: int, limits: Limits) -> Result:
    """Value, comments and problem of a document whose text begins at `line` of its file."""
    size = len(piece.text) if piece.text.isascii() else len(piece.text.encode())
    if size > limits.max_document_bytes:
        message = f"The document has {size} bytes; at most {limits.max_document_bytes} are read."
        return None, None, Problem(TOO_LARGE, message, Position(line, 1))
    try:
        value, comments = _read(piece, limits)
    except UnreadableError as refusal:
        return None, None, _problem(piece, line, refusal)
    return value, comments, None


def readable(core: str) -> str:
    """The text to parse: `core`, or if only JSON readers take it, the same as YAML with every token in its place."""
    if not looks_like_json(core):
        return core
    try:
        for _ in events_of(core):
            pass
    except YAMLError:
        return as_yaml(core)
    return core


def _read(piece: Piece, limits: Limits) -> tuple[Any, Comments | None]:
    _check_neighbours(piece)
    _check_byte_order_mark(piece.core)
    try:
        value, events, text = _build_any(piece.core, limits)
    except YAMLError as failure:
        raise _template(piece.core) or _explained(piece.core, failure, limits) from None
    except UnreadableError as refusal:
        raise _template(piece.core) or refusal from None
    if "{{" in text:
        _refuse_placeholder(text)
    if may_differ(text):
        refuse_differences(events_of(text), text)
    comments = place(Layout(events, text)) if events else None
    return value, with_neighbours(piece, comments)


def _build_any(core: str, limits: Limits) -> tuple[Any, list[Event], str]:
    try:
        return *_build(core, limits), core
    except YAMLError:
        if not looks_like_json(core):
            raise
        text = as_yaml(core)
        return *_build(text, limits), text


def _build(text: str, limits: Limits) -> tuple[Any, list[Event]]:
    """The value, and the events if there may be comments to place."""
    events: list[Event] = []
    stream = events_of(text)
    if "#" in text and _MAY_BE_COMMENT.search(text):
        stream = _recorded(stream, events)
    return Builder(limits).build(stream), events


def _recorded(stream: Iterator[Event], events: list[Event]) -> Iterator[Event]:
    for event in stream:
        events.append(event)
        yield event


def _check_neighbours(piece: Piece) -> None:
    """Refuse what the parser would not get to see: characters around the document that no YAML may hold."""
    if piece.head or piece.foot:
        found = find_forbidden(piece.text)
        if found:
            raise UnreadableError(INVALID_YAML, found[1], found[0] - (piece.core_start - piece.start))


def _check_byte_order_mark(core: str) -> None:
    """Refuse what libyaml skips and the cluster's parser takes as part of a key: a mark at the start of a line."""
    found = _MARK_IN_LINE.search(core) if not core.isascii() and "\ufeff" in core else None
    if found:
        message = "An invisible byte order mark (U+FEFF) begins this line, from joining files. Delete it."
        raise UnreadableError(INVALID_YAML, message, found.start())


def _explained(core: str, failure: YAMLError, limits: Limits) -> UnreadableError:
    index, message = find_forbidden(core) or explain(failure, core)
    if _NESTING in str(failure):
        return too_deep(limits, index)
    return UnreadableError(INVALID_YAML, message, index)


def _template(core: str) -> UnreadableError | None:
    found = find_placeholder(core) if "{{" in core or "{%" in core else None
    return _placeholder(*found) if found else None


def _refuse_placeholder(text: str) -> None:
    for event in events_of(text):
        found = event.__class__ is ScalarEvent and PLACEHOLDER.search(event.value)
        if found:
            start = event.start_mark.index
            raise _placeholder(max(start, text.find(found[0], start, event.end_mark.index)), found[0])


def _placeholder(index: int, shown: str) -> UnreadableError:
    message = f"The template placeholder `{shown}` is still here. Render the template first and use its output."
    return UnreadableError(TEMPLATE_PLACEHOLDER, message, index)


def _problem(piece: Piece, line: int, refusal: UnreadableError) -> Problem:
    before = piece.core_start - piece.start
    places = LineMap(piece.text, line)
    last = max(len(piece.text.rstrip()) - 1, 0)

    def position(index: int) -> Position:
        at = min(max(index + before, 0), last)
        return places.position(at - 1 if piece.text.startswith("\r\n", at - 1) else at)

    related = tuple((message, position(index)) for message, index in refusal.related)
    rule = _DUPLICATE_RULE if refusal.code is DUPLICATE_KEY else ""
    return Problem(refusal.code, refusal.message, position(refusal.index), related, rule)
