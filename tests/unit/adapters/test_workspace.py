import os
import socket
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from fgd_sync.adapters.processes import Processes
from fgd_sync.adapters.read_tree import read_tree
from fgd_sync.adapters.workspace import LocalWorkspace
from fgd_sync.model import code
from fgd_sync.model.config import IngestionSettings
from fgd_sync.model.failure import FgdError
from fgd_sync.model.tree import Obstacle, Tree

EXTENSIONS = (".yaml", ".yml", ".json")


def read(directory: Path, limit: int = 1000) -> Tree:
    return read_tree(directory, max_file_bytes=limit, extensions=EXTENSIONS)


def lay(directory: Path, files: Mapping[str, bytes]) -> Path:
    for name, data in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return directory


def test_reads_the_four_folders_whole_and_elsewhere_only_what_may_hold_resources(tmp_path: Path) -> None:
    wanted = {
        ".hnp/manifest.yaml": b"a: 1\n",
        ".hnp/.gitattributes": b"x\n",
        "raw/x.txt": b"text",
        "raw/a/b/c.yaml": b"c: 1\n",
        "raw/binary.yaml": bytes(range(256)),
        "managed/vpcs/.gitkeep": b"",
        "unmanaged/x.bin": b"\0",
        "README.md": b"# x\n",
        "top.YAML": b"t: 1\n",
        "other/deep/two.json": b"{}",
    }
    ignored = {"other/notes.txt": b"", "other/README.md": b"", "main.py": b""}
    assert read(lay(tmp_path, {**wanted, **ignored})) == Tree(wanted, {})


def test_hidden_folders_are_passed_over(tmp_path: Path) -> None:
    lay(
        tmp_path, {".git/config.yaml": b"", ".github/x.yaml": b"", "raw/.cache/x.yaml": b"", ".hnp/.journal/old-0": b""}
    )
    assert read(tmp_path) == Tree({}, {})


def test_a_fabric_inside_the_fabric_is_passed_over_but_not_one_dropped_into_raw(tmp_path: Path) -> None:
    lay(tmp_path, {"inner/.hnp/manifest.yaml": b"", "inner/raw/x.yaml": b"", "raw/copy/.hnp/manifest.yaml": b""})
    lay(tmp_path, {"raw/copy/x.yaml": b"x: 1\n"})
    assert set(read(tmp_path).files) == {"raw/copy/x.yaml"}


def test_links_are_not_followed(tmp_path: Path) -> None:
    fabric = lay(tmp_path / "fabric", {"raw/a.yaml": b"a: 1\n", "docs/x.yaml": b""})
    secret = lay(tmp_path, {"secret.yaml": b"password: 1\n", "folder/x.yaml": b""})
    (fabric / "raw/in.yaml").symlink_to("a.yaml")
    (fabric / "raw/out.yaml").symlink_to(secret / "secret.yaml")
    (fabric / "raw/climbs.yaml").symlink_to("../../secret.yaml")
    (fabric / "raw/folder").symlink_to(secret / "folder")
    (fabric / "raw/loop").symlink_to("loop")
    (fabric / "managed").symlink_to("docs")
    tree = read(fabric)
    assert set(tree.files) == {"raw/a.yaml", "docs/x.yaml"}
    assert tree.obstacles == {
        "raw/in.yaml": Obstacle.LINK,
        "raw/out.yaml": Obstacle.OUTWARD_LINK,
        "raw/climbs.yaml": Obstacle.OUTWARD_LINK,
        "raw/folder": Obstacle.OUTWARD_LINK,
        "raw/loop": Obstacle.LINK,
        "managed": Obstacle.LINK,
    }


def test_a_linked_meta_folder_is_an_obstacle_not_a_crash(tmp_path: Path) -> None:
    lay(tmp_path, {"elsewhere/manifest.yaml": b"", "fabric/raw/a.yaml": b""})
    (tmp_path / "fabric/.hnp").symlink_to(tmp_path / "elsewhere")
    tree = read(tmp_path / "fabric")
    assert (set(tree.files), tree.obstacles) == ({"raw/a.yaml"}, {".hnp": Obstacle.OUTWARD_LINK})


def test_what_is_not_a_file_is_not_opened(tmp_path: Path) -> None:
    lay(tmp_path, {"raw/x.yaml/inner.yaml": b"i: 1\n"})
    os.mkfifo(tmp_path / "raw/fifo.yaml")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(tmp_path / "raw/socket"))
    tree = read(tmp_path)
    assert tree.files == {"raw/x.yaml/inner.yaml": b"i: 1\n"}
    assert tree.obstacles == {
        "raw/x.yaml": Obstacle.DIRECTORY,
        "raw/fifo.yaml": Obstacle.SPECIAL,
        "raw/socket": Obstacle.SPECIAL,
    }


def test_names_in_another_encoding(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    latin = os.fsdecode("raw/stra\xdfe.yaml".encode("latin-1"))
    (tmp_path / latin).write_bytes(b"")
    lay(tmp_path, {"raw/straße 日本.yaml": b"s: 1\n", "raw/new\nline.yaml": b"n: 1\n"})
    tree = read(tmp_path)
    assert tree.files == {"raw/straße 日本.yaml": b"s: 1\n", "raw/new\nline.yaml": b"n: 1\n"}
    assert tree.obstacles == {latin: Obstacle.BAD_NAME}


@pytest.mark.parametrize("limit", [10, 65_536, 70_000, 200_000])
def test_size_limit(tmp_path: Path, limit: int) -> None:
    lay(tmp_path, {"raw/fits.yaml": b"x" * limit, "raw/beyond.yaml": b"x" * (limit + 1)})
    lay(tmp_path, {".hnp/archive-log.yaml": b"x" * (limit * 3)})
    tree = read(tmp_path, limit)
    assert {path: len(data) for path, data in tree.files.items()} == {
        "raw/fits.yaml": limit,
        ".hnp/archive-log.yaml": limit * 3,
    }
    assert tree.obstacles == {"raw/beyond.yaml": Obstacle.TOO_LARGE}


def test_a_very_large_file_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    with (tmp_path / "raw/huge.yaml").open("wb") as file:
        file.truncate(50 << 30)
    begin = time.perf_counter()
    assert read(tmp_path, 10 << 20).obstacles == {"raw/huge.yaml": Obstacle.TOO_LARGE}
    assert time.perf_counter() - begin < 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read(tmp_path: Path) -> None:
    lay(tmp_path, {"raw/no.yaml": b"", "raw/yes.yaml": b"", "raw/locked/x.yaml": b""})
    (tmp_path / "raw/no.yaml").chmod(0)
    (tmp_path / "raw/locked").chmod(0)
    tree = read(tmp_path)
    (tmp_path / "raw/locked").chmod(0o755)
    assert set(tree.files) == {"raw/yes.yaml"}
    assert tree.obstacles == {"raw/no.yaml": Obstacle.UNREADABLE, "raw/locked": Obstacle.UNREADABLE}


def test_a_folder_too_deep_is_an_obstacle(tmp_path: Path) -> None:
    lay(tmp_path, {"/".join(["raw", *["d"] * 150, "x.yaml"]): b"", "raw/a.yaml": b""})
    tree = read(tmp_path)
    assert set(tree.files) == {"raw/a.yaml"}
    assert list(tree.obstacles.values()) == [Obstacle.UNREADABLE]


def test_a_directory_that_is_not_there_and_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for name, words in (("none", "it is not there"), ("file", "a file stands where a directory belongs")):
        with pytest.raises(FgdError, match=words) as caught:
            read(tmp_path / name)
        assert caught.value.code is code.DIRECTORY_NOT_FOUND
        assert str(tmp_path / name) in caught.value.message


def test_ten_thousand_files_are_read_quickly(tmp_path: Path) -> None:
    for folder in range(20):
        (tmp_path / f"managed/k{folder}").mkdir(parents=True)
        for number in range(500):
            (tmp_path / f"managed/k{folder}/{number}.yaml").write_bytes(b"k: v\n" * 100)
    times = []
    for _ in range(3):
        begin = time.perf_counter()
        assert len(read(tmp_path).files) == 10_000
        times.append(time.perf_counter() - begin)
    assert min(times) < 1, f"{min(times):.2f} s"


def test_read_file_gives_any_size_and_none(tmp_path: Path) -> None:
    workspace, data = LocalWorkspace(), b"x" * 300_000
    lay(tmp_path, {".hnp/archive-log.yaml": data})
    assert workspace.read_file(tmp_path, ".hnp/archive-log.yaml") == data
    assert workspace.read_file(tmp_path, ".hnp/none.yaml") is None
    assert workspace.read_file(tmp_path, "no/folder.yaml") is None
    assert workspace.read(tmp_path, IngestionSettings()).files == {".hnp/archive-log.yaml": data}


def test_make_directory(tmp_path: Path) -> None:
    workspace = LocalWorkspace()
    workspace.make_directory(tmp_path / "a/b")
    workspace.make_directory(tmp_path / "a/b")
    assert (tmp_path / "a/b").is_dir()
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(FgdError, match="cannot make the directory"):
        workspace.make_directory(tmp_path / "file")


def test_what_is_in_another_repository_or_in_none_is_an_obstacle(tmp_path: Path) -> None:
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"4d" * 32 + b"\nsize 12345\n"
    lay(tmp_path, {".git/HEAD": b"", "raw/module/.git": b"gitdir: x", "raw/module/x.yaml": b"", "docs/m/.git": b""})
    lay(tmp_path, {"docs/m/y.yaml": b"y: 1\n", "raw/large.yaml": pointer, "raw/no-pointer.yaml": pointer * 9})
    tree = read(tmp_path, 5000)
    assert set(tree.files) == {"docs/m/y.yaml", "raw/no-pointer.yaml"}
    assert tree.obstacles == {"raw/module": Obstacle.SUBMODULE, "raw/large.yaml": Obstacle.LFS_POINTER}


def test_processes_that_read_side_by_side_find_what_one_finds(tmp_path: Path) -> None:
    lay(tmp_path, {f"managed/vpcs/v{number}.yaml": b"n: %d\n" % number for number in range(4100)})
    lay(tmp_path, {"raw/pointer.yaml": b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"})
    lay(tmp_path, {"raw/large.yaml": b"x" * 1001})
    (tmp_path / "raw/link.yaml").symlink_to("pointer.yaml")
    tree = read_tree(tmp_path, max_file_bytes=1000, extensions=EXTENSIONS, spread=Processes(2))
    assert tree == read(tmp_path)
    assert list(tree.files) == list(read(tmp_path).files)
    assert len(tree.obstacles) == 3
