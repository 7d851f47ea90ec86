import json
from pathlib import Path
from typing import Any

import pytest

from fgd_sync.adapters.runner_context import read_occasion
from fgd_sync.model.code import CONFIGURATION_INVALID
from fgd_sync.model.context import PullRequest
from fgd_sync.model.failure import FgdError
from fgd_sync.model.occasion import Occasion

OLD, NEW, ZEROS = "1" * 40, "2" * 40, "0" * 40
REPOSITORY = {"full_name": "acme/fabrics", "default_branch": "main"}


def environment(folder: Path, event: str, payload: Any, **more: str) -> dict[str, str]:
    path = folder / "event.json"
    path.write_text(payload if isinstance(payload, str) else json.dumps(payload))
    return {
        "GITHUB_EVENT_NAME": event,
        "GITHUB_EVENT_PATH": str(path),
        "GITHUB_REPOSITORY": "acme/fabrics",
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_API_URL": "https://api.github.com",
        "GITHUB_GRAPHQL_URL": "https://api.github.com/graphql",
        "GITHUB_REF": "refs/heads/main",
        "GITHUB_SHA": NEW,
        "GITHUB_RUN_ID": "77",
        "GITHUB_RUN_NUMBER": "5",
        "GITHUB_RUN_ATTEMPT": "1",
        "GITHUB_ACTOR": "ann",
        **more,
    }


def occasion(folder: Path, event: str, payload: Any, branch: str = "", **more: str) -> Occasion:
    return read_occasion(environment(folder, event, payload, **more), branch)


def pull_request(head: str | None = "acme/fabrics", **more: Any) -> dict[str, Any]:
    return {
        "action": "synchronize",
        "number": 7,
        "pull_request": {
            "number": 7,
            "head": {"ref": "add-vpc", "sha": NEW, "repo": {"full_name": head} if head else None},
            "base": {"ref": "main", "sha": OLD, "repo": {"full_name": "acme/fabrics"}},
        },
        "repository": REPOSITORY,
        **more,
    }


def test_a_push_names_its_branch_and_what_was_before(tmp_path: Path) -> None:
    found = occasion(tmp_path, "push", {"before": OLD, "after": NEW, "repository": REPOSITORY})
    context = found.context
    assert (context.event, context.trigger, context.branch, context.sha) == ("push", "push", "main", NEW)
    assert (context.default_branch, context.commit, found.base) == ("main", NEW, OLD)
    assert context.run_url == "https://github.com/acme/fabrics/actions/runs/77"
    assert (found.deleted, found.is_tag, found.read_only) == (False, False, False)


def test_a_branch_with_slashes_keeps_them(tmp_path: Path) -> None:
    found = occasion(tmp_path, "push", {"after": NEW}, GITHUB_REF="refs/heads/team/north")
    assert found.context.branch == "team/north"


@pytest.mark.parametrize("payload", [{"deleted": True, "after": ZEROS}, {"after": "0" * 64}])
def test_a_push_that_deletes_the_branch_says_so(tmp_path: Path, payload: dict[str, Any]) -> None:
    assert occasion(tmp_path, "push", payload).deleted


def test_the_first_push_of_a_branch_has_nothing_before(tmp_path: Path) -> None:
    assert occasion(tmp_path, "push", {"before": ZEROS, "after": NEW}).base == ""


def test_a_tag_is_no_branch_unless_one_is_named(tmp_path: Path) -> None:
    found = occasion(tmp_path, "push", {"after": NEW}, GITHUB_REF="refs/tags/v1")
    assert found.is_tag
    assert found.context.branch == ""
    named = occasion(tmp_path, "push", {"after": NEW}, "main", GITHUB_REF="refs/tags/v1")
    assert not named.is_tag
    assert named.context.branch == "main"


def test_a_pull_request_is_about_its_head_branch(tmp_path: Path) -> None:
    found = occasion(tmp_path, "pull_request", pull_request(), GITHUB_REF="refs/pull/7/merge")
    assert found.context.pull_request == PullRequest(7, "add-vpc", NEW, "acme/fabrics", "main", OLD)
    assert (found.context.branch, found.base, found.read_only) == ("add-vpc", OLD, False)


@pytest.mark.parametrize("head", ["mallory/fabrics", None])
def test_a_pull_request_from_elsewhere_or_from_a_deleted_fork_is_one_of_a_fork(
    tmp_path: Path, head: str | None
) -> None:
    found = occasion(tmp_path, "pull_request", pull_request(head))
    assert found.context.is_fork
    assert found.read_only


def test_dependabot_can_only_read_whose_pull_request_it_ever_is(tmp_path: Path) -> None:
    assert occasion(tmp_path, "pull_request", pull_request(), GITHUB_ACTOR="dependabot[bot]").read_only


def test_a_closed_pull_request_is_known_as_one(tmp_path: Path) -> None:
    assert occasion(tmp_path, "pull_request", pull_request(action="closed")).closed


def test_a_merge_group_compares_with_its_base(tmp_path: Path) -> None:
    payload = {"merge_group": {"head_sha": NEW, "base_sha": OLD, "base_ref": "refs/heads/main"}}
    assert occasion(tmp_path, "merge_group", payload).base == OLD


def test_a_schedule_needs_no_more_than_its_line(tmp_path: Path) -> None:
    assert occasion(tmp_path, "schedule", {"schedule": "0 5 * * *"}).context.branch == "main"


@pytest.mark.parametrize(
    ("given", "fabrics"),
    [
        ({"fabric": "north"}, ("north",)),
        ({"fabrics": ["north", "south", "north"]}, ("north", "south")),
        ({"fabrics": "north, south"}, ("north", "south")),
        ({"fabric": "", "fabrics": None}, ()),
        ({}, ()),
    ],
)
@pytest.mark.parametrize(("event", "key"), [("repository_dispatch", "client_payload"), ("workflow_dispatch", "inputs")])
def test_a_dispatch_says_which_fabrics(
    tmp_path: Path, event: str, key: str, given: dict[str, Any], fabrics: tuple[str, ...]
) -> None:
    found = occasion(tmp_path, event, {key: {**given, "mode": "drift"}})
    assert (found.fabrics, found.mode) == (fabrics, "drift")


def test_a_dispatch_without_inputs_asks_for_nothing(tmp_path: Path) -> None:
    found = occasion(tmp_path, "workflow_dispatch", {"inputs": None, "ref": "refs/heads/main"})
    assert (found.fabrics, found.mode) == ((), "")


@pytest.mark.parametrize("value", [7, {"name": "north"}, [1]])
def test_fabrics_that_are_no_names_are_refused(tmp_path: Path, value: object) -> None:
    with pytest.raises(FgdError, match="neither a name nor a list of names"):
        occasion(tmp_path, "repository_dispatch", {"client_payload": {"fabric": value}})


@pytest.mark.parametrize("payload", ["", "{", "[]", "null", '{"a":' * 100_000, "\x00"])
def test_a_broken_payload_is_refused_in_words(tmp_path: Path, payload: str) -> None:
    with pytest.raises(FgdError, match="the payload of the event") as caught:
        occasion(tmp_path, "push", payload)
    assert caught.value.code is CONFIGURATION_INVALID


def test_an_absent_payload_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(FgdError, match="is not there"):
        read_occasion({"GITHUB_EVENT_NAME": "push", "GITHUB_EVENT_PATH": str(tmp_path / "none")})
    with pytest.raises(FgdError, match="GITHUB_EVENT_PATH is not set"):
        read_occasion({"GITHUB_EVENT_NAME": "push"})


def test_parts_of_the_payload_that_have_the_wrong_type_count_as_absent(tmp_path: Path) -> None:
    found = occasion(tmp_path, "push", {"before": 7, "after": None, "repository": "x", "deleted": "yes"})
    assert (found.base, found.deleted, found.context.default_branch) == ("", False, "")


@pytest.mark.parametrize("payload", [{}, {"pull_request": []}, {"pull_request": {"number": "7"}}])
def test_a_pull_request_without_its_parts_is_refused(tmp_path: Path, payload: dict[str, Any]) -> None:
    with pytest.raises(FgdError, match="does not describe a pull request"):
        occasion(tmp_path, "pull_request", payload)


def test_a_desk_is_sent_to_the_other_commands() -> None:
    with pytest.raises(FgdError, match="not a step of a workflow") as caught:
        read_occasion({})
    assert "fgd check" in caught.value.remedy


def test_github_enterprise_server_is_known_by_the_runners_addresses(tmp_path: Path) -> None:
    found = occasion(
        tmp_path,
        "push",
        {"after": NEW},
        GITHUB_SERVER_URL="https://git.example.org/",
        GITHUB_API_URL="https://git.example.org/api/v3/",
        GITHUB_GRAPHQL_URL="https://git.example.org/api/graphql",
        GITHUB_RUN_ATTEMPT="3",
    ).context
    assert (found.server_url, found.api_url) == ("https://git.example.org", "https://git.example.org/api/v3")
    assert found.run_url == "https://git.example.org/acme/fabrics/actions/runs/77/attempts/3"


@pytest.mark.parametrize("more", [{"GITEA_ACTIONS": "true"}, {"GITHUB_API_URL": "https://codeberg.org/api/v1"}])
def test_forgejo_and_gitea_count_runs_in_the_repository(tmp_path: Path, more: dict[str, str]) -> None:
    found = occasion(tmp_path, "push", {"after": NEW}, GITHUB_SERVER_URL="https://codeberg.org", **more)
    assert found.context.run_url == "https://codeberg.org/acme/fabrics/actions/runs/5"


def test_the_examples_of_github_are_understood(tmp_path: Path, shared: Path) -> None:
    known = json.loads((shared / "github" / "webhook-examples-selected.json").read_text())
    for entry in known:
        for payload in entry["examples"]:
            found = occasion(tmp_path, entry["name"], payload)
            assert (found.context.pull_request is not None) == (entry["name"] == "pull_request")
