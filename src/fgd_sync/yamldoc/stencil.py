"""YAML of one structure with ever other values: what stands around the values is written once, by `emit`.

Takes a structure with the marks of `outline` in its cells; gives the text for values of one line in their place.
"""

from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any

from fgd_sync.model.value import dataclass
from fgd_sync.yamldoc.comments import Comments
from fgd_sync.yamldoc.emit import emit, scalar
from fgd_sync.yamldoc.outline import MARK
from fgd_sync.yamldoc.quote import quote_all


@dataclass(frozen=True, slots=True)
class Stencil:
    """A text with `%s` in the place of each value, and what puts the values in the order of these places."""

    text: str
    order: Callable[[Sequence[Any]], Iterable[Any]]

    def filled(self, values: Sequence[Any], comments: Sequence[str] = ()) -> str:
        """The text with values: strings without a line end, other scalars, and empty collections.

        `comments`: what stands in the cells after those of the values, as it is.
        """
        return self.text % tuple(self.order((*quote_all(values, scalar), *comments)))

    def filled_with(self, texts: Sequence[str]) -> str:
        """The text with values as YAML has them."""
        return self.text % tuple(self.order(texts))


def stencil_of(structure: Any, cells: int, comments: Comments | None = None) -> Stencil | None:
    """The stencil of a structure; None where a mark of its cells is not found again just once, or there is but one."""
    text = emit(structure, comments)
    order = [int(number) for number in MARK.findall(text)]
    if sorted(order) != list(range(cells)) or cells < 2:
        return None
    return Stencil(MARK.sub("%s", text.replace("%", "%%")), itemgetter(*order))
