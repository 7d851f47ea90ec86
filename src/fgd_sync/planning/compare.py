"""The fabric before and after a change, side by side, for the impact summary."""

from collections.abc import Iterable, Iterator, Mapping

from fgd_sync.fabric.index import Index
from fgd_sync.model.impact import Impact
from fgd_sync.model.resource import Ref, Resource
from fgd_sync.planning.changes import ABSENT
from fgd_sync.planning.impact import impact
from fgd_sync.planning.judge import Candidate
from fgd_sync.planning.options import Options


def impact_of(
    current: Mapping[Ref, Candidate],
    earlier: Mapping[Ref, Candidate],
    options: Options,
    *,
    brought: frozenset[Ref] = frozenset(),
) -> Impact:
    """What the change from the base revision, or from what is managed, touches. `brought`: what sources newly bring."""
    return impact(Index(_before(current, earlier, options, brought)), Index(_canonical(current.values())))


def _before(
    current: Mapping[Ref, Candidate], earlier: Mapping[Ref, Candidate], options: Options, brought: frozenset[Ref]
) -> Iterator[Resource]:
    there = (
        item
        for ref, item in current.items()
        if ref not in earlier and ref not in brought and options.base.get(item.origin.path) != ABSENT
    )
    yield from _canonical((*earlier.values(), *there))


def _canonical(candidates: Iterable[Candidate]) -> Iterator[Resource]:
    for item in candidates:
        if item.ref and item.cleaned is not None:
            yield Resource(item.ref, item.canonical[0], item.origin)
