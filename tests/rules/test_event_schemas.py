"""The schemas of events: one for each type, of one shape, and strict enough to catch what is wrong."""

import json
from pathlib import Path
from uuid import uuid4

import pytest

from event_schemas import misfits, validator
from fgd_sync.flow.bus import Bus, Subject
from fgd_sync.flow.course import Course
from fgd_sync.model.code import PUSH_REJECTED, SYNC_CANCELLED, SYNC_FAILED
from fgd_sync.model.event import EVERY_FILE, Event, EventType, to_record
from fgd_sync.model.failure import FgdError
from fgd_sync.model.lock_note import Holder
from fgd_sync.model.sync import STAGES, State
from hand_clock import HandClock

FOLDER = Path(__file__).resolve().parents[2] / "schemas" / "event"


class Sink:
    name = "memory"
    most_files = EVERY_FILE

    def __init__(self) -> None:
        self.heard: list[Event] = []

    def deliver(self, event: Event) -> None:
        self.heard.append(event)


def test_every_type_has_its_schema_and_no_other_is_there() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {f"{kind.value}.json" for kind in EventType}


@pytest.mark.parametrize("kind", EventType)
def test_schemas_are_of_one_shape(kind: EventType) -> None:
    validator(kind.value)
    schema = json.loads((FOLDER / f"{kind.value}.json").read_text())
    assert schema["properties"]["event_type"]["const"] == kind.value
    assert set(schema["required"]) == set(schema["properties"])


def courses() -> list[Event]:
    """Every kind of course that a sync can take."""
    sink = Sink()
    for end in ("completed", "failed", "cancelled", "early"):
        clock = HandClock()
        bus = Bus([sink], clock, lambda: str(uuid4()), lambda *_: None)
        course = Course(bus, Subject("north", 7, str(uuid4()), str(uuid4())), clock, Holder("t", "c", "push"))
        course.request()
        if end == "early":
            course.fail(FgdError(SYNC_FAILED, "no lock"))
            continue
        for stage in STAGES[:5]:
            course.enter(stage)
            course.progress(1, 2, "raw/a.yaml")
        course.found([{"code": "FGD_1003", "severity": severity, "message": "m"} for severity in ("error", "warning")])
        course.retry(FgdError(PUSH_REJECTED, "lost a race"))
        if end == "completed":
            course.enter(State.RECONCILING)
            course.enter(State.COMPLETED)
        else:
            course.fail(FgdError(SYNC_CANCELLED if end == "cancelled" else SYNC_FAILED, "m"))
    return sink.heard


def test_every_event_of_a_course_fits_its_schema() -> None:
    heard = courses()
    assert misfits(map(to_record, heard)) == []
    assert {item.type for item in heard} == {
        EventType.SYNC_REQUESTED,
        EventType.SYNC_STARTED,
        EventType.SYNC_PROGRESS,
        EventType.SYNC_STAGE_COMPLETED,
        EventType.SYNC_COMPLETED,
        EventType.SYNC_FAILED,
        EventType.SYNC_CANCELLED,
        EventType.SYNC_WARNING,
        EventType.SYNC_ERROR,
        EventType.STATE_CHANGED,
    }


@pytest.mark.parametrize(
    "field", ["event_id", "timestamp", "fabric", "fabric_id", "correlation_id", "payload", "metadata"]
)
def test_an_event_that_lacks_something_does_not_fit(field: str) -> None:
    record = to_record(courses()[0])
    del record[field]
    assert misfits([record])


def test_a_payload_that_lacks_something_does_not_fit() -> None:
    record = to_record(next(item for item in courses() if item.type is EventType.STATE_CHANGED))
    record["payload"].pop("attempts")
    record["payload"]["to"] = "elsewhere"
    assert len(misfits([record])) == 2
