"""What a step says on GitHub while it works and at its end; and that saying it never costs the work."""

import time
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from scenes import SERVER, WRONG, job

from forge.accounts import READ_ONLY
from forge.desk import Desk
from forge.forge import Forge
from forge.repository import Repository
from forge.traffic import hanging, html
from runner import events
from runner.events import Event
from runner.launchers import Launcher


@pytest.fixture
def repository(forge: Forge) -> Repository:
    made = forge.repository()
    made.commit(
        {
            "north/.hnp/manifest.yaml": "fabric_name: north\n",
            "north/managed/servers/server-01.yaml": SERVER.format("server-01"),
        }
    )
    return made


@pytest.fixture
def desk(forge: Forge, repository: Repository) -> Desk:
    return forge.desks[repository.name]


def topic(repository: Repository, desk: Desk, files: dict[str, Any]) -> Event:
    """A pull request with these files."""
    repository.git("branch", "topic", "main")
    repository.commit(files, "topic")
    return events.pull_request(desk, desk.open_pull("topic"))


def test_a_check_ends_in_one_check_run_and_one_comment_that_is_kept_up_to_date(
    forge: Forge, repository: Repository, desk: Desk, launcher: Launcher, tmp_path: Path
) -> None:
    event = topic(repository, desk, {"north/raw/new.yaml": WRONG})
    assert job(forge, event, launcher, tmp_path).run().status == 1
    (check,) = desk.checks.values()
    assert (check["status"], check["conclusion"]) == ("completed", "failure")
    assert check["head_sha"] == repository.tip("topic"), "people look at the head, not at GitHub's merge commit"
    (annotation,) = desk.annotations[check["id"]]
    assert (annotation["path"], annotation["start_line"]) == ("north/raw/new.yaml", 6)
    (first,) = desk.comments.values()
    assert "descriptoin" in first["body"]

    repository.commit({"north/raw/new.yaml": SERVER.format("server-03")}, "topic")
    again = job(forge, events.pull_request(desk, desk.pulls[1]), launcher, tmp_path).run()
    assert again.status == 0, again.told
    (second,) = desk.comments.values()
    assert second["id"] == first["id"]
    assert "descriptoin" not in second["body"]


def test_a_sync_ends_in_a_check_run_and_a_status_on_its_commit(
    forge: Forge, repository: Repository, desk: Desk, launcher: Launcher, tmp_path: Path
) -> None:
    pushed = repository.commit({"north/raw/new.yaml": SERVER.format("server-02")})
    done = job(forge, events.push(repository), launcher, tmp_path).run()
    assert done.status == 0, done.told
    (check,) = desk.checks.values()
    assert (check["head_sha"], check["conclusion"]) == (pushed, "success")
    (status,) = desk.statuses
    assert (status["sha"], status["state"]) == (repository.tip(), "success")


def test_the_user_may_do_without(
    forge: Forge, repository: Repository, desk: Desk, launcher: Launcher, tmp_path: Path
) -> None:
    event = topic(repository, desk, {"north/raw/new.yaml": WRONG})
    done = job(forge, event, launcher, tmp_path).run({"comment": "false", "check-run": "false"})
    assert done.status == 1, done.told
    assert not desk.checks
    assert not desk.comments


@pytest.mark.parametrize("missing", ["checks", "pull-requests"])
def test_a_permission_that_is_missing_costs_a_note(
    forge: Forge, repository: Repository, desk: Desk, launcher: Launcher, tmp_path: Path, missing: str
) -> None:
    event = topic(repository, desk, {"north/raw/new.yaml": SERVER.format("server-02")})
    rights = {missing: "none", "issues": "none"}
    done = job(forge, event, launcher, tmp_path, **rights).run()
    assert done.status == 0, done.told
    assert f"{missing}: write" in unescape(done.summary)
    assert any(f"{missing}: write" in item.message for item in done.annotations)


def test_without_a_token_nothing_is_said_but_in_the_summary(
    forge: Forge, repository: Repository, desk: Desk, launcher: Launcher, tmp_path: Path
) -> None:
    repository.private = False
    event = topic(repository, desk, {"north/raw/new.yaml": SERVER.format("server-02")})
    done = job(forge, event, launcher, tmp_path).run({"token": ""})
    assert done.status == 0, done.told
    assert "the step has no token" in done.summary
    assert not forge.api.requests


def test_a_run_that_cannot_go_on_ends_its_check_run_with_the_reason(
    forge: Forge, repository: Repository, desk: Desk, launcher: Launcher, tmp_path: Path
) -> None:
    done = job(forge, events.push(repository), launcher, tmp_path).run({"fabrics": "nort"})
    assert done.status == 4, done.told
    (check,) = desk.checks.values()
    assert (check["status"], check["conclusion"]) == ("completed", "failure")
    assert "there is no fabric nort" in check["output"]["title"]


def test_a_fork_gets_its_findings_without_a_single_request(
    forge: Forge, repository: Repository, desk: Desk, launcher: Launcher, tmp_path: Path
) -> None:
    fork = forge.fork(repository, "mallory/fabrics")
    fork.git("branch", "topic", "main")
    fork.commit({"north/raw/new.yaml": WRONG}, "topic")
    event = events.pull_request(desk, desk.open_pull("topic", source=fork))
    done = job(forge, event, launcher, tmp_path, **READ_ONLY).run()
    assert done.status == 1, done.told
    assert "descriptoin" in done.summary
    assert not forge.api.requests


def test_the_post_step_ends_the_check_run_of_a_step_that_was_killed(
    forge: Forge, repository: Repository, desk: Desk, launcher: Launcher, tmp_path: Path
) -> None:
    made = job(forge, topic(repository, desk, {"north/raw/new.yaml": WRONG}), launcher, tmp_path)
    report = "^PATCH .*/check-runs/"
    forge.api.arm(hanging(), report)  # Else a step may be over before an engine has ended its container.
    step = made.start()
    end = time.monotonic() + 30
    while not forge.api.lines(report) and time.monotonic() < end:
        time.sleep(0.001)
    step.kill()
    main = step.wait()
    assert main.status is None, main.told
    (check,) = desk.checks.values()
    assert check["status"] == "in_progress"
    post = made.post(main)
    assert post.status == 0, post.told
    assert "ended the check run" in post.told
    assert (check["status"], check["conclusion"]) == ("completed", "cancelled")


def test_the_post_step_of_a_step_that_ended_asks_nothing(
    forge: Forge, repository: Repository, launcher: Launcher, tmp_path: Path
) -> None:
    made = job(forge, events.push(repository), launcher, tmp_path)
    main = made.run()
    assert main.status == 0, main.told
    before = len(forge.api.requests) + len(forge.git.requests)
    post = made.post(main)
    assert (post.status, post.log.raw) == (0, [])
    assert len(forge.api.requests) + len(forge.git.requests) == before


def test_a_status_that_github_did_not_take_is_set_by_the_next_run(
    forge: Forge, repository: Repository, desk: Desk, launcher: Launcher, tmp_path: Path
) -> None:
    repository.commit({"north/raw/new.yaml": SERVER.format("server-02")})
    forge.api.arm(html(502), "statuses", times=1000)
    first = job(forge, events.push(repository), launcher, tmp_path).run({"check-run": "false"})
    assert first.status == 0, first.told
    made = repository.tip()
    assert "put a status on the commit" in unescape(first.summary)
    assert not desk.statuses
    forge.api._armed.clear()
    second = job(forge, events.push(repository), launcher, tmp_path).run({"check-run": "false"})
    assert second.status == 0, second.told
    (status,) = desk.statuses
    assert (status["sha"], status["state"]) == (made, "success")


def test_a_fix_is_not_made_a_pull_request_to_a_pull_request(
    forge: Forge, repository: Repository, desk: Desk, launcher: Launcher, tmp_path: Path
) -> None:
    event = topic(repository, desk, {"north/raw/new.yaml": SERVER.format("server-02")})
    done = job(forge, event, launcher, tmp_path).run({"mode": "fix", "commit-mode": "pull-request"})
    assert done.status == 2, done.told
    assert "commit-mode: push" in done.told
