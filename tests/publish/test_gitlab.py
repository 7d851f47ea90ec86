"""The example for GitLab CI does what it says, as far as the environment of a job goes: on a git server of our own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from forge.forge import Forge

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "gitlab-ci.yml"
SERVER = "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: {}\nspec:\n  {}: rack 1\n"


def run_job(name: str, where: Path, given: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the script of a job as a runner does: with GitLab's variables, and those of the job that refer to them."""
    job = yaml.safe_load(EXAMPLE.read_text())[name]
    tools = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    environment = {"PATH": tools, "HOME": str(where), "NO_COLOR": "1", **given}
    for key, value in job["variables"].items():
        environment[key] = given.get(value.removeprefix("$"), value)
    script = "set -e\n" + "\n".join(job["script"])
    return subprocess.run(
        ["bash", "-c", script], cwd=where, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.fixture
def clone(forge: Forge, tmp_path: Path) -> Path:
    repository = forge.repository()
    repository.commit(
        {
            "north/.hnp/manifest.yaml": "fabric_name: north\n",
            "north/raw/a.yaml": SERVER.format("server-01", "description"),
        }
    )
    made = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", str(repository.path), str(made)], check=True)
    subprocess.run(["git", "checkout", "-q", "--detach"], cwd=made, check=True, env={**os.environ})
    return made


def test_a_push_to_the_default_branch_is_synced_with_the_projects_token(forge: Forge, clone: Path) -> None:
    repository = forge.desks["acme/fabrics"].repository
    address = forge.clone_url(repository).removesuffix(".git")
    given = {
        "CI_SERVER_URL": forge.urls["GITHUB_SERVER_URL"],
        "CI_PROJECT_URL": address,
        "CI_COMMIT_BRANCH": "main",
        "FGD_TOKEN": forge.token(),
    }
    done = run_job("sync", clone, given)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "north/managed/servers/server-01.yaml" in repository.paths()
    assert given["FGD_TOKEN"] not in done.stdout + done.stderr
    tip = repository.tip()
    assert run_job("sync", clone, given).returncode == 0
    assert repository.tip() == tip, "a second run changes nothing"


def test_errors_in_a_merge_request_fail_the_job_and_are_in_its_report(clone: Path) -> None:
    base = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=clone, capture_output=True, text=True, check=True
    ).stdout.strip()
    (clone / "north" / "raw" / "b.yaml").write_text(SERVER.format("server-02", "descriptoin"))
    done = run_job("check", clone, {"CI_MERGE_REQUEST_DIFF_BASE_SHA": base})
    assert done.returncode == 1, done.stdout + done.stderr
    assert "descriptoin" in (clone / "fabrics.xml").read_text()
