"""Schemas that a fabric is pinned to: those under `.hnp/schemas/`, in place of the built-in ones of the same kinds."""

import json
from collections.abc import Mapping

from fgd_sync.model import code
from fgd_sync.model.failure import FgdError
from fgd_sync.model.kinds import KINDS
from fgd_sync.model.resource import JsonObject
from fgd_sync.model.tree import Tree
from fgd_sync.planning.place import META
from fgd_sync.schema.catalogue import SchemaId, file_name

_FOLDER = f"{META}/schemas"


def pinned_path(key: SchemaId) -> str:
    """Where a fabric keeps the schema of a kind."""
    return f"{_FOLDER}/{file_name(key)}"


def pinned_schemas(tree: Tree) -> Mapping[SchemaId, JsonObject]:
    """The schemas that a fabric is pinned to; empty for the built-in ones. Raises FgdError for a damaged one."""
    keys = ((kind.group, kind.version, kind.name) for kind in KINDS)
    return {
        key: _schema(pinned_path(key), tree.files[pinned_path(key)]) for key in keys if pinned_path(key) in tree.files
    }


def _schema(path: str, data: bytes) -> JsonObject:
    try:
        schema = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise FgdError(
            code.CONFIGURATION_INVALID,
            f"{path} is not JSON: {error}",
            remedy="Import the CRDs again with `fgd schemas import`, or delete the file.",
        ) from error
    if not isinstance(schema, dict):
        raise FgdError(code.CONFIGURATION_INVALID, f"{path} is not a JSON Schema", remedy="Delete the file.")
    return schema
