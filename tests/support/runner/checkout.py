"""What actions/checkout leaves in a workspace, in the ways of its versions: commits at depth 1, and a credential or none."""

import base64
import os
import subprocess
from pathlib import Path
from typing import Literal
from uuid import uuid4

from forge.repository import environment
from runner.events import Event

Credential = Literal["v4", "v6", "none"]
RUNNER = 1001
"""The user that the runner works as, and owns the workspace; the container works as root."""


def checkout(workspace: Path, event: Event, url: str, token: str, *, credential: Credential = "v4", depth: int = 1,
             temp: Path | None = None) -> None:  # fmt: skip
    """Check out what the event is about. `credential`: in .git/config (v4), in a file that it includes (v6), or nowhere."""

    server = url.removesuffix(f"/{event.repository.name}")
    header = f"AUTHORIZATION: basic {base64.b64encode(f'x-access-token:{token}'.encode()).decode()}"
    given = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "http.extraheader", "GIT_CONFIG_VALUE_0": header}

    def git(*arguments: str) -> None:
        command = ["git", "-C", str(workspace), "-c", "init.defaultBranch=main", *arguments]
        done = subprocess.run(command, env=environment() | given, capture_output=True, text=True, check=False)
        assert not done.returncode, f"{arguments}: {done.stderr}"

    git("init", "-q")
    git("remote", "add", "origin", url)
    git("config", "--local", "gc.auto", "0")
    limit = [f"--depth={depth}"] if depth else []
    local = _tracking(event.ref)
    git("fetch", "-q", "--no-tags", "--prune", "--no-recurse-submodules", *limit, "origin", f"+{event.sha}:{local}")
    git("checkout", "-q", "--force", *_where(event.ref, local))
    if credential == "v4":
        _keep(workspace / ".git" / "config", server, header)
    if credential == "v6":
        assert temp
        _include(workspace, temp, server, header)
    give_to_runner(workspace)


def _tracking(ref: str) -> str:
    if ref.startswith("refs/pull/"):
        return ref.replace("refs/pull/", "refs/remotes/pull/")
    return ref.replace("refs/heads/", "refs/remotes/origin/")


def _where(ref: str, local: str) -> list[str]:
    """A branch of its own for a branch; no branch at all, as for the merge of a pull request, for anything else."""
    if ref.startswith("refs/heads/"):
        return ["-B", ref.removeprefix("refs/heads/"), local]
    return ["--detach", local]


def _keep(file: Path, server: str, header: str) -> None:
    """Write the credential into a file of git's configuration; it is in no command line, as with the real one."""
    with file.open("a") as stream:
        stream.write(f'[http "{server}/"]\n\textraheader = {header}\n')


def _include(workspace: Path, temp: Path, server: str, header: str) -> None:
    """Keep the credential in a file of its own, which the configuration includes on the host and in containers."""
    kept = temp / f"git-credentials-{uuid4()}.config"
    _keep(kept, server, header)
    inside = f"/github/runner_temp/{kept.name}"
    for folder, file in ((f"{workspace}/.git", str(kept)), ("/github/workspace/.git", inside)):
        command = ["git", "-C", str(workspace), "config", "--local", f"includeIf.gitdir:{folder}.path", file]
        subprocess.run(command, env=environment(), check=True)


def give_to_runner(folder: Path) -> None:
    """Make the runner's user own a folder, where the tests may give files away."""
    if os.geteuid():
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, RUNNER, RUNNER, follow_symlinks=False)
