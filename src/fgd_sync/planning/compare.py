"""The fabric before and after a change, side by side, for the impact summary: as much of both as that depends on."""

from collections.abc import Collection, Iterable, Iterator, Mapping

from fgd_sync.fabric.index import Index
from fgd_sync.model.impact import Impact
from fgd_sync.model.resource import Ref, Resource
from fgd_sync.planning.changes import ABSENT
from fgd_sync.planning.impact import impact
from fgd_sync.planning.impact_near import Links, links_of, near
from fgd_sync.planning.judge import Candidate
from fgd_sync.planning.options import Options
from fgd_sync.planning.resting import can_be_kept


def impact_of(
    current: Mapping[Ref, Candidate],
    earlier: Mapping[Ref, Candidate],
    options: Options,
    *,
    brought: frozenset[Ref] = frozenset(),
) -> Impact:
    """What the change from the base revision, or from what is managed, touches. `brought`: what sources newly bring."""
    added = {ref for ref, item in current.items() if options.base.get(item.origin.path) == ABSENT}
    touched = {*earlier, *brought, *added}
    if not touched:
        return Impact()
    if not can_be_kept((*current, *earlier)):  # Then links cannot be told apart.
        return _impact(touched | current.keys(), current, earlier, {*brought, *added})
    return near_impact(touched, current, earlier, links_of(current), brought={*brought, *added})


def near_impact(
    touched: Collection[Ref],
    current: Mapping[Ref, Candidate],
    earlier: Mapping[Ref, Candidate],
    links: Links,
    *,
    brought: Collection[Ref],
) -> Impact:
    """The same, where what may have changed is known, and what was not there before, and who names whom now."""
    versions = (some[ref] for ref in touched for some in (current, earlier) if ref in some)
    around = near((item.resource for item in versions if item.is_usable), links)
    return _impact({*touched, *around}, current, earlier, brought)


def _impact(
    refs: Iterable[Ref], current: Mapping[Ref, Candidate], earlier: Mapping[Ref, Candidate], brought: Collection[Ref]
) -> Impact:
    now = {ref: current[ref] for ref in refs if ref in current}
    before = {ref: item for ref, item in now.items() if ref not in brought} | dict(earlier)
    return impact(Index(_canonical(before.values())), Index(_canonical(now.values())))


def _canonical(candidates: Iterable[Candidate]) -> Iterator[Resource]:
    for item in candidates:
        if item.ref and item.is_usable:
            yield Resource(item.ref, item.canonical[0], item.origin)
