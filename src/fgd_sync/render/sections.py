"""Markdown of bounded size: sections of entries, of which as many whole ones are shown as there is room for."""

from collections.abc import Callable, Sequence
from typing import Any

from fgd_sync.model.value import dataclass, replace
from fgd_sync.render.tally import number

FOLDED = 20
"""From so many rows on, a table is folded."""


@dataclass(frozen=True, slots=True)
class Section:
    """Entries of one sort under a heading. `show` renders one entry; it is called only for those that are shown.

    `most`: how many are shown at most.
    """

    head: str
    noun: str
    items: Sequence[Any]
    show: Callable[[Any], str]
    foot: str = ""
    most: int = 1_000_000


def fit(sections: Sequence[Section], room: int) -> tuple[str, list[str]]:
    """As many whole entries as there is room for, from the first on, and the counts of the others."""
    parts: list[str] = []
    left_out: dict[str, int] = {}
    is_full = False
    for section in sections:
        shown = section.items[: section.most]
        used = 0
        for index, item in enumerate(() if is_full else shown):
            text = ("" if index else section.head) + section.show(item)
            cost = len(text.encode()) + (0 if index else len(section.foot.encode()))
            if cost > room:
                is_full = True
                break
            room -= cost
            parts.append(text)
            used = index + 1
        parts += [section.foot] if used else []
        rest = len(section.items) - used
        if rest:
            left_out[section.noun] = left_out.get(section.noun, 0) + rest
    return "".join(parts), [number(count, noun) for noun, count in left_out.items()]


def not_shown(left_out: Sequence[str], full_report: str = "") -> str:
    """The line that says what is left out; `full_report`: Markdown that says where all of it is."""
    return f"\n**Not shown: {', '.join(left_out)}.** {full_report}".rstrip() + "\n" if left_out else ""


def folded(section: Section, summary: str) -> Section:
    """The section behind a line that opens it."""
    head = f"\n<details><summary>{summary}</summary>\n{section.head}"
    return replace(section, head=head, foot="\n</details>\n")


def foldable(section: Section, summary: str) -> Section:
    """The section, folded if it is long."""
    return folded(section, summary) if len(section.items) > FOLDED else section
