"""An outcome can be kept as JSON and comes back whole, also from another version of this program."""

import json

from fgd_sync.model.netbox import NetBoxResult, Outcome, Tally

OUTCOME = Outcome(
    fabric="north",
    sync_id="b3d3c8e2-0000-4000-8000-000000000001",
    state="completed",
    completed_at="2026-03-01T08:30:09Z",
    started_at="2026-03-01T08:30:00Z",
    netbox_id=7,
    commit="a" * 40,
    repository_url="https://github.example/net/fabrics",
    actions={"create": 1, "keep": 2},
    kinds={"VPC": 2, "Switch": 1},
    changes=("create VPC web",),
)


def test_an_outcome_survives_json() -> None:
    assert Outcome.from_json(json.loads(json.dumps(OUTCOME.to_json()))) == OUTCOME


def test_an_outcome_of_a_newer_version_loses_what_is_not_known() -> None:
    assert Outcome.from_json({**OUTCOME.to_json(), "weather": "fair"}) == OUTCOME


def test_only_what_is_not_kept_counts_as_a_change() -> None:
    assert OUTCOME.changed
    assert not Outcome.from_json({**OUTCOME.to_json(), "actions": {"keep": 3, "create": 0}}).changed


def test_resources_are_counted_over_all_kinds() -> None:
    assert OUTCOME.resources == 3


def test_the_commit_has_an_address_only_where_the_repository_has_one() -> None:
    assert OUTCOME.commit_url == f"https://github.example/net/fabrics/commit/{'a' * 40}"
    assert not Outcome.from_json({**OUTCOME.to_json(), "repository_url": ""}).commit_url


def test_a_result_without_any_deed_changed_nothing() -> None:
    assert not NetBoxResult("north", done=(Tally("VPC"),)).changed
    assert NetBoxResult("north", done=(Tally("VPC", deleted=1),)).changed
