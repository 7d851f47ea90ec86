import io
import json
from typing import Any

import pytest

from fake_time import FakeClock
from fgd_sync.adapters.log_sink import DebugSink, LogSink, ProgressSink
from fgd_sync.flow.bus import Bus, Subject
from fgd_sync.flow.course import Course
from fgd_sync.model.code import GITHUB_CONNECTION_FAILED
from fgd_sync.model.event import Event, EventType, from_record
from fgd_sync.model.failure import FgdError
from fgd_sync.model.lock_note import Holder
from fgd_sync.model.sync import STAGES, State
from fgd_sync.ports import EventSink
from sync_events import event


def course_of(sink: EventSink, fabric: str = "north", sync_id: str = "s-1") -> Course:
    """A real course whose events go to the sink."""

    def fail(name: str, error: Exception) -> None:
        raise AssertionError(name) from error

    numbers = iter(range(1000))
    clock = FakeClock()
    bus = Bus([sink], clock, lambda: f"e-{next(numbers)}", fail)
    return Course(bus, Subject(fabric, None, "c-1234567890", sync_id), clock, Holder("me", "c-1234567890", "push"))


def run_through(course: Course) -> None:
    for state in (*STAGES, State.COMPLETED):
        course.enter(state)
        if state is State.PROCESSING:
            for number in range(5):
                course.progress(number, 4, f"raw/{number}.yaml")


def test_a_sync_in_lines() -> None:
    stream = io.StringIO()
    run_through(course_of(LogSink(stream)))
    assert stream.getvalue().splitlines() == [
        "08:30:00  north  initializing  [c-123456]",
        "08:30:00  north  sync s-1 started (push)  [c-1234567890]",
        *(f"08:30:00  north  {stage}  [c-123456]" for stage in STAGES[1:]),
        "08:30:00  north  completed in 0.0 s: 4 files, 0 errors, 0 warnings  [c-123456]",
    ]


def test_two_fabrics_go_through_the_stages_in_common_groups() -> None:
    stream = io.StringIO()
    sink = LogSink(stream, groups=True)
    courses = [course_of(sink, "north", "s-1"), course_of(sink, "south", "s-2")]
    for state in STAGES[:2]:
        for course in courses:
            course.enter(state)
    courses[0].fail(FgdError(GITHUB_CONNECTION_FAILED, "no route\n::error::forged"))
    courses[1].enter(State.DISCOVERING)
    assert [line.split("  [")[0] for line in stream.getvalue().splitlines()] == [
        "::group::initializing",
        "08:30:00  north  initializing",
        "08:30:00  north  sync s-1 started (push)",
        "08:30:00  south  initializing",
        "08:30:00  south  sync s-2 started (push)",
        "::endgroup::",
        "::group::validating",
        "08:30:00  north  validating",
        "08:30:00  south  validating",
        "08:30:00  north  error: FGD_4001 no route\\n::error::forged",
        "::endgroup::",
        "08:30:00  north  failed while validating: FGD_4001 no route\\n::error::forged",
        "::group::discovering",
        "08:30:00  south  discovering",
    ]


def messages(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_progress_grows_to_a_hundred_and_names_the_file() -> None:
    stream = io.StringIO()
    run_through(course_of(ProgressSink(stream)))
    told = messages(stream)
    assert [item["progress"] for item in told] == sorted(item["progress"] for item in told)
    assert (told[0]["state"], told[0]["progress"]) == ("initializing", 0)
    assert (told[-1]["state"], told[-1]["progress"], told[-1]["files_processed"]) == ("completed", 100, 4)
    assert any(item["current_file"] == "raw/0.yaml" for item in told)
    fields = {"state", "stage", "progress", "current_file", "files_processed", "total_files"}
    assert all(item.keys() == fields | {"timestamp", "sync_id", "fabric", "correlation_id"} for item in told)


@pytest.mark.parametrize("end", [State.FAILED, State.CANCELLED])
def test_progress_tells_of_every_end(end: State) -> None:
    stream = io.StringIO()
    course = course_of(ProgressSink(stream))
    course.enter(State.INITIALIZING)
    course.enter(end)
    assert (messages(stream)[-1]["state"], messages(stream)[-1]["stage"]) == (end, "initializing")


def test_a_sync_that_ends_before_it_begins_is_told_too() -> None:
    stream = io.StringIO()
    course_of(ProgressSink(stream)).enter(State.CANCELLED)
    assert [(item["state"], item["stage"], item["progress"]) for item in messages(stream)] == [("cancelled", "", 0)]


def test_a_retry_goes_back_to_the_stage_that_failed() -> None:
    stream = io.StringIO()
    course = course_of(ProgressSink(stream))
    for state in STAGES[:5]:
        course.enter(state)
    course.retry(FgdError(GITHUB_CONNECTION_FAILED, "no route"))
    assert [item["state"] for item in messages(stream)][-3:] == ["syncing", "retrying", "syncing"]


def test_the_debug_log_has_every_event_whole_with_a_level() -> None:
    stream = io.StringIO()
    sent: list[Event] = [event(kind, message="x\n::error::y ##[error]z") for kind in EventType]
    sink = DebugSink(stream)
    for item in sent:
        sink.deliver(item)
    lines = stream.getvalue().splitlines()
    assert [from_record(json.loads(line)) for line in lines] == sent
    levels = {item.type: json.loads(line)["level"] for item, line in zip(sent, lines, strict=True)}
    assert (levels[EventType.SYNC_FAILED], levels[EventType.SYNC_WARNING]) == ("error", "warning")
    assert levels[EventType.SYNC_STARTED] == "info"
    assert not any("##[" in line or line.startswith("::") for line in lines)
