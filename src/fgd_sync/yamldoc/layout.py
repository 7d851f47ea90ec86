"""Where everything in a document stands: the entries of its mappings and sequences with their characters in the text.

Takes the parser events of a document that `build` accepted. For placing comments and for finding positions; values
are not kept. Loaded with PyYAML on first use.
"""

from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

from fgd_sync.model.pattern import pattern
from fgd_sync.yamldoc.build import is_merge, scalar_value
from fgd_sync.yamldoc.events import (
    AliasEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from fgd_sync.yamldoc.scalars import key_text

BREAKS = "\r\n\x85\u2028\u2029"
"""What libyaml takes as the end of a line."""

_LONG_KEY = "? "
"""Begins an entry whose key is too long to stand before a colon by itself; the entry is as far left as this."""

_GAP = pattern(f"(?:[ \t\ufeff{BREAKS}]+|#[^{BREAKS}]*)*")
_PROPERTY = pattern(r"!<[^>]*>|[&!][^\s,\[\]{}]*")
_HEADER = pattern(f"[|>][-+0-9]*[ \t]*(?:#[^{BREAKS}]*)?")


class Entry:
    """A mapping entry, sequence item, or (without parent) the document.

    `start` is where it begins: its key, its dash, or in a flow sequence its value; `value` is where its value begins.
    `column` counts from 0. `vanishes`: it is part of a merge, so its keys stand in the mapping around it.
    """

    __slots__ = ("alias", "children", "column", "in_flow", "merges", "parent", "start", "step", "value", "vanishes")

    def __init__(self, parent: "Entry | None", step: str | int, start: int, column: int) -> None:
        self.parent = parent
        self.step = step
        self.start = start
        self.column = column
        self.value = start
        self.in_flow = False
        self.vanishes = False
        self.children: dict[str | int, Entry] = {}
        self.merges: list[Entry] = []
        self.alias: Entry | None = None

    def chain(self) -> "Iterator[Entry]":
        """The entry, what it is in, and so on up to the document."""
        entry: Entry | None = self
        while entry is not None:
            yield entry
            entry = entry.parent


class _Open:
    """A collection whose end has not come: the entry it is the value of, its pending key, and where dashes stand."""

    __slots__ = ("column", "entry", "first_dash", "in_flow", "is_mapping", "key")

    def __init__(self, entry: Entry, *, is_mapping: bool, in_flow: bool) -> None:
        self.entry = entry
        self.is_mapping = is_mapping
        self.in_flow = in_flow
        self.key: Entry | None = None
        self.column = 0
        self.first_dash: int | None = None


class Layout:
    """The entries and tokens of a document, each in the order of the text.

    A token is (start, entry, closes): a key, dash, value or bracket, the entry it belongs to, and whether it is the
    closing bracket of that entry's value. `spans` are the characters in which `#` begins no comment.
    """

    def __init__(self, events: Iterable[Event], text: str) -> None:
        self.text = text
        self.root = Entry(None, "", 0, 0)
        self.entries: list[Entry] = []
        self.tokens: list[tuple[int, Entry, bool]] = []
        self.spans: list[tuple[int, int]] = []
        self._end = 0
        self._stack: list[_Open] = []
        self._anchors: dict[str, tuple[Entry, Event]] = {}
        for event in events:
            take = self._HANDLERS.get(event.__class__)
            if take is not None:
                take(self, event)

    def _scalar(self, event: Event) -> None:
        start, end = event.start_mark.index, event.end_mark.index
        entry = self._entry(event)
        if end > start:
            self._span(event, start, end)
            self.tokens.append((start, entry, False))
        self._end = max(self._end, end)

    def _alias(self, event: Event) -> None:
        entry = self._entry(event)
        entry.alias = self._anchors[event.anchor][0]
        self.tokens.append((event.start_mark.index, entry, False))
        self._end = event.end_mark.index

    def _open(self, event: Event) -> None:
        start = event.start_mark.index
        entry = self._entry(event)
        is_mapping = event.__class__ is MappingStartEvent
        opened = _Open(entry, is_mapping=is_mapping, in_flow=bool(event.flow_style))
        if event.flow_style or event.anchor is not None or event.tag is not None:
            self.tokens.append((start, entry, False))
        if not event.flow_style and not is_mapping:
            opened.first_dash = self._content(start)
            opened.column = self._column(opened.first_dash)
        self._stack.append(opened)

    def _close(self, event: Event) -> None:
        closed = self._stack.pop()
        if closed.in_flow:
            end = event.end_mark.index
            if end > event.start_mark.index:
                self.tokens.append((end - 1, closed.entry, True))
            self._end = max(self._end, end)

    def _entry(self, event: Event) -> Entry:
        """The entry that an event is the key or value of; a key or an item begins a new one."""
        holder = self._stack[-1] if self._stack else None
        if holder is None:
            entry = self.root
        elif not holder.is_mapping:
            entry = self._item(holder, event)
        elif holder.key is None:
            return self._key(holder, event)
        else:
            entry, holder.key = holder.key, None
        entry.value = event.start_mark.index
        if event.__class__ is not AliasEvent and event.anchor is not None:
            self._anchors[event.anchor] = (entry, event)
        return entry

    def _key(self, holder: _Open, event: Event) -> Entry:
        mark = event.start_mark
        anchored = self._anchors.get(event.anchor or "")
        scalar = anchored[1] if anchored and isinstance(event, AliasEvent) else event
        step = key_text(scalar_value(scalar)) or ""
        is_long = not holder.in_flow and self.text.startswith(_LONG_KEY, max(mark.index - len(_LONG_KEY), 0))
        column = mark.column - len(_LONG_KEY) if is_long else mark.column
        entry = self._add(Entry(holder.entry, step, mark.index, column), holder)
        if is_merge(event):
            entry.vanishes = True
            holder.entry.merges.append(entry)
        else:
            holder.entry.children[step] = entry
            if event.__class__ is ScalarEvent and event.anchor is not None:
                self._anchors[event.anchor] = (entry, event)
        holder.key = entry
        return entry

    def _item(self, holder: _Open, event: Event) -> Entry:
        mark = event.start_mark
        start, column = mark.index, mark.column
        if not holder.in_flow:
            start, column = self._dash(holder, start), holder.column
        step = len(holder.entry.children)
        entry = self._add(Entry(holder.entry, step, start, column), holder)
        holder.entry.children[step] = entry
        if not holder.in_flow:
            self.tokens.append((start, entry, False))
            self._end = max(self._end, start + 1)
        return entry

    def _add(self, entry: Entry, holder: _Open) -> Entry:
        entry.in_flow = holder.in_flow
        self.entries.append(entry)
        return entry

    def _dash(self, holder: _Open, value: int) -> int:
        if holder.first_dash is not None:
            dash, holder.first_dash = holder.first_dash, None
            return dash
        if self.text.startswith("- ", value - 2) and value - 2 >= self._end:
            return value - 2
        gap = _GAP.match(self.text, self._end)
        assert gap is not None
        return gap.end() if self.text.startswith("-", gap.end()) else value

    def _span(self, event: Event, start: int, end: int) -> None:
        """Note where a scalar's text is. Its tag, its anchor and the first line of a block scalar are not in it."""
        if event.tag is not None or event.anchor is not None:
            start = self._content(start)
        if event.style in ("|", ">"):
            header = _HEADER.match(self.text, start)
            start = header.end() if header else start
        if end > start:
            self.spans.append((start, end))

    def _content(self, start: int) -> int:
        """Where the content begins of a node that may begin with an anchor and a tag, with comments in between."""
        text = self.text
        while text.startswith(("&", "!"), start):
            for form in (_PROPERTY, _GAP):
                found = form.match(text, start)
                start = found.end() if found else start
        return start

    def _column(self, index: int) -> int:
        return index - max(self.text.rfind(end, 0, index) for end in BREAKS) - 1

    _HANDLERS: ClassVar[dict[type[Event], Any]] = {
        ScalarEvent: _scalar,
        AliasEvent: _alias,
        MappingStartEvent: _open,
        SequenceStartEvent: _open,
        MappingEndEvent: _close,
        SequenceEndEvent: _close,
    }
