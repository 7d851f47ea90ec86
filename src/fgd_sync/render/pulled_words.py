"""What was changed in NetBox, in words: each field as it was agreed on, as NetBox has it, as git has it. Pure."""

from collections.abc import Iterator
from typing import Any

from fgd_sync.model.difference import ABSENT, UNKNOWN
from fgd_sync.model.location import format_route
from fgd_sync.model.pulled import Pulled, PulledField, Verdict
from fgd_sync.render.escape import cut, visible
from fgd_sync.render.field_changes import words

_LONGEST = 80


def clash_cells(item: Pulled) -> Iterator[tuple[str, str, str, str, str, str]]:
    """Rows for a resource that a person has to decide on: resource, field, base, NetBox, git, who."""
    for field in item.fields:
        sides = (_value(value) for value in (field.base, field.netbox, field.git))
        base, netbox, git = sides
        yield visible(str(item.ref)), _name(field), base, netbox, git, _who(item, field)


def pulled_lines(item: Pulled) -> Iterator[str]:
    """Lines for a resource that was changed in NetBox: what of it is taken, or has to be decided."""
    sign = {Verdict.TAKEN: "<", Verdict.ASKED: "?", Verdict.REFUSED: "!"}[item.verdict]
    for field in item.fields:
        base, netbox, git = (_value(value) for value in (field.base, field.netbox, field.git))
        where = f"{sign} {visible(str(item.ref))} {_name(field)}"
        if item.verdict is Verdict.ASKED:
            yield f"{where}: {base} before, {netbox} in NetBox ({_who(item, field)}), {git} in git"
        else:
            yield f"{where}: {git} → {netbox} ({_who(item, field)})"


def _name(field: PulledField) -> str:
    return visible(format_route(field.route)) or "all of it"


def _who(item: Pulled, field: PulledField) -> str:
    who = field.who or item.who
    return f"{visible(who.user)}, {visible(who.time)}" if who else "it is not known by whom"


def _value(value: Any) -> str:
    if value is ABSENT:
        return "not there"
    if value is UNKNOWN:
        return "not known"
    return cut(visible(words(value)), _LONGEST)
