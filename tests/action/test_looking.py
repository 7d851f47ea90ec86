"""Steps that only look: checks of pull requests, drift, the matrix; on what a runner checks out, as it is shipped."""

import json
from pathlib import Path

import pytest

from forge.accounts import READ_ONLY
from forge.forge import Forge
from forge.repository import Repository
from runner import events
from runner.events import Event
from runner.job import Job
from runner.launchers import Launcher

MANIFEST = Path(__file__).resolve().parents[2] / "action.yml"
SERVER = (
    "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: {}\nspec:\n  description: rack 1\n"
)
WRONG = SERVER.format("server-03").replace("description", "descriptoin")
QUIET = {"comment": "false", "check-run": "false"}


@pytest.fixture
def repository(forge: Forge) -> Repository:
    """A fabric with two managed resources."""
    made = forge.repository()
    made.commit(
        {
            "north/.hnp/manifest.yaml": "fabric_name: north\n",
            "north/managed/servers/server-01.yaml": SERVER.format("server-01"),
            "north/managed/servers/server-02.yaml": SERVER.format("server-02"),
            "fgd_config.yaml": "fgd: {ingestion: {limits: {max_deletes: 5}}}\n",
        }
    )
    return made


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, with its bytes; those of git too."""
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def job(forge: Forge, event: Event, launcher: Launcher, where: Path, token: str = "") -> Job:
    return Job(where / "job", forge, event, launcher, token=token or forge.token(READ_ONLY), manifest=MANIFEST)


def test_a_shallow_checkout_of_a_pull_request_is_compared_with_the_base_it_is_merged_with(
    forge: Forge, repository: Repository, launcher: Launcher, tmp_path: Path
) -> None:
    repository.git("branch", "topic", "main")
    settings = "fgd: {ingestion: {limits: {max_deletes: 50}, rules: {META-003: off}}}\n"
    repository.commit({"north/managed/servers/server-02.yaml": None, "fgd_config.yaml": settings}, "topic")
    pull = forge.desks[repository.name].open_pull("topic")
    repository.commit({"north/managed/servers/server-09.yaml": SERVER.format("server-09")})
    event = events.pull_request(forge.desks[repository.name], pull)
    made = job(forge, event, launcher, tmp_path)
    workspace = made.checkout(credential="none")
    before = contents(workspace)
    done = made.run({**QUIET, "fail-on": "never"})
    assert done.status == 0, done.told
    assert "1 to delete" in done.summary, "what the base got meanwhile is no deletion"
    assert "server-02" in done.summary
    weaker = "check less than those of its base: `ingestion.limits.max_deletes` is 50, not 5; `ingestion.rules.META-003` is off"
    assert any(weaker in item.message for item in done.annotations), done.told
    assert contents(workspace) == before, "the fetched base is nothing that later steps see"
    assert not forge.git.writes
    assert not forge.api.writes


def test_a_pull_request_that_turns_its_own_check_off_is_told(
    forge: Forge, repository: Repository, launcher: Launcher, tmp_path: Path
) -> None:
    repository.git("branch", "topic", "main")
    repository.commit({"fgd_config.yaml": "fgd: {enabled: false}\n"}, "topic")
    desk = forge.desks[repository.name]
    made = job(forge, events.pull_request(desk, desk.open_pull("topic")), launcher, tmp_path)
    made.checkout()
    done = made.run(QUIET)
    assert done.status == 0, done.told
    assert any(item.level == "warning" and "`enabled` is false, not true" in item.message for item in done.annotations)


def test_errors_in_a_pull_request_of_a_fork_fail_it_and_nothing_is_even_tried(
    forge: Forge, repository: Repository, launcher: Launcher, tmp_path: Path
) -> None:
    fork = forge.fork(repository, "mallory/fabrics")
    fork.git("branch", "topic", "main")
    fork.commit({"north/raw/new.yaml": WRONG}, "topic")
    desk = forge.desks[repository.name]
    made = job(forge, events.pull_request(desk, desk.open_pull("topic", source=fork)), launcher, tmp_path)
    made.checkout()
    done = made.run()
    assert done.status == 1, done.told
    found = [item for item in done.annotations if item.level == "error"]
    assert [(item.properties["file"], item.properties["line"]) for item in found] == [("north/raw/new.yaml", "6")]
    assert "from another repository" in done.summary
    assert not forge.git.writes
    assert not forge.api.requests


def test_drift_is_reported_and_nothing_written(
    forge: Forge, repository: Repository, launcher: Launcher, tmp_path: Path
) -> None:
    repository.commit({"north/raw/new.yaml": SERVER.format("server-03")})
    made = job(forge, events.schedule(repository), launcher, tmp_path)
    made.checkout()
    done = made.run({**QUIET, "mode": "drift", "fail-on": "change"})
    assert (done.status, done.outputs["changed"]) == (1, "true"), done.told
    assert not forge.git.writes


def test_the_matrix_lists_the_fabrics(forge: Forge, repository: Repository, launcher: Launcher, tmp_path: Path) -> None:
    made = job(forge, events.push(repository), launcher, tmp_path)
    made.checkout()
    done = made.run({"mode": "matrix"})
    assert json.loads(done.outputs["matrix"]) == {"include": [{"fabric": "north", "path": "north"}]}, done.told


def test_pages_of_what_is_checked_out_are_left_in_the_workspace(
    forge: Forge, repository: Repository, launcher: Launcher, tmp_path: Path
) -> None:
    made = job(forge, events.schedule(repository), launcher, tmp_path)
    workspace = made.checkout()
    done = made.run({**QUIET, "mode": "drift", "site-folder": "_site"})
    assert done.status == 0, done.told
    page = (workspace / "_site" / "north" / "resources.html").read_text()
    assert f"/{repository.name}/blob/{repository.tip()}/north/managed/servers/server-01.yaml" in page
    assert not forge.git.writes
