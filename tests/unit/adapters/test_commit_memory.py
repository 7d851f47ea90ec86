"""Of a fabric in a commit only what differs from what is remembered is read; the plan is that of reading all."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from fgd_sync.adapters.commit_memory import CommitMemory
from fgd_sync.adapters.listing import Look
from fgd_sync.adapters.packaged import load
from fgd_sync.adapters.sealed import Sealed
from fgd_sync.adapters.shelf import KIND, Cache
from fgd_sync.adapters.workspace import LocalWorkspace
from fgd_sync.flow.commit_tree import Reader
from fgd_sync.model.config import FabricSettings, IngestionSettings
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

    def planned(self, commit: str, key: bytes = b"k" * 32) -> tuple[Plan, int]:
        """The plan of a new run, which is that of reading all; and how many files it read."""
        cache = Cache(Sealed(str(self.root / "cache"), key), Look())
        reader = Reader(self.store, SETTINGS, CommitMemory(cache, self.root, SETTINGS))
        before = self.store.read
        made = plan(reader.read(commit, "north").tree, OPTIONS)
        read = self.store.read - before
        assert made == plan(Reader(self.store, SETTINGS).read(commit, "north").tree, OPTIONS)
        return made, read


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
    cache = Cache(Sealed(str(world.root / "cache"), b"k" * 32), Look())
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
    for planted in (data[:-1], data[:50], b"", data[:-9] + bytes([data[-9] ^ 1]) + data[-8:]):
        kept.write_bytes(planted)
        assert world.planned(world.commit(wrong))[0].errors
        kept.write_bytes(planted)
        assert world.planned(world.commit(rest))[1] >= len(NAMES)


def test_an_older_state_that_is_put_back_changes_nothing(world: World, rest: dict[str, bytes]) -> None:
    wrong = {**rest, path_of("server-03"): rest[path_of("server-03")].replace(b"description", b"descriptoin")}
    world.planned(world.commit(rest))
    [kept] = (world.root / "cache" / KIND).iterdir()
    old = kept.read_bytes()
    assert world.planned(world.commit(wrong))[0].errors
    kept.write_bytes(old)
    assert world.planned(world.commit(wrong))[0].errors
