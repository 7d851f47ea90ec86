"""The image as it is shipped: what it weighs, how fast it speaks, and what it must not have."""

import time
from pathlib import Path

import pytest
from scenes import SERVER, Scene

from forge.forge import Forge
from runner import events
from runner.engine import IMAGE, Engine
from runner.launchers import Docker, Launcher

LARGEST = 150_000_000
"""Bytes that the image may have beyond its base."""
SLOWEST = 3.0
"""Seconds until the command has spoken, on a machine that is busy with other things."""


@pytest.fixture
def image(engine: Engine | None, launcher: Launcher) -> Engine:
    if engine is None or not isinstance(launcher, Docker):
        pytest.skip("only with FGD_TEST_DOCKER=1")
    return engine


def test_it_is_small(image: Engine) -> None:
    whole, own = image.size()
    print(f"image: {whole / 1e6:.0f} MB, of which {own / 1e6:.0f} MB are not the base; built in {image.seconds}")
    assert own < LARGEST


def test_it_speaks_at_once(image: Engine) -> None:
    began = time.monotonic()
    said = image.docker("run", "--rm", IMAGE, "--version")
    seconds = time.monotonic() - began
    print(f"from the start of a container to the first output: {seconds:.2f} s")
    assert said.startswith("fgd")
    assert seconds < SLOWEST


def test_a_step_says_at_once_what_it_does(image: Engine, forge: Forge, launcher: Launcher, tmp_path: Path) -> None:
    repository = forge.repository()
    repository.commit(
        {"north/.hnp/manifest.yaml": "fabric_name: north\n", "north/raw/a.yaml": SERVER.format("server-01")}
    )
    done = Scene(forge, repository, launcher, tmp_path).job(events.push(repository)).run()
    print(
        f"a step: first output after {done.first_output:.2f} s, done after {done.seconds:.2f} s; built in {image.seconds}"
    )
    assert done.status == 0, done.told
    assert done.first_output < SLOWEST


def test_it_has_git_and_nothing_to_install_with(image: Engine) -> None:
    assert image.docker("run", "--rm", "--entrypoint", "git", IMAGE, "--version").startswith("git version")
    with pytest.raises(AssertionError):
        image.docker("run", "--rm", "--entrypoint", "/opt/fgd/bin/python", IMAGE, "-m", "pip", "--version")


def test_it_works_as_root_and_without_a_directory_of_its_own(image: Engine) -> None:
    config = image.docker(
        "image", "inspect", "--format", "{{.Config.User}}|{{.Config.WorkingDir}}|{{.Config.Entrypoint}}", IMAGE
    )
    assert config == "||[fgd]"


def test_its_modules_are_compiled_and_stay_as_they_are(image: Engine) -> None:
    find = "find /opt/fgd/lib -name '*.py' | wc -l; find /opt/fgd/lib -name '*.pyc' | wc -l"
    sources, compiled = image.docker("run", "--rm", "--entrypoint", "sh", IMAGE, "-c", find).split()
    assert int(compiled) >= int(sources) * 0.98
