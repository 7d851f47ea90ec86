"""Golden cases: `before` is synced by the real program; the plan and the directory after it are compared with `after`.

Folders that hold nothing but `.gitkeep` are left out of `after`. To accept new results: pytest --snapshot-update.
"""

import json
import shutil
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from pytest_snapshot.plugin import Snapshot

from fgd_sync.adapters.configuration import load_settings
from fgd_sync.adapters.git import GitRepository
from fgd_sync.adapters.packaged import load
from fgd_sync.adapters.workspace import LocalWorkspace
from fgd_sync.cli.crew import crew_of
from fgd_sync.flow.disk_source import DiskSource
from fgd_sync.flow.ground import Run
from fgd_sync.flow.on_disk import OnDisk
from fgd_sync.flow.run import Request, World, plan_fabric
from fgd_sync.flow.sync import Crew, sync
from fgd_sync.flow.targets import Target
from fgd_sync.model.lock_note import Holder
from fgd_sync.render import json_report
from fgd_sync.schema.catalogue import Catalogue

HERE = Path(__file__).parent
CASES = sorted(path.parent.name for path in HERE.glob("*/before"))
ELSEWHERE = "VPC-054: off, VPC-055: off, EXT-009: off, CONN-025: off, CONN-026: off, PEER-007: off"
DEFAULT = f"fgd:\n  directory: {{required_subdirs: [vpcs]}}\n  ingestion: {{rules: {{{ELSEWHERE}}}}}\n"
"""The cases are small on purpose: what their resources refer to lives elsewhere."""


class StoppedClock:
    def now(self) -> str:
        return "2026-01-02T03:04:05Z"

    def monotonic(self) -> float:
        return 0.0

    def sleep(self, seconds: float) -> None:
        raise AssertionError(f"nobody waits here, not even {seconds} s")


def world(config: Path) -> World:
    numbers = count(1)
    settings = load_settings(config.parent, config, {}, {})
    workspace, repository, clock = LocalWorkspace(), GitRepository(), StoppedClock()
    source = DiskSource(workspace, repository, settings)
    return World(settings, source, workspace, repository, clock, Catalogue(load), lambda: f"sync-{next(numbers)}")


def crew(here: World) -> Crew:
    ground = OnDisk(here.workspace, here.settings, here.clock, no_history)
    return crew_of(here, ground, Holder("a test"), [])


def no_history(_: Sequence[Run]) -> str:
    return ""


@pytest.fixture
def config(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / "fgd_config.yaml"
    own = HERE / request.getfixturevalue("case") / "fgd_config.yaml"
    path.write_text(own.read_text() if own.exists() else DEFAULT)
    return path


@pytest.fixture
def target(case: str, tmp_path: Path) -> Target:
    directory = tmp_path / "north"
    shutil.copytree(HERE / case / "before", directory)
    return Target(directory, "north", "", None, None)


def contents(directory: Path) -> dict[str, Any]:
    """Files as pytest-snapshot takes them: nested by folder."""
    nested: dict[str, Any] = {}
    for path in sorted(directory.rglob("*")):
        if path.is_file() and path.name != ".gitkeep":
            *folders, name = path.relative_to(directory).parts
            place = nested
            for folder in folders:
                place = place.setdefault(folder, {})
            place[name] = path.read_bytes()
    return nested


@pytest.mark.parametrize("case", CASES)
def test_case(case: str, config: Path, target: Target, snapshot: Snapshot) -> None:
    here = world(config)
    snapshot.snapshot_dir = HERE / case
    planned = plan_fabric(here, target, Request(base=""))
    snapshot.assert_match(json.dumps(json_report.plan(planned), indent=2) + "\n", "plan.json")
    sync(here, crew(here), [target], Request(base=""))
    snapshot.assert_match_dir(contents(target.directory), "after")


@pytest.mark.parametrize("case", CASES)
@pytest.mark.usefixtures("case")
def test_second_sync_changes_nothing(config: Path, target: Target) -> None:
    here = world(config)
    sync(here, crew(here), [target], Request(base=""))
    before = contents(target.directory)
    (second,) = sync(here, crew(here), [target], Request(base=""))
    assert second.plan is not None
    assert second.plan.changes == ()
    assert contents(target.directory) == before
