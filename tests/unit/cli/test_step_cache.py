"""Where a step may keep what it remembers."""

from pathlib import Path

import pytest

from fgd_sync.cli.step_cache import unusable


@pytest.mark.parametrize(
    ("folder", "reason"),
    [
        (".fgd-cache", ""),
        ("deep/er", ""),
        ("north/.cache", ""),
        (".", "is the workspace itself"),
        ("north/raw/cache", "lies in a fabric, which would take it in"),
        ("north/.hnp", "lies in a fabric, which would take it in"),
        ("../elsewhere", "is a link, or lies behind one"),
        ("link", "is a link, or lies behind one"),
    ],
)
def test_the_cache_lies_where_it_is_in_nobodys_way(tmp_path: Path, folder: str, reason: str) -> None:
    root = tmp_path.resolve()
    (root / "north/.hnp").mkdir(parents=True)
    (root / "link").symlink_to("north")
    assert unusable(root, folder) == reason
