"""Tables of drift as GitHub Markdown of bounded size, alone and as a part of a report.

The text is cut at a whole row, with the count of what is left out. Nothing that comes from files or from NetBox can
make markup, a mention, a link or a reference.
"""

from collections.abc import Iterator, Sequence

from fgd_sync.model.drift import FabricDrift, Row, Standing
from fgd_sync.render.drift_words import CELLS, HEADS, asked, field_lines, headline, told
from fgd_sync.render.escape import cut
from fgd_sync.render.markdown_fabric import row, table
from fgd_sync.render.markdown_text import code, prose
from fgd_sync.render.sections import Section, fit, foldable, not_shown
from fgd_sync.render.tally import number

_FIELDS, _VALUE = 4, 80
_NOUN = "resource that differs"
_ROOM = 60_000
_RESERVE = 300


def drift_markdown(found: Sequence[FabricDrift], limit: int = _ROOM) -> str:
    """The tables of some fabrics in at most `limit` bytes of UTF-8, 1,000 at least."""
    sections = [section for item in found for section in _fabric(item)]
    body, left_out = fit(sections, limit - _RESERVE)
    return body.lstrip("\n") + not_shown([*left_out], "`fgd drift --format json` has all.")


def _fabric(item: FabricDrift) -> Iterator[Section]:
    sign = "❌" if item.failure else "✅" if not item.drifted else "❕"
    heading = f"\n## {sign} Drift of {code(item.fabric)}: {prose(headline(item))}\n\n"
    yield Section("", "fabric", [item], lambda _: heading + _opening(item))
    yield from drift_sections(item)


def _opening(item: FabricDrift) -> str:
    if item.failure:
        remedy = f"\n_What to do:_ {prose(item.failure.remedy)}\n" if item.failure.remedy else ""
        return f"**error** {prose(item.failure.message)} ({item.failure.code.id})\n{remedy}"
    return f"Compared: {prose(asked(item))}.\n"


def drift_sections(item: FabricDrift) -> Iterator[Section]:
    """The rows that differ, and the notes."""
    if item.drifted:
        head = table("resource", *(HEADS[where] for where in item.asked), "what differs")
        rows = Section(head, _NOUN, item.drifted, lambda one: _row(item, one))
        yield foldable(rows, f"{number(len(item.drifted), 'resource')} not the same everywhere")
    if item.notes:
        yield Section("\n", "note", item.notes, lambda note: f"- {prose(note[:1].upper() + note[1:])}\n", most=20)


def _row(item: FabricDrift, one: Row) -> str:
    standings = (one.standings.get(where, Standing.NOT_COMPARED) for where in item.asked)
    return row(code(one.what), *(CELLS[standing] for standing in standings), _differs(one))


def _differs(one: Row) -> str:
    parts = [told(one)]
    for where in one.fields:
        lines = field_lines(one, where)
        more = [f"and {len(lines) - _FIELDS} more"] if len(lines) > _FIELDS else []
        shown = [_field(*line) for line in lines[:_FIELDS]]
        parts.append(f"{HEADS[where]}: {', '.join([*shown, *more])}")
    return "; ".join(parts)


def _field(name: str, git: str, other: str) -> str:
    old, new = code(cut(git, _VALUE)), code(cut(other, _VALUE))
    if not old:
        return f"{code(name)} {new}, git has none"
    return f"{code(name)} {new} where git has {old}" if new else f"{code(name)} is not there, git has {old}"
