"""The status of a fabric as fields of its object in NetBox, and which of them differ from what is there. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from fgd_sync.model.netbox import Outcome
from fgd_sync.model.resource import JsonObject
from fgd_sync.model.value import dataclass

REFRESH = timedelta(hours=1)
"""A sync that changed nothing renews the time in NetBox only if that is older: so no webhook can start a circle."""

_LONGEST_ERROR = 1000


@dataclass(frozen=True, slots=True)
class Field:
    """A custom field of ours: its type in NetBox, and what people read of it."""

    name: str
    type: str
    label: str
    description: str
    visible: str = "if-set"


FABRIC_FIELD = Field("fgd_fabric", "text", "Fabric", "The Hedgehog fabric that fgd-sync keeps this object for.")
"""The custom field that says whose an object is: that of the fabric itself, and those of the inventory."""

FIELDS: tuple[Field, ...] = (
    FABRIC_FIELD,
    Field("fgd_state", "text", "State", "How the last sync of the fabric ended.", "always"),
    Field("fgd_error", "longtext", "Error", "The first error of the last sync."),
    Field("fgd_errors", "integer", "Errors", "Number of errors that the last sync found."),
    Field("fgd_warnings", "integer", "Warnings", "Number of warnings of the last sync."),
    Field("fgd_resources", "integer", "Resources", "Number of resources of the fabric."),
    Field("fgd_commit", "text", "Commit", "The commit that the state reflects."),
    Field("fgd_synced_at", "datetime", "Synced at", "When the last sync ended."),
    Field("fgd_sync_id", "text", "Sync", "Identity of the last sync, as in history and log."),
    Field("fgd_run", "url", "Run", "The log of the run."),
    Field("fgd_digest", "json", "Digest", "What was written to NetBox last; for fgd-sync only.", "hidden"),
)
"""The custom fields of a fabric's object."""

_UNIMPORTANT = frozenset({"fgd_sync_id", "fgd_synced_at", "fgd_run", "last_sync"})
"""Fields that differ after every sync."""


def stored(body: JsonObject) -> JsonObject:
    """The custom fields of an object."""
    fields: JsonObject = body.get("custom_fields") or {}
    return fields


def digests(body: JsonObject) -> dict[str, str]:
    """What was written last, by part, as the object of the fabric says."""
    value = stored(body).get("fgd_digest")
    return {str(key): str(item) for key, item in value.items()} if isinstance(value, dict) else {}


def is_superseded(body: JsonObject, outcome: Outcome) -> bool:
    """Whether the object shows the state of a later sync already."""
    there = moment(stored(body).get("fgd_synced_at") or body.get("last_sync"))
    ours = moment(outcome.completed_at)
    return bool(there and ours and there > ours)


def state_differs(body: JsonObject, outcome: Outcome) -> bool:
    """Whether the object shows another state or error than that of the sync."""
    fields = stored(body)
    if "fgd_state" not in fields:
        return False
    return any(not _same(fields.get(name), value) for name, value in _told(outcome).items())


def custom_fields(outcome: Outcome, digest: Mapping[str, str]) -> JsonObject:
    """The custom fields of the object of the fabric as they should be."""
    return {
        FABRIC_FIELD.name: outcome.fabric,
        **_told(outcome),
        "fgd_errors": outcome.errors,
        "fgd_warnings": outcome.warnings,
        **({"fgd_resources": outcome.resources} if outcome.kinds or outcome.state == "completed" else {}),
        **({"fgd_commit": outcome.commit} if outcome.commit else {}),
        "fgd_synced_at": outcome.completed_at or None,
        "fgd_sync_id": outcome.sync_id or None,
        "fgd_run": outcome.run_url or None,
        "fgd_digest": dict(digest) or None,
    }


def plugin_fields(outcome: Outcome) -> JsonObject:
    """The fields of the plugin's fabric as they should be."""
    status = {"completed": "out_of_sync" if outcome.errors else "in_sync", "failed": "error"}.get(outcome.state)
    fields: JsonObject = {"sync_error": outcome.error[:_LONGEST_ERROR]}
    if status:
        fields["sync_status"] = status
    if outcome.state == "completed":
        counts = outcome.kinds
        fields |= {
            "last_sync": outcome.completed_at,
            "cached_crd_count": outcome.resources,
            "cached_vpc_count": counts.get("VPC", 0),
            "cached_connection_count": counts.get("Connection", 0),
            "vpcs_count": counts.get("VPC", 0),
            "connections_count": counts.get("Connection", 0),
            "servers_count": counts.get("Server", 0),
            "switches_count": counts.get("Switch", 0),
        }
    return fields


def difference(body: JsonObject, fields: JsonObject, custom: JsonObject) -> JsonObject:
    """What of the wanted fields is different in an object; fields that it does not have are left out.

    Empty too where only what differs after every sync does, and that was written not long ago.
    """
    there = stored(body)
    changes = {key: value for key, value in fields.items() if key in body and not _same(body[key], value)}
    inner = {key: value for key, value in custom.items() if key in there and not _same(there[key], value)}
    if not (set(changes) | set(inner)) - _UNIMPORTANT and _is_fresh(body, fields, custom):
        return {}
    return {**changes, **({"custom_fields": inner} if inner else {})}


def _is_fresh(body: JsonObject, fields: JsonObject, custom: JsonObject) -> bool:
    there = moment(stored(body).get("fgd_synced_at") or body.get("last_sync"))
    ours = moment(custom.get("fgd_synced_at") or fields.get("last_sync"))
    return bool(there and ours and ours - there < REFRESH)


def _told(outcome: Outcome) -> JsonObject:
    return {"fgd_state": outcome.state, "fgd_error": outcome.error[:_LONGEST_ERROR] or None}


def _same(old: Any, new: Any) -> bool:
    if (old or None) == (new or None):
        return old == new or not isinstance(new, int)
    there, wanted = moment(old), moment(new)
    return there is not None and there == wanted


def moment(value: Any) -> datetime | None:
    """A time as NetBox or we write it; None for anything else."""
    if not isinstance(value, str) or len(value) < len("2026-03-01T08:30"):
        return None
    try:
        read = datetime.fromisoformat(value)
    except ValueError:
        return None
    return read if read.tzinfo else None
