from typing import Any

import pytest

from fgd_sync.model.event import EventType
from fgd_sync.render.event_text import event_line, stage_of
from sync_events import event


def line(kind: EventType, **payload: Any) -> str:
    return event_line(event(kind, **payload))


@pytest.mark.parametrize(
    ("kind", "payload", "words"),
    [
        (EventType.SYNC_STARTED, {"sync_id": "4b1c", "trigger": "push"}, "sync 4b1c started (push)"),
        (EventType.STATE_CHANGED, {"from": "pending", "to": "initializing"}, "initializing"),
        (
            EventType.STATE_CHANGED,
            {"to": "retrying", "stage": "syncing", "attempts": 2, "context": {"code": "FGD_4005", "message": "lost"}},
            "tried again from syncing (attempt 2): FGD_4005 lost",
        ),
        (
            EventType.SYNC_COMPLETED,
            {"duration_seconds": 2.123, "files_processed": 1, "errors": 0, "warnings": 1},
            "completed in 2.1 s: 1 file, 0 errors, 1 warning",
        ),
        (
            EventType.SYNC_FAILED,
            {"stage": "syncing", "code": "FGD_4006", "message": "main is protected"},
            "failed while syncing: FGD_4006 main is protected",
        ),
        (EventType.SYNC_CANCELLED, {"stage": "", "code": "FGD_3003", "message": "x"}, "cancelled: FGD_3003 x"),
        (EventType.FILES_DISCOVERED, {"pending_files": 1, "managed_files": 40}, "1 file in raw/, 40 files in managed/"),
        (
            EventType.COMMIT_PUBLISHED,
            {"commit": "0123456789abcdef", "branch": "main"},
            "published as commit 0123456789ab on main",
        ),
        (EventType.SYNC_WARNING, {"code": "FGD_6001", "message": "no answer"}, "warning: FGD_6001 no answer"),
        (EventType.NETBOX_FAILED, {"code": "FGD_6001", "message": "x"}, "NetBox could not be told: FGD_6001 x"),
        (EventType.DIRECTORY_REPAIRED, {"repairs_made": [{}, {}]}, "directory repaired: 2 repairs"),
    ],
)
def test_a_line_says_what_happened(kind: EventType, payload: dict[str, Any], words: str) -> None:
    assert line(kind, **payload) == f"08:30:00  north  {words}  [c-1]"


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        (EventType.SYNC_ERROR, {"code": "FGD_1004", "message": "x", "file": "raw/a.yaml"}),
        (EventType.SYNC_WARNING, {"code": "FGD_1016", "message": "x", "file": "raw/a.yaml"}),
        (EventType.SYNC_PROGRESS, {"progress": 4}),
        (EventType.STATE_CHANGED, {"to": "completed"}),
        (EventType.FILE_PROCESSED, {"file_path": "raw/a.yaml"}),
    ],
)
def test_what_the_report_says_better_is_left_to_it(kind: EventType, payload: dict[str, Any]) -> None:
    assert not line(kind, **payload)


@pytest.mark.parametrize("kind", EventType)
def test_an_event_without_a_payload_is_no_fault(kind: EventType) -> None:
    assert "\n" not in line(kind)


def test_text_of_others_cannot_act() -> None:
    hostile = "x\n::error::mine\r##[error]also \x1b[31m\u202e"
    shown = line(EventType.SYNC_FAILED, code="FGD_4001", message=hostile)
    assert shown.isprintable()
    assert "##[error]" not in shown
    assert not shown.startswith("::")


def test_the_stage_that_begins() -> None:
    assert stage_of(event(EventType.STATE_CHANGED, to="syncing")) == "syncing"
    assert not stage_of(event(EventType.STATE_CHANGED, to="failed"))
    assert not stage_of(event(EventType.SYNC_STARTED, to="syncing"))
