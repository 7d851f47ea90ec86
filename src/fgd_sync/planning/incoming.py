"""What NetBox has of a fabric, and what was agreed on, as the input of a plan that pulls."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from fgd_sync.model.difference import is_same
from fgd_sync.model.location import Route
from fgd_sync.model.pulled import Editor
from fgd_sync.model.resource import JsonObject, Ref
from fgd_sync.model.value import dataclass, field
from fgd_sync.planning.agreement import Base, Home, Seen, advanced, file_of, of_kind, ways_of, written_base
from fgd_sync.planning.fields import found
from fgd_sync.planning.sides import Side
from fgd_sync.planning.three_ways import Policy

OURS = "fgd-sync "
"""What the messages of our own writes begin with in NetBox's change log."""


@dataclass(frozen=True, slots=True)
class Logged:
    """One entry of NetBox's change log. `before` and `after` are the record as it was and as it became, {} for none."""

    is_ours: bool
    editor: Editor
    before: JsonObject
    after: JsonObject


@dataclass(frozen=True, slots=True)
class Incoming:
    """What NetBox has, and what was agreed on by kind, with a NetBox at `home`.

    `numbers` are those of the records, `strangers` the resources whose records we did not make. `log` has the entries
    by number of the record, the newest first; None where NetBox does not show its change log. `untaken`: what was
    changed in NetBox and is no change of a resource.
    """

    side: Side
    numbers: Mapping[Ref, int]
    bases: Mapping[str, Base]
    home: Home
    policy: Policy = Policy.ASK
    log: Mapping[int, Sequence[Logged]] | None = field(default_factory=dict)
    untaken: tuple[tuple[Ref, str], ...] = ()
    strangers: frozenset[Ref] = frozenset()

    def base(self, ref: Ref) -> Base:
        """What was agreed on in the kind of a resource."""
        return self.bases.get(ref.kind, Base())

    def agreed(self, git: Mapping[Ref, JsonObject], offered: Iterable[Ref]) -> dict[str, bytes]:
        """The files that keep what both sides have alike, now that git has these resources and others are proposed.

        Of kinds of which nothing is known there are none: a report knows better what to take for agreed.
        """
        offers = {ref: self.side.resources.get(ref) for ref in offered}
        files: dict[str, bytes] = {}
        for kind, base in self.bases.items():
            seen = Seen(of_kind(kind, self.side.resources), self.numbers, self.strangers)
            if base.is_known:
                now = advanced(base, seen, of_kind(kind, git), offers=of_kind(kind, offers))
                files[file_of(kind)] = written_base(now, self.home)
        return files

    @property
    def suspects(self) -> Iterator[int]:
        """The numbers of the records that are not as they were agreed on, or offered, or gone."""
        bases = self.bases.values()
        known = {ref for base in bases for ref in (*base.resources, *base.offered)}
        for ref in sorted({*self.side.resources, *known}):
            base, body = self.base(ref), self.side.resources.get(ref)
            is_sure = base.knows(ref) and ref not in base.offered
            if not is_sure or ways_of(ref, base, body, base.resources.get(ref)).by_netbox:
                yield from {base.numbers.get(ref, 0), self.numbers.get(ref, 0)} - {0}

    def is_edit(self, ref: Ref, route: Route) -> bool:
        """Whether somebody else than us made a field of a record what it is; as far as NetBox shows its change log."""
        source = self._source(ref, route)
        return self.log is None or (source is not None and not source.is_ours)

    def editor(self, ref: Ref, route: Route = ()) -> Editor | None:
        """Who made a field of a record what it is; if that is not known, who changed the record last."""
        source = self._source(ref, route)
        others = (item for item in self._entries(ref) if not item.is_ours)
        entry = source if source is not None and not source.is_ours else next(others, None)
        return entry.editor if entry else None

    def _source(self, ref: Ref, route: Route) -> Logged | None:
        """The newest entry that changed a field; if none did to the letter, the part of the record that it is in."""
        for place in (route, _part(route)):
            for item in self._entries(ref):
                if not is_same(_at(item.before, place), _at(item.after, place)):
                    return item
        return None

    def _entries(self, ref: Ref) -> list[Logged]:
        """What was done to the record of a resource, the newest first."""
        number = self.numbers.get(ref, self.base(ref).numbers.get(ref, 0))
        return list((self.log or {}).get(number, ()))


def _part(route: Route) -> Route:
    return route[:2] if route[:1] == ("metadata",) else route[:1]


def _at(record: JsonObject, route: Route) -> Any:
    """The value of a field of a resource in a record of the change log; its names for the resource as a whole."""
    if not route:
        return [record.get("namespace"), record.get("name")]
    return found(record, route[1:] if route[0] == "metadata" else route)
