"""How one string is written: plain where every YAML reader reads the same string back, else in quotes.

"Every reader" means YAML 1.1 as PyYAML, libyaml and goyaml.v2 have it, YAML 1.2, js-yaml and the broad readings of
numbers, dates and base 60 found in others.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from fgd_sync.model.pattern import pattern
from fgd_sync.yamldoc.as_written import ADDRESS, NUMBERED

_RAW = "\xa1-\xac\xae-\u1fff\u2010-\u2027\u2030-\u205e\u2070-\u2fff\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufefe\uff00-\uffef"
"""Characters beyond ASCII that stand for themselves: no spaces, line breaks, controls or private ones."""

_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "", "="})
_NUMBER_LIKE = pattern(
    r"""(?: [-+]?0[bBoOxX][-+]?[0-9a-fA-F_.]*(?:[pP][-+]?[0-9]*)?
      | [-+]?[0-9][0-9_,]*(?::[0-9_]+)*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9_]*)?
      | [-+]?\.[0-9_]+(?:[eE][-+]?[0-9_]*)?
      | [-+]?\.(?:inf|nan)
      | [0-9]{4}-[0-9]{1,2}-[0-9]{1,2}.*
    )\Z""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_NAME_OR_ADDRESS = pattern(rf"(?:[A-Za-z][A-Za-z0-9]*[-/][A-Za-z0-9./-]*|{ADDRESS}|{NUMBERED})\Z")
"""What most strings of a fabric look like: no other pattern here matches such a one but the plain one."""

_PATH_OR_DIGEST = r"(?:[A-Za-z]++[0-9]*+[-/][A-Za-z0-9./-]*+|[a-f][0-9a-f]{63}|(?!0b)[0-9][0-9e]*+[a-df][0-9a-f]*+)"
_PLAIN_LINES = pattern(rf"{_PATH_OR_DIGEST}(?:\n{_PATH_OR_DIGEST})*+\Z")
"""Lines with a path or a digest each, as most are: none can be taken for a number or a word with a meaning."""

_NUMBER_BEGINS = frozenset("0123456789+-.")
_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_LONGEST_REMEMBERED, _MOST_REMEMBERED = 200, 16384
_QUOTED: dict[str, str] = {}
"""The strings that were written last: a fabric repeats its strings."""


class _Patterns(NamedTuple):
    """What strings look like that can be written in each way."""

    plain: re.Pattern[str]
    single: re.Pattern[str]
    literal: re.Pattern[str]
    escaped: re.Pattern[str]


def _patterns(text: str) -> _Patterns:
    """The patterns for a text. Those beyond ASCII take long to compile and are needed seldom."""
    return _compiled("" if text.isascii() else _RAW)


@lru_cache(maxsize=2)
def _compiled(raw: str) -> _Patterns:
    inner = rf"[A-Za-z0-9_./()+$^=@%~*;!?&|<>,'\"\[\]{{}}`\\#:{raw}-]"
    words = rf"[!-~{raw}]+(?:[ \t]+[!-~{raw}]+)*"
    return _Patterns(
        plain=re.compile(rf"[A-Za-z0-9_./(+$^{raw}]{inner}*(?: {inner}+)*\Z"),
        single=re.compile(rf"[ -~{raw}]+\Z"),
        literal=re.compile(rf"\n*{words}(?:\n(?: *{words})?)*\Z"),
        escaped=re.compile(rf"[^ !#-\[\]-~{raw}]"),
    )


def quote(text: str) -> str:
    """The string on one line: plain, or in double or single quotes."""
    return _QUOTED.get(text) or _remembered(text)


def quote_once(text: str) -> str:
    """The same, for a string that is not expected again."""
    if _NAME_OR_ADDRESS.match(text) or is_plain(text):
        return text
    if ('"' in text or "\\" in text) and _patterns(text).single.match(text):
        return "'" + text.replace("'", "''") + "'"
    return '"' + _patterns(text).escaped.sub(_escape, text) + '"'


def quote_all(values: Iterable[Any], other: Callable[[Any], str]) -> tuple[str, ...]:
    """Each string on one line, and what `other` gives for what is no string."""
    known = _QUOTED.get
    return tuple([known(item) or _remembered(item) if type(item) is str else other(item) for item in values])


def are_plain(texts: Sequence[str]) -> bool:
    """Whether all of the texts are paths or digests in hex that stand for themselves; of others this need not tell."""
    lines = "\n".join(texts)
    return lines.count("\n") == len(texts) - 1 and _PLAIN_LINES.match(lines) is not None


def _remembered(text: str) -> str:
    quoted = quote_once(text)
    if len(text) <= _LONGEST_REMEMBERED:
        if len(_QUOTED) >= _MOST_REMEMBERED:
            _QUOTED.clear()
        _QUOTED[text] = quoted
    return quoted


def literal(text: str) -> list[str] | None:
    """A string of several lines as the lines of a literal block, its header first, not indented; None if it is none."""
    if "\n" not in text or text.endswith("\n\n") or not _patterns(text).literal.match(text):
        return None
    if text.endswith("\n"):
        return ["|", *text[:-1].split("\n")]
    return ["|-", *text.split("\n")]


def is_plain(text: str) -> bool:
    """Whether every reader reads the text, without quotes, as the string that it is."""
    return (
        _patterns(text).plain.match(text) is not None
        and not (": " in text or " #" in text or text.endswith(":") or text.startswith("..."))
        and text.lower() not in _WORDS
        and (text[0] not in _NUMBER_BEGINS or _NUMBER_LIKE.match(text) is None)
    )


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    code = ord(character)
    if character in _ESCAPES:
        return _ESCAPES[character]
    if 0xD800 <= code <= 0xDFFF:
        return "\\uFFFD"
    if code < 0x100:
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"
