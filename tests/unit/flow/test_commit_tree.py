"""A commit is read as a checkout of it would be, and changes to it are what the same changes are on a disk."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fgd_sync.adapters.local_store import LocalStore
from fgd_sync.adapters.workspace import LocalWorkspace
from fgd_sync.flow.commit_tree import Reader, commit_files
from fgd_sync.model import code
from fgd_sync.model.change import Change, Delete, Move, Write
from fgd_sync.model.config import IngestionSettings
from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import EXECUTABLE, FILE, LINK, SUBMODULE, TreeEntry
from fgd_sync.model.tree import Obstacle, Tree
from git_world import git, make_world, new

POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"4d" * 32 + b"\nsize 12345\n"
LATIN = os.fsdecode("raw/stra\xdfe.yaml".encode("latin-1"))
SETTINGS = IngestionSettings(max_file_size_mb=1)


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    found = make_world("checkout", tmp_path).store
    assert isinstance(found, LocalStore)
    return found


def link(store: LocalStore, target: str) -> TreeEntry:
    return TreeEntry(LINK, git(store.git.directory, "hash-object", "-w", "--stdin", data=os.fsencode(target)))


def on_disk(store: LocalStore, commit: str, folder: str) -> Tree:
    """What the walk reads of a checkout. A submodule is a repository there, if only by its `.git`."""
    root = store.git.directory
    git(root, "-c", "core.symlinks=true", "checkout", "-q", "-f", commit)
    for path, entry in store.entries(commit).items():
        if entry.mode == SUBMODULE:
            (root / path / ".git").write_text("gitdir: elsewhere\n")
    (root / folder).mkdir(parents=True, exist_ok=True)
    tree = LocalWorkspace().read(root / folder, SETTINGS)
    for place in root.iterdir():
        if place.name != ".git":
            shutil.rmtree(place) if place.is_dir() and not place.is_symlink() else place.unlink()
    return tree


def same(store: LocalStore, files: Mapping[str, bytes | TreeEntry | None], folder: str) -> Tree:
    """The tree of a fabric in a commit of files, once it was seen to be that of a checkout."""
    made = store.commit(new(files))
    tree = Reader(store, SETTINGS).read(made, folder).tree
    assert tree == on_disk(store, made, folder)
    return tree


@pytest.mark.parametrize("folder", ["", "north", "sites/new\nyork"])
def test_everything_that_a_commit_can_hold(store: LocalStore, folder: str) -> None:
    start = f"{folder}/" if folder else ""
    files: dict[str, bytes | TreeEntry | None] = {
        ".hnp/manifest.yaml": b"fabric_name: north\n",
        ".hnp/archive-log.yaml": b"x" * (3 << 20),
        ".hnp/.journal-draft": b"left over",
        ".hnp/.journal/old-0": b"left over",
        "README.md": b"# north\n",
        "docs/README.md": b"not read",
        "top.YAML": b"t: 1\n",
        "raw/fits.yaml": b"x" * (1 << 20),
        "raw/beyond.yaml": b"x" * ((1 << 20) + 1),
        "raw/empty.txt": b"",
        "raw/new\nline.yaml": b"n: 1\n",
        "raw/straße.yaml": b"s: 1\n",
        LATIN: b"l: 1\n",
        f"{LATIN}.d/inside.yaml": b"",
        "raw/.cache/x.yaml": b"",
        "raw/folder.yaml/x.yaml": b"x: 1\n",
        "raw/copy/.hnp/manifest.yaml": b"",
        "raw/copy/y.yaml": b"y: 1\n",
        "raw/large.yaml": POINTER,
        "raw/module": TreeEntry(SUBMODULE, "1" * 40),
        "raw/.hidden-module": TreeEntry(SUBMODULE, "1" * 40),
        "elsewhere-module": TreeEntry(SUBMODULE, "1" * 40),
        "inner/.hnp/manifest.yaml": b"",
        "inner/raw/x.yaml": b"",
        "other/notes.txt": b"",
        "other/deep/two.json": b"{}",
        "other/.gitkeep": b"",
        "unmanaged/x.bin": b"\0",
        "/".join(["raw", *["d"] * 110, "x.yaml"]): b"",
        "raw/in.yaml": link(store, "fits.yaml"),
        "raw/out.yaml": link(store, "/etc/passwd"),
        "raw/climbs.yaml": link(store, "../../../../secret"),
        "raw/climbs-and-returns.yaml": link(store, f"../../{folder.rpartition('/')[2]}/raw/x") if folder else b"",
        "raw/loop": link(store, "loop"),
        "raw/chain": link(store, "out.yaml"),
        "raw/through": link(store, "over/../x"),
        "raw/over": link(store, "../.."),
        "raw/beside": link(store, f"../../{folder.rpartition('/')[2]}-2/x"),
        "managed": link(store, "docs"),
    }
    tree = same(store, {f"{start}{path}": content for path, content in files.items()}, folder)
    assert {path: tree.obstacles[path] for path in ("raw/module", "raw/large.yaml", "raw/chain", "raw/in.yaml")} == {
        "raw/module": Obstacle.SUBMODULE,
        "raw/large.yaml": Obstacle.LFS_POINTER,
        "raw/chain": Obstacle.OUTWARD_LINK,
        "raw/in.yaml": Obstacle.LINK,
    }
    assert len(tree.obstacles) == 16 + bool(folder)


NAMES = st.sampled_from([
    "raw", "managed", ".hnp", "manifest.yaml", "x.yaml", "a.JSON", "notes.txt", ".gitkeep", ".hidden", "README.md", "d",
    "e", "archive-log.yaml", ".journal-draft", "unmanaged", os.fsdecode(b"b\xff.yml"), "ü.yaml", "sub",
])  # fmt: skip
PATHS = st.lists(NAMES, min_size=1, max_size=4).map("/".join).filter(lambda path: path != ".hnp")
TARGETS = st.lists(st.sampled_from(["..", ".", "raw", "d", "x.yaml", "f", "link"]), min_size=1, max_size=5).map(
    "/".join
)
CONTENTS = st.one_of(st.binary(max_size=9), st.just(POINTER), st.tuples(st.sampled_from(["link", "module"]), TARGETS))
Content = bytes | tuple[str, str]


@pytest.fixture(scope="module")
def one_store(tmp_path_factory: pytest.TempPathFactory) -> LocalStore:
    found = make_world("checkout", tmp_path_factory.mktemp("one")).store
    assert isinstance(found, LocalStore)
    return found


@settings(max_examples=50)
@given(st.dictionaries(PATHS, CONTENTS, max_size=12), st.sampled_from(["", "f", "f/g"]))
def test_any_commit_is_read_as_its_checkout(one_store: LocalStore, files: dict[str, Content], folder: str) -> None:
    made: dict[str, bytes | TreeEntry | None] = {}
    for path, content in files.items():
        full = f"{folder}/{path}" if folder else path
        if isinstance(content, bytes):
            made[full] = content
        elif content[0] == "link":
            made[full] = link(one_store, content[1])
        elif is_plain_module(path):
            made[full] = TreeEntry(SUBMODULE, "1" * 40)
    same(one_store, {path: made[path] for path in made if not is_below_another(path, made)}, folder)


def is_plain_module(path: str) -> bool:
    """A submodule that is a folder on the disk by a name that means nothing else there."""
    return path.startswith("raw/") and not path.lower().endswith((".yaml", ".json", ".yml"))


def is_below_another(path: str, paths: Mapping[str, object]) -> bool:
    parts = path.split("/")
    return any("/".join(parts[:count]) in paths for count in range(1, len(parts)))


def test_a_folder_that_is_not_there_and_one_that_is_none(store: LocalStore) -> None:
    files: dict[str, bytes | TreeEntry | None] = {
        "file": b"", "module": TreeEntry(SUBMODULE, "1" * 40), "link": link(store, "north"), "north/raw/x.yaml": b""
    }  # fmt: skip
    made = store.commit(new(files))
    reader = Reader(store, SETTINGS)
    assert reader.read(made, "south").tree == Tree({})
    for folder in ("file", "module", "link", "module/north", "file/x"):
        with pytest.raises(FgdError, match=f"{folder.partition('/')[0]} is a") as caught:
            reader.read(made, folder)
        assert caught.value.code is code.UNSAFE_PATH


CHANGES: tuple[Change, ...] = (
    Write("managed/vpcs/blue.yaml", b"blue: 2\n", b"blue: 1\n"),
    Write("managed/new.yaml", b"new\n", None),
    Delete("managed/old.yaml", b"old"),
    Move("raw/a.yaml", "raw/a.yaml.archived", b"a"),
    Move("raw/big.yaml", "unmanaged/big.yaml", None),
    Move("raw/c.yaml", "unmanaged/c.yaml", b"c"),
    Write("unmanaged/c.yaml", b"c only", b"c"),
)


@pytest.mark.parametrize("folder", ["", "sites/north"])
def test_changes_in_a_commit_are_those_on_a_disk(store: LocalStore, folder: str) -> None:
    start = f"{folder}/" if folder else ""
    files = {
        "managed/vpcs/blue.yaml": b"blue: 1\n", "managed/old.yaml": b"old", "raw/a.yaml": b"a",
        "raw/big.yaml": b"x" * (2 << 20), "raw/c.yaml": b"c", "raw/stays": b"",
    }  # fmt: skip
    tools = frozenset({f"{start}managed/vpcs/blue.yaml", f"{start}raw/a.yaml"})
    first = store.commit(
        new({f"{start}{path}": data for path, data in files.items()} | {"else": b""}, executable=tools)
    )
    reader = Reader(store, SETTINGS)
    base = reader.read(first, folder)
    changed, executable = commit_files(base, CHANGES)
    second = store.commit(new(changed, first, executable=executable))
    assert reader.read(second, folder).tree == base.tree.after(CHANGES)
    found = reader.read(second, folder).entries
    assert {path for path, entry in found.items() if entry.mode == EXECUTABLE} == {
        "managed/vpcs/blue.yaml",
        "raw/a.yaml.archived",
    }
    assert found["unmanaged/big.yaml"] == base.entries["raw/big.yaml"]
    assert "else" in store.entries(second)


def test_nothing_is_written_over_what_was_not_read(store: LocalStore) -> None:
    first = store.commit(new({".hnp/archive-log.yaml": POINTER}))
    base = Reader(store, SETTINGS).read(first, "")
    with pytest.raises(FgdError, match=r"\.hnp/archive-log\.yaml is to be written"):
        commit_files(base, [Write(".hnp/archive-log.yaml", b"anew", None)])


def test_files_of_a_work_tree_take_the_place_of_the_commits(store: LocalStore) -> None:
    files = {"raw/a.yaml": b"a", "raw/b.yaml": b"b", "raw/c.yaml": b"c", "notes.txt": b"n", "managed/m.yaml": b"m"}
    first = store.commit(new({f"north/{path}": data for path, data in files.items()}))
    laid = {
        "raw/a.yaml": b"new a",
        "raw/b.yaml": None,
        "raw/fresh.yaml": b"fresh",
        "raw/.cache/x.yaml": b"hidden",
        "raw/beyond.yaml": b"x" * (2 << 20),
        "notes.txt": b"not of the fabric",
        "never/there.yaml": None,
    }
    reader = Reader(store, SETTINGS)
    base = reader.read(first, "north", laid)
    assert base.tree.files == {
        "raw/a.yaml": b"new a", "raw/c.yaml": b"c", "raw/fresh.yaml": b"fresh", "managed/m.yaml": b"m"
    }  # fmt: skip
    assert base.tree.obstacles == {"raw/beyond.yaml": Obstacle.TOO_LARGE}
    changes: list[Change] = [
        Move("raw/a.yaml", "raw/a.yaml.archived", b"new a"),
        Delete("managed/m.yaml", b"m"),
        Write("managed/n.yaml", b"n", None),
    ]
    changed, _ = commit_files(base, changes)
    assert changed == {
        "north/raw/a.yaml": None,
        "north/raw/a.yaml.archived": b"new a",
        "north/raw/b.yaml": None,
        "north/raw/fresh.yaml": b"fresh",
        "north/managed/m.yaml": None,
        "north/managed/n.yaml": b"n",
    }
    second = store.commit(new(changed, first))
    assert reader.read(second, "north").tree == Tree(base.tree.after(changes).files)
    assert store.entries(second)["north/notes.txt"] == TreeEntry(FILE, store.entries(first)["north/notes.txt"].id)


def test_a_move_of_what_is_large_keeps_it_unread(store: LocalStore) -> None:
    first = store.commit(new({"raw/big.yaml": b"x" * (2 << 20)}))
    base = Reader(store, SETTINGS).read(first, "")
    changed, _ = commit_files(base, [Move("raw/big.yaml", "unmanaged/big.yaml", None)])
    assert changed == {"raw/big.yaml": None, "unmanaged/big.yaml": base.entries["raw/big.yaml"]}


def test_many_fabrics_are_read_together_and_a_second_time_not_at_all(store: LocalStore) -> None:
    files = {f"{name}/raw/{name}.yaml": name.encode() for name in ("east", "north", "south")}
    first = store.commit(
        new({**files, "north/raw/link.yaml": link(store, "north.yaml"), "north/raw/big": b"x" * (2 << 20)})
    )
    expected = {name: Reader(store, SETTINGS).read(first, name) for name in ("east", "north", "south", "none")}
    reader = Reader(store, SETTINGS)
    reader.warm(first, expected)
    assert {name: reader.read(first, name) for name in expected} == expected
    shutil.rmtree(store.git.directory / ".git/objects")
    assert {name: reader.read(first, name) for name in ("east", "north", "south")} == {
        name: expected[name] for name in ("east", "north", "south")
    }
