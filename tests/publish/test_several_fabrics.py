"""Several fabrics in one run: planned side by side, isolated from one another, one report."""

import gc
import weakref
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from fgd_sync.cli.common import make_world
from fgd_sync.cli.crew import desk_crew
from fgd_sync.flow.run import Request, Source, World, plan_each
from fgd_sync.flow.sync import sync
from fgd_sync.flow.targets import Target
from fgd_sync.model.code import SYNC_CANCELLED
from fgd_sync.model.failure import FgdError
from fgd_sync.model.report import FabricReport
from fgd_sync.model.sync import State
from fgd_sync.model.tree import Tree

SERVER = "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: server-{number:03}\nspec: {{}}\n"
PER_FABRIC = 650
"""So many that a process of its own is worth its start."""


def lay(root: Path, name: str, count: int) -> Target:
    folder = root / name / "raw"
    folder.mkdir(parents=True)
    for number in range(count):
        (folder / f"{number}.yaml").write_text(SERVER.format(number=number))
    return Target(root / name, name, "", None, None)


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    monkeypatch.chdir(tmp_path)
    return make_world(None)


def run(world: World, targets: list[Target]) -> tuple[FabricReport, ...]:
    return sync(world, desk_crew(world), targets, Request(base=""))


def test_fabrics_planned_side_by_side_come_out_as_one_by_one(world: World, tmp_path: Path) -> None:
    together = run(world, [lay(tmp_path / "a", name, PER_FABRIC) for name in ("north", "south", "west")])
    alone = [run(world, [lay(tmp_path / "b", name, PER_FABRIC)])[0] for name in ("north", "south", "west")]
    assert [item.state for item in together] == [State.COMPLETED] * 3
    for one, other in zip(together, alone, strict=True):
        assert one.plan is not None
        assert other.plan is not None
        assert one.plan.digest == other.plan.digest
        assert one.plan.diagnostics == other.plan.diagnostics


def test_a_fabric_that_fails_does_not_stop_the_others(world: World, tmp_path: Path) -> None:
    targets = [lay(tmp_path, name, 3) for name in ("east", "north", "south")]
    broken = tmp_path / "north" / ".hnp/schemas/crd/wiring.githedgehog.com/v1beta1/server.json"
    broken.parent.mkdir(parents=True)
    broken.write_text("no JSON")
    reports = run(world, targets)
    assert [item.state for item in reports] == [State.COMPLETED, State.FAILED, State.COMPLETED]
    assert not (tmp_path / "north/managed").exists()
    assert len(list((tmp_path / "south/managed/servers").glob("server-*.yaml"))) == 3


@dataclass(frozen=True)
class CancelledOne:
    """The fabrics of another source, one of which `fgd cancel` was called for."""

    source: Source
    name: str

    def read(self, target: Target) -> Tree:
        if target.display == self.name:
            raise FgdError(SYNC_CANCELLED, f"the sync of fabric {self.name} was cancelled by Ann")
        return self.source.read(target)

    def earlier(self, target: Target, tree: Tree, revision: str, folder: str) -> Mapping[str, bytes]:
        return self.source.earlier(target, tree, revision, folder)

    def is_whole_repository(self, target: Target) -> bool:
        return self.source.is_whole_repository(target)


def test_a_fabric_that_is_cancelled_does_not_stop_the_others(world: World, tmp_path: Path) -> None:
    targets = [lay(tmp_path, name, 3) for name in ("east", "north", "south")]
    world = replace(world, source=CancelledOne(world.source, "north"))
    assert [item.plan is not None for item in plan_each(world, targets, Request(base=""))] == [True, False, True]
    assert [item.state for item in run(world, targets)] == [State.COMPLETED, State.CANCELLED, State.COMPLETED]
    assert not (tmp_path / "north/managed").exists()
    assert len(list((tmp_path / "south/managed/servers").glob("server-*.yaml"))) == 3


class Files(dict[str, bytes]):
    """The files of a fabric, which can be seen to be held by nobody any more."""


@dataclass(frozen=True)
class Watched:
    """The fabrics of another source, whose files are `held` as long as somebody holds them."""

    source: Source
    held: list[weakref.ref[Files]] = field(default_factory=list)

    def read(self, target: Target) -> Tree:
        tree = self.source.read(target)
        files = Files(tree.files)
        self.held.append(weakref.ref(files))
        return Tree(files, tree.obstacles)

    def earlier(self, target: Target, tree: Tree, revision: str, folder: str) -> Mapping[str, bytes]:
        return self.source.earlier(target, tree, revision, folder)

    def is_whole_repository(self, target: Target) -> bool:
        return self.source.is_whole_repository(target)


@pytest.mark.parametrize("in_place", [False, True])
def test_the_files_of_a_fabric_are_not_held_while_the_next_are_planned(
    world: World, tmp_path: Path, *, in_place: bool
) -> None:
    targets = [lay(tmp_path, name, 3) for name in ("east", "north", "south")]
    source = Watched(world.source)
    reports = plan_each(replace(world, source=source), targets, Request(base="", in_place=in_place))
    gc.collect()
    assert [item.plan is not None for item in reports] == [True] * 3
    assert [held() is not None for held in source.held][:2] == [False, False]
