"""What reading a file gives: its documents, and what is wrong with it. Values only; `parse` makes them."""

from typing import Any

from fgd_sync.model.code import Code
from fgd_sync.model.location import Position
from fgd_sync.model.value import dataclass, field
from fgd_sync.yamldoc.comments import Comments
from fgd_sync.yamldoc.outline import Filled
from fgd_sync.yamldoc.remarks import Notes, comments_of


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a file or document cannot be used. Positions are in the file; `related` names further places in it.

    The first sentence of `message` says what is wrong, the others what to do.
    `rule` is the id of the semantic rule that covers it, "" where there is none.
    """

    code: Code
    message: str
    position: Position | None
    related: tuple[tuple[str, Position], ...] = ()
    rule: str = ""

    @property
    def what(self) -> str:
        """What is wrong, in the form of a finding's message: no capital, no full stop."""
        text = self.message.partition(". ")[0].removesuffix(".")
        return text[:1].lower() + text[1:]

    @property
    def remedy(self) -> str:
        """What to do; empty if the message does not say."""
        return self.message.partition(". ")[2]


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a file. With a `problem`, `value` and `notes` are None.

    `index` counts the documents of the file from 0. `text` is its original text, its `---` line and the comments
    that belong to it included; `line` is the line of the file where that text begins, from 1.
    `value` may share parts (aliases): whoever changes it copies first. `filled`: how it is made of an outline, where
    that is known and no comments of neighbours belong to it.
    """

    index: int
    value: Any
    notes: Notes
    text: str
    line: int
    problem: Problem | None
    filled: Filled | None = field(default=None, compare=False)

    @property
    def comments(self) -> Comments | None:
        """Its comments as a tree."""
        return comments_of(self.notes)


@dataclass(frozen=True, slots=True)
class Source:
    """The documents of one file; the texts of all of them make up the file. Empty documents are left out.

    `problem`: the file as a whole cannot be read; then there are no documents. `starts`: where each of several
    documents begins, if it is read in the same way without the others, from a file in ASCII with LF; else empty.
    """

    documents: tuple[Document, ...]
    problem: Problem | None = None
    starts: tuple[int, ...] = ()
