"""A fingerprint differs whenever something that counts was touched, and tells when that would not be certain."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from fgd_sync.adapters.fingerprint import Fingerprint, Scope, fingerprint

SECOND = 1_000_000_000


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("north/managed/servers/a.yaml", "north/managed/servers/b.yaml", "north/.hnp/manifest.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x: 1\n")
    (tmp_path / "north/.idea").mkdir()
    return tmp_path


def seen(*files: str, spots: tuple[str, ...] = ()) -> str:
    found = fingerprint(Scope(["north"], list(files), list(spots), is_at_head=True))
    assert found
    return found.digest


def touch_with_old_times(path: Path) -> None:
    """Change the content and set the time of the last change back, as somebody would who wants to hide it."""
    status = path.stat()
    path.write_text("x: 2\n")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def put(path: Path, content: str = "") -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_text(content)


def link(path: Path) -> None:
    path.unlink()
    path.symlink_to("b.yaml")


def exchange(one: Path, other: Path) -> None:
    one.rename(one.with_suffix(".draft"))
    other.rename(one)
    one.with_suffix(".draft").rename(other)


A, B = "north/managed/servers/a.yaml", "north/managed/servers/b.yaml"
CHANGES: dict[str, Callable[[Path], object]] = {
    "edit": lambda root: put(root / A, "x: 22\n"),
    "edit of the same length, time set back": lambda root: touch_with_old_times(root / A),
    "deletion": lambda root: (root / A).unlink(),
    "new file": lambda root: put(root / "north/managed/servers/c.yaml"),
    "new empty folder": lambda root: (root / "north/raw").mkdir(),
    "other name": lambda root: (root / A).rename(root / "north/managed/servers/c.yaml"),
    "two files changed places": lambda root: exchange(root / A, root / B),
    "mode": lambda root: (root / A).chmod(0o600),
    "link in place of a file": lambda root: link(root / A),
    "settings": lambda root: put(root / "fgd_config.yaml", "fgd: {}\n"),
    "settings in .github": lambda root: put(root / ".github/fgd_config.yaml"),
    "a fabric around it": lambda root: put(root / ".hnp/manifest.yaml"),
    "a journal": lambda root: (root / "north/.hnp/.journal").mkdir(),
    "a repository": lambda root: put(root / ".git/HEAD", "ref: refs/heads/main\n"),
    "a repository inside": lambda root: (root / "north/managed/.git").mkdir(),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_every_change_is_seen(place: Path, change: Callable[[Path], object]) -> None:
    before = seen()
    assert seen() == before
    time.sleep(0.02)
    change(place)
    assert seen() != before


def test_what_hidden_folders_hold_does_not_count(place: Path) -> None:
    before = seen()
    (place / "north/.idea/workspace.xml").write_text("x")
    assert seen() == before


def test_single_files_and_spots_count(place: Path) -> None:
    before = seen("other.yaml", spots=("spot",))
    (place / "spot").mkdir()
    between = seen("other.yaml", spots=("spot",))
    assert between != before
    (place / "other.yaml").write_text("")
    assert seen("other.yaml", spots=("spot",)) != between


def test_a_directory_that_is_not_there_has_none(place: Path) -> None:
    assert fingerprint(Scope([str(place / "south")], [], [], is_at_head=False)) is None


def test_the_newest_time_is_that_of_the_last_change(place: Path) -> None:
    scope = Scope(["north"], [], [], is_at_head=False)
    start = time.time_ns()
    (place / A).unlink()
    found = fingerprint(scope)
    assert found
    assert abs(found.newest - start) < SECOND
    assert not found.is_settled(start)
    assert found.is_settled(start + 5 * SECOND)


@pytest.mark.parametrize(
    ("newest", "since", "is_settled"),
    [
        (100 * SECOND + 1, 101 * SECOND, True),
        (100 * SECOND + 1, 100 * SECOND + 2, False),
        (100 * SECOND + 1, 100 * SECOND + 40_000_000, False),
        (100 * SECOND, 101 * SECOND, False),
        (100 * SECOND, 103 * SECOND, True),
        (103 * SECOND + 1, 100 * SECOND, False),
    ],
)
def test_what_changed_just_before_may_change_again_unseen(newest: int, since: int, is_settled: bool) -> None:
    assert Fingerprint("", newest).is_settled(since) is is_settled
