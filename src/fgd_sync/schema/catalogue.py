"""The schemas of all kinds, loaded and compiled when first asked for.

Takes a function that reads a schema file (this layer opens no files) and, where a user has imported a release's CRDs,
the schemas made from them. Gives schemas, the verdict on a document (jsonschema-rs, fast) and, for an invalid one, the
errors with their context (`mismatch`, or jsonschema where a schema is not usual). Libraries are imported on first use;
most documents need none (`glance`).
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from fgd_sync.model.code import CONFIGURATION_INVALID
from fgd_sync.model.failure import FgdError
from fgd_sync.model.kinds import KINDS, Kind
from fgd_sync.model.resource import JsonObject
from fgd_sync.schema.glance import Cells, cells_of, plain_verdict
from fgd_sync.schema.walk import Field, fields, inline

if TYPE_CHECKING:
    from jsonschema_rs import Draft202012Validator

    from fgd_sync.schema.mismatch import Mismatch

SchemaId = tuple[str, str, str]
"""Group, version and kind."""

Finder = Callable[[JsonObject], "Iterator[Mismatch]"]
"""Finds what makes a document invalid."""

_FEW = 400
"""For so many documents jsonschema-rs need not be loaded; to tell more at a glance takes longer than that."""


class Outline(Protocol):
    """What documents have in common that differ only by the values in its cells."""

    @property
    def cells(self) -> int:
        """How many it has."""

    def filled(self, values: Sequence[Any], /) -> Any:
        """The document with these values in its cells."""


class Filled(Protocol):
    """An outline, and the values in its cells: a string is one line of ASCII, a mapping or list is empty."""

    @property
    def outline(self) -> Outline:
        """The outline."""

    @property
    def values(self) -> Sequence[Any]:
        """The value in each of its cells."""


class Catalogue:
    """The schemas of the kinds in `fgd_sync.model.kinds`.

    `load` returns the bytes of a schema file by its name, such as `crd/vpc.githedgehog.com/v1beta1/vpc.json`.
    `overlay` has schemas that take the place of ours, by group, version and kind (see `imported.import_crds`).
    """

    def __init__(self, load: Callable[[str], bytes], overlay: Mapping[SchemaId, JsonObject] | None = None) -> None:
        self._load = load
        self._overlay = overlay or {}
        self._schemas: dict[SchemaId, JsonObject] = {}
        self._verdicts: dict[SchemaId, Draft202012Validator] = {}
        self._finders: dict[SchemaId, Finder] = {}
        self._fields: dict[SchemaId, list[Field]] = {}
        self._cells: dict[tuple[str, str, str, Outline], Cells | None] = {}
        self._told = 0

    def with_overlay(self, overlay: Mapping[SchemaId, JsonObject]) -> "Catalogue":
        """A catalogue in which these schemas take the place of ours."""
        return Catalogue(self._load, overlay)

    def kinds(self) -> tuple[Kind, ...]:
        """Every kind that has a schema."""
        return KINDS

    def schema(self, kind: Kind) -> JsonObject:
        """The schema of a kind, without references. It is shared: do not change it.

        Raises FgdError (CONFIGURATION_INVALID) if a schema of the overlay is none.
        """
        key = _key(kind)
        if key not in self._schemas:
            overlaid = self._overlay.get(key)
            if overlaid is None:
                data = self._load(file_name(key))
                schema = json.loads(data)
                self._schemas[key] = inline(schema) if b"$ref" in data or b"$defs" in data else schema
            else:
                schema = _inlined(overlaid, kind)
                self._verdicts[key] = _compiled(schema, kind)
                self._schemas[key] = schema
        return self._schemas[key]

    def is_overlaid(self, kind: Kind) -> bool:
        """Whether the schema comes from the user's imported set."""
        return _key(kind) in self._overlay

    def is_valid(self, kind: Kind, body: JsonObject, filled: Filled | None = None) -> bool:
        """Whether a document has the shape of its kind. `filled`: how it is made of an outline, where that is known."""
        if filled is not None and not self._overlay and self._is_filled_right(kind, filled):
            return True
        schema, key = self.schema(kind), _key(kind)
        if key not in self._verdicts:
            told = plain_verdict(schema, body) if self._told < _FEW and key not in self._overlay else None
            if told is not None:
                self._told += 1
                return told
            self._verdicts[key] = _compiled(schema, kind)
        return self._verdicts[key].is_valid(body)

    def _is_filled_right(self, kind: Kind, filled: Filled) -> bool:
        """Whether an outline is filled so that it has the shape of its kind; False where that is not certain."""
        key = kind.group, kind.version, kind.name, filled.outline
        try:
            cells = self._cells[key]
        except KeyError:
            cells = self._cells[key] = cells_of(self.schema(kind), filled.outline.filled(range(filled.outline.cells)))
        return cells is not None and cells.are_plainly_valid(filled.values)

    def mismatches(self, kind: Kind, body: JsonObject) -> "Iterator[Mismatch]":
        """What makes a document invalid, in the order of the schema."""
        key = _key(kind)
        if key not in self._finders:
            self._finders[key] = _finder(self.schema(kind), is_ours=key not in self._overlay)
        return self._finders[key](body)

    def fields(self, kind: Kind) -> list[Field]:
        """Every field of a kind, those of `metadata` included."""
        key = _key(kind)
        if key not in self._fields:
            self._fields[key] = fields(self.schema(kind))
        return self._fields[key]


def file_name(schema: SchemaId) -> str:
    """The name of a schema's file: `load` is asked for it, and an imported set is best kept under the same names."""
    group, version, kind = schema
    return f"crd/{group}/{version}/{kind.lower()}.json"


def _compiled(schema: JsonObject, kind: Kind) -> "Draft202012Validator":
    from jsonschema_rs import Draft202012Validator, ValidationError  # 35 ms, not for `fgd --help`

    try:
        return Draft202012Validator(schema, retriever=_refuse)
    except ValueError as error:  # Of the library, or that its text cannot be written as UTF-8.
        said = error.message if isinstance(error, ValidationError) else str(error)
        raise _unusable(kind, said) from error


def _finder(schema: JsonObject, *, is_ours: bool) -> Finder:
    from fgd_sync.schema.mismatch import fits_our_pattern, fits_pattern, is_usual, mismatches  # for what is invalid

    if is_usual(schema):
        return partial(mismatches, schema, fits=fits_our_pattern if is_ours else fits_pattern)
    from fgd_sync.schema.explainer import Explainer  # 90 ms

    return Explainer(schema).mismatches


def _inlined(schema: JsonObject, kind: Kind) -> JsonObject:
    try:
        return inline(schema)
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise _unusable(kind, "it is too deep, or refers to what is not there") from error


def _unusable(kind: Kind, said: str) -> FgdError:
    return FgdError(
        CONFIGURATION_INVALID,
        f"The schema of {kind.name} cannot be used: {said}.",
        remedy="Import the CRDs again with `fgd schemas import`.",
    )


def _refuse(address: str) -> JsonObject:
    raise ValueError(f"{address} is not fetched")


def _key(kind: Kind) -> SchemaId:
    return (kind.group, kind.version, kind.name)
