"""What libyaml says about a text that is no YAML, in words for the person who wrote the text, and where to look."""

import re
from collections.abc import Callable
from typing import Any

_QUOTE = "The quote that opens here is not closed. Close it, or if the quote is part of the text, put the whole text in the other kind of quotes."
_TAB = "A tab is used as indentation here. YAML takes only spaces; replace each tab by spaces."
_INDENT = "The indentation does not fit the lines above. Keys of one mapping, and the dashes of one list, must begin in the same column."

Explanation = tuple[int, str]


def explain(failure: Any, text: str) -> Explanation:
    """The character to look at, and the message. `failure` is a YAMLError of libyaml about `text`."""
    problem = getattr(failure, "problem", None) or "the text could not be read"
    context = getattr(failure, "context", None) or ""
    at = _index(getattr(failure, "problem_mark", None), text)
    opened = _index(getattr(failure, "context_mark", None) or getattr(failure, "problem_mark", None), text)
    for part, explainer in _EXPLAINERS:
        if part in f"{context}: {problem}":
            return explainer(text, at, opened)
    return at, f"The text is no YAML here: {problem}."


def _index(mark: Any, text: str) -> int:
    return min(mark.index, max(len(text) - 1, 0)) if mark is not None else 0


def _line(text: str, index: int) -> tuple[int, str]:
    start = text.rfind("\n", 0, index) + 1
    end = text.find("\n", index)
    return start, text[start : end if end >= 0 else len(text)].rstrip("\r")


def _cannot_start(text: str, at: int, _opened: int) -> Explanation:
    found = text[at]
    if found == "\t":
        return at, _TAB
    if found in "@`%":
        return at, f"A value cannot begin with `{found}`. Put the value in quotes."
    return at, f"`{found}` cannot stand here. If it is part of a text, put the text in quotes."


def _missing_colon(text: str, at: int, opened: int) -> Explanation:
    start, line = _line(text, opened)
    glued = re.match(r"\s*(?:- +)*[^\s:#'\"]+:(?=[^\s:/])", line)
    if glued:
        return start + glued.end() - 1, "A space is missing after this colon."
    if text[opened : opened + 1] in "\"'" and "\n" in text[opened:at]:
        return opened, _QUOTE
    if "\t" in text[opened:at + 1] and not line.strip():
        return at, _TAB
    return opened, f"`{line.strip()[:40]}` is neither `key: value` nor part of the value above. Is a colon missing, or the indentation wrong?"


def _no_mapping_here(text: str, at: int, _opened: int) -> Explanation:
    start, line = _line(text, at)
    before = line[: at - start]
    value = re.match(r"\s*(?:- +)*[^\s'\"#][^:]*:\s+(?=\S)", before)
    if value:
        return at, "This value contains a colon followed by a space. Put the value in quotes, or begin a new line for the next key."
    return at, _INDENT


def _no_list_here(text: str, at: int, _opened: int) -> Explanation:
    start, line = _line(text, at)
    if ":" in line[: at - start]:
        return at, "A list cannot begin on the line of its key. Put the first `-` on the next line."
    return at, _INDENT


def _unclosed_flow(text: str, at: int, opened: int) -> Explanation:
    bracket = text[opened]
    closing = {"[": "]", "{": "}"}.get(bracket, "bracket")
    row, column = text.count("\n", 0, at) - text.count("\n", 0, opened), at - text.rfind("\n", 0, at)
    place = f"column {column}" if row == 0 else f"{row} line{'s' if row > 1 else ''} further down, column {column}"
    if not text[at:].strip():
        return opened, f"The `{bracket}` that opens here is not closed. Add `{closing}`."
    return opened, f"The `{bracket}` that opens here is not closed properly: at {place} `,` or `{closing}` is expected."


def _no_key(text: str, at: int, _opened: int) -> Explanation:
    start, line = _line(text, at)
    before = line[: at - start].rstrip()
    if before.endswith(('"', "'")):
        return at, "Text follows the closing quote. Put the whole value in quotes, or remove what follows."
    if before.endswith(("]", "}")):
        return at, "Text follows the closing bracket. Remove it, or put the whole value in quotes."
    if line.lstrip().startswith(("]", "}")):
        return at, "This bracket closes nothing. Remove it, or add the one that opens."
    return at, _INDENT


def _alias(text: str, at: int, opened: int) -> Explanation:
    del at
    kind = "an alias" if text[opened] == "*" else "an anchor"
    return opened, f"`{text[opened]}` begins {kind} here and needs a name right after it. If it is part of a text, put the text in quotes."


def _fixed(message: str, *, opened: bool = False) -> Callable[[str, int, int], Explanation]:
    return lambda _text, at, start: (start if opened else at, message)


_EXPLAINERS: tuple[tuple[str, Callable[[str, int, int], Explanation]], ...] = (
    ("found a tab character", _fixed(_TAB)),
    ("cannot start any token", _cannot_start),
    ("scanning a quoted scalar: found unexpected", _fixed(_QUOTE, opened=True)),
    ("could not find expected ':'", _missing_colon),
    ("mapping values are not allowed", _no_mapping_here),
    ("block sequence entries are not allowed", _no_list_here),
    ("mapping keys are not allowed", _fixed("`?` followed by a space begins a key, which cannot stand here. Put the text in quotes.")),
    ("did not find expected ','", _unclosed_flow),
    ("did not find expected key", _no_key),
    ("did not find expected '-' indicator", _no_key),
    ("alphabetic or numeric character", _alias),
    ("scanning a block scalar: did not find expected comment", _fixed("After `|` or `>` only the end of the line may follow. If the sign is part of a text, put the text in quotes.", opened=True)),
    ("found unknown escape character", _fixed("This backslash is no escape that YAML knows. Write `\\\\` for a backslash, or use single quotes.")),
    ("found unexpected ':'", _fixed("Inside brackets a text cannot end in a colon. Put the text in quotes, or a space after the colon.")),
    ("did not find expected <document start>", _fixed("Text follows the end of the document. Put `---` on a line before the next document.")),
    ("did not find expected node content", _fixed("A value is expected here. Is a bracket or a quote missing?")),
    ("undefined tag handle", _fixed("`!` begins a tag here, and this one is not known. If it is part of a text, put the text in quotes.", opened=True)),
    ("scanning a tag", _fixed("`!` begins a tag here. If it is part of a text, put the text in quotes.", opened=True)),
    ("invalid leading UTF-8", _fixed("The text is not UTF-8 here. Save the file as UTF-8.")),
)
