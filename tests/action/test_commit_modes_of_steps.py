"""The commit modes as a user sets them in a workflow: what the step gives to later ones, and what people see."""

from pathlib import Path

import pytest

from forge.accounts import WORKFLOW
from forge.desk import Desk
from forge.forge import Forge
from forge.repository import Repository
from runner import events
from runner.job import Job, Outcome
from runner.launchers import Launcher

MANIFEST = Path(__file__).resolve().parents[2] / "action.yml"
SERVER = "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: server-01\nspec:\n  description: rack 1\n"


@pytest.fixture
def repository(forge: Forge) -> Repository:
    made = forge.repository()
    made.commit({"north/.hnp/manifest.yaml": "fabric_name: north\n", "north/raw/new.yaml": SERVER})
    return made


@pytest.fixture
def desk(forge: Forge, repository: Repository) -> Desk:
    return forge.desks[repository.name]


def step(forge: Forge, repository: Repository, launcher: Launcher, where: Path, mode: str) -> Outcome:
    job = Job(where / "job", forge, events.push(repository), launcher, token=forge.token(WORKFLOW), manifest=MANIFEST)
    job.checkout()
    return job.run({"commit-mode": mode})


def test_by_the_api_the_commit_is_signed_and_has_its_status(
    forge: Forge, repository: Repository, desk: Desk, launcher: Launcher, tmp_path: Path
) -> None:
    ended = step(forge, repository, launcher, tmp_path, "api")
    assert (ended.status, ended.outputs["changed"]) == (0, "true"), ended.told
    assert ended.outputs["commit-sha"] == repository.tip()
    assert "north/managed/servers/server-01.yaml" in repository.paths()
    assert [(item["sha"], item["state"]) for item in desk.statuses] == [(repository.tip(), "success")]


def test_a_pull_request_is_opened_and_named_in_outputs_summary_and_log(
    forge: Forge, repository: Repository, desk: Desk, launcher: Launcher, tmp_path: Path
) -> None:
    before = repository.tip()
    ended = step(forge, repository, launcher, tmp_path, "pull-request")
    assert (ended.status, ended.outputs["pull-request"]) == (0, "1"), ended.told
    assert repository.tip() == before
    assert f'<a href="{forge.server_url}/{repository.name}/pull/1">pull request 1</a>' in ended.summary
    assert "proposed in pull request 1" in ended.told
    assert [(pull.head, pull.title) for pull in desk.pulls.values()] == [
        ("fgd-sync/north", "Sync fabric north: 1 created")
    ]
    assert [item["sha"] for item in desk.statuses] == [repository.tip("fgd-sync/north")]
