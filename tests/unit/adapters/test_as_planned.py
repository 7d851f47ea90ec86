"""A source that was read in the same run is not read again while the system tells the same of it; an edit is seen."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fgd_sync.adapters.clock import SystemClock
from fgd_sync.adapters.listing import Seen, stamp
from fgd_sync.adapters.processes import Processes
from fgd_sync.adapters.read_tree import read_tree
from fgd_sync.adapters.workspace import LocalWorkspace
from fgd_sync.model import code
from fgd_sync.model.change import Change, Delete, Move, Write
from fgd_sync.model.config import IngestionSettings
from fgd_sync.model.failure import FgdError
from fgd_sync.model.spread import Spread, in_turn

SOURCE, ARCHIVED = "raw/a.yaml", "raw/a.yaml.archived"
OLD, EDIT = b"a: old\n", b"a: new\n"
MOVE = Move(SOURCE, ARCHIVED, OLD)
SETTINGS = IngestionSettings()
Meanwhile = Callable[[LocalWorkspace], object]


@pytest.fixture
def fabric(tmp_path: Path) -> Path:
    """A source that was written long enough ago for any later edit to be seen."""
    (tmp_path / "raw").mkdir()
    (tmp_path / SOURCE).write_bytes(OLD)
    time.sleep(0.1)
    return tmp_path


def edit(path: Path) -> None:
    """Write to a file in place, and hide that as well as a program can."""
    before = path.stat()
    path.write_bytes(EDIT)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def make(fabric: Path, change: Change, meanwhile: Meanwhile) -> None:
    """Read, let something happen, and make a change, all while the directory is held."""
    place = LocalWorkspace()
    with place.hold(fabric, 1, SystemClock()):
        place.read(fabric, SETTINGS)
        meanwhile(place)
        place.make(fabric, [change], frozenset())


def refuses(fabric: Path, meanwhile: Meanwhile) -> None:
    """The source is not archived after an edit, and has the edit."""
    with pytest.raises(FgdError, match=rf"{SOURCE} has changed") as caught:
        make(fabric, MOVE, meanwhile)
    assert caught.value.code is code.PLAN_OUTDATED
    assert [path.name for path in (fabric / "raw").iterdir()] == ["a.yaml"]
    assert (fabric / SOURCE).read_bytes() == EDIT


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of what is opened."""
    names, real = list[str](), os.open

    def note(path: Any, *arguments: Any, **options: Any) -> int:
        names.append(str(path))
        return real(path, *arguments, **options)

    monkeypatch.setattr(os, "open", note)
    return names


@pytest.mark.parametrize(
    ("change", "times"),
    [(MOVE, 0), (Delete(SOURCE, OLD), 2), (Write(SOURCE, EDIT, OLD), 2)],
    ids=["move", "delete", "replace"],
)
def test_a_source_is_read_again_only_where_its_bytes_would_go(
    change: Change, times: int, fabric: Path, opened: list[str]
) -> None:
    make(fabric, change, lambda _: opened.clear())
    assert opened.count("a.yaml") == times


def test_what_was_read_before_the_directory_was_held_is_read_again(fabric: Path, opened: list[str]) -> None:
    place = LocalWorkspace()
    for _ in range(2):
        with place.hold(fabric, 1, SystemClock()):
            place.read(fabric, SETTINGS)
    opened.clear()
    with place.hold(fabric, 1, SystemClock()):
        place.make(fabric, [MOVE], frozenset())
    assert "a.yaml" in opened


def test_an_edit_that_keeps_size_and_time(fabric: Path) -> None:
    refuses(fabric, lambda _: edit(fabric / SOURCE))


def test_an_edit_through_another_name(fabric: Path) -> None:
    os.link(fabric / SOURCE, fabric / "other")
    time.sleep(0.1)
    refuses(fabric, lambda _: edit(fabric / "other"))


def test_another_file_in_its_place(fabric: Path) -> None:
    (fabric / "other").write_bytes(EDIT)
    refuses(fabric, lambda _: (fabric / "other").rename(fabric / SOURCE))


def test_an_edit_that_was_read_after_the_plan_was_made(fabric: Path) -> None:
    def meanwhile(place: LocalWorkspace) -> None:
        edit(fabric / SOURCE)
        time.sleep(0.1)
        place.read(fabric, SETTINGS)

    refuses(fabric, meanwhile)


def test_an_edit_after_it_was_compared(fabric: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.rename

    def rename(*arguments: Any, **options: Any) -> None:
        if arguments[1] == "index":
            edit(fabric / SOURCE)
        real(*arguments, **options)

    monkeypatch.setattr(os, "rename", rename)
    refuses(fabric, bool)


def test_a_file_that_only_looks_different_is_archived(fabric: Path) -> None:
    make(fabric, MOVE, lambda _: (fabric / SOURCE).chmod(0o600))
    assert (fabric / ARCHIVED).read_bytes() == OLD


def noted(fabric: Path, spread: Spread = in_turn) -> dict[str, Seen]:
    seen: dict[str, Seen] = {}
    read_tree(fabric, max_file_bytes=1000, extensions=(".yaml",), spread=spread, seen=seen)
    return seen


def test_a_file_that_could_be_written_again_in_the_same_moment_is_not_known(fabric: Path) -> None:
    (fabric / "raw/fresh.yaml").write_bytes(OLD)
    assert noted(fabric) == {SOURCE: (OLD, stamp((fabric / SOURCE).lstat()))}


def test_nor_is_one_whose_time_is_yet_to_come(fabric: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time_ns", lambda: (fabric / SOURCE).stat().st_ctime_ns - 1)
    assert not noted(fabric)


def test_only_what_may_be_a_source_is_noted(fabric: Path) -> None:
    for path in ("managed/vpcs/x.yaml", ".hnp/manifest.yaml", "b.yaml"):
        (fabric / path).parent.mkdir(parents=True, exist_ok=True)
        (fabric / path).write_bytes(OLD)
    time.sleep(0.1)
    assert noted(fabric).keys() == {SOURCE, "b.yaml"}


def test_several_processes_note_the_same(fabric: Path) -> None:
    for number in range(4000):
        (fabric / f"raw/{number}.yaml").write_bytes(b"%d" % number)
    time.sleep(0.1)
    found = noted(fabric, Processes(2))
    assert len(found) == 4001
    assert found == noted(fabric)
