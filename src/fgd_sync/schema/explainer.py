r"""The jsonschema validator that explains documents whose schema is not usual, brought to the verdict of jsonschema-rs.

The two differ where Python's `re` does: `$` before a final newline, `\d` for digits of every script, and the syntax of
the regular expressions that CRDs are written in. So patterns are left to jsonschema-rs here as well.
"""

from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from fgd_sync.model.resource import JsonObject
from fgd_sync.schema.mismatch import Mismatch, fits_pattern


class Explainer:
    """Finds everything that makes documents of one kind invalid."""

    def __init__(self, schema: JsonObject) -> None:
        self._validator = _EXPLAINER(schema)

    def mismatches(self, body: JsonObject) -> Iterator[Mismatch]:
        """Every error, in the order of the schema."""
        for error in self._validator.iter_errors(body):
            schema = error.schema if isinstance(error.schema, dict) else {}
            yield Mismatch(
                str(error.validator or "false"),
                error.validator_value,
                schema,
                error.instance,
                tuple(error.absolute_path),
            )


def _pattern(_validator: Any, pattern: str, instance: Any, _schema: JsonObject) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not fits_pattern(pattern, instance):
        yield ValidationError("the pattern does not match")


_EXPLAINER: Any = extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]
