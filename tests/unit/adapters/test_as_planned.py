"""An edit of a source between reading and archiving is seen, however well it hides, and kept."""

import os
import time
from pathlib import Path
from typing import Any

import pytest

from fgd_sync.adapters.journal import make
from fgd_sync.model import code
from fgd_sync.model.change import Move
from fgd_sync.model.failure import FgdError

SOURCE, ARCHIVED = "raw/a.yaml", "raw/a.yaml.archived"
OLD, EDIT = b"a: old\n", b"a: new\n"
MOVE = Move(SOURCE, ARCHIVED, OLD)


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


def refuses(fabric: Path) -> None:
    """The source is not archived after an edit, and has the edit."""
    with pytest.raises(FgdError, match=rf"{SOURCE} has changed") as caught:
        make(fabric, [MOVE])
    assert caught.value.code is code.PLAN_OUTDATED
    assert [path.name for path in (fabric / "raw").iterdir()] == ["a.yaml"]
    assert (fabric / SOURCE).read_bytes() == EDIT


def test_an_edit_that_keeps_size_and_time(fabric: Path) -> None:
    edit(fabric / SOURCE)
    refuses(fabric)


def test_an_edit_through_another_name(fabric: Path) -> None:
    os.link(fabric / SOURCE, fabric / "other")
    edit(fabric / "other")
    refuses(fabric)


def test_another_file_in_its_place(fabric: Path) -> None:
    (fabric / "other").write_bytes(EDIT)
    (fabric / "other").rename(fabric / SOURCE)
    refuses(fabric)


@pytest.mark.parametrize("is_fresh", [False, True])
def test_an_edit_after_it_was_compared(is_fresh: bool, fabric: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.rename
    if is_fresh:
        (fabric / SOURCE).write_bytes(OLD)

    def rename(*arguments: Any, **options: Any) -> None:
        if arguments[1] == "index":
            edit(fabric / SOURCE)
        real(*arguments, **options)

    monkeypatch.setattr(os, "rename", rename)
    refuses(fabric)


def test_a_file_that_only_looks_different_is_archived(fabric: Path) -> None:
    (fabric / SOURCE).chmod(0o600)
    make(fabric, [MOVE])
    assert (fabric / ARCHIVED).read_bytes() == OLD
