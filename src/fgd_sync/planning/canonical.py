"""The one way a resource is written: values as the fabric's controllers rewrite them, keys in the order kubectl prints.

Takes a cleaned document; gives one that the cluster stores as it is, so that git and cluster do not differ for ever.
Whatever has an unexpected type is left alone: the schema reports it.
"""

from collections.abc import Iterable
from typing import Any

from fgd_sync.model.resource import JsonObject
from fgd_sync.planning.draft import Draft
from fgd_sync.planning.rewrite import rewrite
from fgd_sync.yamldoc.comments import Comments
from fgd_sync.yamldoc.natural import key_order

_FIRST = ("apiVersion", "kind", "metadata", "spec")
_METADATA_FIRST = ("name", "namespace", "labels", "annotations")


def canonical(body: JsonObject, comments: Comments | None) -> tuple[JsonObject, Comments | None]:
    """Bring one document to normal form. Neither argument is changed; doing it again changes nothing."""
    draft = Draft(body, comments)
    rewrite(draft)
    return in_order(draft.body), draft.comments


def in_order(body: JsonObject) -> JsonObject:
    """The document with its keys in normal order, at every depth."""
    return {key: _metadata(value) if key == "metadata" else _sorted(value) for key, value in _entries(body, _FIRST)}


def _metadata(value: Any) -> Any:
    if type(value) is not dict:
        return _sorted(value)
    return {key: _sorted(item) for key, item in _entries(value, _METADATA_FIRST)}


def _entries(holder: JsonObject, first: tuple[str, ...]) -> Iterable[tuple[str, Any]]:
    rest = [key for key in key_order(tuple(holder)) if key not in first]
    return [(key, holder[key]) for key in (*first, *rest) if key in holder]


def _sorted(value: Any) -> Any:
    if type(value) is dict:
        keys = key_order(tuple(value))
        return {key: item if type(item := value[key]) is str else _sorted(item) for key in keys}
    if type(value) is list:
        return [_sorted(item) for item in value]
    return value
