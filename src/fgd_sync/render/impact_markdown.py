"""The impact of a change as GitHub Markdown for pull requests: an impact in, text of bounded size out.

First what is touched, then what traffic is allowed and stopped, then ports, then notes, then the diagram. Text is cut
at whole entries, with the count of what is missing. Nothing that comes from manifests can make markup.
"""

from collections.abc import Iterator, Sequence

from fgd_sync.model.impact import Count, How, Impact, Touched, Traffic
from fgd_sync.model.value import dataclass
from fgd_sync.render.impact_mermaid import flowchart
from fgd_sync.render.markdown_text import code, prose
from fgd_sync.render.tally import number

_HEADING = "What this changes in the fabric\n"
_TABLE = "\n| What | Touched | How |\n| --- | --- | --- |\n"
_RESERVE = 300
_NAMES, _REASONS = 8, 3
_NOUNS = {"subnet": "VPC subnet", "port": "switch port"}


@dataclass(frozen=True, slots=True)
class _Section:
    """Entries under a heading. `beyond`: how many more there are that the impact itself leaves out."""

    head: str
    noun: str
    entries: Sequence[str]
    beyond: int = 0


def impact_markdown(impact: Impact, *, limit_bytes: int, level: int = 3) -> str:
    """The impact in at most `limit_bytes` bytes of UTF-8, which is 1,000 at least; "" for an empty one.

    `level`: of its heading.
    """
    if impact.is_empty:
        return ""
    heading = f"{'#' * level} {_HEADING}"
    parts, missing = [heading], []
    room = limit_bytes - len(heading.encode()) - _RESERVE
    for section in _sections(impact):
        text, left_out = _fit(section, room)
        room -= len(text.encode())
        parts.append(text)
        if left_out:
            missing.append(number(left_out, section.noun))
    diagram = _diagram(impact)
    if len(diagram.encode()) <= room:
        parts.append(diagram)
    elif diagram:
        missing.append("the diagram")
    closing = f"\n_Left out for size: {', '.join(missing)}._\n" if missing else ""
    return "".join(parts) + closing


def _fit(section: _Section, room: int) -> tuple[str, int]:
    """The section with as many entries as there is room for, and how many are missing."""
    text = section.head
    room -= len(text.encode())
    for position, entry in enumerate(section.entries):
        room -= len(entry.encode())
        if room < 0:
            rest = len(section.entries) - position + section.beyond
            return (text if position else ""), rest
        text += entry
    return text, section.beyond


def _sections(impact: Impact) -> Iterator[_Section]:
    beyond = dict(impact.left_out)
    rows = [_row(item, impact.touched) for item in impact.counts]
    yield _Section(_TABLE, "table row", rows)
    sentences = (
        ("Traffic now allowed", "allowed-traffic sentence", _traffic(impact.gained, is_gained=True)),
        ("Traffic no longer allowed", "stopped-traffic sentence", _traffic(impact.lost, is_gained=False)),
        ("Ports", "port sentence", impact.attachments),
        ("Worth a look", "note", impact.notes),
    )
    for title, noun, found in sentences:
        if found:
            yield _Section(f"\n**{title}**\n\n", noun, _list(found), beyond.get(noun, 0))


def _traffic(found: Sequence[Traffic], *, is_gained: bool) -> list[str]:
    return [item.sentence(is_gained=is_gained) for item in found]


def _list(sentences: Sequence[str]) -> list[str]:
    return [f"- {_line(sentence)}\n" for sentence in sentences]


def _line(sentence: str) -> str:
    """Prose at the beginning of a line, where a number or sign would start a list or a heading."""
    text = prose(sentence).lstrip()
    is_plain = text[:1].isalpha() or text[:1] in ("<", "&", "")
    return text if is_plain else f"&#{ord(text[0])};{text[1:]}"


def _row(count: Count, touched: Sequence[Touched]) -> str:
    found = [item for item in touched if (item.sort, item.how) == (count.sort, count.how)]
    names = _few([code(item.name) for item in found[:_NAMES]], count.number, ", ")
    reasons = list(dict.fromkeys(item.why for item in found if item.why))
    how = f"{count.number} {count.how}"
    if count.how is How.AFFECTED and reasons:
        how += f": {_few([prose(why) for why in reasons[:_REASONS]], len(reasons), '; ')}"
    return f"| {_NOUNS.get(count.sort, code(count.sort))} | {names} | {how} |\n"


def _few(shown: Sequence[str], total: int, separator: str) -> str:
    rest = total - len(shown)
    return separator.join(shown) + (f" and {rest} more" if rest else "")


def _diagram(impact: Impact) -> str:
    lines, left_out = flowchart(impact) if impact.edges else ([], "")
    if not lines:
        return ""
    drawn = "\n".join(("```mermaid", *lines, "```"))
    return f"\n{drawn}\n" + (f"\n{left_out}\n" if left_out else "")
