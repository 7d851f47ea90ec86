"""Which ends come to reach one another, and which cease to, between two sets of policies.

Ends that every policy treats alike are compared once, so that the work grows with the number of policies and not with
the number of pairs. What two fabrics gain is what they lose in the other direction.
"""

from collections.abc import Iterable, Iterator, Sequence

from fgd_sync.fabric.reach_parts import Border, Means, Permit
from fgd_sync.model.value import dataclass, field

_BUDGET = 2_000_000


@dataclass(frozen=True, slots=True)
class Shift:
    """Every end on the left with every one on the right, or all on the left among themselves if there are none there.

    `by` are the resources that allow it, before for what ceases, after for what begins.
    """

    border: Border
    left: tuple[str, ...]
    right: tuple[str, ...]
    by: tuple[str, ...]


@dataclass(slots=True)
class Shifts:
    """What begins and what ceases; `unknown` is what was too much to compare."""

    gained: list[Shift] = field(default_factory=list)
    lost: list[Shift] = field(default_factory=list)
    unknown: list[Border] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Class:
    """Ends that the same permits name, of those before (bits of `was`) and after (bits of `now`)."""

    was: int
    now: int
    ends: tuple[str, ...]


_Pairs = dict[int, dict[tuple[str, ...], list[int]]]


def compare(before: dict[Border, list[Permit]], after: dict[Border, list[Permit]]) -> Shifts:
    """Compare two sets of policies, border by border."""
    shifts, budget = Shifts(), _BUDGET
    for border in sorted(before.keys() | after.keys()):
        was, now = before.get(border, []), after.get(border, [])
        if was == now:
            continue
        budget -= sum(len(item.left) + len(item.right) for item in (*was, *now))
        lefts = _classes([item.left for item in was], [item.left for item in now]) if budget > 0 else []
        rights = _classes([item.right for item in was], [item.right for item in now]) if budget > 0 else []
        cost = len(lefts) * len(rights) * (1 + (len(was) + len(now)) // 64)
        if budget <= cost:
            shifts.unknown.append(border)
            continue
        budget -= cost
        _compare_border(border, (was, now), (lefts, rights), shifts)
    return shifts


def _classes(was: Iterable[frozenset[str]], now: Iterable[frozenset[str]]) -> list[_Class]:
    before, after = _masks(was), _masks(now)
    ends: dict[tuple[int, int], list[str]] = {}
    for end in sorted(before.keys() | after.keys()):
        ends.setdefault((before.get(end, 0), after.get(end, 0)), []).append(end)
    return [_Class(*masks, tuple(names)) for masks, names in ends.items()]


def _masks(sets: Iterable[frozenset[str]]) -> dict[str, int]:
    masks: dict[str, int] = {}
    for number, names in enumerate(sets):
        for name in names:
            masks[name] = masks.get(name, 0) | 1 << number
    return masks


def _compare_border(
    border: Border,
    permits: tuple[list[Permit], list[Permit]],
    classes: tuple[list[_Class], list[_Class]],
    shifts: Shifts,
) -> None:
    was, now = permits
    lefts, rights = classes
    gained: _Pairs = {}
    lost: _Pairs = {}
    for i, left in enumerate(lefts):
        for j, right in enumerate(rights):
            allowed_before, allowed_after = left.was & right.was, left.now & right.now
            if allowed_after and not allowed_before:
                gained.setdefault(i, {}).setdefault(_by(now, allowed_after), []).append(j)
            elif allowed_before and not allowed_after:
                lost.setdefault(i, {}).setdefault(_by(was, allowed_before), []).append(j)
    group = _among if border.means is Means.WITHIN else _across
    shifts.gained += group(border, gained, lefts, rights)
    shifts.lost += group(border, lost, lefts, rights)


def _by(permits: Sequence[Permit], mask: int) -> tuple[str, ...]:
    return tuple(sorted({permit.by for number, permit in enumerate(permits) if mask >> number & 1} - {""}))


def _across(border: Border, pairs: _Pairs, lefts: list[_Class], rights: list[_Class]) -> Iterator[Shift]:
    """Ends on the left that gain, or lose, the same ends on the right by the same resources are told together."""
    together: dict[tuple[tuple[str, ...], tuple[int, ...]], list[int]] = {}
    for i, found in pairs.items():
        for by, others in found.items():
            together.setdefault((by, tuple(others)), []).append(i)
    for (by, theirs), mine in together.items():
        yield Shift(border, _ends(lefts, mine), _ends(rights, theirs), by)


def _among(border: Border, pairs: _Pairs, classes: list[_Class], _: list[_Class]) -> Iterator[Shift]:
    """Pairs within one VPC, where both sides are the same classes: each pair is told once, groups as groups."""
    near = {i: frozenset(others) for i, found in pairs.items() for others in found.values()}
    groups: dict[frozenset[int], list[int]] = {}
    for i, others in sorted(near.items()):
        if i in others or len(classes[i].ends) == 1:
            groups.setdefault(others | {i}, []).append(i)
    group_of = {i: min(members) for members in groups.values() for i in members}
    for members in groups.values():
        ends = _ends(classes, members)
        if len(ends) > 1:
            yield Shift(border, ends, (), ())
    together: dict[tuple[int, ...], list[int]] = {}
    for i, others in sorted(near.items()):
        rest = tuple(j for j in sorted(others) if j > i and group_of.get(i, -1 - i) != group_of.get(j, -1 - j))
        if rest:
            together.setdefault(rest, []).append(i)
    for rest, mine in together.items():
        yield Shift(border, _ends(classes, mine), _ends(classes, rest), ())


def _ends(classes: list[_Class], chosen: Iterable[int]) -> tuple[str, ...]:
    return tuple(sorted(end for number in chosen for end in classes[number].ends))
