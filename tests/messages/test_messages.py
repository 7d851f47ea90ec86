"""Everything that the program can print, kept so that a change of words is seen: `pytest tests/messages --snapshot-update`."""

from pathlib import Path

import pytest
from collector import listing
from pytest_snapshot.plugin import Snapshot

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "fgd_sync"
PARTS = sorted(path.name for path in PACKAGE.iterdir() if (path / "__init__.py").is_file())


@pytest.mark.parametrize("part", PARTS)
def test_the_words_of_the_program_are_those_that_were_read_over(part: str, snapshot: Snapshot) -> None:
    snapshot.snapshot_dir = Path(__file__).parent / "snapshots"
    snapshot.assert_match(listing(PACKAGE / part), f"{part}.txt")
