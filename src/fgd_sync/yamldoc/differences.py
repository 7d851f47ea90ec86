"""What libyaml 0.2.5 reads and the cluster's parser, a port of an older one, refuses. Loaded with PyYAML on first use.

Found by comparing the two on generated texts: inside brackets, a question mark in a plain scalar, and a comma right
after a tag.
"""

from collections.abc import Iterable

from fgd_sync.model.code import INVALID_YAML
from fgd_sync.yamldoc.events import (
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    UnreadableError,
)

_STARTS = (MappingStartEvent, SequenceStartEvent)
_ENDS = (MappingEndEvent, SequenceEndEvent)


def may_differ(text: str) -> bool:
    """Whether the two parsers might disagree on a text; a quick look that errs to yes."""
    return ("?" in text or "!" in text) and ("[" in text or "{" in text)


def refuse_differences(events: Iterable[Event], text: str) -> None:
    """Raise UnreadableError for a text that only libyaml takes; `events` are those of the text."""
    in_flow = [False]
    for event in events:
        if isinstance(event, _STARTS):
            in_flow.append(bool(event.flow_style))
        elif isinstance(event, _ENDS):
            in_flow.pop()
        elif in_flow[-1] and event.__class__ is ScalarEvent:
            _check(event, text)


def _check(event: Event, text: str) -> None:
    if event.tag is not None and not event.value and text.startswith(",", event.end_mark.index):
        message = "A space is missing between this tag and the comma."
        raise UnreadableError(INVALID_YAML, message, event.end_mark.index)
    if "?" in event.value and event.style in (None, ""):
        message = f"`{event.value}` stands inside brackets and contains a question mark. Put it in quotes."
        raise UnreadableError(INVALID_YAML, message, event.start_mark.index)
