"""The events of libyaml's parser, through PyYAML. Loaded with PyYAML on first use.

Raises ImportError with what to do where PyYAML lacks libyaml: its parser in Python reads other values.
"""

from collections.abc import Iterator
from typing import Any

from yaml.error import YAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from fgd_sync.model.code import Code

try:
    from yaml import _yaml as _libyaml
except ImportError as error:
    _REASON = "fgd needs PyYAML with libyaml. Install a PyYAML wheel, or build PyYAML with libyaml's headers present."
    raise ImportError(_REASON) from error

__all__ = [
    "AliasEvent",
    "DocumentStartEvent",
    "Event",
    "MappingEndEvent",
    "MappingStartEvent",
    "ScalarEvent",
    "SequenceEndEvent",
    "SequenceStartEvent",
    "UnreadableError",
    "YAMLError",
    "events_of",
]

Event = Any
"""An event of PyYAML. Its type stubs allow events without marks; the parser makes none such."""


class UnreadableError(Exception):
    """A document cannot be used: why, at which character of the parsed text, and further places by character."""

    def __init__(self, code: Code, message: str, index: int, related: tuple[tuple[str, int], ...] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.index = index
        self.related = related


def events_of(text: str) -> Iterator[Event]:
    """The parser events of one document's text. Raises YAMLError while iterated over."""
    return iter(_libyaml.CParser(text).get_event, None)
