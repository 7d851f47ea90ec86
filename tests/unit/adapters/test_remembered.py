"""What is remembered of a directory is taken only for that directory, as it was, and never from somebody else."""

import fcntl
import os
import shutil
import threading
import time
from collections.abc import Callable
from hashlib import sha1
from pathlib import Path

import pytest

from fgd_sync.adapters.clock import SystemClock
from fgd_sync.adapters.listing import Look
from fgd_sync.adapters.sealed import Sealed, packed
from fgd_sync.adapters.shelf import KIND, Cache
from fgd_sync.adapters.workspace import LocalWorkspace
from fgd_sync.model.config import IngestionSettings
from fgd_sync.model.structure import Structure
from fgd_sync.model.tree import Tree
from fgd_sync.planning.recalled import Recalled
from fgd_sync.planning.resting import Owners, Resting, Uses

SETTINGS = IngestionSettings()
RESTING = Resting("options", Owners.of({}), frozenset(), (), Structure(), (), {}, {}, Uses({}, {}))
A, B = "managed/servers/a.yaml", "managed/servers/b.yaml"


@pytest.fixture
def fabric(tmp_path: Path) -> Path:
    """A fabric directory whose files are old enough for their times to be believed."""
    for name in (A, B, ".hnp/manifest.yaml", "raw/.gitkeep"):
        (tmp_path / "north" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "north" / name).write_text(f"{name}: 1\n")
    time.sleep(0.1)
    return tmp_path / "north"


def cache_at(tmp_path: Path, key: bytes = b"k" * 32) -> Sealed:
    return Sealed(str(tmp_path / "cache"), key)


def workspace(cache: Sealed) -> LocalWorkspace:
    return LocalWorkspace(Cache(cache, Look()))


def recalled(fabric: Path, cache: Sealed) -> Recalled:
    files = workspace(cache).read(fabric, SETTINGS).files
    assert isinstance(files, Recalled)
    return files


def git_id(data: bytes) -> str:
    return sha1(b"blob %d\0%b" % (len(data), data)).hexdigest()


def keep(fabric: Path, cache: Sealed) -> None:
    recalled(fabric, cache).keep(RESTING)


def test_what_was_kept_comes_back_without_the_files_being_read(fabric: Path, tmp_path: Path) -> None:
    cache = cache_at(tmp_path)
    keep(fabric, cache)
    plain = LocalWorkspace().read(fabric, SETTINGS)
    files = recalled(fabric, cache)
    assert files.resting == RESTING
    assert files.changed == []
    assert set(files) == set(plain.files)
    assert files.digest == recalled(fabric, cache_at(tmp_path / "other")).digest
    assert [files.blob_id(path) for path in (A, B)] == [git_id(plain.files[path]) for path in (A, B)]
    assert dict(files) == plain.files


def test_changed_files_are_told_from_touched_ones(fabric: Path, tmp_path: Path) -> None:
    cache = cache_at(tmp_path)
    keep(fabric, cache)
    os.utime(fabric / B)
    (fabric / A).write_text("other\n")
    files = recalled(fabric, cache)
    assert files.changed == [A]
    assert files[A] == b"other\n"


def test_files_that_came_and_went_are_told(fabric: Path, tmp_path: Path) -> None:
    cache = cache_at(tmp_path)
    keep(fabric, cache)
    (fabric / A).unlink()
    (fabric / "raw/new.yaml").write_text("x: 1\n")
    (fabric / "notes.txt").write_text("not read")
    files = recalled(fabric, cache)
    assert files.resting == RESTING
    assert (files.changed, files.new, files.gone) == (["raw/new.yaml"], ["raw/new.yaml"], [A])
    assert dict(files) == LocalWorkspace().read(fabric, SETTINGS).files
    assert files.digest == recalled(fabric, cache_at(tmp_path / "other")).digest


def test_what_another_version_kept_is_passed_over(fabric: Path, tmp_path: Path) -> None:
    cache = cache_at(tmp_path)
    keep(fabric, cache)
    [kept] = (tmp_path / "cache" / KIND).iterdir()
    cache.write(KIND, kept.name, packed([b"another program", b"", b"", b"", b"", b"more fields"]))
    assert recalled(fabric, cache).resting is None


def test_a_lock_that_was_waited_for_makes_a_look_stale(fabric: Path, tmp_path: Path) -> None:
    """What changed while another run was at work is seen, however short ago the directory was looked at."""
    cache, clock = cache_at(tmp_path), SystemClock()
    keep(fabric, cache)
    place = LocalWorkspace(shared := Cache(cache, Look()))
    seen = list(shared.look.below(str(fabric)))
    assert seen
    other = os.open(fabric, os.O_RDONLY)
    fcntl.flock(other, fcntl.LOCK_EX)

    def work() -> None:
        (fabric / A).write_text("other\n")
        os.close(other)

    threading.Timer(0.2, work).start()
    with place.hold(fabric, 10, clock):
        files = place.read(fabric, SETTINGS).files
    assert isinstance(files, Recalled)
    assert files.changed == [A]


def test_a_change_within_one_tick_of_the_clock_is_seen(fabric: Path, tmp_path: Path) -> None:
    """Nothing but the content tells that a file differs: it was as new as the look at it."""
    cache = cache_at(tmp_path)
    (fabric / A).write_text("x: 1\n")
    keep(fabric, cache)
    (fabric / A).write_text("x: 2\n")
    assert recalled(fabric, cache).changed == [A]


def test_what_is_lost_in_the_middle_of_a_run_is_read_anew(fabric: Path, tmp_path: Path) -> None:
    cache = cache_at(tmp_path)
    keep(fabric, cache)
    plain, files = LocalWorkspace().read(fabric, SETTINGS).files, recalled(fabric, cache)
    digest = recalled(fabric, cache).digest
    shutil.rmtree(tmp_path / "cache")
    assert A in files
    assert files.resting is None
    assert (len(files), dict(files), files.digest) == (len(plain), plain, digest)


POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n"
CHANGES: dict[str, Callable[[Path], object]] = {
    "a new file outside": lambda root: (root / "c.yaml").write_text(""),
    "a file of ours": lambda root: (root / ".hnp/x.yaml").write_text(""),
    "a new file that is none for git": lambda root: (root / "managed/servers/.git").write_text(""),
    "a name in another encoding": lambda root: Path(
        os.fsdecode(os.fsencode(root / "managed/") + b"/\xff.yaml")
    ).touch(),
    "a new pointer of Git LFS": lambda root: (root / "raw/x.yaml").write_text(POINTER),
    "a folder more": lambda root: (root / "managed/vpcs").mkdir(),
    "a link": lambda root: (root / "managed/x.yaml").symlink_to("a.yaml"),
    "another mode": lambda root: (root / A).chmod(0o600),
    "too large": lambda root: (root / A).write_bytes(b"#" * (SETTINGS.max_file_size_mb * 1024 * 1024 + 1)),
    "a pointer of Git LFS": lambda root: (root / A).write_text(POINTER),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_everything_is_read_and_compared_where_more_than_content_changed(
    fabric: Path, tmp_path: Path, change: Callable[[Path], object]
) -> None:
    cache = cache_at(tmp_path)
    keep(fabric, cache)
    before = LocalWorkspace().read(fabric, SETTINGS).files
    change(fabric)
    tree, plain = workspace(cache).read(fabric, SETTINGS), LocalWorkspace().read(fabric, SETTINGS)
    assert isinstance(tree.files, Recalled)
    assert Tree(dict(tree.files), tree.obstacles) == plain
    assert (tree.files.resting is None) == bool(plain.obstacles)
    if tree.files.resting:
        assert set(tree.files.changed) == {path for path, data in plain.files.items() if before.get(path) != data}
        assert set(tree.files.gone) == before.keys() - plain.files.keys()


def test_a_copy_elsewhere_with_other_times_is_compared_by_its_bytes(fabric: Path, tmp_path: Path) -> None:
    """As a fresh checkout on a hosted runner, with a cache that was handed on."""
    cache = cache_at(tmp_path)
    keep(fabric, cache)
    aside = tmp_path / "aside"
    fabric.rename(aside)
    shutil.copytree(aside, fabric)
    (fabric / A).write_text("other\n")
    files = recalled(fabric, cache)
    assert files.resting == RESTING
    assert (files.changed, files.gone) == ([A], [])


def test_an_interrupted_run_is_not_passed_over(fabric: Path, tmp_path: Path) -> None:
    cache = cache_at(tmp_path)
    keep(fabric, cache)
    (fabric / ".hnp/.journal").mkdir()
    assert not isinstance(workspace(cache).read(fabric, SETTINGS).files, Recalled)


def test_what_others_wrote_is_not_believed(fabric: Path, tmp_path: Path) -> None:
    """With another key, of another directory, or with a changed byte."""
    cache = cache_at(tmp_path)
    keep(fabric, cache_at(tmp_path, b"o" * 32))
    assert recalled(fabric, cache).resting is None
    keep(fabric, cache)
    [kept] = (tmp_path / "cache" / KIND).iterdir()
    south = tmp_path / "south"
    fabric.rename(south)
    assert recalled(south, cache).resting is None
    keep(south, cache)
    [other] = [path for path in kept.parent.iterdir() if path != kept]
    other.write_bytes(kept.read_bytes())
    assert recalled(south, cache).resting is None
    south.rename(fabric)


def test_a_changed_byte_changes_nothing_that_is_told(fabric: Path, tmp_path: Path) -> None:
    cache = cache_at(tmp_path)
    keep(fabric, cache)
    plain = LocalWorkspace().read(fabric, SETTINGS).files
    digest = recalled(fabric, cache_at(tmp_path / "other")).digest
    [kept] = (tmp_path / "cache" / KIND).iterdir()
    data, told = kept.read_bytes(), set()
    for place in range(0, len(data), 20):
        kept.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        files = recalled(fabric, cache)
        told.add(files.resting is None)
        assert dict(files) == plain
        assert files.digest == digest
        assert [files.blob_id(path) for path in (A, B)] == [git_id(plain[path]) for path in (A, B)]
    assert told == {True, False}
