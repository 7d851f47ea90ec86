"""What traffic a change allows and stops: reachability of two fabrics compared, in short sentences."""

from collections.abc import Iterable, Iterator

from fgd_sync.fabric.index import Index
from fgd_sync.fabric.reach import Policies, open_subnets, policies
from fgd_sync.fabric.reach_changes import Shift, compare
from fgd_sync.fabric.reach_parts import VPC, Border, Means, Party, all_ends
from fgd_sync.model.impact import Traffic
from fgd_sync.planning.impact_words import listed

_NONE: frozenset[str] = frozenset()


def traffic(before: Index, after: Index) -> tuple[list[Traffic], list[Traffic], list[str]]:
    """What is newly allowed, what no longer, and notes on what was too much to compare."""
    was, now = before.once(policies), after.once(policies)
    shifts = compare(was, now)
    both = (was, now)
    gained = [*(_told(shift, after, both) for shift in shifts.gained), *_hosts(before, after)]
    lost = [*(_told(shift, before, both) for shift in shifts.lost), *_hosts(after, before)]
    return gained, lost, [_unknown(border) for border in shifts.unknown]


def _told(shift: Shift, index: Index, both: tuple[Policies, Policies]) -> Traffic:
    border = shift.border
    gateway = Border(border.left, border.right, Means.GATEWAY)
    directly = border.means is Means.FABRIC and any(gateway in policies for policies in both)
    if not shift.right:
        return Traffic(_among(border.left, shift.left, index), "", border.means)
    sides = [(border.left, shift.left), (border.right, shift.right)]
    # VPCs before others, one end before several: "web/a and each of web/b, web/c" cannot be read as one list.
    (left, left_ends), (right, right_ends) = sorted(sides, key=lambda side: (side[0].kind != VPC, len(side[1]) > 1))
    return Traffic(_ends(left, left_ends, index), _ends(right, right_ends, index), _via(border, shift.by), directly)


def _via(border: Border, by: tuple[str, ...]) -> str:
    if border.means is Means.GATEWAY:
        return f"{listed(by)}, {border.means}"
    return listed(by) if by else border.means


def _ends(party: Party, ends: tuple[str, ...], index: Index) -> str:
    if len(ends) == 1:
        return ends[0]
    if frozenset(ends) == index.once(all_ends).get(party):
        return f"{party} (all {len(ends)} subnets)"
    return f"each of ({listed(ends)})"


def _among(party: Party, ends: tuple[str, ...], index: Index) -> str:
    if len(ends) == 2:
        return " and ".join(ends)
    is_all = frozenset(ends) == index.once(all_ends).get(party)
    return f"all {len(ends)} subnets of {party}" if is_all else listed(ends)


def _hosts(before: Index, after: Index) -> Iterator[Traffic]:
    """Subnets in both fabrics whose hosts come to reach one another."""
    was, now = before.once(open_subnets), after.once(open_subnets)
    known = before.once(all_ends)
    for party in sorted(was.keys() & now.keys()):
        opened: Iterable[str] = (now[party] - was[party]) & known.get(party, _NONE)
        if opened:
            names = sorted(opened)
            each = ", in each subnet by itself," if len(names) > 1 else ""
            yield Traffic(f"the hosts of {listed(names)}{each}", "", "`restricted` of the subnet")


def _unknown(border: Border) -> str:
    parties = str(border.left) if border.left == border.right else f"{border.left} and {border.right}"
    verb = "permits" if border.left == border.right else "permit"
    return f"What {parties} {verb} was too much to compare: look at it yourself"
