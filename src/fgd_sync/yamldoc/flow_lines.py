"""Lists and mappings in brackets on one line, written out as the blocks that say the same: `[a, b]`, `{a: 1, b: 2}`.

Takes one document's text and gives one to read in its place. Whatever is not as simple as that stays as it is.
"""

import re

from fgd_sync.model.pattern import pattern
from fgd_sync.yamldoc.blocks import KEY, PLAIN_KEY, REMARK

_PLAIN = r"[A-Za-z0-9/._][A-Za-z0-9/._-]*+"
_SCALAR = rf"""(?:{_PLAIN}|"[ !#-\[\]-~]*+"|'[ -&(-~]*+')"""
_PAIR = rf"{PLAIN_KEY}:\ ++{_SCALAR}"
_LIST = rf"\[\ *+{_SCALAR}(?:\ *+,\ *+{_SCALAR})*+\ *+\]"
_MAPPING = rf"\{{\ *+{_PAIR}(?:\ *+,\ *+{_PAIR})*+\ *+\}}"
_FLOW = pattern(
    rf"^(?P<lead>\ *+(?:-\ ++)*+)(?:(?P<key>{KEY}:)\ ++)?(?:({_LIST})|({_MAPPING}))(\ ++{REMARK}|\ *+)$", re.MULTILINE
)
"""What stands before the key, the key, a list or a mapping, a comment."""

_ENTRY = pattern(rf"{PLAIN_KEY}:\ ++{_SCALAR}|{_SCALAR}")

_NEXT = pattern(r"(?:\n\ *+(?:\#[^\n]*+)?+(?=\n|\Z))*+(?:\n(\ *+)(-\ )?+)?")
"""Lines without an entry, and how the line after them begins."""


def in_blocks(text: str) -> str:
    """The text with such lines written out, comments and all."""
    if "[" not in text and "{" not in text:
        return text
    full = text.replace("{}", "").replace("[]", "")
    return _FLOW.sub(_written_out, text) if "[" in full or "{" in full else text


def _written_out(line: re.Match[str]) -> str:
    lead, key, of_list, of_mapping, comment = line.groups()
    if _goes_on(line):
        return line[0]
    entries = _ENTRY.findall(of_list or of_mapping)
    dash = "- " if of_list else ""
    if key:
        margin = " " * len(lead) if of_list else " " * (len(lead) + 2)
        return "\n".join([lead + key + comment, *(margin + dash + entry for entry in entries)])
    if not lead.endswith("- ") or comment.strip(" "):
        return line[0]
    margin = " " * len(lead)
    return "\n".join([lead + dash + entries[0], *(margin + dash + entry for entry in entries[1:])])


def _goes_on(line: re.Match[str]) -> bool:
    """Whether the next entry would be one more of the block: after brackets it can be none, and may be an error."""
    found = _NEXT.match(line.string, line.end())
    indent, dash = found.groups() if found else (None, None)
    if indent is None:
        return False
    column = len(line["lead"]) if line["key"] else line["lead"].rfind("-")
    return len(indent) > column or (len(indent) == column and bool(line["key"] and dash))
