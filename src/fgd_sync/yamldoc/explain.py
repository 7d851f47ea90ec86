"""What libyaml says about a text that is no YAML, in words for whoever wrote the text, and where to look."""

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
    at = _index(getattr(failure, "problem_mark", None), text)
    opened = _index(getattr(failure, "context_mark", None) or getattr(failure, "problem_mark", None), text)
    for part, explainer in _EXPLAINERS: tuple[tuple[str, Callable[[str, int, int], Explanation]], ...] = (
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
    ("block scalar: did not find expected comment", _fixed(f"Nothing may follow `|` or `>`. {_IN_QUOTES}", opened=True)),
    ("found unknown escape", _fixed("YAML has no such escape. Write `\\\\` for a backslash, or use single quotes.")),
    ("found unexpected ':'", _fixed("Inside brackets a text cannot end in a colon. Put it in quotes, or a space after the colon.")),
    ("expected <document start>", _fixed("Text follows the end of the document. Put `---` on a line before the next one.")),
    ("expected node content", _fixed("A value is expected here. Is a bracket or a quote missing?")),
    ("undefined tag handle", _fixed(f"`!` begins a tag, and this one is not known. {_IN_QUOTES}", opened=True)),
    ("scanning a tag", _fixed(f"`!` begins a tag here. {_IN_QUOTES}", opened=True)),
)
