"""The events of a sync, as tests of what listens need them."""

from typing import Any
from uuid import uuid4

from fgd_sync.model.event import Event, EventType


def event(kind: EventType, fabric: str = "north", time: str = "2026-03-01T08:30:00Z", **payload: Any) -> Event:
    return Event(
        str(uuid4()), kind, time, fabric, None, "c-1", payload, {"source": "fgd-sync", "version": "1", "sync_id": "s-1"}
    )


def sync_of(
    fabric: str, end: EventType = EventType.SYNC_COMPLETED, *, trigger: str = "push", seconds: float = 2.0, **more: Any
) -> list[Event]:
    """What a sync of one file tells: its start, the file, its end."""
    sync_id = f"sync-{uuid4()}"
    return [
        event(EventType.SYNC_REQUESTED, fabric, sync_id=sync_id, trigger=trigger, options={}),
        event(EventType.SYNC_STARTED, fabric, sync_id=sync_id, trigger=trigger, options={}),
        event(
            EventType.FILE_PROCESSED,
            fabric,
            sync_id=sync_id,
            file_path="raw/a.yml",
            status="archived",
            processing_time=0.004,
            **more,
        ),
        event(end, fabric, sync_id=sync_id, duration_seconds=seconds, code="FGD_4005", message="lost the race"),
    ]
