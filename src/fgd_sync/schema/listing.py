"""What `fgd schemas list` and `fgd schemas show` print, as rows."""

from typing import NamedTuple

from fgd_sync.model.kinds import KINDS
from fgd_sync.model.resource import JsonObject
from fgd_sync.schema.catalogue import Catalogue
from fgd_sync.schema.walk import fields


class SchemaRow(NamedTuple):
    """One kind: its names, what it is, the number of its fields (outside metadata and status), whose schema it is."""

    kind: str
    api_version: str
    plural: str
    title: str
    fields: int
    imported: bool


class FieldRow(NamedTuple):
    """One field: its path (`<name>` for the key of a map, `[]` for an item), type in words, whether required, title."""

    path: str
    type: str
    required: bool
    title: str


def schema_rows(catalogue: Catalogue) -> list[SchemaRow]:
    """A row for each kind, in the order of the kinds."""
    return [
        SchemaRow(
            kind.name,
            kind.api_version,
            kind.plural,
            kind.title,
            len(outline(catalogue.schema(kind))),
            catalogue.is_overlaid(kind),
        )
        for kind in KINDS
    ]


def outline(schema: JsonObject) -> list[FieldRow]:
    """A row for each field of a schema of the catalogue, parents before children; `metadata` and `status` stay shut."""
    return [
        FieldRow(field.text, field.type, field.required, str(field.schema.get("title", "")))
        for field in fields(schema)
        if field.path[0] not in ("metadata", "status") or len(field.path) == 1
    ]
