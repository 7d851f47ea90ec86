"""What a helper saw of some folders counts as if this process had looked, and a helper that fails costs nothing."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fgd_sync.adapters.ahead import look_ahead
from fgd_sync.adapters.listing import Folder, Look, look_into

FILES = 1500

LOOKS = """
import pathlib, sys
from fgd_sync.adapters.ahead import look_ahead
from fgd_sync.adapters.listing import Look, look_into

look, (ours, theirs) = Look(), sys.argv[1:]
look_ahead(look, [(path, look_into(path).newest) for path in (ours, theirs)])
look.gather()
for path in (theirs, ours):
    (pathlib.Path(path) / "late.yaml").touch()
print(*("late.yaml" in look.folder(path).names for path in (theirs, ours)))
"""


@pytest.fixture
def place(tmp_path: Path) -> str:
    for name in ("raw", "managed/vpcs", "managed/empty", "unmanaged"):
        (tmp_path / name).mkdir(parents=True)
    for number in range(FILES):
        (tmp_path / "raw" / f"{number}.yaml").touch()
        (tmp_path / "managed/vpcs" / f"{number}.yaml").touch()
    (tmp_path / "managed/vpcs/link.yaml").symlink_to("0.yaml")
    (tmp_path / "unmanaged" / os.fsdecode(b"\xff")).mkdir()
    return str(tmp_path)


def seen(look: Look, place: str) -> dict[str, tuple[object, ...]]:
    def content(folder: Folder) -> tuple[object, ...]:
        return (folder.names, folder.marks, folder.modified, folder.newest, folder.folders, folder.links)

    return {prefix: content(folder) for prefix, folder in look.below(place)}


def test_a_look_with_a_helper_sees_what_one_without_does(place: str) -> None:
    alone, helped = Look(), Look()
    expected = seen(alone, place)
    assert not look_ahead(helped, alone.known())
    assert seen(helped, place) == expected


def test_what_changed_last_is_looked_at_first(place: str) -> None:
    (Path(place) / "raw/0.yaml").write_text("a: 1\n")
    look = Look()
    folders = [f"{place}/{prefix}" for prefix in seen(look, place)]
    known = look.known()
    assert {path: look.folder(path).newest for path in folders} == dict(known)
    assert known[0][0] == f"{place}/raw/"
    assert look.latest() == f"{place}/raw/0.yaml"


def test_nothing_is_the_latest_where_the_folder_itself_changed_last(place: str) -> None:
    look = Look()
    time.sleep(0.05)  # so that it has another time
    (Path(place) / "raw/0.yaml").unlink()
    seen(look, place)
    assert look.known()[0][0] == f"{place}/raw/"
    assert not look.latest()


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="a helper is for a second core")
@pytest.mark.parametrize("again", [True, False])
def test_all_is_left_to_the_helper_where_what_changed_last_did_so_again(place: str, *, again: bool) -> None:
    (Path(place) / "raw/0.yaml").write_text("a: 1\n")
    first, helped, alone = Look(), Look(), Look()
    seen(first, place)
    (Path(place) / ("raw/0.yaml" if again else "raw/new.yaml")).write_text("a: 2\n")
    assert look_ahead(helped, first.known(), first.latest())
    helped.gather()
    assert len(helped.known()) == len(first.known())
    assert seen(helped, place) == seen(alone, place)


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="a helper is for a second core")
@pytest.mark.parametrize("changed", ["raw/0.yaml", "managed/vpcs/0.yaml", "unmanaged/0.yaml"])
def test_a_change_is_told_and_the_look_is_the_same(place: str, changed: str) -> None:
    first, helped, alone = Look(), Look(), Look()
    seen(first, place)
    (Path(place) / changed).write_text("a: 1\n")
    assert look_ahead(helped, first.known()) or changed.startswith(
        "managed/vpcs"
    )  # The helper may tell of it too late.
    assert seen(helped, place) == seen(alone, place)


def test_what_is_to_be_done_afterwards_is_done_once(place: str) -> None:
    first, look, done = Look(), Look(), list[str]()
    seen(first, place)
    look_ahead(look, first.known())
    look.afterwards(lambda: done.append("after"))
    look.gather()
    look.gather()
    assert done == ["after"]
    look.afterwards(lambda: done.append("at once"))
    assert done == ["after", "at once"]


def test_few_entries_need_no_helper(tmp_path: Path) -> None:
    look = Look()
    seen(look, str(tmp_path))
    assert not look.known()


def test_a_folder_that_a_helper_does_not_find_leaves_the_others_to_be_looked_at(place: str) -> None:
    look = Look()
    look_ahead(
        look, [(f"{place}/managed/", look_into(f"{place}/managed/").newest), (f"{place}/raw", 0), (f"{place}/gone", 0)]
    )
    assert len(look.folder(f"{place}/raw").names) == FILES
    with pytest.raises(FileNotFoundError):
        look.folder(f"{place}/gone")


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="a helper is for a second core")
def test_what_was_seen_stays_as_it_was(place: str) -> None:
    code = [sys.executable, "-c", LOOKS, f"{place}/raw", f"{place}/managed"]
    assert subprocess.run(code, capture_output=True, text=True, check=True).stdout == "False False\n"
