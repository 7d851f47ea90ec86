"""The comments of a document before anybody has looked for one: what they say, and how it is found where they stand.

Where they stand is learnt once for documents of one outline, and then filled in with other texts.
"""

from collections.abc import Sequence
from typing import Any

from fgd_sync.model.value import dataclass
from fgd_sync.yamldoc.blocks import read_lines
from fgd_sync.yamldoc.comments import Comments
from fgd_sync.yamldoc.laid import Shape
from fgd_sync.yamldoc.mould import Mould


class Places:
    """Where comments stand in the documents of an outline.

    `mould`: the lines of such documents, comments and all.
    """

    __slots__ = ("_tree", "count", "mould")

    def __init__(self, sample: str, count: int) -> None:
        """`sample` are the lines of a document that has `numbered(number)` for each of `count` comments."""
        self.count = count
        self.mould = Mould(sample)
        self._tree: _Numbers | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        """Send no more to another process than what the comments are found by."""
        return Places, (self.mould.sample, self.count)

    def filled(self, texts: Sequence[str]) -> Comments:
        """The comments of a document that says this in them."""
        if self._tree is None:
            tree = _read(self.mould.sample)
            self._tree = _by_number(tree, {"": -1, **{numbered(number): number for number in range(self.count)}})
        return _filled(self._tree, (*texts, ""))


@dataclass(frozen=True, slots=True)
class Remarks:
    """Comments of which the places are known."""

    places: Places
    texts: tuple[str, ...]

    def tree(self) -> Comments:
        """The comments where they stand."""
        return self.places.filled(self.texts)


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Comments of which no more is known yet than the lines that they are on."""

    document: str
    shape: Shape
    texts: tuple[str, ...]

    def tree(self) -> Comments:
        """The comments where they stand."""
        return _read(self.document)


Notes = Comments | Remarks | Unplaced | None
"""The comments of a document, if it has any."""


def comments_of(notes: Notes) -> Comments | None:
    """The comments as a tree, which is made at each call where it was not made yet."""
    return notes if notes is None or isinstance(notes, Comments) else notes.tree()


def numbered(number: int) -> str:
    """What a comment says while places are learnt."""
    return f"#{number}"


def _read(lines: str) -> Comments:
    """The comments of lines that certainly are plain blocks with comments."""
    found = read_lines(lines, len(lines))
    assert found is not None
    assert found[1] is not None
    return found[1]


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
