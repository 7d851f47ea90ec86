"""A file's text to the texts of its documents, and back.

Cut at the `---` and `...` lines before anything is parsed, so that one document that is no YAML does not take the
others with it (such a line ends even a block or quoted scalar). What holds no document - comments, blank lines,
markers, directives - goes to a neighbour, so that the pieces always make up the whole text.
"""

import re
from collections.abc import Iterable
from itertools import pairwise

from fgd_sync.model.pattern import pattern
from fgd_sync.model.value import dataclass
from fgd_sync.yamldoc.comments import Comments

_BLANK_OR_END = r"(?=[ \t\r\n\x85\u2028\u2029]|\Z)"
_MARKER = pattern(r"^\ufeff?---" + _BLANK_OR_END, re.MULTILINE)
_END = pattern(r"^\.\.\." + _BLANK_OR_END + r"[^\n]*\n?", re.MULTILINE)
_VOID = pattern(
    r"""\ufeff?(?:
      (?: [ \t]*+ (?:\#[^\r\n]*+)?+
        | %(?:YAML|TAG)[ \t][^\r\n]*
        | (?:---|\.\.\.) [ \t]* (?:[ \t]\#[^\r\n]*)?
      ) (?:\r\n?|\n|\Z)
    )*+\Z""",
    re.VERBOSE,
)
"""Lines are taken for good (`*+`): to remember where each began took a hundred times the text's memory."""

_HAS_KEY = pattern(r"(?:#[^\r\n]*+\n)*+(?:---\n)?(?:\ *+(?:#[^\r\n]*+)?\n)*+[A-Za-z]")
"""A text that is no `_VOID`, and begins with no byte order mark and no directive."""

_HEAD = pattern(r"(?:\ *+(?:#[^\r\n]*+)?\n)++(?=---\n)")
"""A document without content above the first one that has some."""

_DIRECTIVE = pattern(r"^%", re.MULTILINE)
_OPENING = pattern(r"\ufeff?(?:#[^\n]*\n)*\ufeff?---" + _BLANK_OR_END)
_ENDED = pattern(r"^\.\.\.[ \t]*(?:[ \t]#[^\n]*)?\s*\Z", re.MULTILINE)
_COMMENT = pattern(r"(?:^|(?<=[ \t]))#[^\r\n]*", re.MULTILINE)
_MARKER_THEN_MARK = pattern(r"---[ \t]*\r?\n\ufeff|\ufeff")


@dataclass(frozen=True, slots=True)
class Piece:
    """One document's part of a text: where it begins, and what the parser is to read of it (`core`, at `core_start`).

    `head` and `foot` are the comments of the empty documents before and after it.
    """

    text: str
    start: int
    core: str
    core_start: int
    head: tuple[str, ...]
    foot: tuple[str, ...]


def cut(text: str) -> list[Piece]:
    """The documents of a text in order; empty where it has none. The texts of the pieces make up `text`."""
    return [Piece(text, 0, text, 0, (), ())] if is_one(text) else _cut_at_markers(text) or cut_anyhow(text)


def is_one(text: str) -> bool:
    """Whether a text certainly is one document, as most are."""
    if "..." in text:
        return False
    if text[:1].isalpha():
        return "---" not in text
    is_simple = text.startswith(("#", "---\n")) and "---" not in text[3:] and "\ufeff" not in text
    return is_simple and _HAS_KEY.match(text) is not None


def _cut_at_markers(text: str) -> list[Piece] | None:
    """The documents of a text with plain markers, each with a key in it; None: it is not as simple as that."""
    if "\ufeff" in text or "\n..." in text or text.count("\n---") != text.count("\n---\n"):
        return None
    found = _HEAD.match(text)
    head = found.end() - _heading(text, 0, found.end()) if found else 0
    starts, at = [head], text.find("\n---\n", head) + 1
    while at:
        starts.append(at - _heading(text, starts[-1], at))
        at = text.find("\n---\n", at) + 1
    pieces = []
    for start, end in pairwise((*starts, len(text))):
        if not _HAS_KEY.match(text, start, end):
            return None
        core = text[start:end]
        if start == head > 0:
            pieces.append(Piece(text[:end], 0, core, start, comments_of(text[:start]), ()))
        else:
            pieces.append(Piece(core, start, core, start, (), ()))
    return pieces


def cut_anyhow(text: str) -> list[Piece]:
    """What `cut` gives, for any text."""
    chunks = _chunks(text)
    filled = [index for index, chunk in enumerate(chunks) if not _VOID.match(chunk)]
    starts = [0]
    for chunk in chunks:
        starts.append(starts[-1] + len(chunk))
    pieces = []
    for number, index in enumerate(filled):
        first = filled[number - 1] + 1 if number else 0
        last = len(chunks) if number == len(filled) - 1 else index + 1
        core = _with_directives(chunks, first, index)
        pieces.append(_piece(text, (starts[first], starts[core], starts[index + 1], starts[last])))
    return pieces


def join_texts(texts: Iterable[str]) -> str:
    """One text whose documents are those of `texts`: line ends and markers are added only where they are missing."""
    parts: list[str] = []
    for text in texts:
        if parts:
            parts.append(_seam(parts[-1], text))
        parts.append(text)
    return "".join(parts)


def _seam(before: str, text: str) -> str:
    """What must stand between two texts so that nothing of the one becomes part of the other."""
    seam = "" if before.endswith("\n") else "\n"
    if _DIRECTIVE.search(_before_content(text)):
        return seam if _ENDED.search(before) else seam + "...\n"
    if _heading(before + seam, 0, len(before + seam)):
        seam += "\n"
    return seam if _OPENING.match(text) else seam + "---\n"


def comments_of(text: str) -> tuple[str, ...]:
    """The comments of a text that holds no document; a blank line between two of them is an empty text."""
    found: list[str] = []
    for line in text.splitlines():
        comment = _COMMENT.search(line)
        if comment:
            found.append(comment[0].rstrip())
        elif found and found[-1] and not line.strip():
            found.append("")
    while found and not found[-1]:
        found.pop()
    return tuple(found)


def with_neighbours(piece: Piece, comments: Comments | None) -> Comments | None:
    """The comments of the document with those of the empty documents around it."""
    if not piece.head and not piece.foot:
        return comments
    comments = comments or Comments()
    comments.above = _block(piece.head, comments.above)
    comments.below = _block(comments.below, piece.foot)
    return comments


def _block(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return (*first, "", *second) if first and second else first or second


def _chunks(text: str) -> list[str]:
    """The text cut before every `---` line (and the comment block right above it) and after every `...` line."""
    if "---" not in text and "..." not in text:
        return [text]
    points = {found.start() for found in _MARKER.finditer(text)} | {found.end() for found in _END.finditer(text)}
    chunks: list[str] = []
    last = 0
    for point in [*sorted(points - {0, len(text)}), len(text)]:
        chunk = text[last:point]
        heading = _heading(chunk, 0, len(chunk)) if point < len(text) and _MARKER.match(text, point) else 0
        chunks.append(chunk[: len(chunk) - heading])
        last = point - heading
    return chunks


def _heading(text: str, first: int, last: int) -> int:
    """The length of the comment block that ends a part of a text and belongs to the document after it.

    At column 0 it is a comment for sure: even a block scalar that is the whole document is indented by one.
    """
    end = last
    while end > first and text[end - 1] == "\n":
        start = text.rfind("\n", first, end - 1) + 1 or first
        if not text.startswith("#", start):
            break
        end = start
    return 0 if end == first else last - end


def _with_directives(chunks: list[str], first: int, index: int) -> int:
    """The chunk where the parser must begin to see the directives of the document in chunk `index`."""
    before = index - 1
    return before if before >= first and _DIRECTIVE.search(chunks[before]) else index


def _piece(text: str, bounds: tuple[int, int, int, int]) -> Piece:
    start, core, core_end, end = bounds
    skipped = _MARKER_THEN_MARK.match(text, core)
    begin = skipped.end() if skipped else core
    head, foot = comments_of(text[start:begin]), comments_of(text[core_end:end])
    return Piece(text[start:end], start, text[begin:core_end], begin, head, foot)


def _before_content(text: str) -> str:
    lines = []
    for line in text.splitlines(keepends=True):
        if not _VOID.match(line):
            break
        lines.append(line)
    return "".join(lines)
