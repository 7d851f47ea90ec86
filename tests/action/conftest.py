"""How the action is started: in the built image where FGD_TEST_DOCKER asks for it, else its entry point as a process."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from runner.engine import Engine, missing, running_engine
from runner.launchers import Docker, Launcher, Process

ROOT = Path(__file__).resolve().parents[2]
CACHE = Path(os.environ.get("FGD_TEST_CACHE") or Path.home() / ".cache" / "fgd-sync-tests")
IMAGE_ENVIRONMENT = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"}


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine | None]:
    """A Docker engine, if one was asked for and can be had."""
    if os.environ.get("FGD_TEST_DOCKER") != "1":
        yield None
        return
    if reason := missing():
        pytest.fail(f"FGD_TEST_DOCKER=1, but there can be no engine: {reason}")
    with running_engine(CACHE) as running:
        yield running


@pytest.fixture(scope="session")
def launcher(engine: Engine | None) -> Launcher:
    """The action as it is shipped."""
    if engine:
        return Docker(engine.build(ROOT), engine.socket)
    fgd = Path(sys.executable).with_name("fgd")
    return Process([str(fgd)], ROOT / "docker", IMAGE_ENVIRONMENT)
