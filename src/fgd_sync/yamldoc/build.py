"""Parser events to values, as the strict form of `sigs.k8s.io/yaml` builds them.

Takes the events of one document and gives dicts, lists and scalars of JSON, or raises UnreadableError with the place at
fault. Iterative: nesting, aliases and the size after expansion are bounded by the limits. Loaded with PyYAML on
first use.

Stricter than that parser on purpose: two keys of one mapping that become the same JSON key (`1` and `"1"`, `1` and
`1.0`, `on` and `"true"`) are a duplicate here; there, one of the two values wins by chance.
"""

import math
from collections.abc import Iterable
from typing import Any, ClassVar

from fgd_sync.model.code import DUPLICATE_KEY, INVALID_YAML, TOO_LARGE
from fgd_sync.model.value import dataclass
from fgd_sync.yamldoc.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    UnreadableError,
)
from fgd_sync.yamldoc.limits import Limits
from fgd_sync.yamldoc.scalars import HINTS, TAG, TagMismatchError, as_json, key_text, plain, resolve, tagged

_NO_KEY = object()
_MERGE = object()
_MAY_BE_ANY = HINTS | {"", "<"}
"""First characters of the plain scalars that may be something else than a string; `<` for the merge key."""


@dataclass(slots=True)
class _Anchored:
    """A node that aliases may stand for. `event` if it is a scalar; `is_open` while its end has not come."""

    value: Any = None
    event: Event | None = None
    is_open: bool = False


class _Frame:
    """A collection under construction; `marks` (where each key is) tells a mapping from a sequence."""

    __slots__ = ("anchored", "items", "key", "marks", "merge_mark")

    def __init__(self, items: Any, marks: dict[str, int] | None) -> None:
        self.items = items
        self.marks = marks
        self.key: Any = _NO_KEY
        self.merge_mark = 0
        self.anchored: _Anchored | None = None


def scalar_value(event: Event) -> Any:
    """What a scalar stands for, before JSON. Raises TagMismatchError for a text that its tag does not allow."""
    if event.tag is None:
        return resolve(event.value) if event.implicit[0] else event.value
    return tagged(event.tag, event.value)


def is_merge(event: Event) -> bool:
    """Whether a key is the merge key `<<`."""
    return event.__class__ is ScalarEvent and event.value == "<<" and (event.implicit[0] or event.tag == TAG + "merge")


class Builder:
    """Builds one document. Depth and size are checked as it goes, so that a hostile text stops it early."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._root: list[Any] = []
        self._frame = _Frame(self._root, None)
        self._stack: list[_Frame] = []
        self._anchors: dict[str, _Anchored] = {}
        self._marks: dict[int, dict[str, int]] = {}
        self._expanded = 0
        self._measures: dict[int, tuple[int, int]] = {}
        self._documents = 0

    def build(self, events: Iterable[Event]) -> Any:
        """The value of the document. Raises UnreadableError, and whatever iterating over the events raises."""
        for event in events:
            if event.__class__ is ScalarEvent:
                self._scalar(event)
            else:
                handle = self._HANDLERS.get(event.__class__)
                if handle is not None:
                    handle(self, event)
        return self._root[0] if self._root else None

    def _start_document(self, event: Event) -> None:
        self._documents += 1
        if self._documents > 1:
            message = "A second document begins here after an unusual line end. Put `---` on a line of its own."
            raise UnreadableError(INVALID_YAML, message, event.start_mark.index)

    def _scalar(self, event: Event) -> None:
        """Take a scalar: the common ones here, in one go, since most of a document is these."""
        frame = self._frame
        marks, text = frame.marks, event.value
        is_special = text[:1] in _MAY_BE_ANY and event.implicit[0]
        is_string = not is_special and event.tag is None and event.anchor is None
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

    def _special_scalar(self, event: Event) -> None:
        if self._frame.key is _MERGE:
            raise self._bad_merge(event)
        value = plain(event.value) if event.tag is None and event.implicit[0] else as_json(self._decoded(event))
        if value.__class__ is float:
            self._check_finite(value, event)
        self._add(value)
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchored(value, event=event)

    def _decoded(self, event: Event) -> Any:
        try:
            return scalar_value(event)
        except TagMismatchError as error:
            message = f"{error}. Correct the value or remove the tag."
            raise UnreadableError(INVALID_YAML, message, event.start_mark.index) from None

    def _check_finite(self, value: float, event: Event) -> None:
        if not math.isfinite(value):
            message = f"The cluster has no number `{event.value}`. If it is meant as text, put it in quotes."
            raise UnreadableError(INVALID_YAML, message, event.start_mark.index)

    def _add(self, value: Any) -> None:
        frame = self._frame
        if frame.marks is None:
            frame.items.append(value)
        else:
            frame.items[frame.key] = value
            frame.key = _NO_KEY

    def _key(self, event: Event, written: Event, frame: _Frame) -> None:
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

    def _unusual_key(self, event: Event, written: Event) -> str:
        text = key_text(self._decoded(event))
        if text is None:
            shown = f"`{event.value}`" if event.value else "An empty text"
            message = f"{shown} cannot be a key: the cluster takes text, numbers and true or false. Put it in quotes."
            raise UnreadableError(INVALID_YAML, message, written.start_mark.index)
        return text

    def _alias(self, event: Event) -> None:
        frame = self._frame
        anchored = self._anchors.get(event.anchor)
        index = event.start_mark.index
        if anchored is None:
            name = event.anchor
            message = f"The alias *{name} has no anchor &{name} above it. If the text is meant, put it in quotes."
            raise UnreadableError(INVALID_YAML, message, index)
        if anchored.is_open:
            message = f"The anchor &{event.anchor} contains itself. Write the value out instead."
            raise UnreadableError(INVALID_YAML, message, index)
        if frame.marks is not None and frame.key is _NO_KEY:
            if anchored.event is None:
                raise _collection_key(index)
            self._key(anchored.event, event, frame)
            return
        self._charge(anchored.value, index)
        if frame.key is _MERGE:
            self._merge(frame, [anchored.value], event)
        else:
            self._add(anchored.value)

    def _charge(self, value: Any, index: int) -> None:
        size, height = self._measure(value)
        self._expanded += size
        if self._expanded > self._limits.max_nodes:
            message = f"The aliases here stand for over {self._limits.max_nodes} values. Write out what is needed."
            raise UnreadableError(TOO_LARGE, message, index)
        if len(self._stack) + height > self._limits.max_depth:
            raise too_deep(self._limits, index)

    def _measure(self, value: Any) -> tuple[int, int]:
        """How many values an anchored one holds, itself included, and how deep. Recursion is bounded by `max_depth`."""
        if not isinstance(value, dict | list):
            return 1, 0
        known = self._measures.get(id(value))
        if known is None:
            inner = [self._measure(item) for item in (value.values() if isinstance(value, dict) else value)]
            size = 1 + sum(size for size, _ in inner) + (len(value) if isinstance(value, dict) else 0)
            known = self._measures[id(value)] = size, 1 + max((height for _, height in inner), default=0)
        return known

    def _start_mapping(self, event: Event) -> None:
        self._start(_Frame({}, {}), event)

    def _start_sequence(self, event: Event) -> None:
        self._start(_Frame([], None), event)

    def _start(self, frame: _Frame, event: Event) -> None:
        outer = self._frame
        if outer.marks is not None and outer.key is _NO_KEY:
            raise _collection_key(event.start_mark.index)
        if len(self._stack) >= self._limits.max_depth:
            raise too_deep(self._limits, event.start_mark.index)
        if event.anchor is not None:
            frame.anchored = self._anchors[event.anchor] = _Anchored(is_open=True)
        self._stack.append(outer)
        self._frame = frame

    def _end(self, event: Event) -> None:
        frame = self._frame
        items, marks = frame.items, frame.marks
        self._frame = outer = self._stack.pop()
        if frame.anchored is not None:
            frame.anchored.value, frame.anchored.is_open = items, False
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

    def _bad_merge(self, event: Event) -> UnreadableError:
        message = "The merge key << takes a mapping or a list of mappings. If the text << is meant, put it in quotes."
        return UnreadableError(INVALID_YAML, message, event.start_mark.index)

    _HANDLERS: ClassVar[dict[type[Event], Any]] = {
        AliasEvent: _alias,
        MappingStartEvent: _start_mapping,
        SequenceStartEvent: _start_sequence,
        MappingEndEvent: _end,
        SequenceEndEvent: _end,
        DocumentStartEvent: _start_document,
    }


def too_deep(limits: Limits, index: int) -> UnreadableError:
    """The refusal of a document with too many collections inside one another; `index`: where it is too deep."""
    return UnreadableError(TOO_LARGE, f"The document is nested deeper than {limits.max_depth} levels.", index)


def _duplicate(key: str, written: str, first: int, second: int) -> UnreadableError:
    reading = "" if key == written else f" (`{written}` is read as `{key}`)"
    message = f"The key `{key}` occurs twice in this mapping{reading}. Remove one of the two."
    return UnreadableError(DUPLICATE_KEY, message, second, (("The same key is set here", first),))


def _merged_twice(key: str, merge: int, first: int) -> UnreadableError:
    message = f"The merge key << brings in `{key}`, which this mapping has already. Write the value in one place only."
    return UnreadableError(DUPLICATE_KEY, message, merge, (("The same key is set here", first),))


def _collection_key(index: int) -> UnreadableError:
    message = "A mapping or list cannot be a key. If the braces or brackets are part of a text, put the text in quotes."
    return UnreadableError(INVALID_YAML, message, index)
