"""Routes inside a document to lines and columns of its file: looked up last, for the few places that are reported."""

from collections.abc import Collection
from functools import lru_cache
from typing import TYPE_CHECKING

from fgd_sync.model.location import Position, Route
from fgd_sync.model.value import dataclass
from fgd_sync.yamldoc.block_lookup import block_lookup
from fgd_sync.yamldoc.blocks import body_of
from fgd_sync.yamldoc.document import Document
from fgd_sync.yamldoc.lines import LineMap
from fgd_sync.yamldoc.remarks import Remarks
from fgd_sync.yamldoc.split import cut

if TYPE_CHECKING:
    from fgd_sync.yamldoc.lookup import Lookup


@dataclass(frozen=True, slots=True)
class Spot:
    """Where an entry is: its key (of a sequence item: its value) and its value (of an empty one: its key)."""

    key: Position
    value: Position


def locate(document: Document, routes: Collection[Route]) -> dict[Route, Spot]:
    """Find each route; one that does not exist gets the spot of its nearest ancestor that does.

    What an alias or a merge brings in is found where it is written, at the anchor. In a document with a problem
    everything is at the place of the problem.
    """
    if document.problem is not None:
        place = document.problem.position or Position(document.line, 1)
        return dict.fromkeys(routes, Spot(place, place))
    filled, notes = document.filled, document.notes
    if filled and filled.text and filled.text == body_of(document.text):
        mould = notes.places.mould if isinstance(notes, Remarks) else filled.outline.mould
        return {route: _moved(_in_sample(mould.sample, route), document.line - 1) for route in routes}
    piece = cut(document.text)[0]
    places = LineMap(document.text, document.line)
    before = piece.core_start
    lookup = block_lookup(piece.core) or _any_lookup(piece.core)
    spots = {}
    for route in routes:
        key, value = lookup.find(route)
        spots[route] = Spot(places.position(before + key), places.position(before + value))
    return spots


@lru_cache(maxsize=4096)
def _in_sample(text: str, route: Route) -> Spot:
    """Where a route leads to in a document in plain blocks: in each that has the same lines but for its values."""
    lookup = block_lookup(text) or _any_lookup(text)
    key, value = map(LineMap(text).position, lookup.find(route))
    return Spot(key, value)


def _moved(spot: Spot, lines: int) -> Spot:
    if not lines:
        return spot
    return Spot(*(Position(place.line + lines, place.column) for place in (spot.key, spot.value)))


def _any_lookup(core: str) -> "Lookup":
    from fgd_sync.yamldoc.lookup import Lookup  # 30 ms with PyYAML, seldom needed

    return Lookup(core)
