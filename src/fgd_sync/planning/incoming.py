"""What NetBox has of a fabric, and what was agreed on, as the input of a plan that pulls."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import Any

from fgd_sync.model.location import Route
from fgd_sync.model.pulled import Editor
from fgd_sync.model.resource import JsonObject, Ref
from fgd_sync.model.value import dataclass
from fgd_sync.planning.agreement import Base, ways_of
from fgd_sync.planning.netbox_keep import found
from fgd_sync.planning.sides import Side, same
from fgd_sync.planning.three_ways import Policy

OURS = "fgd-sync "
"""What the messages of our own writes begin with in NetBox's change log."""


@dataclass(frozen=True, slots=True)
class Logged:
    """One entry of NetBox's change log. `before` and `after` are the record as it was and as it became."""

    deletes: bool
    editor: Editor
    before: JsonObject
    after: JsonObject


@dataclass(frozen=True, slots=True)
class Incoming:
    """What NetBox has, and what was agreed on by kind.

    `numbers` are those of the records. `log` has the entries of others than us, by number of the record, the newest
    first; None where NetBox does not show its change log. `untaken`: what was changed in NetBox that is no change of a
    resource, in words.
    """

    side: Side
    numbers: Mapping[Ref, int]
    bases: Mapping[str, Base]
    policy: Policy = Policy.ASK
    log: Mapping[int, Sequence[Logged]] | None = field(default_factory=dict)
    untaken: tuple[tuple[Ref, str], ...] = ()

    def base(self, ref: Ref) -> Base:
        """What was agreed on in the kind of a resource."""
        return self.bases.get(ref.kind, Base())

    @property
    def suspects(self) -> Iterator[int]:
        """The numbers of the records that are not as they were agreed on, or gone."""
        refs = {*self.side.resources, *(ref for base in self.bases.values() for ref in base.resources)}
        for ref in sorted(refs):
            base, body = self.base(ref), self.side.resources.get(ref)
            if ways_of(ref, base, body, base.resources.get(ref)).by_netbox or not base.knows(ref):
                yield from {base.numbers.get(ref, 0), self.numbers.get(ref, 0)} - {0}

    def is_gone(self, ref: Ref) -> bool:
        """Whether a record that is not seen any more was deleted or renamed, rather than hidden from us."""
        number = self.base(ref).numbers.get(ref, 0)
        if self.log is None or number in self.numbers.values():
            return True
        return any(item.deletes for item in self.log.get(number, ()))

    def editor(self, ref: Ref, route: Route = ()) -> Editor | None:
        """Who changed a field of a record last; if nobody is known to have, who changed the record last."""
        numbers = {self.numbers.get(ref, 0), self.base(ref).numbers.get(ref, 0)}
        entries = [item for number in sorted(numbers) for item in (self.log or {}).get(number, ())]
        exact = (item for item in entries if route and not same(_at(item.before, route), _at(item.after, route)))
        entry = next(exact, next(iter(entries), None))
        return entry.editor if entry else None


def _at(record: JsonObject, route: Route) -> Any:
    """The value of a field of a resource in a record of the change log."""
    return found(record, route[1:] if route[0] == "metadata" else route)
