"""A job of GitHub Actions on this machine: checks out, runs the action as a step and its post step, cancels as the runner does."""

import json
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import yaml

from forge.forge import Forge
from runner import file_commands
from runner.checkout import Credential, checkout, give_to_runner
from runner.events import Event
from runner.file_commands import FileCommands
from runner.launchers import Folders, Launcher, Start
from runner.log import Annotation, Log
from runner.stream import split_lines

PATIENCE = 60.0
INTERRUPT, TERMINATE = 7.5, 2.5
"""Seconds that the runner waits after SIGINT, and after SIGTERM, before it goes on to the next."""


@dataclass
class Outcome:
    """How a step ended. `status` is None if it had to be killed."""

    status: int | None
    log: Log
    files: FileCommands
    seconds: float
    first_output: float
    argv: list[str] = field(default_factory=list)

    @property
    def outputs(self) -> dict[str, str]:
        return {**self.log.outputs, **self.files.outputs}

    @property
    def state(self) -> dict[str, str]:
        return {**self.log.state, **self.files.state}

    @property
    def summary(self) -> str:
        return self.files.summary

    @property
    def annotations(self) -> list[Annotation]:
        return self.log.annotations

    @property
    def failed(self) -> bool:
        """Whether the runner marks the step red."""
        return self.status != 0 or bool(self.problems)

    @property
    def problems(self) -> list[str]:
        """What the runner complains about by itself."""
        return self.log.problems + self.files.problems

    @property
    def told(self) -> str:
        """Everything that came out, unmasked: for a look at a failing test, and for secrets that must not be in it."""
        return f"status {self.status}\n" + "\n".join(f"{stream}: {line}" for stream, line in self.log.raw)


class Step:
    """A step that runs."""

    def __init__(self, start: Start, files: dict[str, Path], secrets: list[str]) -> None:
        self.start, self.files, self.log = start, files, Log(secrets)
        self.began, self.first = time.monotonic(), 0.0
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(
            start.command, env=start.environment, cwd=start.directory, stdout=pipe, stderr=pipe
        )
        self._lock, self._sequence = threading.Lock(), threading.Thread(target=lambda: None)
        self._readers = [
            threading.Thread(target=self._read, args=(name,), daemon=True) for name in ("stdout", "stderr")
        ]
        for reader in self._readers:
            reader.start()

    def cancel(self, *signals: tuple[signal.Signals, float]) -> None:
        """Stop the step as the runner does: SIGINT, 7.5 s, SIGTERM, 2.5 s, kill. Returns at once."""
        steps = signals or ((signal.SIGINT, INTERRUPT), (signal.SIGTERM, TERMINATE))
        self._sequence = threading.Thread(target=self._stop, args=(steps,), daemon=True)
        self._sequence.start()

    def kill(self) -> None:
        """End the action outright, as a machine that goes down: it hears nothing of it."""
        if self.start.kill:
            subprocess.run(self.start.kill, capture_output=True, check=False)
        else:
            self.process.kill()

    def wait(self, timeout: float = PATIENCE) -> Outcome:
        """How it ended; it is killed after `timeout` seconds."""
        try:
            status: int | None = self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = None
            self.process.wait()
        for reader in self._readers:
            reader.join(5)
        if self._sequence.is_alive():
            self._sequence.join()
        seconds = time.monotonic() - self.began
        killed = status in (-signal.SIGKILL, 128 + signal.SIGKILL)
        said = file_commands.read(self.files)
        return Outcome(None if killed else status, self.log, said, seconds, self.first, list(self.start.command))

    def _read(self, name: str) -> None:
        stream = getattr(self.process, name)
        with stream:
            for line in split_lines(stream):
                with self._lock:
                    self.first = self.first or time.monotonic() - self.began
                    self.log.take(name, line)

    def _stop(self, steps: tuple[tuple[signal.Signals, float], ...]) -> None:
        for number, seconds in steps:
            self.process.send_signal(number)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                continue
            return
        self.process.kill()


@cache
def _read(manifest: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(manifest.read_text())
    return found


class Job:
    """One job for one event. `token` is what the workflow has as `github.token`."""

    def __init__(self, root: Path, forge: Forge, event: Event, launcher: Launcher, *, token: str,
                 manifest: Path, enterprise: bool = False) -> None:  # fmt: skip
        self.folders, self.forge, self.event, self.launcher = Folders(root), forge, event, launcher
        self.token, self.enterprise = token, enterprise
        self.manifest: dict[str, Any] = _read(manifest)
        self.variables: dict[str, str] = {}
        self.run_id = str(uuid4().int % 10**10)
        for folder in (self.folders.home, self.folders.workflow, self.folders.file_commands, self.folders.workspace):
            folder.mkdir(parents=True, exist_ok=True)
        (self.folders.workflow / "event.json").write_text(json.dumps(event.payload))

    def checkout(self, *, credential: Credential = "v4", depth: int = 1) -> Path:
        """Do what the step before the action does; the workspace."""
        shutil.rmtree(self.folders.workspace)
        self.folders.workspace.mkdir()
        url = self.forge.clone_url(self.event.repository)
        temp = self.folders.temp
        checkout(self.folders.workspace, self.event, url, self.token, credential=credential, depth=depth, temp=temp)
        give_to_runner(self.folders.temp)
        return self.folders.workspace

    def start(
        self, inputs: Mapping[str, str] | None = None, *, entry: str = "", state: Mapping[str, str] | None = None
    ) -> Step:
        """Start the action, or with `entry` its post entry point."""
        files = file_commands.create(self.folders.file_commands, str(uuid4()))
        given = self._inputs(inputs or {}) | {f"STATE_{name}": value for name, value in (state or {}).items()}
        environment = {**self.variables, **self._context(files), **given}
        arguments = [str(argument) for argument in self.manifest["runs"].get("args", ())]
        start = self.launcher.start(arguments, environment, self.folders, entry=entry)
        return Step(start, files, [self.token])

    def run(self, inputs: Mapping[str, str] | None = None, timeout: float = PATIENCE) -> Outcome:
        return self.start(inputs).wait(timeout)

    def post(self, main: Outcome, inputs: Mapping[str, str] | None = None) -> Outcome:
        """Run the post step, in a new container, with the state that the step left."""
        entry = self.manifest["runs"]["post-entrypoint"]
        return self.start(inputs, entry=entry, state=main.state).wait()

    # -- what the action is given -------------------------------------------------------------------------------------

    def _inputs(self, given: Mapping[str, str]) -> dict[str, str]:
        """Every input that has a value or a default. Spaces become underscores, dashes stay."""
        declared: dict[str, Any] = self.manifest.get("inputs", {})
        known = {name: str(about["default"]) for name, about in declared.items() if "default" in about}
        known |= given
        return {
            f"INPUT_{name.replace(' ', '_').upper()}": value.replace("${{ github.token }}", self.token)
            for name, value in known.items()
        }

    def _context(self, files: dict[str, Path]) -> dict[str, str]:
        """The variables of the runner's allow list, and no other: a token is not among them."""
        event, repository = self.event, self.event.repository
        owner = repository.name.partition("/")[0]
        github = {
            "ACTION": "__self", "ACTION_REF": "", "ACTION_REPOSITORY": "", "ACTOR": event.actor, "ACTOR_ID": "1",
            "BASE_REF": event.base_ref, "EVENT_NAME": event.name, "HEAD_REF": event.head_ref, "JOB": "fgd",
            "REF": event.ref, "REF_NAME": event.ref_name, "REF_PROTECTED": "false", "REF_TYPE": "branch",
            "REPOSITORY": repository.name, "REPOSITORY_ID": "1", "REPOSITORY_OWNER": owner, "REPOSITORY_OWNER_ID": "1",
            "RETENTION_DAYS": "90", "RUN_ATTEMPT": "1", "RUN_ID": self.run_id, "RUN_NUMBER": "7", "SHA": event.sha,
            "TRIGGERING_ACTOR": event.actor, "WORKFLOW": "Fabrics",
            "WORKFLOW_REF": f"{repository.name}/.github/workflows/fabrics.yml@{event.ref}", "WORKFLOW_SHA": event.sha,
        }  # fmt: skip
        places = {"GITHUB_WORKSPACE": self.folders.workspace, "GITHUB_EVENT_PATH": self.folders.workflow / "event.json"}
        runner = {
            "RUNNER_OS": "Linux",
            "RUNNER_ARCH": "X64",
            "RUNNER_NAME": "runner-1",
            "RUNNER_ENVIRONMENT": "github-hosted",
        }
        places |= {
            "RUNNER_TEMP": self.folders.temp,
            "RUNNER_WORKSPACE": self.folders.workspace.parent,
            "HOME": self.folders.home,
        }
        paths = {name: self.launcher.inside(path, self.folders) for name, path in (places | files).items()}
        urls = self.forge.enterprise_urls if self.enterprise else self.forge.urls
        return {
            **{f"GITHUB_{name}": value for name, value in github.items()},
            **urls,
            **runner,
            **paths,
            **event.variables,
        }
