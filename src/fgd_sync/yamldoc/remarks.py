"""Where the comments of a document stand: learnt once for an outline, then filled in with other texts.

Takes comments that say which of them they are; gives the same comments with other texts.
"""

from collections.abc import Sequence
from typing import Any

from fgd_sync.model.value import dataclass
from fgd_sync.yamldoc.comments import Comments


class Places:
    """Where so many comments stand in the documents of an outline."""

    __slots__ = ("_tree", "count")

    def __init__(self, tree: Comments, count: int) -> None:
        """`tree` has `numbered(number)` for each of `count` comments, each of them once."""
        self.count = count
        self._tree = _by_number(tree, {"": -1, **{numbered(number): number for number in range(count)}})

    def filled(self, texts: Sequence[str]) -> Comments:
        """The comments of a document that says this in them."""
        return _filled(self._tree, (*texts, ""))


@dataclass(frozen=True, slots=True)
class Remarks:
    """The comments of a document before anybody has looked for one: where they stand, and what they say."""

    places: Places
    texts: tuple[str, ...]


Notes = Comments | Remarks | None
"""The comments of a document, if it has any."""


def comments_of(notes: Notes) -> Comments | None:
    """The comments as a tree, which is made at each call where it was not made yet."""
    return notes.places.filled(notes.texts) if isinstance(notes, Remarks) else notes


def numbered(number: int) -> str:
    """What a comment says while places are learnt."""
    return f"#{number}"


_Numbers = tuple[tuple[int, ...], int, tuple[int, ...], tuple[tuple[str | int, Any], ...]]
"""A node of comments by the numbers of its texts: above, after, below, and the nodes inside it."""


def _by_number(node: Comments, numbers: dict[str, int]) -> _Numbers:
    above, below = (tuple(numbers[text] for text in lines) for lines in (node.above, node.below))
    inner = tuple((step, _by_number(child, numbers)) for step, child in node.children.items())
    return above, numbers[node.after], below, inner


def _filled(node: _Numbers, texts: Sequence[str]) -> Comments:
    above, after, below, inner = node
    children = {step: _filled(child, texts) for step, child in inner}
    return Comments(tuple([texts[at] for at in above]), texts[after], tuple([texts[at] for at in below]), children)
