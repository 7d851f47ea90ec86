"""What changes inside one resource, field by field: two texts of a manifest in, fields with old and new values out.

Bookkeeping of this program is left out. Of lists, what has come and what has gone is told; objects at the same place in
lists of one length are compared field by field.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from fgd_sync.model.location import Route, format_route
from fgd_sync.yamldoc.parse import parse

LARGEST = 100_000
"""Bytes of a manifest that is still compared."""

_OURS = "hnp.githedgehog.com/"
_SCALARS = (str, int, float, bool, type(None))


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that differs. `old` and `new` are values in words; "" stands for: it is not there."""

    field: str
    old: str
    new: str


def field_changes(before: bytes, after: bytes) -> list[FieldChange]:
    """The fields that differ between two versions of a manifest; none if one of them cannot be read."""
    if max(len(before), len(after)) > LARGEST:
        return []
    old, new = _value(before), _value(after)
    return list(_compared((), old, new)) if isinstance(old, dict) and isinstance(new, dict) else []


def _value(data: bytes) -> Any:
    documents = parse(data).documents
    return documents[0].value if len(documents) == 1 and not documents[0].problem else None


def _compared(route: Route, old: Any, new: Any) -> Iterator[FieldChange]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            if not str(key).startswith(_OURS):
                yield from _member((*route, str(key)), key, old, new)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _listed(route, old, new)
    elif type(old) is not type(new) or old != new:
        yield FieldChange(_name(route), _words(old), _words(new))


def _member(route: Route, key: Any, old: dict[Any, Any], new: dict[Any, Any]) -> Iterator[FieldChange]:
    if key in old and key in new:
        yield from _compared(route, old[key], new[key])
    elif key in new:
        yield FieldChange(_name(route), "", _words(new[key]))
    else:
        yield FieldChange(_name(route), _words(old[key]), "")


def _listed(route: Route, old: list[Any], new: list[Any]) -> Iterator[FieldChange]:
    if repr(old) == repr(new):
        return
    plain = all(isinstance(item, _SCALARS) for item in (*old, *new))
    if len(old) == len(new) and not plain:
        for index, (left, right) in enumerate(zip(old, new, strict=True)):
            yield from _compared((*route, index), left, right)
        return
    gone, come = [item for item in old if item not in new], [item for item in new if item not in old]
    if gone or come:
        yield FieldChange(_name(route), _words(gone) if gone else "", _words(come) if come else "")
    else:
        yield FieldChange(_name(route), _words(old), _words(new))


def _name(route: Route) -> str:
    """The field as people speak of it: below `spec` where everything is."""
    return format_route(route[1:] if len(route) > 1 and route[0] == "spec" else route)


def _words(value: Any) -> str:
    """A value on one line, as YAML would have it in brackets, without quotes."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_words(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return ", ".join(map(_words, value)) or "an empty list"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else str(value) or '""'
