"""Whether a document has the shape of its kind, and if not, everything that is wrong, in a network engineer's words."""

from fgd_sync.model.finding import Finding
from fgd_sync.model.kinds import Kind
from fgd_sync.model.resource import JsonObject
from fgd_sync.schema.catalogue import Catalogue, Filled


def check(catalogue: Catalogue, kind: Kind, body: JsonObject, filled: Filled | None = None) -> list[Finding]:
    """Return every mismatch between a document and the schema of its kind, one finding for each cause.

    The findings have the code SCHEMA_MISMATCH, the id of the rule where `fgd explain` has one, and stand in the order
    of their routes. `filled`: see `Catalogue.is_valid`.
    """
    if catalogue.is_valid(kind, body, filled):
        return []
    from fgd_sync.schema.explain import explain

    return explain(catalogue, kind, body)
