r"""The jsonschema validator that explains invalid documents, brought to the verdict of jsonschema-rs.

The two differ where Python's `re` does: `$` before a final newline, `\d` for digits of every script, and the syntax of
the regular expressions that CRDs are written in. So patterns are left to jsonschema-rs here as well.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import jsonschema_rs
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend

from fgd_sync.model.location import Route
from fgd_sync.model.resource import JsonObject
from fgd_sync.model.value import dataclass


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One error of the validator: `keyword` with its `argument` in `schema` refuses the `value` at `route`.

    Where the schema is `false`, that is the keyword, in one without entries.
    """

    keyword: str
    argument: Any
    schema: JsonObject
    value: Any
    route: Route


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
    if isinstance(instance, str) and not _compiled(pattern).is_valid(instance):
        yield ValidationError("the pattern does not match")


@lru_cache
def _compiled(pattern: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator({"pattern": pattern})


_EXPLAINER: Any = extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]
