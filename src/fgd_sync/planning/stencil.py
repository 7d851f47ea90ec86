"""The bytes of a resource from the outline of its document: what is written around the values is made once.

Gives what `written_alone` gives for a document without comments that is in normal form but for the order of its keys,
as nearly all are. The stencil of an outline is the outline itself, put in order and written with marks for the values.
"""

from functools import lru_cache

from fgd_sync.model.resource import JsonObject, Origin
from fgd_sync.planning.canonical import in_order
from fgd_sync.planning.draft import Draft
from fgd_sync.planning.place import MANAGED, drop_path
from fgd_sync.planning.rewrite import rewrite
from fgd_sync.planning.tracking import adopted, with_tracking
from fgd_sync.yamldoc.outline import Filled, Outline, mark
from fgd_sync.yamldoc.stencil import Stencil, stencil_of


def stencilled(filled: Filled, body: JsonObject, origin: Origin, fabric: str) -> bytes:
    """The bytes of a resource that is described in one place only; empty where they must be made otherwise.

    `body` is what the outline is filled to.
    """
    draft = Draft(body, None, filled.outline)
    rewrite(draft)
    is_managed = origin.path.startswith(f"{MANAGED}/")
    if draft.body is not body or (is_managed and adopted(body) is not body):
        return b""
    marks = () if is_managed else (fabric, drop_path(origin.path), str(origin.document))
    stencil = _stencil(filled.outline, is_managed=is_managed)
    return stencil.filled((*filled.values, *marks)).encode() if stencil and "\n" not in "".join(marks) else b""


@lru_cache(maxsize=2048)
def _stencil(outline: Outline, *, is_managed: bool) -> Stencil | None:
    cells = outline.cells
    body = in_order(outline.filled([mark(number) for number in range(cells)]))
    if is_managed:
        return stencil_of(body, cells)
    return stencil_of(with_tracking(body, mark(cells), mark(cells + 1), mark(cells + 2)), cells + 3)
