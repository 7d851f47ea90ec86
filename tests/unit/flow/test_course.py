"""The course of a sync: its transitions, the record that grows with it, and the events that it tells."""

from typing import Any

import pytest

from fgd_sync.flow.bus import Bus, Subject
from fgd_sync.flow.course import MOST_FINDINGS, Course
from fgd_sync.model.code import PUSH_REJECTED, SYNC_CANCELLED, SYNC_TIMEOUT
from fgd_sync.model.event import EVERY_FILE, Event
from fgd_sync.model.failure import FgdError
from fgd_sync.model.lock_note import Holder
from fgd_sync.model.operation import from_record, to_record
from fgd_sync.model.sync import STAGES, State
from hand_clock import HandClock, ids


class World:
    """A course, and all that was told of it."""

    name = "memory"
    most_files = EVERY_FILE

    def __init__(self) -> None:
        self.clock, self.events = HandClock(), list[Event]()
        bus = Bus([self], self.clock, ids("e"), lambda *_: None)
        holder = Holder("alice@laptop", "c1", "push", "https://example.com/1")
        self.course = Course(bus, Subject("north", 7, "c1", "s1"), self.clock, holder, options={"base": "HEAD"})

    def deliver(self, event: Event) -> None:
        self.events.append(event)

    def told(self, kind: str) -> list[dict[str, Any]]:
        return [dict(item.payload) for item in self.events if item.type == kind]

    def go(self, *states: State) -> None:
        for state in states:
            self.course.enter(state)
            self.clock.seconds += 1.5


@pytest.fixture
def world() -> World:
    return World()


def finding(severity: str, message: str = "m") -> dict[str, Any]:
    return {"code": "FGD_1003", "severity": severity, "message": message}


def test_a_sync_that_goes_well(world: World) -> None:
    world.go(*STAGES)
    world.course.note(files_created=2, commit="abc")
    world.go(State.COMPLETED)
    assert [item.type.value for item in world.events] == [
        "state.changed", "sync.started",
        *["sync.stage_completed", "state.changed"] * 5,
        "sync.stage_completed", "state.changed", "sync.completed",
    ]  # fmt: skip
    assert world.told("sync.started") == [{"sync_id": "s1", "trigger": "push", "options": {"base": "HEAD"}}]
    assert world.told("sync.completed") == [
        {
            "sync_id": "s1",
            "duration_seconds": 9.0,
            "files_processed": 0,
            "files_created": 2,
            "errors": 0,
            "warnings": 0,
            "final_state": "completed",
        }
    ]
    assert world.told("state.changed")[1] == {
        "sync_id": "s1",
        "from": "initializing",
        "to": "validating",
        "stage": "validating",
        "attempts": 1,
        "context": {},
    }
    assert world.told("sync.stage_completed")[0] == {"sync_id": "s1", "stage": "initializing", "duration_seconds": 1.5}


def test_the_record_of_a_sync_that_went_well(world: World) -> None:
    world.go(*STAGES, State.COMPLETED)
    record = world.course.operation
    assert (record.state, record.duration_seconds) == ("completed", 9.0)
    assert record.started_at == "2026-03-01T08:00:00Z"
    assert record.completed_at == "2026-03-01T08:00:09Z"
    assert [(item.stage, item.completed_at != "") for item in record.stages] == [(stage, True) for stage in STAGES]
    assert record.progress.percent_complete == 100
    assert (record.owner, record.trigger, record.run_url) == ("alice@laptop", "push", "https://example.com/1")
    assert from_record(to_record(record)) == record


def test_a_step_that_may_not_follow_is_refused_and_not_told(world: World) -> None:
    world.go(State.INITIALIZING)
    before = len(world.events)
    with pytest.raises(FgdError, match="cannot become syncing"):
        world.course.enter(State.SYNCING)
    assert len(world.events) == before
    assert world.course.operation.state == "initializing"


def test_a_sync_that_fails_says_where_and_why(world: World) -> None:
    world.go(*STAGES[:3])
    world.course.fail(FgdError(SYNC_TIMEOUT, "took too long", remedy="be quick"))
    (failed,) = world.told("sync.failed")
    assert failed == {
        "sync_id": "s1",
        "duration_seconds": 4.5,
        "files_processed": 0,
        "files_created": 0,
        "errors": 1,
        "warnings": 0,
        "code": "FGD_3002",
        "message": "took too long",
        "stage": "discovering",
        "attempts": 1,
    }
    record = world.course.operation
    assert (record.state, record.stage, record.errors) == ("failed", "discovering", 1)
    assert record.findings[0]["remedy"] == "be quick"
    assert record.progress.stages_completed == STAGES[:2]
    assert not record.stages[-1].completed_at


def test_a_cancelled_sync_is_no_failed_one(world: World) -> None:
    world.go(State.INITIALIZING)
    world.course.fail(FgdError(SYNC_CANCELLED, "cancelled by alice"))
    assert world.course.operation.state == "cancelled"
    assert world.told("sync.cancelled")[0]["message"] == "cancelled by alice"
    assert not world.told("sync.failed")


def test_a_retry_goes_back_to_the_stage_that_failed(world: World) -> None:
    world.go(*STAGES[:5])
    world.course.retry(FgdError(PUSH_REJECTED, "somebody was faster"))
    world.go(State.RECONCILING, State.COMPLETED)
    steps = [(item["from"], item["to"], item["attempts"]) for item in world.told("state.changed")][5:7]
    assert steps == [("syncing", "retrying", 2), ("retrying", "syncing", 2)]
    assert world.told("state.changed")[5]["context"] == {"code": "FGD_4005", "message": "somebody was faster"}
    assert world.course.operation.attempts == 2
    assert world.course.operation.progress.percent_complete == 100


def test_progress_is_told_once_a_second_and_at_the_end(world: World) -> None:
    world.go(*STAGES[:4])
    for number in range(1, 101):
        world.course.progress(number, 100, f"raw/{number}.yaml")
        world.clock.seconds += 0.03
    told = world.told("sync.progress")
    assert len(told) == 4
    assert told[-1] == {
        "sync_id": "s1",
        "state": "processing",
        "stage": "processing",
        "progress": 66,
        "current_file": "raw/100.yaml",
        "files_processed": 100,
        "total_files": 100,
    }


def test_findings_are_counted_and_the_first_are_kept_and_told(world: World) -> None:
    warnings = [finding("warning", str(number)) for number in range(60)]
    world.course.found([*warnings, finding("error"), finding("notice")])
    record = world.course.operation
    assert (record.errors, record.warnings, len(record.findings)) == (1, 60, MOST_FINDINGS)
    assert record.findings[0]["severity"] == "error"
    assert len(world.told("sync.error")) == 1
    assert len(world.told("sync.warning")) == MOST_FINDINGS - 1


def test_what_a_second_plan_finds_replaces_what_the_first_found(world: World) -> None:
    world.course.found([finding("error", "a"), finding("error", "b")])
    world.course.add(finding("warning", "netbox is away"))
    world.course.found([finding("error", "b"), finding("error", "c")])
    assert (world.course.operation.errors, world.course.operation.warnings) == (2, 1)
    assert [item["message"] for item in world.told("sync.error")] == ["a", "b", "c"]


def test_a_fabric_whose_name_is_known_later(world: World) -> None:
    world.course.rename("north-1", 9)
    world.course.request()
    assert (world.events[-1].fabric, world.events[-1].fabric_id) == ("north-1", 9)
    assert (world.course.operation.fabric, world.course.operation.fabric_id) == ("north-1", 9)
