"""An edit of a source between reading and archiving is seen, however well it hides, and kept."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fgd_sync.adapters import processes
from fgd_sync.adapters.journal import make
from fgd_sync.adapters.processes import Processes
from fgd_sync.model import code
from fgd_sync.model.change import Move, Write
from fgd_sync.model.failure import FgdError
from fgd_sync.model.spread import Spread

SOURCE, ARCHIVED = "raw/a.yaml", "raw/a.yaml.archived"
OLD, EDIT = b"a: old\n", b"a: new\n"
MOVE = Move(SOURCE, ARCHIVED, OLD)


@pytest.fixture
def fabric(tmp_path: Path) -> Path:
    """A source that was written long enough ago for any later edit to be seen."""
    (tmp_path / "raw").mkdir()
    (tmp_path / SOURCE).write_bytes(OLD)
    time.sleep(0.07)
    return tmp_path


def edit(path: Path) -> None:
    """Write to a file in place, and hide that as well as a program can."""
    before = path.stat()
    path.write_bytes(EDIT)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def refuses(fabric: Path, spread: Spread | None = None) -> None:
    """The source is not archived after an edit, and has the edit."""
    with pytest.raises(FgdError, match=rf"{SOURCE} has changed") as caught:
        make(fabric, [MOVE], spread=spread)
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


@pytest.fixture(params=["alone", "with another process"])
def spread(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Spread | None:
    monkeypatch.setattr(processes, "_WORTH_A_HELPER", 0)
    return None if request.param == "alone" else Processes(2)


def at_the_decision(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Let something happen when everything was compared, and nothing was renamed."""
    real = os.rename

    def rename(*arguments: Any, **options: Any) -> None:
        if arguments[1] == "index":
            act()
        real(*arguments, **options)

    monkeypatch.setattr(os, "rename", rename)


@pytest.mark.parametrize("is_fresh", [False, True])
def test_an_edit_after_it_was_compared(
    is_fresh: bool, fabric: Path, spread: Spread | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if is_fresh:
        (fabric / SOURCE).write_bytes(OLD)
    at_the_decision(monkeypatch, lambda: edit(fabric / SOURCE))
    refuses(fabric, spread)


@pytest.mark.parametrize("path", ["raw/new.yaml", ARCHIVED])
def test_what_appears_at_a_new_name_after_it_was_compared(
    path: str, fabric: Path, spread: Spread | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_the_decision(monkeypatch, lambda: (fabric / path).write_bytes(EDIT))
    with pytest.raises(FgdError, match=rf"{path} has appeared") as caught:
        make(fabric, [MOVE, Write("raw/new.yaml", b"ours", None)], spread=spread)
    assert caught.value.code is code.PLAN_OUTDATED
    left = {entry.relative_to(fabric).as_posix(): entry.read_bytes() for entry in fabric.rglob("*") if entry.is_file()}
    assert left == {SOURCE: OLD, path: EDIT}


def test_a_file_that_only_looks_different_is_archived(fabric: Path) -> None:
    (fabric / SOURCE).chmod(0o600)
    make(fabric, [MOVE])
    assert (fabric / ARCHIVED).read_bytes() == OLD
