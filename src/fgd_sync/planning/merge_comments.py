"""Comments of a managed file that outlive its replacement by newer content from raw/."""

from typing import Any

from fgd_sync.yamldoc.comments import Comments


def merge_comments(new: Comments | None, old: Comments | None, value: Any) -> Comments | None:
    """The comments of `new`, and those of `old` that it lacks, at the same key where there is one in `value`."""
    if old is None:
        return new
    merged = new.copy() if new else Comments()
    _merge(merged, old, value, set(merged.texts()))
    return merged


def _merge(into: Comments, old: Comments, value: Any, known: set[str]) -> None:
    into.above = (*into.above, *_unknown(old.above, known))
    into.below = (*into.below, *_unknown(old.below, known))
    if old.after and old.after not in known:
        into.above, into.after = (into.above, old.after) if not into.after else ((*into.above, old.after), into.after)
    for step, child in old.children.items():
        if _holds(value, step):
            _merge(into.child(step), child, value[step], known)
        else:
            into.above = (*into.above, *_unknown(tuple(child.texts()), known))


def _unknown(texts: tuple[str, ...], known: set[str]) -> tuple[str, ...]:
    fresh = [text for text in texts if text not in known]
    return tuple(fresh) if any(fresh) else ()


def _holds(value: Any, step: str | int) -> bool:
    if isinstance(value, dict):
        return step in value
    return isinstance(value, list) and isinstance(step, int) and step < len(value)
