"""Both ways of renaming to where nothing is do the same."""

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fgd_sync.adapters import renaming
from fgd_sync.adapters.renaming import rename_new, rename_new_at_once

Rename = Callable[[str, str], bool]


def unknown(*arguments: object) -> bool:
    """In one step on a system that does not know it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(renaming, "_renameat2", lambda *_: errno.EINVAL)
        return rename_new_at_once(*arguments)  # type: ignore[arg-type]


@pytest.fixture(params=[rename_new, rename_new_at_once, unknown], ids=["look", "at once", "unknown"])
def rename(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Rename]:
    """Renames from the folder a to the folder b; there is a file to be renamed."""
    folders = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        folders.append(os.open(tmp_path / name, os.O_RDONLY))
    (tmp_path / "a/file").write_bytes(b"ours")
    yield lambda old, new: request.param(old, new, *folders)
    for folder in folders:
        os.close(folder)


@pytest.mark.parametrize("name", ["file", "straße 日本", os.fsdecode(b"latin-\xdf"), "x" * 255])
def test_a_file_gets_its_new_name(rename: Rename, name: str, tmp_path: Path) -> None:
    assert rename("file", name) is True
    assert (tmp_path / "b" / name).read_bytes() == b"ours"
    assert not list((tmp_path / "a").iterdir())


@pytest.mark.parametrize("kind", ["file", "folder", "link", "dangling"])
def test_what_stands_there_stays(rename: Rename, kind: str, tmp_path: Path) -> None:
    there = tmp_path / "b/there"
    if kind == "file":
        there.write_bytes(b"theirs")
    elif kind == "folder":
        there.mkdir()
    else:
        there.symlink_to(tmp_path / ("a/file" if kind == "link" else "none"))
    before = there.lstat()
    assert rename("file", "there") is False
    assert there.lstat() == before
    assert (tmp_path / "a/file").read_bytes() == b"ours"


@pytest.mark.parametrize(
    ("old", "new", "number"), [("none", "x", errno.ENOENT), ("file", "x" * 300, errno.ENAMETOOLONG)]
)
def test_what_the_system_refuses(rename: Rename, old: str, new: str, number: int) -> None:
    with pytest.raises(OSError) as caught:  # noqa: PT011 - the number is looked at
        rename(old, new)
    assert caught.value.errno == number


def test_one_step_is_enough_where_the_system_can(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"ours")
    folder = os.open(tmp_path, os.O_RDONLY)
    if renaming._renameat2("none", "x", folder, folder) != errno.ENOENT:
        pytest.skip("this file system cannot, or this system")
    monkeypatch.delattr(os, "rename")
    assert rename_new_at_once("file", "new", folder, folder) is True
    os.close(folder)
    assert [path.name for path in tmp_path.iterdir()] == ["new"]
