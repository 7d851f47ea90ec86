from typing import Any

import pytest

from fgd_sync.model.event import Event, EventType, from_record, to_record

EVENT = Event(
    "4b1c0f5e-5b4e-4a53-9a0c-0c3f5a9d2b11",
    EventType.FILE_PROCESSED,
    "2026-03-01T08:30:00Z",
    "north",
    7,
    "c-1",
    {"file_path": "raw/a.yaml", "status": "processed"},
    {"source": "fgd-sync", "version": "1"},
)


def test_a_record_has_the_names_of_the_contract_and_leads_back() -> None:
    record = to_record(EVENT)
    assert set(record) == {
        "event_id",
        "event_type",
        "timestamp",
        "fabric",
        "fabric_id",
        "correlation_id",
        "payload",
        "metadata",
    }
    assert record["event_type"] == "file.processed"
    assert from_record(record) == EVENT


@pytest.mark.parametrize(
    "change",
    [
        {"event_type": "file.eaten"},
        {"event_id": None},
        {"payload": 0.5},
        {"metadata": {"a": 1}},
        {"fabric_id": "7"},
        {"timestamp": 7},
    ],
)
def test_what_is_no_event_is_refused(change: dict[str, Any]) -> None:
    record = {key: value for key, value in {**to_record(EVENT), **change}.items() if value is not None}
    with pytest.raises((KeyError, ValueError)):
        from_record(record)
