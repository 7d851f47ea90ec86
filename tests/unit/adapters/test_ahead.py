"""What a helper saw of some folders counts as if this process had looked, and a helper that fails costs nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from fgd_sync.adapters.ahead import look_ahead
from fgd_sync.adapters.listing import Folder, Look

FILES = 1500

LOOKS = """
import pathlib, sys
from fgd_sync.adapters.ahead import look_ahead
from fgd_sync.adapters.listing import Look

look, (theirs, ours) = Look(), sys.argv[1:]
look_ahead(look, [theirs], [ours])
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
    theirs, ours = alone.halves()
    look_ahead(helped, theirs, ours)
    assert seen(helped, place) == expected


def test_halves_hold_about_half_of_all_entries_each(place: str) -> None:
    look = Look()
    folders = [f"{place}/{prefix}" for prefix in seen(look, place)]
    theirs, ours = look.halves()
    assert sorted([*theirs, *ours]) == sorted(folders)
    assert all(sum(len(look.folder(path).names) for path in half) >= FILES for half in (theirs, ours))


def test_few_entries_need_no_helper(tmp_path: Path) -> None:
    look = Look()
    seen(look, str(tmp_path))
    assert look.halves() == ([], [])


def test_a_folder_that_a_helper_does_not_find_leaves_the_others_to_be_looked_at(place: str) -> None:
    look = Look()
    look_ahead(look, [f"{place}/gone", f"{place}/raw"], [f"{place}/managed/"])
    assert len(look.folder(f"{place}/raw").names) == FILES
    with pytest.raises(FileNotFoundError):
        look.folder(f"{place}/gone")


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="a helper is for a second core")
def test_what_was_seen_stays_as_it_was(place: str) -> None:
    code = [sys.executable, "-c", LOOKS, f"{place}/raw", f"{place}/managed"]
    assert subprocess.run(code, capture_output=True, text=True, check=True).stdout == "False False\n"
