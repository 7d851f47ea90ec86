"""What happens during a sync, as records that other software reads. Names and shape are a contract.

`schemas/event/` has a JSON Schema for each type; every event that is emitted fits its schema.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from fgd_sync.model.value import dataclass, field


class EventType(StrEnum):
    """What happened."""

    FABRIC_CREATED = "fabric.created"
    FABRIC_DELETED = "fabric.deleted"
    SYNC_REQUESTED = "sync.requested"
    SYNC_STARTED = "sync.started"
    SYNC_PROGRESS = "sync.progress"
    SYNC_STAGE_COMPLETED = "sync.stage_completed"
    SYNC_COMPLETED = "sync.completed"
    SYNC_FAILED = "sync.failed"
    SYNC_CANCELLED = "sync.cancelled"
    SYNC_WARNING = "sync.warning"
    SYNC_ERROR = "sync.error"
    DIRECTORY_INITIALIZED = "directory.initialized"
    DIRECTORY_VALIDATED = "directory.validated"
    DIRECTORY_REPAIRED = "directory.repaired"
    FILES_DISCOVERED = "files.discovered"
    FILE_PROCESSED = "file.processed"
    FILE_FAILED = "file.failed"
    STATE_CHANGED = "state.changed"
    COMMIT_PUBLISHED = "commit.published"
    NETBOX_REPORTED = "netbox.reported"
    NETBOX_FAILED = "netbox.failed"


EVERY_FILE = 1 << 62
"""More files than any sync has."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened in one sync of one fabric.

    `id` is a UUID, `timestamp` RFC 3339 in UTC, `fabric_id` the fabric's id in NetBox. `correlation_id` is the same in
    every log line, commit trailer and NetBox write of the run. `metadata` has at least `source` and `version`.
    """

    id: str
    type: EventType
    timestamp: str
    fabric: str
    fabric_id: int | None
    correlation_id: str
    payload: Mapping[str, Any]
    metadata: Mapping[str, str] = field(default_factory=dict)


def to_record(event: Event) -> dict[str, Any]:
    """The event as a JSON object with the contract's field names."""
    return {
        "event_id": event.id,
        "event_type": event.type.value,
        "timestamp": event.timestamp,
        "fabric": event.fabric,
        "fabric_id": event.fabric_id,
        "correlation_id": event.correlation_id,
        "payload": dict(event.payload),
        "metadata": dict(event.metadata),
    }


def from_record(record: Mapping[str, Any]) -> Event:
    """The event that `to_record` wrote. Raises KeyError or ValueError for what is none."""
    texts = {name: record[name] for name in ("event_id", "timestamp", "fabric", "correlation_id")}
    number, payload, metadata = record["fabric_id"], record["payload"], record["metadata"]
    if not (
        all(isinstance(text, str) for text in texts.values())
        and isinstance(number, int | None)
        and isinstance(payload, dict)
        and isinstance(metadata, dict)
        and all(isinstance(text, str) for text in metadata.values())
    ):
        raise ValueError("not a record of an event")
    return Event(
        texts["event_id"],
        EventType(record["event_type"]),
        texts["timestamp"],
        texts["fabric"],
        number,
        texts["correlation_id"],
        payload,
        metadata,
    )
