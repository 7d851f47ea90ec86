"""The normal form of managed files as a value: its version, and how a document is brought to it."""

from collections.abc import Callable, Mapping
from typing import Any

from fgd_sync.model.resource import JsonObject
from fgd_sync.model.value import dataclass
from fgd_sync.planning.canonical import canonical
from fgd_sync.yamldoc.comments import Comments

Canonical = tuple[JsonObject, Comments | None]
"""A document in normal form, and its comments."""

Shape = Callable[[JsonObject, Comments | None], Canonical]
"""Brings one document to normal form; doing it again changes nothing."""

FORM_KEY = "normal_form"
"""Where a manifest says by which version the files under managed/ were written."""


@dataclass(frozen=True, slots=True)
class NormalForm:
    """A normal form. The version is raised when the same resource would get other bytes."""

    version: int
    shape: Shape


NORMAL_FORM = NormalForm(1, canonical)
"""The one that is in use."""


def form_of(manifest: Mapping[str, Any]) -> int:
    """The version that a manifest names; 1 for one that names none."""
    value = manifest.get(FORM_KEY)
    return value if type(value) is int and value > 0 else 1
