"""What `fgd drift` prints: the tables as text for people, and as JSON for software. Pure."""

from collections.abc import Iterator, Sequence

from fgd_sync.model.difference import ABSENT
from fgd_sync.model.drift import FabricDrift, Row, Standing, Where
from fgd_sync.model.resource import JsonObject
from fgd_sync.render.drift_words import CELLS, HEADS, NAMES, asked, field_lines, headline, status, told
from fgd_sync.render.escape import cut, inert, visible
from fgd_sync.render.style import Paint, painter
from fgd_sync.render.table import table

_FIELDS, _VALUE = 20, 120


def drift_text(found: Sequence[FabricDrift], *, color: bool, with_all: bool = False) -> str:
    """The tables, fabric by fabric; `with_all`: with the resources that are in sync."""
    paint = painter(color)
    return inert("\n".join(line for item in found for line in _fabric(item, paint, with_all=with_all))) + "\n"


def _fabric(item: FabricDrift, paint: Paint, *, with_all: bool) -> Iterator[str]:
    yield paint(f"{visible(item.fabric)} ({asked(item)}): {headline(item)}", "bold")
    if item.failure:
        yield f"  {paint('error', 'error')} {item.failure.code.id} {visible(item.failure.message)}"
        if item.failure.remedy:
            yield f"  what to do: {visible(item.failure.remedy)}"
        return
    yield from (f"  {line}" for line in drift_lines(item, paint, with_all=with_all))


def drift_lines(item: FabricDrift, paint: Paint, *, with_all: bool = False) -> Iterator[str]:
    """The table of a fabric, what is different in which field, and the notes."""
    rows = item.rows if with_all else item.drifted
    if rows and len(item.asked) > 1:
        heads = ("resource", *(HEADS[where] for where in item.asked), "")
        yield from table(heads, [_cells(row, item.asked) for row in rows], paint, right=frozenset())
        yield from (line for row in rows for line in _fields(row, paint))
    for note in item.notes:
        yield f"{paint('note', 'notice')}: {visible(note)}"


def _cells(row: Row, those: Sequence[Where]) -> tuple[str, ...]:
    standings = (row.standings.get(where, Standing.NOT_COMPARED) for where in those)
    return (row.what, *(CELLS[standing] for standing in standings), told(row))


def _fields(row: Row, paint: Paint) -> Iterator[str]:
    for where in row.fields:
        lines = field_lines(row, where)
        yield f"{paint(visible(row.what), 'bold')}, {NAMES[where]}:"
        for name, git, other in lines[:_FIELDS]:
            yield f"  {visible(name)}: git {_value(git)}, {NAMES[where]} {_value(other)}"
        if len(lines) > _FIELDS:
            yield f"  … and {len(lines) - _FIELDS} more fields; --format json has all"


def _value(words: str) -> str:
    return visible(cut(words, _VALUE)) if words else "has none"


def drift_payload(item: FabricDrift) -> JsonObject:
    """What `fgd drift --format json` prints of a fabric; schemas/drift.schema.json describes it."""
    failure = item.failure
    return {
        "fabric": item.fabric,
        "path": item.path,
        "compared": list(item.asked),
        "netbox": item.netbox or None,
        "in_sync": None if failure or len(item.asked) < 2 else not item.drifted,
        "summary": {"resources": len(item.rows), "drifted": len(item.drifted)},
        "resources": [_row(row) for row in item.rows],
        "notes": list(item.notes),
        "error": {"code": failure.code.id, "message": failure.message, "remedy": failure.remedy} if failure else None,
    }


def _row(row: Row) -> JsonObject:
    ref = row.ref
    return {
        "resource": row.what,
        "ref": {"group": ref.group, "kind": ref.kind, "namespace": ref.namespace, "name": ref.name} if ref else None,
        "status": status(row),
        "standings": {str(where): str(standing) for where, standing in row.standings.items()},
        "fields": [
            {
                "in": str(where),
                "path": list(item.route),
                **({} if item.old is ABSENT else {"git": item.old}),
                **({} if item.new is ABSENT else {"other": item.new}),
            }
            for where, found in row.fields.items()
            for item in found
        ],
    }
