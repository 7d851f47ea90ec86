"""Comments as a sparse tree beside a value: which comment stands where, addressed by the same keys and indices.

A tree is shared once a document has been read: whoever changes it copies first.
"""

from collections.abc import Iterator

from fgd_sync.model.value import dataclass, field


@dataclass(slots=True)
class Comments:
    """The comments of one mapping entry, sequence item or (at the root) document, and of what is inside it.

    Each text begins with `#`; an empty text in `above` or `below` is one blank line between two comments.
    `above`: own lines before the entry (root: head of the document). `after`: at the end of the entry's first line.
    `below`: own lines after the entry's last line, at the entry's column (root: foot of the document).
    """

    above: tuple[str, ...] = ()
    after: str = ""
    below: tuple[str, ...] = ()
    children: dict[str | int, "Comments"] = field(default_factory=dict)

    def copy(self) -> "Comments":
        """An independent tree with the same comments."""
        inner = {step: child.copy() for step, child in self.children.items()}
        return Comments(self.above, self.after, self.below, inner)

    def texts(self) -> Iterator[str]:
        """Every comment in the tree, in reading order, blank lines left out."""
        yield from filter(None, (*self.above, self.after))
        for child in self.children.values():
            yield from child.texts()
        yield from filter(None, self.below)

    def child(self, step: str | int) -> "Comments":
        """The node of an entry, made if it is not there."""
        return self.children.setdefault(step, Comments())

    def lift(self, step: str | int) -> None:
        """Keep the comments of an entry that is about to vanish: they move above the entry that holds it."""
        gone = self.children.pop(step, None)
        if gone is not None:
            self.above = (*self.above, *gone.texts())

    def reorder(self, order: list[int]) -> None:
        """Follow a sequence whose new item i is the old item order[i]."""
        children = self.children.items()
        kept: dict[str | int, Comments] = {step: child for step, child in children if isinstance(step, str)}
        kept.update((new, self.children[old]) for new, old in enumerate(order) if old in self.children)
        self.children = kept
