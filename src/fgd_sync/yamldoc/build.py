"""Parser events to values, as the strict form of `sigs.k8s.io/yaml` builds them.

Takes the events of one document and gives dicts, lists and scalars of JSON, or raises Refused with the place at
fault. Iterative: nesting, aliases and the size after expansion are bounded by the limits. Loaded with PyYAML on
first use.

Stricter than that parser on purpose: two keys of one mapping that become the same JSON key (`1` and `"1"`, `1` and
`1.0`, `on` and `"true"`) are a duplicate here; there, one of the two values wins by chance.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from fgd_sync.model.code import DUPLICATE_KEY, INVALID_YAML, TOO_LARGE, Code
from fgd_sync.yamldoc.limits import Limits
from fgd_sync.yamldoc.scalars import HINTS, TAG, NotDecodable, as_json, key_text, plain, resolve, tagged

_NO_KEY = object()
_MERGE = object()
_MAY_BE_ANY = HINTS | {"", "<"}
"""First characters of the plain scalars that may be something else than a string; `<` for the merge key."""


class Refused(Exception):
    """A document cannot be used: why, at which character of the parsed text, and further places by character."""

    def __init__(self, code: Code, message: str, index: int, related: tuple[tuple[str, int], ...] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.index = index
        self.related = related


@dataclass(slots=True)
class _Anchored:
    """A node that aliases may stand for. `size` in nodes; `height` in nested collections; `event` if it is a scalar."""

    value: Any = None
    size: int = 1
    height: int = 0
    event: ScalarEvent | None = None
    is_open: bool = False


class _Frame:
    """A collection under construction; `marks` (where each key is) tells a mapping from a sequence."""

    __slots__ = ("anchored", "extra", "height", "items", "key", "marks", "merge_mark", "start")

    def __init__(self, items: Any, marks: dict[str, int] | None, start: int) -> None:
        self.items = items
        self.marks = marks
        self.start = start
        self.key: Any = _NO_KEY
        self.merge_mark = 0
        self.extra = 0
        self.height = 0
        self.anchored: _Anchored | None = None


def scalar_value(event: ScalarEvent) -> Any:
    """What a scalar stands for, before JSON. Raises NotDecodable for a text that its tag does not allow."""
    if event.tag is None:
        return resolve(event.value) if event.implicit[0] else event.value
    return tagged(event.tag, event.value)


def is_merge(event: Event) -> bool:
    """Whether a key is the merge key `<<`."""
    return (
        event.__class__ is ScalarEvent
        and event.value == "<<"
        and (event.implicit[0] or event.tag == TAG + "merge")
    )


class Builder:
    """Builds one document. `depth` and `size` are checked as it goes, so that a hostile text stops it early."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._root: list[Any] = []
        self._frame = _Frame(self._root, None, 0)
        self._stack: list[_Frame] = []
        self._anchors: dict[str, _Anchored] = {}
        self._marks: dict[int, dict[str, int]] = {}
        self._expanded = 0
        self._documents = 0

    def build(self, events: Iterable[Event]) -> Any:
        """The value of the document. Raises Refused, and whatever iterating over the events raises."""
        for event in events:
            if event.__class__ is ScalarEvent:
                self._scalar(event)
            else:
                handle = _HANDLERS.get(event.__class__)
                if handle is not None:
                    handle(self, event)
        return self._root[0] if self._root else None

    def _start_document(self, event: DocumentStartEvent) -> None:
        self._documents += 1
        if self._documents > 1:
            message = "A second document begins here, but no line end that editors know is before its `---`. Put it on a line of its own."
            raise Refused(INVALID_YAML, message, event.start_mark.index)

    def _scalar(self, event: ScalarEvent) -> None:
        """Take a scalar: the common ones here, in one go, since most of a document is these."""
        frame = self._frame
        marks, text = frame.marks, event.value
        is_string = event.tag is None and event.anchor is None and (text[:1] not in _MAY_BE_ANY or not event.implicit[0])
        if marks is not None and frame.key is _NO_KEY:
            if is_string and text not in marks:
                marks[text] = event.start_mark.index
                frame.key = text
            else:
                self._key(event, event, frame)
        elif not is_string or frame.key is _MERGE:
            self._special_scalar(event)
        elif marks is None:
            frame.items.append(text)
        else:
            frame.items[frame.key] = text
            frame.key = _NO_KEY

    def _special_scalar(self, event: ScalarEvent) -> None:
        if self._frame.key is _MERGE:
            raise self._bad_merge(event)
        value = plain(event.value) if event.tag is None and event.implicit[0] else as_json(self._decoded(event))
        if value.__class__ is float:
            self._check_finite(value, event)
        self._add(value)
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchored(value, event=event)

    def _decoded(self, event: ScalarEvent) -> Any:
        try:
            return scalar_value(event)
        except NotDecodable as error:
            raise Refused(INVALID_YAML, f"{error}. Correct the value or remove the tag.", event.start_mark.index) from None

    def _check_finite(self, value: float, event: ScalarEvent) -> None:
        if not math.isfinite(value):
            message = f"`{event.value}` is a number that JSON, and so the cluster, does not have. Put it in quotes if it is meant as text."
            raise Refused(INVALID_YAML, message, event.start_mark.index)

    def _add(self, value: Any) -> None:
        frame = self._frame
        if frame.marks is None:
            frame.items.append(value)
        else:
            frame.items[frame.key] = value
            frame.key = _NO_KEY

    def _key(self, event: ScalarEvent, written: ScalarEvent | AliasEvent, frame: _Frame) -> None:
        text = event.value
        if event is written and text == "<<" and is_merge(event):
            frame.key, frame.merge_mark = _MERGE, event.start_mark.index
            return
        if event.tag is not None or (event.implicit[0] and (text[:1] in HINTS or not text)):
            text = self._unusual_key(event, written)
        if event is written and event.anchor is not None:
            self._anchors[event.anchor] = _Anchored(as_json(self._decoded(event)), event=event)
        index = written.start_mark.index
        marks = frame.marks
        assert marks is not None
        if text in marks:
            raise _duplicate(text, event.value, marks[text], index)
        marks[text] = index
        frame.key = text

    def _unusual_key(self, event: ScalarEvent, written: Event) -> str:
        text = key_text(self._decoded(event))
        if text is None:
            shown = event.value or "an empty key"
            message = f"`{shown}` cannot be a key: the cluster takes text, small numbers and true/false. Put it in quotes."
            raise Refused(INVALID_YAML, message, written.start_mark.index)
        return text

    def _alias(self, event: AliasEvent) -> None:
        frame = self._frame
        anchored = self._anchors.get(event.anchor)
        index = event.start_mark.index
        if anchored is None:
            message = f"The alias *{event.anchor} has no anchor &{event.anchor} before it. If the text is meant, put it in quotes."
            raise Refused(INVALID_YAML, message, index)
        if anchored.is_open:
            raise Refused(INVALID_YAML, f"The anchor &{event.anchor} contains itself. Write the value out instead.", index)
        if frame.marks is not None and frame.key is _NO_KEY:
            if anchored.event is None:
                raise _collection_key(index)
            self._key(anchored.event, event, frame)
            return
        self._charge(anchored, frame, event)
        if frame.key is _MERGE:
            self._merge(frame, [anchored.value], event)
        else:
            self._add(anchored.value)

    def _charge(self, anchored: _Anchored, frame: _Frame, event: AliasEvent) -> None:
        self._expanded += anchored.size
        frame.extra += anchored.size - 1
        frame.height = max(frame.height, anchored.height)
        index = event.start_mark.index
        if self._expanded > self._limits.max_nodes:
            raise Refused(TOO_LARGE, f"With its aliases expanded the document has over {self._limits.max_nodes} values.", index)
        if len(self._stack) + anchored.height > self._limits.max_depth:
            raise self._too_deep(index)

    def _start_mapping(self, event: MappingStartEvent) -> None:
        self._start(_Frame({}, {}, event.start_mark.index), event)

    def _start_sequence(self, event: SequenceStartEvent) -> None:
        self._start(_Frame([], None, event.start_mark.index), event)

    def _start(self, frame: _Frame, event: MappingStartEvent | SequenceStartEvent) -> None:
        outer = self._frame
        if outer.marks is not None and outer.key is _NO_KEY:
            raise _collection_key(event.start_mark.index)
        if len(self._stack) >= self._limits.max_depth:
            raise self._too_deep(event.start_mark.index)
        if event.anchor is not None:
            frame.anchored = self._anchors[event.anchor] = _Anchored(is_open=True)
        self._stack.append(outer)
        self._frame = frame

    def _end(self, event: MappingEndEvent | SequenceEndEvent) -> None:
        frame = self._frame
        items, marks = frame.items, frame.marks
        size = 1 + frame.extra + (len(items) if marks is None else 2 * len(items))
        if size > self._limits.max_nodes:
            raise Refused(TOO_LARGE, f"The document has over {self._limits.max_nodes} values.", frame.start)
        self._frame = outer = self._stack.pop()
        height = frame.height + 1
        outer.extra += size - 1
        if height > outer.height:
            outer.height = height
        if frame.anchored is not None:
            done = frame.anchored
            done.value, done.size, done.height, done.is_open = items, size, height, False
        if marks is not None:
            self._marks[id(items)] = marks
        if outer.key is _MERGE:
            self._merge(outer, [items] if marks is not None else items[::-1], event)
        else:
            self._add(items)

    def _merge(self, frame: _Frame, sources: list[Any], event: Event) -> None:
        marks = frame.marks
        assert marks is not None
        for source in sources:
            if not isinstance(source, dict):
                raise self._bad_merge(event)
            places = self._marks[id(source)]
            for key, value in source.items():
                if key in marks:
                    raise _merged_twice(key, frame.merge_mark, marks[key])
                marks[key] = places[key]
                frame.items[key] = value
        frame.key = _NO_KEY

    def _bad_merge(self, event: Event) -> Refused:
        message = "The merge key << takes a mapping or a list of mappings. If the text << is meant, put it in quotes."
        return Refused(INVALID_YAML, message, event.start_mark.index)

    def _too_deep(self, index: int) -> Refused:
        return Refused(TOO_LARGE, f"The document is nested deeper than {self._limits.max_depth} levels.", index)


_HANDLERS: dict[type[Event], Any] = {
    AliasEvent: Builder._alias,
    MappingStartEvent: Builder._start_mapping,
    SequenceStartEvent: Builder._start_sequence,
    MappingEndEvent: Builder._end,
    SequenceEndEvent: Builder._end,
    DocumentStartEvent: Builder._start_document,
}


def _duplicate(key: str, written: str, first: int, second: int) -> Refused:
    reading = "" if key == written else f" (`{written}` is read as `{key}`)"
    message = f"The key `{key}` occurs twice in this mapping{reading}. Remove one of the two."
    return Refused(DUPLICATE_KEY, message, second, (("The same key is set here", first),))


def _merged_twice(key: str, merge: int, first: int) -> Refused:
    message = f"The merge key << brings in `{key}`, which this mapping has already. Write the value in one place only."
    return Refused(DUPLICATE_KEY, message, merge, (("The same key is set here", first),))


def _collection_key(index: int) -> Refused:
    message = "A mapping or list stands here as a key, but keys must be plain text. If braces or brackets are part of a text, put it in quotes."
    return Refused(INVALID_YAML, message, index)
