"""The order in which kubectl prints mapping keys."""

from collections.abc import Iterable
from functools import cmp_to_key, lru_cache


def natural_sorted(keys: Iterable[str]) -> list[str]:
    """Sort keys as `kubectl get -o yaml` does: numbers in them by value, letters after other signs.

    Source: `sorter.go` of goyaml.v2. That comparison is no strict order for every set of keys; sorting them as plain
    text first makes the result independent of the order given.
    """
    return sorted(sorted(keys), key=cmp_to_key(_compare))


@lru_cache(maxsize=4096)
def key_order(keys: tuple[str, ...]) -> tuple[str, ...]:
    """The keys of a mapping, sorted. Most mappings are of a few shapes, so that their order is found once."""
    together = "".join(keys)
    return tuple(sorted(keys) if together.isalpha() and together.isascii() else natural_sorted(keys))


def _compare(first: str, second: str) -> int:
    if first == second:
        return 0
    return -1 if _less(first, second) else 1 if _less(second, first) else 0


def _less(first: str, second: str) -> bool:
    for at, (one, other) in enumerate(zip(first, second, strict=False)):
        if one != other:
            return _less_at(first, second, at)
    return len(first) < len(second)


def _less_at(first: str, second: str, at: int) -> bool:
    one, other = first[at], second[at]
    if one.isalpha() and other.isalpha():
        return one < other
    if one.isalpha() or other.isalpha():
        return other.isalpha()
    start = 1 if "0" in (one, other) and _follows_number(first, at) else 0
    one_end, one_value = _number(first, at, start)
    other_end, other_value = _number(second, at, start)
    if one_value != other_value:
        return one_value < other_value
    return one_end < other_end if one_end != other_end else one < other


def _follows_number(text: str, at: int) -> bool:
    """Whether the digits right before `at` hold one that is not 0, so that a 0 here is not a leading one."""
    while at and text[at - 1].isdecimal():
        at -= 1
        if text[at] != "0":
            return True
    return False


def _number(text: str, at: int, value: int) -> tuple[int, int]:
    while at < len(text) and text[at].isdecimal():
        value = (value * 10 + ord(text[at]) - ord("0")) % 2**64
        at += 1
    return at, (value + 2**63) % 2**64 - 2**63
