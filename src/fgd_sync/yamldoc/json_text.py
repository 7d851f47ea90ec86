"""JSON that a YAML parser does not take, rewritten so that it does, with every token at its old place."""

import re

from fgd_sync.model.pattern import pattern

_STRING = pattern(r'"(?:[^"\\\n]|\\[^\n])*"')
_ESCAPE = pattern(
    r"\\u([dD][89aAbB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|\\u[dD][89a-fA-F][0-9a-fA-F]{2}|\\.", re.DOTALL
)
_BEGINS_JSON = pattern(r"\s*(?:---\s+)?[\[{]")


def looks_like_json(text: str) -> bool:
    """Whether a document begins as a JSON object or array does."""
    return _BEGINS_JSON.match(text) is not None


def as_yaml(text: str) -> str:
    """The same document without escaped surrogate pairs, which are JSON but not YAML.

    A pair becomes one escape; spaces after the string make up for the difference in length. A lone surrogate becomes
    U+FFFD, as Go's JSON decoder reads it.
    """
    return _STRING.sub(_rewrite, text)


def _rewrite(string: re.Match[str]) -> str:
    whole = string[0]
    if "\\u" not in whole:
        return whole
    written = _ESCAPE.sub(_escape, whole)
    return written + " " * (len(whole) - len(written))


def _escape(found: re.Match[str]) -> str:
    high, low = found.groups()
    if high:
        code = 0x10000 + ((int(high, 16) & 0x3FF) << 10) + (int(low, 16) & 0x3FF)
        return f"\\U{code:08X}"
    return "\\uFFFD" if len(found[0]) > 2 else found[0]
