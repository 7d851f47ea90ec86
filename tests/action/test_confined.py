"""The action with nothing but what it needs: a read-only file system, no capabilities, and where it may be no network."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from scenes import SERVER, Scene

from forge.forge import Forge
from runner import events
from runner.launchers import Confined, Docker, Folders, Launcher

ROOT = Path(__file__).resolve().parents[2]
IMAGE_ENVIRONMENT = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"}
DOCKER = ("--read-only", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--tmpfs", "/tmp")


@pytest.fixture
def confined(launcher: Launcher) -> Launcher:
    if isinstance(launcher, Docker):
        return replace(launcher, options=DOCKER)
    tried = ["unshare", "--mount", "--propagation", "private", "setpriv", "--bounding-set=-all", "true"]
    if os.geteuid() != 0 or subprocess.run(tried, capture_output=True, check=False).returncode:
        pytest.skip("only root can make a file system read-only for one process")
    return Confined([str(Path(sys.executable).with_name("fgd"))], ROOT / "docker", IMAGE_ENVIRONMENT)


def test_a_sync_writes_nothing_but_the_runners_files_and_needs_no_capability(
    forge: Forge, confined: Launcher, tmp_path: Path
) -> None:
    repository = forge.repository()
    repository.commit(
        {"north/.hnp/manifest.yaml": "fabric_name: north\n", "north/raw/a.yaml": SERVER.format("server-01")}
    )
    scene = Scene(forge, repository, confined, tmp_path)
    done = scene.job(events.push(repository)).run()
    assert done.status == 0, done.told
    assert scene.managed() == ["north/managed/servers/server-01.yaml"]
    assert done.outputs["changed"] == "true"


def test_the_confinement_is_real(confined: Launcher, tmp_path: Path) -> None:
    if not isinstance(confined, Confined):
        pytest.skip("the engine sees to that")
    folders = Folders(tmp_path)
    for folder in (folders.workspace, folders.temp, tmp_path / "scratch"):
        folder.mkdir(parents=True)
    shell = replace(confined, entry=["/bin/sh"])
    words = 'for place in / /usr . "$1"; do touch "$place/x" 2>/dev/null && echo "$place"; done; grep CapEff /proc/self/status'
    start = shell.start(["-c", words, "sh", str(folders.temp)], {}, folders)
    done = subprocess.run(
        start.command, env=start.environment, cwd=start.directory, capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == [str(folders.temp), "CapEff:", "0000000000000000"], done.stderr


def test_a_sync_of_files_needs_no_network_and_no_capability(confined: Launcher, tmp_path: Path) -> None:
    fabric = tmp_path / "north"
    (fabric / "raw").mkdir(parents=True)
    (fabric / "raw/a.yaml").write_text(SERVER.format("server-01"))
    if isinstance(confined, Docker):
        words = ["docker", "-H", f"unix://{confined.socket}", "run", "--rm", *DOCKER, "--network", "none"]
        command = [*words, "-v", f"{tmp_path}:{tmp_path}", "--workdir", str(tmp_path), confined.image]
    else:
        fgd = Path(sys.executable).with_name("fgd")
        command = ["unshare", "--net", "setpriv", "--bounding-set=-all", "--no-new-privs", str(fgd)]
    done = subprocess.run([*command, "sync", "north"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (fabric / "managed/servers/server-01.yaml").is_file()
