"""Of a fabric in a commit only what differs from what is remembered is read; the plan is that of reading all."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path

import pytest

from fgd_sync.adapters.commit_memory import CommitMemory
from fgd_sync.adapters.listing import Look
from fgd_sync.adapters.packaged import load
from fgd_sync.adapters.ref_memory import RefMemory
from fgd_sync.adapters.sealed import Sealed
from fgd_sync.adapters.shelf import KIND, Cache
from fgd_sync.adapters.workspace import LocalWorkspace
from fgd_sync.flow.commit_tree import Reader
from fgd_sync.model.config import FabricSettings, IngestionSettings
from fgd_sync.model.git import RefMove
from fgd_sync.model.plan import Plan
from fgd_sync.model.tree import Tree
from fgd_sync.planning.archive_log import Stamp, seal
from fgd_sync.planning.options import Options
from fgd_sync.planning.place import ARCHIVE_LOG
from fgd_sync.planning.plan import plan
from fgd_sync.rules.registry import Context
from fgd_sync.schema.catalogue import Catalogue
from git_world import new
from memory_store import MemoryStore, Server

SETTINGS = IngestionSettings()
OPTIONS = Options("north", Catalogue(load), Context(FabricSettings()), SETTINGS)
SERVER = "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: {}\nspec:\n  description: {}\n"
NAMES = [f"server-{number:02d}" for number in range(20)]


class Counting(MemoryStore):
    """Notes how many blobs are read."""

    def __init__(self) -> None:
        super().__init__(Server())
        self.read = 0

    def blobs(self, ids: Sequence[str]) -> Mapping[str, bytes]:
        self.read += len(ids)
        return super().blobs(ids)


@pytest.fixture(scope="module")
def rest() -> dict[str, bytes]:
    """A fabric in which nothing is to be done."""
    tree = Tree({f"raw/{name}.yaml": SERVER.format(name, "rack 1").encode() for name in NAMES})
    made = plan(tree, OPTIONS)
    files = dict(tree.after(seal(made, Stamp("2026-01-02T03:04:05Z", "s"), tree.files.get(ARCHIVE_LOG))).files)
    assert not plan(Tree(files), OPTIONS).changes
    return files


class World:
    """A repository, and a cache that runs hand on."""

    def __init__(self, root: Path) -> None:
        self.root, self.store = root, Counting()

    def commit(self, files: Mapping[str, bytes]) -> str:
        return self.store.commit(new({f"north/{path}": data for path, data in files.items()}))

    def planned(
        self, commit: str, key: bytes = b"k" * 32, refs: RefMemory | None = None, folder: str = "cache"
    ) -> tuple[Plan, int]:
        """The plan of a new run, which is that of reading all; and how many blobs it read."""
        cache = Cache(Sealed(folder and str(self.root / folder), key), Look(), self.root, refs)
        memory, before = CommitMemory(cache, self.root, SETTINGS), self.store.read
        made = plan(Reader(self.store, SETTINGS, memory).read(commit, "north").tree, OPTIONS)
        read = self.store.read - before
        memory.leave()
        assert made == plan(Reader(self.store, SETTINGS).read(commit, "north").tree, OPTIONS)
        return made, read

    def alone(self, commit: str, key: bytes = b"k" * 32, least: int = 10, *, keeps: bool = True) -> tuple[Plan, int]:
        """The same for a run that is handed no cache."""
        refs = RefMemory(lambda: nullcontext(self.store), "refs/fgd", keeps, least)
        return self.planned(commit, key, refs, folder="")

    @property
    def left(self) -> Mapping[str, str]:
        """The refs that runs left something in."""
        return self.store.refs("refs/fgd/memory/")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def path_of(name: str) -> str:
    return f"managed/servers/{name}.yaml"


def test_a_commit_like_an_earlier_one_is_not_read(world: World, rest: dict[str, bytes]) -> None:
    assert world.planned(world.commit(rest))[1] >= len(NAMES)
    assert world.planned(world.commit(rest))[1] == 0


def test_only_what_differs_is_read(world: World, rest: dict[str, bytes]) -> None:
    world.planned(world.commit(rest))
    changed = {**rest, path_of("server-03"): SERVER.format("server-03", "rack 2").encode()}
    changed.pop(path_of("server-04"))
    changed[path_of("server-99")] = SERVER.format("server-99", "rack 2").encode()
    made, read = world.planned(world.commit(changed))
    assert 2 <= read <= 4
    assert len(made.inventory) == len(NAMES)


@pytest.mark.parametrize("size", [30, SETTINGS.max_file_size_mb * 1024 * 1024 + 1])
def test_what_waits_in_raw_and_what_is_too_large_is_seen(world: World, rest: dict[str, bytes], size: int) -> None:
    world.planned(world.commit(rest))
    made, _ = world.planned(world.commit({**rest, "raw/new.yaml": b"#" * size}))
    assert made.sources


def test_what_was_found_on_a_disk_serves_too(world: World, rest: dict[str, bytes]) -> None:
    for path, data in rest.items():
        place = world.root / "north" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    cache = Cache(Sealed(str(world.root / "cache"), b"k" * 32), Look(), world.root)
    plan(LocalWorkspace(cache).read(world.root / "north", SETTINGS), OPTIONS)
    assert world.planned(world.commit(rest))[1] == 0


def test_what_others_sealed_or_changed_is_not_believed(world: World, rest: dict[str, bytes]) -> None:
    """They may say that a wrong file was found right."""
    wrong = {**rest, path_of("server-03"): rest[path_of("server-03")].replace(b"description", b"descriptoin")}
    world.planned(world.commit(rest), key=b"o" * 32)
    made, read = world.planned(world.commit(wrong))
    assert read >= len(NAMES)
    assert made.errors
    world.planned(world.commit(rest))
    [kept] = (world.root / "cache" / KIND).iterdir()
    data = kept.read_bytes()
    for planted in (data[:-1], data[:-9] + bytes([data[-9] ^ 1]) + data[-8:]):
        kept.write_bytes(planted)
        assert world.planned(world.commit(wrong))[0].errors
    for planted in (data[:50], b"", data[:60] + bytes([data[60] ^ 1]) + data[61:]):
        kept.write_bytes(planted)
        assert world.planned(world.commit(wrong))[0].errors
        kept.write_bytes(planted)
        assert world.planned(world.commit(rest))[1] >= len(NAMES)


@pytest.fixture
def wrong(rest: dict[str, bytes]) -> dict[str, bytes]:
    """The fabric with one file that is not right."""
    path = path_of("server-03")
    return {**rest, path: rest[path].replace(b"description", b"descriptoin")}


def test_what_a_sync_left_in_refs_serves_runs_without_a_cache(world: World, rest: dict[str, bytes]) -> None:
    assert world.alone(world.commit(rest))[1] >= len(NAMES)
    assert world.alone(world.commit(rest), keeps=False)[1] == 1, "what is remembered, and no file of the fabric"
    changed = {**rest, path_of("server-03"): SERVER.format("server-03", "rack 2").encode()}
    assert world.alone(world.commit(changed))[1] <= 3


def test_refs_are_written_once_for_many_runs(world: World, rest: dict[str, bytes]) -> None:
    world.alone(world.commit(rest))
    before = world.left
    assert len(before) == 1
    for name in NAMES[:3]:
        world.alone(world.commit({**rest, path_of(name): SERVER.format(name, "rack 2").encode()}))
    assert world.left == before
    [commit] = before.values()
    assert world.store.server.commits[commit][0].parent == ""


def test_a_check_a_small_fabric_and_a_run_that_finds_nothing_right_leave_nothing(
    world: World, rest: dict[str, bytes]
) -> None:
    world.alone(world.commit(rest), keeps=False)
    world.alone(world.commit(rest), least=1000)
    world.alone(world.commit({**rest, "raw/new.yaml": b"{}"}))
    assert not world.left


def test_what_others_put_into_refs_is_not_believed(
    world: World, rest: dict[str, bytes], wrong: dict[str, bytes]
) -> None:
    """Who may push can write refs, but has no key: it cannot make a wrong file pass, nor have anything run."""
    world.alone(world.commit(wrong), key=b"o" * 32)
    assert world.alone(world.commit(wrong), keeps=False)[0].errors
    [(ref, commit)] = world.left.items()
    data = world.store.server.blobs[world.store.entries(commit)["found"].id]
    world.store.update([RefMove(ref, commit, "")])
    world.alone(world.commit(rest))
    [good] = world.left.values()
    kept = world.store.server.blobs[world.store.entries(good)["found"].id]
    flipped = [kept[:place] + bytes([kept[place] ^ 1]) + kept[place + 1 :] for place in (60, len(kept) - 9)]
    for planted in (data, kept[:-1], kept[:20], b"", *flipped):
        there = world.left[ref]
        world.store.update([RefMove(ref, there, world.store.commit(new({"found": planted})))])
        assert world.alone(world.commit(wrong), keeps=False)[0].errors
        made, read = world.alone(world.commit(rest), keeps=False)
        assert not made.errors
        assert read >= len(NAMES) or planted.startswith(kept[:100])  # All that was needed was right.


def test_an_older_state_or_that_of_another_fabric_in_a_ref_changes_nothing(
    world: World, rest: dict[str, bytes], wrong: dict[str, bytes]
) -> None:
    world.alone(world.commit(rest))
    assert world.alone(world.commit(wrong), keeps=False)[0].errors
    [(ref, commit)] = world.left.items()
    elsewhere = ref.replace(ref.split("/")[3], "0" * 64)
    world.store.update([RefMove(ref, commit, ""), RefMove(elsewhere, "", commit)])
    assert world.alone(world.commit(rest), keeps=False)[1] >= len(NAMES)


def test_refs_that_hold_something_else_or_cannot_be_had_cost_nothing_but_time(
    world: World, rest: dict[str, bytes]
) -> None:
    world.alone(world.commit(rest))
    [(ref, commit)] = world.left.items()
    world.store.update([RefMove(ref, commit, world.store.commit(new({"other": b"x"})))])
    made, read = world.alone(world.commit(rest), keeps=False)
    assert read >= len(NAMES)
    world.store.server.down = True
    assert world.alone(world.commit(rest)) == (made, read)


def test_an_older_state_that_is_put_back_changes_nothing(world: World, rest: dict[str, bytes]) -> None:
    wrong = {**rest, path_of("server-03"): rest[path_of("server-03")].replace(b"description", b"descriptoin")}
    world.planned(world.commit(rest))
    [kept] = (world.root / "cache" / KIND).iterdir()
    old = kept.read_bytes()
    assert world.planned(world.commit(wrong))[0].errors
    kept.write_bytes(old)
    assert world.planned(world.commit(wrong))[0].errors
