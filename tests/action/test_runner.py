"""The runner of the test bed treats an action as GitHub's does."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from forge.accounts import READ_ONLY
from forge.forge import Forge
from forge.repository import Repository
from runner import events
from runner.checkout import RUNNER, Credential
from runner.engine import BASE, Engine
from runner.events import Event
from runner.file_commands import MalformedError, pairs
from runner.job import Job, Outcome, Step
from runner.launchers import Docker, Launcher, Process

HERE = Path(__file__).parent
MANIFEST = """
inputs:
  do-what: {default: report}
  some thing: {default: ""}
  token: {default: "${{ github.token }}"}
  nothing: {description: without a default}
runs: {using: docker, image: Dockerfile, args: [one, two], post-entrypoint: again}
"""


@pytest.fixture(scope="session")
def stand_in(engine: Engine | None, tmp_path_factory: pytest.TempPathFactory) -> Launcher:
    """The tiny action, started the same way as the real one."""
    folder = tmp_path_factory.mktemp("stand-in")
    shutil.copy(HERE / "stand_in.py", folder)
    post = folder / "again"
    post.write_text('#!/bin/sh\necho "post: $STATE_kept $*"\n')
    post.chmod(0o755)
    if engine is None:
        return Process([sys.executable, str(folder / "stand_in.py")], folder)
    entry = 'ENTRYPOINT ["python3", "/stand_in.py"]'
    (folder / "Dockerfile").write_text(
        f"ARG BASE\nFROM ${{BASE}}\nCOPY stand_in.py /\nCOPY again /usr/bin/again\n{entry}\n"
    )
    return Docker(engine.build(folder, f"{BASE}-stand-in"), engine.socket)


@pytest.fixture
def repository(forge: Forge) -> Repository:
    made = forge.repository()
    made.commit({"old.yaml": "a: 0\n"})
    made.commit({"a.yaml": "a: 1\n"})
    return made


def job(forge: Forge, event: Event, launcher: Launcher, where: Path) -> Job:
    (where / "action.yml").write_text(MANIFEST)
    return Job(where / "job", forge, event, launcher, token=forge.token(), manifest=where / "action.yml")


def report(outcome: Outcome) -> Any:
    assert outcome.status == 0, outcome.told
    return json.loads(outcome.summary)


def test_an_action_is_given_what_the_runner_gives(
    forge: Forge, repository: Repository, stand_in: Launcher, tmp_path: Path
) -> None:
    made = job(forge, events.push(repository), stand_in, tmp_path)
    made.checkout()
    seen = report(made.run({"some thing": "x y"}))
    given = seen["environment"]
    assert seen["argv"] == ["one", "two"]
    assert given["INPUT_SOME_THING"] == "x y"
    assert given["INPUT_TOKEN"] == made.token
    assert "INPUT_DO-WHAT" in given
    assert "INPUT_NOTHING" not in given
    assert "GITHUB_TOKEN" not in given
    assert (given["CI"], given["GITHUB_ACTIONS"], given["GITHUB_SHA"]) == ("true", "true", repository.tip())
    assert given["GITHUB_API_URL"] == forge.api_url
    assert seen["event"]["after"] == repository.tip()
    assert seen["directory"] == given["GITHUB_WORKSPACE"]
    assert seen["owner"] == (RUNNER if not os.geteuid() else os.geteuid())
    if stand_in.name == "docker":
        assert given["HOME"] == "/github/home"
        assert given["GITHUB_WORKSPACE"] == "/github/workspace"
        assert given["GITHUB_OUTPUT"].startswith("/github/file_commands/set_output_")
        assert seen["user"] == 0


def test_secrets_are_not_in_the_command_that_starts_a_container(
    forge: Forge, repository: Repository, tmp_path: Path
) -> None:
    made = job(forge, events.push(repository), Docker("image", tmp_path / "socket"), tmp_path)
    start = made.launcher.start([], made._inputs({}), made.folders)
    assert made.token in start.environment["INPUT_TOKEN"]
    assert made.token not in " ".join(start.command)


def test_commands_are_taken_from_both_streams_and_text_is_left_alone(
    forge: Forge, repository: Repository, stand_in: Launcher, tmp_path: Path
) -> None:
    done = job(forge, events.push(repository), stand_in, tmp_path).run({"do-what": "speak"})
    found = [(item.level, item.message) for item in done.annotations]
    assert found[0] == ("error", "no\ngood")
    assert done.annotations[0].place == ("a.yaml", 3)
    assert ("warning", "anywhere in a line") in [(item.level, item.message) for item in done.log.issued]
    assert ("notice", "after a bare return") in found
    assert [level for level, _ in found].count("warning") == 10
    assert "::error::only text" in done.log.text
    assert "the password is ***" in done.log.text
    assert "hunter2" in done.told
    assert done.outputs == {"plain": "1", "long": "a\nb=c"}
    assert not done.failed


def test_a_file_that_cannot_be_read_fails_the_step(
    forge: Forge, repository: Repository, stand_in: Launcher, tmp_path: Path
) -> None:
    done = job(forge, events.push(repository), stand_in, tmp_path).run({"do-what": "broken"})
    assert (done.status, done.failed) == (0, True)
    assert "Matching delimiter not found 'END'" in done.problems[0]


@pytest.mark.parametrize("text", ["name", "=value", "<<END\nEND\n", "name<<\n"])
def test_what_no_file_command_may_look_like(text: str) -> None:
    with pytest.raises(MalformedError):
        pairs(text)


def test_the_post_step_has_the_state_of_the_step(
    forge: Forge, repository: Repository, stand_in: Launcher, tmp_path: Path
) -> None:
    made = job(forge, events.push(repository), stand_in, tmp_path)
    done = made.post(made.run({"do-what": "speak"}))
    assert "post: yes one two" in done.log.text


def ready(step: Step) -> None:
    for _ in range(200):
        if "ready" in step.log.text:
            return
        time.sleep(0.05)
    raise AssertionError(step.log.raw)


def test_a_cancelled_step_gets_both_signals(
    forge: Forge, repository: Repository, stand_in: Launcher, tmp_path: Path
) -> None:
    step = job(forge, events.push(repository), stand_in, tmp_path).start({"do-what": "wait"})
    ready(step)
    step.cancel((signal.SIGINT, 0.5), (signal.SIGTERM, 2.5))
    done = step.wait(20)
    assert "interrupted" in done.log.text
    assert done.status == 7


def test_a_step_that_hears_no_signal_is_killed(
    forge: Forge, repository: Repository, stand_in: Launcher, tmp_path: Path
) -> None:
    step = job(forge, events.push(repository), stand_in, tmp_path).start({"do-what": "deaf"})
    ready(step)
    step.cancel((signal.SIGINT, 0.2), (signal.SIGTERM, 0.2))
    assert step.wait(20).status is None
    if isinstance(stand_in, Docker):
        assert len(stand_in.running()) == 1, "the container itself outlives the step"
        stand_in.stop_all()


def configuration(workspace: Path) -> str:
    command = ["git", "-c", "safe.directory=*", "-C", str(workspace), "config", "--list", "--includes"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(("credential", "kept"), [("v4", True), ("v6", True), ("none", False)])
def test_a_checkout_is_shallow_and_leaves_its_credential(
    credential: Credential, kept: bool, forge: Forge, repository: Repository, stand_in: Launcher, tmp_path: Path
) -> None:
    made = job(forge, events.push(repository), stand_in, tmp_path)
    workspace = made.checkout(credential=credential)
    assert sorted(path.name for path in workspace.iterdir()) == [".git", "a.yaml", "old.yaml"]
    assert (workspace / ".git" / "shallow").read_text().split() == [repository.tip()]
    assert ("authorization: basic" in configuration(workspace).lower()) == kept
    assert ("extraheader" in (workspace / ".git" / "config").read_text()) == (credential == "v4")
    assert (workspace / ".git" / "HEAD").read_text() == "ref: refs/heads/main\n"


def test_a_pull_request_from_a_fork_is_checked_out_merged_and_detached(
    forge: Forge, repository: Repository, stand_in: Launcher, tmp_path: Path
) -> None:
    fork = forge.fork(repository, "stranger/fabrics")
    fork.commit({"b.yaml": "b: 1\n"}, "topic")
    pull = forge.desks[repository.name].open_pull("topic", source=fork, login="stranger")
    event = events.pull_request(forge.desks[repository.name], pull)
    made = job(forge, event, stand_in, tmp_path)
    made.token = forge.token(READ_ONLY)
    workspace = made.checkout()
    assert (workspace / ".git" / "HEAD").read_text().strip() == event.sha
    assert sorted(path.name for path in workspace.iterdir()) == [".git", "a.yaml", "b.yaml", "old.yaml"]
    given = report(made.run())["environment"]
    assert (given["GITHUB_REF"], given["GITHUB_HEAD_REF"]) == ("refs/pull/1/merge", "topic")
    head = event.payload["pull_request"]["head"]
    assert head["repo"]["full_name"] == "stranger/fabrics"
