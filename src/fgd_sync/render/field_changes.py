"""What changes inside one resource, field by field: two texts of a manifest in, fields with old and new values out.

Bookkeeping of this program is left out. Of lists, what has come and what has gone is told; objects at the same place in
lists of one length are compared field by field.
"""

from typing import Any

from fgd_sync.model.difference import ABSENT, Difference, differences
from fgd_sync.model.location import Route, format_route
from fgd_sync.model.secrets import shown
from fgd_sync.model.value import dataclass
from fgd_sync.yamldoc.parse import parse

LARGEST = 100_000
"""Bytes of a manifest that is still compared."""

_OURS = "hnp.githedgehog.com/"


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
    if not (isinstance(old, dict) and isinstance(new, dict)):
        return []
    return [in_words(item) for item in differences(old, new) if not _is_ours(item.route)]


def _value(data: bytes) -> Any:
    documents = parse(data).documents
    return documents[0].value if len(documents) == 1 and not documents[0].problem else None


def _is_ours(route: Route) -> bool:
    return any(isinstance(step, str) and step.startswith(_OURS) for step in route)


def in_words(item: Difference) -> FieldChange:
    """A difference in words; of lists what is only in the one and what is only in the other, if that tells it."""
    old, new = item.old, item.new
    if isinstance(old, list) and isinstance(new, list):
        gone, come = [one for one in old if one not in new], [one for one in new if one not in old]
        if gone or come:
            old, new = gone or ABSENT, come or ABSENT
    key = str(item.route[-1]) if item.route else ""
    return FieldChange(_name(item.route), words(old, key), words(new, key))


def _name(route: Route) -> str:
    """The field as people speak of it: below `spec` where everything is."""
    return format_route(route[1:] if len(route) > 1 and route[0] == "spec" else route)


def words(value: Any, key: str = "") -> str:
    """The value of a key on one line, as YAML would have it in brackets, without quotes and secrets."""
    if value is ABSENT:
        return ""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {words(item, str(name))}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return ", ".join(words(item, key) for item in value) or "an empty list"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "null" if value is None else shown(key, str(value)) or '""'
