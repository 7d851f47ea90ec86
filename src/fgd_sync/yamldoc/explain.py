"""What libyaml says about a text that is no YAML, in words for whoever wrote the text, and where to look."""

import re
from collections.abc import Callable
from typing import Any

_QUOTE = "The quote that opens here is not closed. Close it; if it is part of the text, use the other kind around it."
_TAB = "A tab is used as indentation here. YAML takes only spaces; replace each tab by spaces."
_INDENT = (
    "The indentation does not fit the lines above. "
    "Keys of one mapping, and the dashes of one list, must begin in the same column."
)
_IN_QUOTES = "If it is part of a text, put the text in quotes."

Explanation = tuple[int, str]


def explain(failure: Any, text: str) -> Explanation:
    """The character to look at, and the message. `failure` is a YAMLError of libyaml about `text`."""
    problem = getattr(failure, "problem", None) or "the text could not be read"
    context = getattr(failure, "context", None) or ""
    mark = getattr(failure, "problem_mark", None)
    at, opened = _index(mark, text), _index(getattr(failure, "context_mark", None) or mark, text)
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
    return at, f"`{found}` cannot stand here. {_IN_QUOTES}"


def _missing_colon(text: str, at: int, opened: int) -> Explanation:
    start, line = _line(text, opened)
    glued = re.match(r"\s*(?:- +)*[^\s:#'\"]+:(?=[^\s:/])", line)
    if glued:
        return start + glued.end() - 1, "A space is missing after this colon."
    if text[opened : opened + 1] in "\"'" and "\n" in text[opened:at]:
        return opened, _QUOTE
    shown = line.strip()[:40]
    return opened, f"`{shown}` is no `key: value`. Is a colon missing, or the indentation wrong?"


def _no_mapping_here(text: str, at: int, _opened: int) -> Explanation:
    start, line = _line(text, at)
    if re.match(r"\s*(?:- +)*[^\s'\"#][^:]*:\s+(?=\S)", line[: at - start]):
        return at, "This value contains a colon and a space. Put it in quotes, or begin a new line for the next key."
    return at, _INDENT


def _no_list_here(text: str, at: int, _opened: int) -> Explanation:
    start, line = _line(text, at)
    if ":" in line[: at - start]:
        return at, "A list cannot begin on the line of its key. Put the first `-` on the next line."
    return at, _INDENT


def _unclosed_flow(text: str, at: int, opened: int) -> Explanation:
    bracket = text[opened]
    closing = {"[": "]", "{": "}"}.get(bracket, "bracket")
    if not text[at:].strip():
        return opened, f"The `{bracket}` that opens here is not closed. Add `{closing}`."
    rows, column = text.count("\n", opened, at), at - text.rfind("\n", 0, at)
    place = f"column {column}" + (f", {rows} line{'s' if rows > 1 else ''} further down," if rows else "")
    return opened, f"The `{bracket}` that opens here is not closed well: at {place} `,` or `{closing}` is expected."


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


def _alias(text: str, _at: int, opened: int) -> Explanation:
    kind = "an alias" if text[opened] == "*" else "an anchor"
    return opened, f"`{text[opened]}` begins {kind}, which needs a name. {_IN_QUOTES}"


def _fixed(message: str, *, opened: bool = False) -> Callable[[str, int, int], Explanation]:
    return lambda _text, at, start: (start if opened else at, message)


_EXPLAINERS: tuple[tuple[str, Callable[[str, int, int], Explanation]], ...] = (
    ("found a tab character", _fixed(_TAB)),
    ("cannot start any token", _cannot_start),
    ("scanning a quoted scalar: found unexpected", _fixed(_QUOTE, opened=True)),
    ("could not find expected ':'", _missing_colon),
    ("mapping values are not allowed", _no_mapping_here),
    ("block sequence entries are not allowed", _no_list_here),
    ("mapping keys are not allowed", _fixed(f"`?` and a space begin a key, which cannot stand here. {_IN_QUOTES}")),
    ("did not find expected ','", _unclosed_flow),
    ("did not find expected key", _no_key),
    ("did not find expected '-' indicator", _no_key),
    ("alphabetic or numeric character", _alias),
    ("block scalar: did not find", _fixed(f"Nothing may follow `|` or `>`. {_IN_QUOTES}", opened=True)),
    ("found unknown escape", _fixed("YAML has no such escape. Write `\\\\` for a backslash, or use single quotes.")),
    ("found unexpected ':'", _fixed("Inside brackets no text can end in a colon. Put it in quotes.")),
    ("expected <document start>", _fixed("Text follows the end of the document. Put `---` before the next one.")),
    ("expected node content", _fixed("A value is expected here. Is a bracket or a quote missing?")),
    ("undefined tag handle", _fixed(f"`!` begins a tag, and this one is not known. {_IN_QUOTES}", opened=True)),
    ("scanning a tag", _fixed(f"`!` begins a tag here. {_IN_QUOTES}", opened=True)),
)
