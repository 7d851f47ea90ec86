"""Profiles of hypothesis, and where the reference data lies that tests may read but the project does not hold."""

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, settings

from forge.forge import Forge, serving_forge

SHARED = Path(__file__).resolve().parents[2] / "shared"

_CALM = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
settings.register_profile("ci", max_examples=60, deadline=None, suppress_health_check=_CALM, derandomize=True)
settings.register_profile("fuzz", max_examples=50_000, deadline=None, suppress_health_check=_CALM)
settings.load_profile("ci")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--campaign", choices=("short", "long"), default="short", help="extent of the fault campaigns")


_CACHE = TemporaryDirectory(prefix="fgd-cache-")
for _name in (
    "XDG_CACHE_HOME",
    "XDG_STATE_HOME",
):  # A test must not find what a user keeps at home, nor leave anything.
    os.environ[_name] = f"{_CACHE.name}/{_name}"


def pytest_report_header() -> str:
    in_docker = os.environ.get("FGD_TEST_DOCKER") == "1"
    return f"action: {'the built image in a Docker engine' if in_docker else 'its entry point as a process'}"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The reference data beside the project."""
    if not SHARED.is_dir():
        pytest.skip("the reference data is not there: ../shared")
    return SHARED


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[Forge]:
    """A stand-in for GitHub. A request that breaks GitHub's contract fails the test, also when nobody looked at the answer.

    Without the reference data beside the project, requests are served unchecked.
    """
    document = SHARED / "github"
    with serving_forge(tmp_path / "forge", document if document.is_dir() else None) as served:
        yield served
    assert not served.verdict(), "GitHub would not have it"
