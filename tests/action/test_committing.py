"""Steps that commit: sync on pushes and dispatches, fix on pull requests; on a real git server, as it is shipped."""

import json
import time
from pathlib import Path

import pytest
from scenes import SERVER, WRONG, job

from forge.forge import Forge
from forge.repository import Repository
from forge.traffic import failing
from runner import events
from runner.launchers import Launcher


@pytest.fixture
def repository(forge: Forge) -> Repository:
    """A fabric with one managed resource and a new file in raw/."""
    made = forge.repository()
    made.commit(
        {
            "north/.hnp/manifest.yaml": "fabric_name: north\n",
            "north/managed/servers/server-01.yaml": SERVER.format("server-01"),
            "README.md": "x\n",
        }
    )
    return made


def test_a_push_with_raw_files_becomes_a_commit_and_the_next_one_changes_nothing(
    forge: Forge, repository: Repository, launcher: Launcher, tmp_path: Path
) -> None:
    pushed = repository.commit({"north/raw/new.yaml": SERVER.format("server-02")})
    first = job(forge, events.push(repository), launcher, tmp_path).run()
    assert first.status == 0, first.told
    tip = repository.tip()
    assert (first.outputs["changed"], first.outputs["commit-sha"]) == ("true", tip)
    assert repository.resolve(f"{tip}^") == pushed
    assert "north/managed/servers/server-02.yaml" in repository.paths()
    assert "north/raw/new.yaml.archived" in repository.paths()
    assert first.outputs["sync-id"] in repository.message()
    assert not repository.refs("refs/fgd/lock/")

    again = job(forge, events.push(repository), launcher, tmp_path).run()
    assert again.status == 0, again.told
    assert (again.outputs["changed"], again.outputs["commit-sha"]) == ("false", "")
    assert repository.tip() == tip


def test_what_is_right_is_committed_although_something_is_wrong(
    forge: Forge, repository: Repository, launcher: Launcher, tmp_path: Path
) -> None:
    repository.commit({"north/raw/a.yaml": SERVER.format("server-02"), "north/raw/b.yaml": WRONG})
    done = job(forge, events.push(repository), launcher, tmp_path).run()
    assert done.status == 1, done.told
    assert done.outputs["errors"] == "1"
    assert {"north/managed/servers/server-02.yaml", "north/unmanaged/b.yaml"} <= set(repository.paths())


def test_a_fix_commits_to_the_head_branch_and_the_next_one_changes_nothing(
    forge: Forge, repository: Repository, launcher: Launcher, tmp_path: Path
) -> None:
    main = repository.tip()
    repository.git("branch", "topic", "main")
    repository.commit({"north/raw/new.yaml": SERVER.format("server-02")}, "topic")
    desk = forge.desks[repository.name]
    pull = desk.open_pull("topic")
    first = job(forge, events.pull_request(desk, pull), launcher, tmp_path).run({"mode": "fix"})
    assert first.status == 0, first.told
    assert first.outputs["commit-sha"] == repository.tip("topic")
    assert "north/managed/servers/server-02.yaml" in repository.paths("topic")
    assert repository.tip() == main
    again = job(forge, events.pull_request(desk, pull), launcher, tmp_path).run({"mode": "fix"})
    assert (again.status, again.outputs["changed"]) == (0, "false"), again.told


def test_a_dispatch_syncs_the_fabric_that_it_names(
    forge: Forge, repository: Repository, launcher: Launcher, tmp_path: Path
) -> None:
    repository.commit(
        {
            "north/raw/new.yaml": SERVER.format("server-02"),
            "south/.hnp/manifest.yaml": "fabric_name: south\n",
            "south/raw/new.yaml": SERVER.format("server-02"),
        }
    )
    event = events.repository_dispatch(repository, "netbox", {"fabric": "south"})
    done = job(forge, event, launcher, tmp_path).run()
    assert done.status == 0, done.told
    assert [item["fabric"] for item in json.loads(done.outputs["report"])["fabrics"]] == ["south"]
    assert "south/managed/servers/server-02.yaml" in repository.paths()
    assert "north/raw/new.yaml" in repository.paths()


def test_what_an_earlier_step_made_in_a_fabric_is_taken_in_and_nothing_else(
    forge: Forge, repository: Repository, launcher: Launcher, tmp_path: Path
) -> None:
    made = job(forge, events.push(repository), launcher, tmp_path)
    made_by_a_step = made.folders.workspace / "north" / "raw" / "made.yaml"
    made_by_a_step.parent.mkdir(parents=True)
    made_by_a_step.write_text(SERVER.format("server-02"))
    (made.folders.workspace / "README.md").write_text("changed\n")
    (made.folders.workspace / "notes.txt").write_text("x\n")
    done = made.run()
    assert done.status == 0, done.told
    assert "north/managed/servers/server-02.yaml" in repository.paths()
    assert repository.read("README.md") == b"x\n"
    assert "notes.txt" not in repository.paths()
    assert made_by_a_step.read_text() == SERVER.format("server-02"), "the workspace is left alone"


def test_a_dry_run_writes_nothing(forge: Forge, repository: Repository, launcher: Launcher, tmp_path: Path) -> None:
    repository.commit({"north/raw/new.yaml": SERVER.format("server-02")})
    before = repository.refs()
    done = job(forge, events.push(repository), launcher, tmp_path).run({"dry-run": "true"})
    assert (done.status, done.outputs["changed"]) == (0, "true"), done.told
    assert repository.refs() == before


def test_the_post_step_gives_back_the_lock_of_a_step_that_was_killed(
    forge: Forge, repository: Repository, launcher: Launcher, tmp_path: Path
) -> None:
    repository.commit({"north/raw/new.yaml": SERVER.format("server-02")})
    made = job(forge, events.push(repository), launcher, tmp_path)
    step = made.start()
    end = time.monotonic() + 30
    while not repository.refs("refs/fgd/lock/") and time.monotonic() < end:
        time.sleep(0.005)
    step.kill()
    main = step.wait()
    assert main.status is None, main.told
    assert repository.refs("refs/fgd/lock/"), "the step was killed too late for this test"
    post = made.post(main)
    assert post.status == 0, post.told
    assert "gave back the locks of north" in post.told
    assert not repository.refs("refs/fgd/lock/")


def test_drift_is_what_a_sync_would_do_at_the_tip(
    forge: Forge, repository: Repository, launcher: Launcher, tmp_path: Path
) -> None:
    made = job(forge, events.schedule(repository), launcher, tmp_path)
    repository.commit({"north/raw/late.yaml": SERVER.format("server-02")})
    before = repository.refs()
    done = made.run({"mode": "drift"})
    assert (done.status, done.outputs["changed"]) == (0, "true"), done.told
    assert "server-02" in done.summary
    assert repository.refs() == before


def test_events_are_written_where_the_user_wants_them(
    forge: Forge, repository: Repository, launcher: Launcher, tmp_path: Path
) -> None:
    repository.commit({"north/raw/new.yaml": SERVER.format("server-02")})
    made = job(forge, events.push(repository), launcher, tmp_path)
    done = made.run({"events-file": "out/events.jsonl"})
    assert done.status == 0, done.told
    lines = (made.folders.workspace / "out/events.jsonl").read_text().splitlines()
    types = [json.loads(line)["event_type"] for line in lines]
    assert {"sync.started", "commit.published", "sync.completed"} <= set(types)


def test_the_user_says_who_commits_and_how_it_is_called(
    forge: Forge, repository: Repository, launcher: Launcher, tmp_path: Path
) -> None:
    repository.commit({"north/raw/new.yaml": SERVER.format("server-02")})
    made = job(forge, events.push(repository), launcher, tmp_path)
    done = made.run({"commit-author": "Net Bot <bot@example.org>", "commit-message": "Tidy {fabric}"})
    assert done.status == 0, done.told
    assert repository.message().startswith("Tidy north\n")
    assert repository.git("log", "-1", "--format=%an <%ae>", "main") == "Net Bot <bot@example.org>"


def test_a_branch_that_is_named_is_worked_on_instead_of_that_of_the_event(
    forge: Forge, repository: Repository, launcher: Launcher, tmp_path: Path
) -> None:
    main = repository.tip()
    repository.git("branch", "other", "main")
    repository.commit({"north/raw/new.yaml": SERVER.format("server-02")}, "other")
    done = job(forge, events.push(repository), launcher, tmp_path).run({"branch": "other"})
    assert done.outputs["commit-sha"] == repository.tip("other"), done.told
    assert repository.tip() == main
    gone = job(forge, events.push(repository), launcher, tmp_path).run({"branch": "nowhere"})
    assert gone.status == 6
    assert "has no branch nowhere" in gone.told


def test_a_server_that_is_not_github_gets_its_commit_and_the_summary(
    forge: Forge, repository: Repository, launcher: Launcher, tmp_path: Path
) -> None:
    repository.commit({"north/raw/new.yaml": SERVER.format("server-02")})
    forge.api.arm(failing(404, b"<html>Not found</html>"), "check-runs|statuses", times=100)
    made = job(forge, events.push(repository), launcher, tmp_path)
    made.variables = {"GITEA_ACTIONS": "true"}
    done = made.run()
    assert done.status == 0, done.told
    assert done.outputs["commit-sha"] == repository.tip()
    assert f"/{repository.name}/actions/runs/7" in done.summary, "it counts runs in the repository"
