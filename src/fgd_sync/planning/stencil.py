"""The bytes of a resource from the outline of its document: what is written around the values is made once.

Gives what `written_alone` gives for a document without comments that is in normal form but for the order of its keys,
as nearly all are. The stencil of an outline is the outline itself, put in order and written with marks for the values.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from fgd_sync.model.resource import JsonObject, Origin
from fgd_sync.planning.canonical import in_order
from fgd_sync.planning.draft import Draft
from fgd_sync.planning.place import MANAGED, drop_path
from fgd_sync.planning.rewrite import rewrite
from fgd_sync.planning.tracking import adopted, with_tracking
from fgd_sync.yamldoc.emit import emit, scalar
from fgd_sync.yamldoc.outline import MARK, Filled, Outline, mark
from fgd_sync.yamldoc.quote import quote_all

_Stencil = tuple[str, Callable[[Sequence[Any]], Sequence[Any]]]
"""The text with `%s` in the place of each value, and which value stands in each place."""


def stencilled(filled: Filled, body: JsonObject, origin: Origin, fabric: str) -> bytes:
    """The bytes of a resource that is described in one place only; empty where they must be made otherwise.

    `body` is what the outline is filled to.
    """
    draft = Draft(body, None, filled.outline)
    rewrite(draft)
    is_managed = origin.path.startswith(f"{MANAGED}/")
    if draft.body is not body or (is_managed and adopted(body) is not body):
        return b""
    stencil = _stencil(filled.outline, is_managed=is_managed)
    marks = () if is_managed else (fabric, drop_path(origin.path), str(origin.document))
    if stencil is None or "\n" in "".join(marks):
        return b""
    text, order = stencil
    return (text % quote_all(order((*filled.values, *marks)), scalar)).encode()


@lru_cache(maxsize=2048)
def _stencil(outline: Outline, *, is_managed: bool) -> _Stencil | None:
    """None where a mark is not found again just once, or there are fewer than two."""
    cells = outline.cells
    body = in_order(outline.filled([mark(number) for number in range(cells)]))
    if not is_managed:
        body = with_tracking(body, mark(cells), mark(cells + 1), mark(cells + 2))
        cells += 3
    text = emit(body)
    order = [int(number) for number in MARK.findall(text)]
    if sorted(order) != list(range(cells)) or cells < 2:
        return None
    return MARK.sub("%s", text.replace("%", "%%")), itemgetter(*order)
