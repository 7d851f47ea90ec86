"""The status fields of a fabric's object, and when they are worth a write."""

from dataclasses import replace
from typing import Any

import pytest

from fgd_sync.model.netbox import Outcome
from fgd_sync.model.resource import JsonObject
from fgd_sync.planning.netbox_status import (
    FIELDS,
    custom_fields,
    difference,
    is_superseded,
    moment,
    plugin_fields,
    state_differs,
)

DONE = Outcome("north", "s1", "completed", "2026-03-01T08:00:00Z", commit="a" * 40, kinds={"VPC": 2})


def shown(outcome: Outcome, **changes: Any) -> JsonObject:
    """An object that shows an outcome."""
    fields = dict.fromkeys(item.name for item in FIELDS)
    return {"id": 1, "custom_fields": {**fields, **custom_fields(outcome, {}), **changes}}


def changed(body: JsonObject, outcome: Outcome) -> set[str]:
    return set(difference(body, {}, custom_fields(outcome, {})).get("custom_fields", {}))


def test_the_same_outcome_is_no_change() -> None:
    assert not changed(shown(DONE), DONE)


def test_a_later_sync_of_the_same_state_is_no_news_for_an_hour() -> None:
    soon = replace(DONE, sync_id="s2", completed_at="2026-03-01T08:59:59Z", run_url="https://x/2")
    assert not changed(shown(DONE), soon)
    late = replace(soon, completed_at="2026-03-01T09:00:00Z")
    assert changed(shown(DONE), late) == {"fgd_sync_id", "fgd_synced_at", "fgd_run"}


def test_anything_else_is_news_at_once() -> None:
    soon = replace(DONE, sync_id="s2", completed_at="2026-03-01T08:00:05Z", errors=1)
    assert changed(shown(DONE), soon) == {"fgd_sync_id", "fgd_synced_at", "fgd_errors"}


def test_a_number_of_none_is_written_where_nothing_is_known() -> None:
    assert "fgd_errors" in changed(shown(DONE, fgd_errors=None), DONE)


def test_times_are_compared_as_times() -> None:
    assert not changed(shown(DONE, fgd_synced_at="2026-03-01T09:00:00+01:00"), DONE)


def test_fields_that_the_object_does_not_have_are_left_out() -> None:
    body: JsonObject = {"id": 1, "custom_fields": {"fgd_state": None}}
    assert difference(body, {"sync_status": "in_sync"}, custom_fields(DONE, {})) == {
        "custom_fields": {"fgd_state": "completed"}
    }


def test_a_commit_that_is_not_known_does_not_blank_the_one_that_is() -> None:
    assert "fgd_commit" not in custom_fields(replace(DONE, commit=""), {})


@pytest.mark.parametrize(
    ("there", "superseded"),
    [("2026-03-01T08:00:01Z", True), ("2026-03-01T08:00:00Z", False), ("2026-03-01T07:59:59Z", False), (None, False)],
)
def test_only_a_later_sync_supersedes(there: str | None, superseded: bool) -> None:
    assert is_superseded(shown(DONE, fgd_synced_at=there), DONE) is superseded


def test_state_differs_with_state_and_error() -> None:
    assert not state_differs(shown(DONE), DONE)
    assert state_differs(shown(DONE), replace(DONE, state="failed"))
    assert state_differs(shown(DONE), replace(DONE, error="FGD_1003 broken"))
    assert not state_differs({"custom_fields": {}}, DONE), "where states cannot be kept none is new"


@pytest.mark.parametrize(
    ("state", "errors", "status"),
    [("completed", 0, "in_sync"), ("completed", 2, "out_of_sync"), ("failed", 1, "error"), ("cancelled", 0, None)],
)
def test_the_plugin_is_told_in_its_own_words(state: str, errors: int, status: str | None) -> None:
    assert plugin_fields(replace(DONE, state=state, errors=errors)).get("sync_status") == status


def test_counts_are_told_only_by_a_sync_that_knows_them() -> None:
    assert plugin_fields(DONE)["cached_crd_count"] == 2
    assert "cached_crd_count" not in plugin_fields(replace(DONE, state="failed", kinds={}))


@pytest.mark.parametrize("text", ["", "2026", "2026-03-01T08:30", "not a time at all", None, 3])
def test_what_is_no_time_in_a_zone_is_no_moment(text: object) -> None:
    assert moment(text) is None
