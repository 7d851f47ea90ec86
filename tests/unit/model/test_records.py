"""Records of syncs, locks and reports: what is written can be read, and nothing else is taken for one."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fgd_sync.model import lock_note, operation, undelivered
from fgd_sync.model.lock_note import CancelRequest, Holder, LockNote, Share
from fgd_sync.model.moment import later, seconds_between
from fgd_sync.model.operation import Operation, StageTime
from fgd_sync.model.sync import STAGES
from fgd_sync.model.undelivered import Undelivered

NOON = "2026-03-01T12:00:00Z"
TEXT = st.text(max_size=20)
NOTES = st.builds(
    LockNote,
    st.builds(Holder, TEXT, TEXT, TEXT, TEXT),
    TEXT,
    st.just(NOON),
    st.just(NOON),
    st.just(NOON),
    st.dictionaries(TEXT, st.builds(Share, TEXT, TEXT, TEXT, TEXT), max_size=3),
    st.none() | st.builds(CancelRequest, TEXT, TEXT, st.just(NOON)),
)


@given(NOTES)
def test_a_note_of_a_lock_survives_the_message_of_a_commit(note: LockNote) -> None:
    assert lock_note.from_message(lock_note.to_message(note)) == note


@pytest.mark.parametrize("message", ["", "hello", "x\n\n{}", "x\n\n[]", 'x\n\n{"holder": 1}', "x\n\n" + "[" * 10_000])
def test_other_messages_are_no_notes(message: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        lock_note.from_message(message)


def test_a_lease_has_expired_after_its_margin() -> None:
    note = LockNote(Holder("t"), "n", NOON, NOON, NOON)
    assert not note.has_expired(later(NOON, 30), 30)
    assert note.has_expired(later(NOON, 31), 30)


@given(
    st.builds(
        Operation,
        TEXT,
        TEXT,
        fabric_id=st.none() | st.integers(0, 9),
        state=TEXT,
        attempts=st.integers(1, 9),
        duration_seconds=st.floats(0, 1e6),
        stages=st.lists(st.builds(StageTime, TEXT, TEXT, TEXT), max_size=3).map(tuple),
        findings=st.lists(st.dictionaries(TEXT, TEXT, max_size=2), max_size=3).map(tuple),
        unchanged=st.booleans(),
    )
)
def test_a_record_of_a_sync_survives_json(record: Operation) -> None:
    assert operation.from_record(json.loads(json.dumps(operation.to_record(record)))) == record


def test_fields_of_a_newer_version_are_passed_over() -> None:
    assert operation.from_record({"sync_id": "s", "fabric": "f", "new": 1}) == Operation("s", "f")


@pytest.mark.parametrize(
    "record",
    [{}, {"sync_id": "s"}, {"sync_id": "s", "fabric": "f", "errors": []}, {"sync_id": "s", "fabric": "f", "stages": 1}],
)
def test_what_is_no_record_of_a_sync_is_refused(record: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        operation.from_record(record)


def test_how_far_a_sync_is() -> None:
    at_work = Operation("s", "f", state="processing", stage="processing", files_processed=5, total_files=10)
    assert at_work.progress.stages_completed == STAGES[:3]
    assert at_work.progress.percent_complete == 58
    assert Operation("s", "f", state="failed").progress.stages_completed == ()


def test_an_undelivered_report_survives_json() -> None:
    item = Undelivered("r", "netbox", NOON, {"a": [1]}, attempts=2, reason="away")
    assert undelivered.from_record(json.loads(json.dumps(undelivered.to_record(item)))) == item
    with pytest.raises(ValueError, match="not an undelivered report"):
        undelivered.from_record({"id": 1})


def test_times_of_other_zones_are_understood() -> None:
    assert seconds_between("2026-03-01T12:00:00+02:00", "2026-03-01T12:00:00Z") == 7200
    assert later("2026-03-01", 60) == "2026-03-01T00:01:00Z"


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-13-01", "soon"])
def test_what_is_no_time_in_utc_is_no_time(time: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the library's own words differ
        seconds_between(NOON, time)


@pytest.mark.parametrize("change", [{"attempts": None}, {"body": 7}, {"attempts": float("inf")}, {"created_at": "x"}])
def test_what_is_no_undelivered_report_is_refused(change: dict[str, object]) -> None:
    record = {**undelivered.to_record(Undelivered("u1", "netbox", NOON, {})), **change}
    with pytest.raises(ValueError):  # noqa: PT011 - the library's own words differ
        undelivered.from_record(record)


def test_a_number_without_end_makes_no_record_of_a_sync() -> None:
    with pytest.raises(ValueError, match="not a record of a sync"):
        operation.from_record({"sync_id": "s", "fabric": "north", "errors": float("inf")})
