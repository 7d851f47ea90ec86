"""Fields that a kind does not have: what was probably meant, or where the field belongs."""

from collections.abc import Iterable, Iterator, Sequence

from fgd_sync.model.code import SCHEMA_MISMATCH
from fgd_sync.model.finding import Finding
from fgd_sync.model.location import Route
from fgd_sync.model.resource import JsonObject
from fgd_sync.schema.nearest import nearest
from fgd_sync.schema.walk import Field, generic, write_path
from fgd_sync.schema.words import names_of, place, show

RULE = "META-007"
_MOST_PLACES = 2
_MOST_ADVICE = 200


def unknown_fields(
    schema: JsonObject, fields: Sequence[Field], route: Route, written: Iterable[str]
) -> Iterator[Finding]:
    """Yield a finding for every key of the mapping at `route` that the schema does not know.

    `fields` are all fields of the kind. Advice is given for the first 200 keys: nobody reads more of it.
    """
    here = generic(schema, route)
    known = [field.path[-1] for field in fields if field.path[:-1] == here]
    for count, key in enumerate(key for key in written if key not in known):
        message = f"unknown field {show(key)} in {place(route)}"
        if count < _MOST_ADVICE:
            message += f": {_advice(key, known, here, fields)}"
        yield Finding(message, (*route, key), SCHEMA_MISMATCH, RULE, at_key=True)


def _advice(key: str, known: Sequence[str], here: tuple[str, ...], fields: Sequence[Field]) -> str:
    homes = [field.path[:-1] for field in fields if field.path[-1] == key]
    inside = [write_path(home[len(here) :]) for home in homes if home[: len(here)] == here]
    if 0 < len(inside) <= _MOST_PLACES:
        return f"it belongs under {' or '.join(inside)}"
    near = nearest(key, known)
    if near:
        return f"did you mean {show(near)}?"
    if 0 < len(homes) <= _MOST_PLACES:
        return f"it belongs in {' or '.join(write_path(home) or 'the top level' for home in homes)}"
    return f"known are {names_of(known)}" if known else "nothing can be set here"
