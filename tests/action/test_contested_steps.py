"""Steps that meet resistance: rivals, lost answers, protected branches, tokens with too few rights, other servers."""

from pathlib import Path

import pytest
from scenes import SERVER, Scene

from forge.accounts import READ_ONLY
from forge.forge import Forge
from forge.protection import SIGNATURES, Protection
from forge.traffic import after, losing_the_answer
from runner import events
from runner.launchers import Launcher


@pytest.fixture
def scene(forge: Forge, launcher: Launcher, tmp_path: Path) -> Scene:
    """Two fabrics; one has a new file in raw/."""
    made = forge.repository()
    made.commit({"north/managed/servers/server-01.yaml": SERVER.format("server-01"), "README.md": "fabrics\n"})
    made.commit(
        {"north/.hnp/manifest.yaml": "fabric_name: north\n", "south/.hnp/manifest.yaml": "fabric_name: south\n"}
    )
    made.commit({"north/raw/new.yaml": SERVER.format("server-02")})
    return Scene(forge, made, launcher, tmp_path)


NORTH = ["north/managed/servers/server-01.yaml", "north/managed/servers/server-02.yaml"]


def test_a_rival_that_pushes_in_between_loses_nothing(scene: Scene) -> None:
    scene.forge.git.arm(after(lambda: scene.repository.commit({"rival.txt": "r\n"})), "POST .*git-receive-pack", at=2)
    done = scene.job(events.push(scene.repository)).run()
    assert done.status == 0, done.told
    assert scene.managed() == NORTH
    assert "rival.txt" in scene.repository.paths()
    assert not scene.repository.git("rev-list", "--merges", "main")


def test_a_push_whose_answer_is_lost_is_not_made_twice(scene: Scene) -> None:
    before = len(scene.repository.log())
    scene.forge.git.arm(losing_the_answer(), "POST .*git-receive-pack", at=2, times=1)
    scene.job(events.push(scene.repository)).run()
    again = scene.job(events.push(scene.repository)).run()
    assert again.status == 0, again.told
    assert scene.managed() == NORTH
    assert len([sha for sha in scene.repository.log() if "Fabric: north" in scene.repository.message(sha)]) == 1
    assert len(scene.repository.log()) > before


def test_fix_is_refused_for_a_fork(scene: Scene) -> None:
    fork = scene.forge.fork(scene.repository, "mallory/fabrics")
    fork.commit({"north/raw/more.yaml": SERVER.format("server-03")}, "topic")
    pull = scene.desk.open_pull("topic", source=fork)
    before = scene.repository.refs("refs/heads/")
    job = scene.job(events.pull_request(scene.desk, pull), token=scene.forge.token(READ_ONLY))
    done = job.run({"mode": "fix"})
    assert scene.repository.refs("refs/heads/") == before
    assert not scene.forge.git.writes, done.told
    assert not scene.forge.api.writes


@pytest.mark.parametrize(
    "protection", [Protection("main"), Protection("main", style="ruleset"), Protection("main", SIGNATURES)]
)
def test_a_protected_branch_is_said_in_words(protection: Protection, scene: Scene) -> None:
    scene.repository.protect(protection)
    before = scene.repository.tip()
    done = scene.job(events.push(scene.repository)).run()
    assert done.status not in (0, None), done.told
    assert done.outputs["state"] == "failed"
    assert "Traceback" not in done.told
    assert any("protect" in item.message or "signed" in item.message for item in done.annotations), done.told
    assert scene.repository.tip() == before
    assert not scene.locks()


@pytest.mark.parametrize("token", [{"rights": READ_ONLY}, {"expired": True}])
def test_a_token_that_cannot_push_is_said_in_words(token: dict[str, object], scene: Scene) -> None:
    job = scene.job(events.push(scene.repository))
    job.token = scene.forge.token(**token)  # type: ignore[arg-type]
    before = scene.repository.tip()
    done = job.run()
    assert done.status not in (0, None), done.told
    assert scene.repository.tip() == before
    assert "Traceback" not in done.told


def test_the_newer_checkout_and_none_at_all_work_too(scene: Scene) -> None:
    done = scene.job(events.push(scene.repository), credential="v6").run()
    assert done.status == 0, done.told
    assert scene.managed() == NORTH


def test_an_enterprise_server_is_found_by_its_addresses(scene: Scene) -> None:
    job = scene.job(events.push(scene.repository))
    job.enterprise = True
    done = job.run()
    assert done.status == 0, done.told
    assert scene.managed() == NORTH
    assert all(line.split(" ")[1].startswith("/api/") for line in scene.forge.api.lines())


def test_feedback_without_rights_for_it_is_left_out_and_said(scene: Scene) -> None:
    job = scene.job(events.push(scene.repository))
    job.token = scene.forge.token({"contents": "write"})
    done = job.run()
    assert done.status == 0, done.told
    assert scene.managed() == NORTH
    assert "server-02" in done.summary


def test_a_signed_branch_takes_commits_of_the_api(scene: Scene) -> None:
    scene.repository.protect(Protection("main", SIGNATURES, "ruleset"))
    done = scene.job(events.push(scene.repository)).run({"commit-mode": "api"})
    assert done.status == 0, done.told
    assert scene.managed() == NORTH
    assert b"gpgsig" in scene.repository.attempt("cat-file", "commit", "main").stdout


def test_commit_mode_pull_request_keeps_one_open_for_each_fabric(scene: Scene) -> None:
    scene.repository.protect(Protection("main"))
    main = scene.repository.tip()
    for _ in range(2):
        done = scene.job(events.push(scene.repository)).run({"commit-mode": "pull-request"})
        assert done.status == 0, done.told
        assert done.outputs["pull-request"] == "1,2"
    assert [pull.number for pull in scene.desk.open_pulls()] == [1, 2]
    north, south = scene.desk.open_pulls()
    assert scene.managed(north.head) == NORTH
    assert [
        path for path in scene.repository.git("diff", "--name-only", "main", south.head).split() if path[:5] != "south"
    ] == []
    assert scene.repository.tip() == main
