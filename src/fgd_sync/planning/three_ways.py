"""One resource three ways: as both sides had it when they last agreed, as NetBox has it now, as git has it now. Pure.

Goes field by field; lists are one value. What only one side changed is that side's change; what both changed to
different values, or one deleted and the other changed, is a clash. Who wins a clash is a matter of policy.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

from fgd_sync.model.difference import ABSENT, UNKNOWN, differences, is_same
from fgd_sync.model.location import Route
from fgd_sync.model.value import dataclass


class Policy(StrEnum):
    """Who wins where both sides changed the same: one of them, or a person is asked and nothing is written."""

    ASK = "ask"
    GIT_WINS = "git-wins"
    NETBOX_WINS = "netbox-wins"


@dataclass(frozen=True, slots=True)
class Field:
    """A field that the sides do not agree on; ABSENT where one does not have it. The route () is the whole resource."""

    route: Route
    base: Any
    netbox: Any
    git: Any


@dataclass(frozen=True, slots=True)
class Ways:
    """What each side changed, and where they clash."""

    by_netbox: tuple[Field, ...] = ()
    by_git: tuple[Field, ...] = ()
    clashes: tuple[Field, ...] = ()

    def settled(self, policy: Policy) -> "Ways":
        """The changes with clashes decided by the policy; where a person is to be asked, neither side's are left.

        Where nobody knows what was agreed before, a person is always asked.
        """
        if not self.clashes:
            return self
        if any(item.base is UNKNOWN for item in self.clashes):
            return Ways(clashes=self.clashes)
        if policy is Policy.GIT_WINS:
            return Ways(self.by_netbox, (*self.by_git, *self.clashes))
        if policy is Policy.NETBOX_WINS:
            return Ways((*self.by_netbox, *self.clashes), self.by_git)
        return Ways(clashes=self.clashes)


def three_ways(base: Any, netbox: Any, git: Any) -> Ways:
    """What became of a resource. ABSENT stands for one that is not there, as in `base` for one that is new."""
    found = tuple(_compared((), base, netbox, git))
    return Ways(
        tuple(item for item in found if is_same(item.base, item.git) and not is_same(item.base, item.netbox)),
        tuple(item for item in found if is_same(item.base, item.netbox)),
        tuple(item for item in found if not is_same(item.base, item.git) and not is_same(item.base, item.netbox)),
    )


def all_clash(netbox: Any, git: Any) -> Ways:
    """Whatever differs, as clashes: of what was agreed before nothing is known."""
    return Ways(clashes=tuple(_listed((), UNKNOWN, netbox, git)))


def _compared(route: Route, base: Any, netbox: Any, git: Any) -> Iterator[Field]:
    if is_same(netbox, git):
        return
    both = isinstance(netbox, dict) and isinstance(git, dict)
    if both and (isinstance(base, dict) or (base is ABSENT and route)):
        known = base if isinstance(base, dict) else {}
        for key in _keys(known, netbox, git):
            values = (side.get(key, ABSENT) for side in (known, netbox, git))
            yield from _compared((*route, key), *values)
    elif both and base is ABSENT:
        yield from _listed(route, base, netbox, git)
    else:
        yield Field(route, base, netbox, git)


def _listed(route: Route, base: Any, netbox: Any, git: Any) -> Iterator[Field]:
    for item in differences(netbox, git, route, into_lists=False):
        yield Field(item.route, base, item.old, item.new)


def _keys(*sides: dict[str, Any]) -> list[str]:
    return list(dict.fromkeys(key for side in sides for key in side))
