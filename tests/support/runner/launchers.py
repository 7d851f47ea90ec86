"""Two ways to start the action, behind one interface: the built image in a real engine, or its entry point as a process."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from uuid import uuid4


@dataclass(frozen=True)
class Folders:
    """The folders of a job, as the runner mounts them."""

    root: Path

    @property
    def workspace(self) -> Path:
        return self.root / "work" / "fabrics"

    @property
    def temp(self) -> Path:
        return self.root / "temp"

    @property
    def home(self) -> Path:
        return self.temp / "_github_home"

    @property
    def workflow(self) -> Path:
        return self.temp / "_github_workflow"

    @property
    def file_commands(self) -> Path:
        return self.temp / "_runner_file_commands"

    @property
    def mounts(self) -> dict[Path, str]:
        inside = ("home", "workflow", "file_commands", "workspace")
        return {self.temp: "/github/runner_temp"} | {getattr(self, name): f"/github/{name}" for name in inside}


@dataclass(frozen=True)
class Start:
    """What to start: a command of the host, its environment and its directory. `kill`: what ends a container outright."""

    command: Sequence[str]
    environment: Mapping[str, str]
    directory: Path
    kill: Sequence[str] = ()


class Launcher(Protocol):
    """One of the two ways."""

    @property
    def name(self) -> str:
        """Which it is."""

    def inside(self, path: Path, folders: Folders) -> str:
        """A path of the host as the action sees it."""

    def start(
        self, arguments: Sequence[str], environment: Mapping[str, str], folders: Folders, *, entry: str = ""
    ) -> Start:
        """What starts the action. `entry`: another entry point than the image's own."""


@dataclass(frozen=True)
class Docker:
    """The image in an engine, with the arguments of the runner. Only the network is another: the tests' servers are on loopback."""

    image: str
    socket: Path
    name: str = "docker"
    options: Sequence[str] = ()

    def inside(self, path: Path, folders: Folders) -> str:
        for folder, mount in reversed(folders.mounts.items()):
            if path.is_relative_to(folder):
                return f"{mount}/{path.relative_to(folder)}".rstrip("/.") if path != folder else mount
        return str(path)

    def start(
        self, arguments: Sequence[str], environment: Mapping[str, str], folders: Folders, *, entry: str = ""
    ) -> Start:
        name = f"fgd_test_{uuid4().hex[:12]}"
        command = ["docker", "-H", f"unix://{self.socket}", "run", "--name", name, "--label", "fgd-test"]
        command += ["--workdir", "/github/workspace", "--rm", *self.options]
        for key in environment:
            command += ["-e", key]
        command += ["-e", "GITHUB_ACTIONS=true", "-e", "CI=true"]
        command += ["--entrypoint", entry] if entry else []
        command += ["--network", "host", "-v", f"{self.socket}:/var/run/docker.sock"]
        for folder, mount in folders.mounts.items():
            command += ["-v", f"{folder}:{mount}"]
        host = {"PATH": os.environ["PATH"]}  # of the command `docker`, which hands on only what -e names
        kill = ["docker", "-H", f"unix://{self.socket}", "kill", name]
        return Start([*command, self.image, *arguments], {**environment, **host}, folders.workspace, kill)

    def running(self) -> list[str]:
        """The containers that still run."""
        command = ["docker", "-H", f"unix://{self.socket}", "ps", "--quiet", "--filter", "label=fgd-test"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()

    def stop_all(self) -> None:
        for name in self.running():
            subprocess.run(["docker", "-H", f"unix://{self.socket}", "kill", name], capture_output=True, check=False)


@dataclass(frozen=True)
class Process:
    """The entry point as a process with the same variables. There are no mounts: paths are those of the host."""

    entry: Sequence[str]
    posts: Path
    image_environment: Mapping[str, str] = field(default_factory=dict)
    name: str = "process"

    def inside(self, path: Path, folders: Folders) -> str:  # noqa: ARG002 (of the Protocol)
        return str(path)

    def start(
        self, arguments: Sequence[str], environment: Mapping[str, str], folders: Folders, *, entry: str = ""
    ) -> Start:
        command = [str(self.posts / entry), *arguments] if entry else [*self.entry, *arguments]
        search = f"{Path(self.entry[0]).parent}:/usr/local/bin:/usr/bin:/bin"
        known = {"PATH": search, "LANG": "C.UTF-8", **self.image_environment, **environment}
        return Start(command, {**known, "GITHUB_ACTIONS": "true", "CI": "true"}, folders.workspace)


CONFINE = """
scratch=$1; workspace=$2; writable=$3; shift 3
mount -t tmpfs scratch "$scratch"
mount --bind "$writable" "$writable"
mount --bind "$workspace" "$workspace"
mount -o remount,ro,bind "$workspace"
mount -o remount,ro,bind /dev/shm 2>/dev/null || true
mount -o remount,ro,bind /
cd .
exec setpriv --bounding-set=-all --inh-caps=-all --ambient-caps=-all --no-new-privs "$@"
"""


@dataclass(frozen=True)
class Confined(Process):
    """The same in a file system that is read-only but for the runner's temporary folder and a place for scratch files.

    It has no capabilities either. The workspace cannot be written. Needs root.
    """

    name: str = "confined process"

    def start(
        self, arguments: Sequence[str], environment: Mapping[str, str], folders: Folders, *, entry: str = ""
    ) -> Start:
        plain = super().start(arguments, environment, folders, entry=entry)
        scratch = folders.root / "scratch"
        scratch.mkdir(exist_ok=True)
        places = [str(scratch), str(folders.workspace), str(folders.temp)]
        words = ["unshare", "--mount", "--propagation", "private", "sh", "-ec", CONFINE, "confine", *places]
        return Start([*words, *plain.command], {**plain.environment, "TMPDIR": str(scratch)}, plain.directory)
