"""The kinds of step that bring an old form of a resource to the current one: move, drop, refuse.

A step acts on every place of a document that its pattern names, and says what it did. What has no certain successor
becomes an error that tells the user what to write instead.
"""

from collections.abc import Callable, Iterator
from typing import Any

from fgd_sync.model.code import RESOURCE_UPGRADED, UPGRADE_IMPOSSIBLE, Severity
from fgd_sync.model.finding import Finding
from fgd_sync.model.location import Route, format_route
from fgd_sync.model.value import dataclass
from fgd_sync.planning.draft import Draft, Pattern, fill, pattern

Apply = Callable[[Draft, Route], Iterator[Finding]]
Condition = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Step:
    """What to do where `old` is found. `always`: also in documents of the current version, which once had that form."""

    old: Pattern
    apply: Apply
    always: bool = False


def upgraded(draft: Draft, route: Route, message: str, severity: Severity = Severity.NOTICE) -> Finding:
    """Something was brought to the current form."""
    return Finding(message, draft.source(route), RESOURCE_UPGRADED, severity=severity, at_key=True)


def impossible(draft: Draft, route: Route, message: str, remedy: str) -> Finding:
    """Something old has no certain successor."""
    return Finding(message, draft.source(route), UPGRADE_IMPOSSIBLE, at_key=True, remedy=remedy)


def move(old: str, new: str, *, always: bool = False) -> Step:
    """The value now stands at another place. If that is taken by another value, the user has to choose."""
    target = pattern(new)

    def apply(draft: Draft, route: Route) -> Iterator[Finding]:
        yield from moved(draft, route, fill(target, route))

    return Step(pattern(old), apply, always)


def moved(draft: Draft, old: Route, new: Route) -> Iterator[Finding]:
    """Move one value; nothing happens where the way to the new place is no mapping (the schema will say so)."""
    was, now = format_route(draft.source(old)), format_route(new)
    present = draft.get(new)
    if present is None and draft.takes(new):
        note = upgraded(draft, old, f"{was} is the old form of {now}: it was moved there")
        draft.move(old, new)
        yield note
    elif present is not None and present == draft.get(old):
        yield upgraded(draft, old, f"{was} was removed: {now} says the same")
        draft.remove(old)
    elif present is not None:
        yield impossible(
            draft,
            old,
            f"{was} is the old form of {now}, and both are given with different values",
            f"Keep {now} with the right value, and delete {was}.",
        )


def drop(old: str, reason: str, *, when: Condition = lambda _: True, severity: Severity = Severity.NOTICE) -> Step:
    """The field has no successor, and nothing is lost that the fabric could hold. `reason` follows "was removed:"."""

    def apply(draft: Draft, route: Route) -> Iterator[Finding]:
        if when(draft.get(route)):
            yield upgraded(draft, route, f"{format_route(draft.source(route))} was removed: {reason}", severity)
            draft.remove(route)

    return Step(pattern(old), apply)


def refuse(old: str, reason: str, remedy: str, *, when: Condition = lambda _: True, always: bool = False) -> Step:
    """A human must decide. `reason` follows "spec.field:"; `remedy` says what to write instead."""

    def apply(draft: Draft, route: Route) -> Iterator[Finding]:
        if when(draft.get(route)):
            yield impossible(draft, route, f"{format_route(draft.source(route))}: {reason}", remedy)

    return Step(pattern(old), apply, always)


def convert(old: str, apply: Apply, *, always: bool = False) -> Step:
    """The value changes in a way of its own."""
    return Step(pattern(old), apply, always)
