"""The published schemas of events, to check events with."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from fgd_sync.adapters.packaged import load


@cache
def validator(kind: str) -> Draft202012Validator:
    """The validator of one type of event."""
    schema = json.loads(load(f"event/{kind}.json"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)


def misfits(records: Iterable[Mapping[str, Any]]) -> list[str]:
    """What is wrong with events in their JSON form."""
    return [
        f"{record['event_type']}: {error.json_path} {error.message}"
        for record in records
        for error in validator(record["event_type"]).iter_errors(record)
    ]
