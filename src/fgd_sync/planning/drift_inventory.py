"""What core NetBox has of a fabric, through its inventory, as a view in a table of drift. Pure."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import Any

from fgd_sync.model.difference import ABSENT, Difference
from fgd_sync.model.drift import Standing, Where
from fgd_sync.model.resource import JsonObject, Ref
from fgd_sync.planning.drift import Verdict
from fgd_sync.planning.netbox_edits import Inspection


class InventoryView:
    """Core NetBox: a resource is there if the objects that stand for it are."""

    where = Where.NETBOX

    def __init__(self, found: Inspection) -> None:
        self._found = found

    @property
    def refs(self) -> AbstractSet[Ref]:
        """None but those of git: what else NetBox has stands for no resource."""
        return frozenset()

    def strays(self) -> Sequence[str]:
        """Objects of ours that nobody asks for."""
        return self._found.strays

    def verdict(self, ref: Ref, body: JsonObject | None) -> Verdict:
        """By the objects that stand for it; none do for some kinds."""
        expected = self._expected[ref]
        if not expected or body is None:
            return Standing.NOT_COMPARED, ()
        gone = self._gone[ref]
        if len(gone) == expected:
            return Standing.ABSENT, ()
        fields = (
            *(
                Difference(item.route, _value(body, item.route), item.value)
                for item in self._found.edits
                if item.ref == ref
            ),
            *(
                Difference((item.label, item.field), item.wanted, item.found)
                for item in self._found.untaken
                if item.ref == ref
            ),
            *(Difference((label,), "there", ABSENT) for label in gone),
        )
        return (Standing.DIFFERENT if fields else Standing.PRESENT), fields

    @cached_property
    def _expected(self) -> Counter[Ref]:
        """How many objects stand for each resource."""
        return Counter(item.ref for item in self._found.entries if item.ref)

    @cached_property
    def _gone(self) -> Mapping[Ref, list[str]]:
        """Which of them are not there."""
        gone: dict[Ref, list[str]] = defaultdict(list)
        for item in self._found.absent:
            if item.ref:
                gone[item.ref].append(item.label)
        return gone


def _value(body: Any, route: Sequence[str | int]) -> Any:
    """The value at a route; ABSENT if there is none."""
    for step in route:
        if isinstance(body, dict):
            body = body.get(step, ABSENT)
        elif isinstance(body, list) and isinstance(step, int) and step < len(body):
            body = body[step]
        else:
            return ABSENT
    return body
