"""What differs between two values that JSON can hold, field by field."""

from collections.abc import Iterator
from typing import Any, Final

from fgd_sync.model.location import Route
from fgd_sync.model.value import dataclass

_SCALARS = (str, int, float, bool, type(None))


class _Nothing:
    """Stands for a field that has no value; known by its name in this module."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __repr__(self) -> str:
        return self._name

    def __reduce__(self) -> str:
        """Come out of a copy as the one that there is."""
        return self._name


ABSENT: Final[Any] = _Nothing("ABSENT")
"""The value of a field that is not there, which null is not."""

UNKNOWN: Final[Any] = _Nothing("UNKNOWN")
"""The value of a field of which nobody knows what it was."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field with its two values; ABSENT where a side does not have it."""

    route: Route
    old: Any
    new: Any


def differences(old: Any, new: Any, route: Route = (), *, into_lists: bool = True) -> Iterator[Difference]:
    """The fields that differ, in the order of the old value.

    Mappings are compared key by key, lists of one length item by item if there are mappings or lists in them, unless
    `into_lists` is off; all else differs as a whole.
    """
    if isinstance(old, dict) and isinstance(new, dict):
        for key in [*old, *(key for key in new if key not in old)]:
            yield from differences(old.get(key, ABSENT), new.get(key, ABSENT), (*route, key), into_lists=into_lists)
    elif into_lists and _are_alike(old, new):
        for index, (left, right) in enumerate(zip(old, new, strict=True)):
            yield from differences(left, right, (*route, index))
    elif not is_same(old, new):
        yield Difference(route, old, new)


def is_same(old: Any, new: Any) -> bool:
    """Whether two values are the same for JSON: true is not 1 and 1.0 is, and the order of keys is nothing."""
    if isinstance(old, dict) and isinstance(new, dict):
        return old.keys() == new.keys() and all(is_same(value, new[key]) for key, value in old.items())
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(is_same, old, new))
    if isinstance(old, bool) or isinstance(new, bool):
        return old is new
    return bool(old == new)


def _are_alike(old: Any, new: Any) -> bool:
    """Whether two values are lists of one length with more in them than plain values."""
    if not (isinstance(old, list) and isinstance(new, list)) or len(old) != len(new):
        return False
    return not all(isinstance(item, _SCALARS) for item in [*old, *new])
