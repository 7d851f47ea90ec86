"""The bytes of a resource from the outline of its document: what is written around the values is made once.

Gives what `written_alone` gives for a document that is in normal form but for the order of its keys, as nearly all are.
The stencil of an outline is the outline itself, put in order and written with marks for values and comments.
"""

from collections.abc import Sequence
from functools import lru_cache

from fgd_sync.model.resource import JsonObject, Origin
from fgd_sync.planning.canonical import in_order
from fgd_sync.planning.draft import Draft
from fgd_sync.planning.place import MANAGED, drop_path
from fgd_sync.planning.rewrite import steps
from fgd_sync.planning.tracking import adopted, with_tracking
from fgd_sync.yamldoc.laid import Ground, entries_of
from fgd_sync.yamldoc.outline import Filled, Outline, mark
from fgd_sync.yamldoc.quote import quote, quote_once
from fgd_sync.yamldoc.remarks import Places, Remarks, Unplaced
from fgd_sync.yamldoc.stencil import Stencil, stencil_of

_UNDER_MANAGED = f"{MANAGED}/"
_FIRST = "0"
"""The number of the first document of a file, mostly the only one, so that no other is marked with its path."""


def stencilled(
    filled: Filled, remarks: Remarks | Unplaced | None, body: JsonObject, *, origin: Origin, fabric: str
) -> bytes:
    """The bytes of a resource that is described in one place only; empty where they must be made otherwise.

    `body` is what the outline is filled to, `remarks` its comments.
    """
    path, document = origin
    is_managed = path.startswith(_UNDER_MANAGED)
    if _is_rewritten(body, filled) or (is_managed and adopted(body) is not body):
        return b""
    places, texts = (remarks.places, remarks.texts) if isinstance(remarks, Remarks) else (None, ())
    if is_managed and filled.text and _is_in_order(filled.outline, places):
        return filled.text.encode()
    marks = () if is_managed else (fabric, drop_path(path), str(document))
    stencil = _stencil(filled.outline, places, is_managed=is_managed)
    if stencil is None or "\n" in fabric or "\n" in path:
        return b""
    comments = [text[1:] for text in texts] if texts else []
    if isinstance(remarks, Unplaced):
        ground = _ground(filled.outline, is_managed=is_managed)
        written = stencil.filled((*filled.values, *marks))
        return ground.laid(written, remarks.shape, remarks.texts).encode() if ground else b""
    if not filled.text:
        return stencil.filled((*filled.values, *marks), comments).encode()
    cells = filled.cells.split("\n")
    cells[filled.outline.cells :] = [*_quoted(marks), *comments]
    return stencil.filled_with(cells).encode()


def _quoted(marks: Sequence[str]) -> Sequence[str]:
    """Our marks as they are written."""
    if not marks:
        return ()
    fabric, path, document = marks
    return quote(fabric), quote_once(path) if document == _FIRST else quote(path), quote(document)


def _is_rewritten(body: JsonObject, filled: Filled) -> bool:
    """Whether a value is written otherwise than it stands there."""
    found = filled.outline.once(steps, body["kind"])
    if not found:
        return False
    draft = Draft(body, None)
    for action, route in found:
        action(draft, route)
    return draft.body is not body


@lru_cache(maxsize=2048)
def _is_in_order(outline: Outline, places: Places | None) -> bool:
    """Whether the usual lines of documents are those that are written of them."""
    stencil, mould = _stencil(outline, places, is_managed=True), places.mould if places else outline.mould
    if stencil is None or stencil.text != mould.layout:
        return False
    return tuple(stencil.order(range(len(mould.order)))) == mould.order


@lru_cache(maxsize=2048)
def _stencil(outline: Outline, places: Places | None, *, is_managed: bool) -> Stencil | None:
    """The stencil of documents with comments in these places: the cells of a document, our marks, and its comments."""
    cells = outline.cells
    body = in_order(outline.filled([mark(number) for number in range(cells)]))
    if not is_managed:
        body = with_tracking(body, mark(cells), mark(cells + 1), mark(cells + 2))
    cells = _cells(outline, is_managed=is_managed)
    if places is None:
        return stencil_of(body, cells)
    numbers = range(cells, cells + places.count)
    return stencil_of(body, cells + places.count, places.filled([f"#{mark(number)}" for number in numbers]))


@lru_cache(maxsize=2048)
def _ground(outline: Outline, *, is_managed: bool) -> Ground | None:
    """What comments of documents of an outline are laid into."""
    stencil = _stencil(outline, None, is_managed=is_managed)
    source = entries_of(outline.mould.sample)
    written = entries_of(stencil.filled_with([mark(0)] * _cells(outline, is_managed=is_managed))) if stencil else ()
    return Ground(source, written) if source and written else None


def _cells(outline: Outline, *, is_managed: bool) -> int:
    """How many cells a document has, our marks included."""
    return outline.cells + (0 if is_managed else 3)
