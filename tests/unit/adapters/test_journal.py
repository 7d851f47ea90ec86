import json
import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from fgd_sync.adapters import journal
from fgd_sync.adapters.carry_out import DRAFT
from fgd_sync.adapters.intent import effect
from fgd_sync.adapters.journal import make, recover
from fgd_sync.adapters.read_tree import read_tree
from fgd_sync.adapters.root import Root
from fgd_sync.model import code
from fgd_sync.model.change import Change, Delete, Move, Write
from fgd_sync.model.code import Code
from fgd_sync.model.failure import FgdError
from fgd_sync.planning.archive_log import sha256
from fgd_sync.planning.readable import JOURNAL


def lay(directory: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return directory


def files(directory: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file() and not path.is_symlink()
    }


def folders(directory: Path) -> set[str]:
    return {str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_dir()}


def refused(directory: Path, changes: Sequence[Change], expected: Code) -> FgdError:
    """The failure of making the changes; nothing is different afterwards."""
    old = files(directory), folders(directory)
    with pytest.raises(FgdError) as caught:
        make(directory, changes)
    assert (files(directory), folders(directory)) == old
    assert caught.value.code is expected, caught.value.message
    return caught.value


def test_makes_writes_moves_and_deletions(tmp_path: Path) -> None:
    lay(tmp_path, {"raw/a.yaml": b"a", "raw/b/c.yaml": b"c", "managed/x.yaml": b"x", "managed/y.yaml": b"y"})
    make(
        tmp_path,
        [
            Write("managed/x.yaml", b"x2", b"x"),
            Write("managed/new/z.yaml", b"z", None),
            Delete("managed/y.yaml", b"y"),
            Move("raw/a.yaml", "raw/a.yaml.archived", b"a"),
            Move("raw/b/c.yaml", "unmanaged/b/c.yaml", None),
        ],
    )
    assert files(tmp_path) == {
        "managed/x.yaml": b"x2",
        "managed/new/z.yaml": b"z",
        "raw/a.yaml.archived": b"a",
        "unmanaged/b/c.yaml": b"c",
    }
    assert folders(tmp_path) == {"managed", "managed/new", "raw", "unmanaged", "unmanaged/b"}


def test_nothing_to_do_touches_nothing(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    make(tmp_path, [])
    make(lay(tmp_path, {}), ())
    assert recover(tmp_path) is False


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Write("managed/x.yaml", b"new", b"other"), "managed/x.yaml has changed"),
        (Write("managed/x.yaml", b"new", None), "managed/x.yaml has appeared"),
        (Write("managed/none.yaml", b"new", b"x"), "managed/none.yaml has been removed"),
        (Delete("managed/x.yaml", b"y"), "managed/x.yaml has changed"),
        (Delete("managed/none.yaml", b"y"), "managed/none.yaml has been removed"),
        (Move("raw/a.yaml", "raw/b.yaml", b"z"), "raw/a.yaml has changed"),
        (Move("raw/a.yaml", "managed/x.yaml", b"a"), "managed/x.yaml has appeared"),
        (Move("raw/none.yaml", "raw/b.yaml", None), "raw/none.yaml has been removed"),
        (Move("raw", "raw2", None), "raw has changed"),
    ],
)
def test_refuses_a_plan_that_does_not_fit(tmp_path: Path, change: Change, words: str) -> None:
    lay(tmp_path, {"managed/x.yaml": b"x", "raw/a.yaml": b"a"})
    error = refused(tmp_path, [Write("managed/first.yaml", b"1", None), change], code.PLAN_OUTDATED)
    assert words in error.message


def test_follows_several_changes_of_one_path(tmp_path: Path) -> None:
    lay(tmp_path, {"raw/a.yaml": b"a", "raw/b.yaml": b"b", "raw/gone.yaml": b"g"})
    make(
        tmp_path,
        [
            Write("managed/n.yaml", b"1", None),
            Write("managed/n.yaml", b"2", b"1"),
            Move("raw/a.yaml", "raw/c.yaml", None),
            Move("raw/c.yaml", "raw/d.yaml", None),
            Write("raw/a.yaml", b"again", None),
            Delete("raw/gone.yaml", b"g"),
            Move("raw/b.yaml", "raw/gone.yaml", b"b"),
            Write("managed/short.yaml", b"s", None),
            Delete("managed/short.yaml", b"s"),
        ],
    )
    assert files(tmp_path) == {
        "managed/n.yaml": b"2",
        "raw/d.yaml": b"a",
        "raw/a.yaml": b"again",
        "raw/gone.yaml": b"b",
    }


def test_refuses_changes_that_contradict_each_other(tmp_path: Path) -> None:
    lay(tmp_path, {"raw/a.yaml": b"a", "raw/b.yaml": b"b"})
    refused(tmp_path, [Delete("raw/a.yaml", b"a"), Delete("raw/a.yaml", b"a")], code.PLAN_OUTDATED)
    refused(tmp_path, [Delete("raw/a.yaml", b"a"), Move("raw/b.yaml", "raw/a.yaml", None)], code.PLAN_OUTDATED)


@pytest.mark.parametrize(
    "path",
    [
        "../x",
        "/etc/x",
        "a/../../x",
        "",
        "a//b",
        "a/",
        ".",
        "..",
        "x\0y",
        ".git/config",
        "raw/.GIT",
        ".gitmodules",
        ".hnp/.journal/index",
        ".hnp/.journal-draft",
        ".github/workflows/x.yaml",
        ".hnp",
        "raw/.hnp/x",
    ],
)
def test_refuses_unsafe_paths(tmp_path: Path, path: str) -> None:
    lay(tmp_path, {"raw/a.yaml": b"a"})
    refused(tmp_path, [Write(path, b"x", None)], code.UNSAFE_PATH)
    refused(tmp_path, [Move("raw/a.yaml", path, b"a")], code.UNSAFE_PATH)


@pytest.mark.parametrize("name", ["managed", "managed/vpcs", ".hnp"])
def test_a_link_in_the_way_leads_nowhere(tmp_path: Path, name: str) -> None:
    outside = lay(tmp_path, {"outside/keep": b"k", "fabric/raw/a.yaml": b"a"}) / "outside"
    fabric = tmp_path / "fabric"
    (fabric / name).parent.mkdir(exist_ok=True)
    (fabric / name).symlink_to(outside)
    refused(fabric, [Write("managed/vpcs/x.yaml", b"x", None)], code.UNSAFE_PATH)
    assert files(outside) == {"keep": b"k"}


def test_a_link_in_place_of_a_file_is_not_written_through(tmp_path: Path) -> None:
    lay(tmp_path, {"victim": b"v", "fabric/raw/a.yaml": b"a"})
    (tmp_path / "fabric/raw/link.yaml").symlink_to(tmp_path / "victim")
    refused(tmp_path / "fabric", [Write("raw/link.yaml", b"x", b"v")], code.PLAN_OUTDATED)
    assert (tmp_path / "victim").read_bytes() == b"v"


def test_a_file_in_the_way(tmp_path: Path) -> None:
    lay(tmp_path, {"managed": b"a file"})
    error = refused(tmp_path, [Write("managed/vpcs/x.yaml", b"x", None)], code.DIRECTORY_NOT_FOUND)
    assert "a file stands where a directory belongs" in error.message


def test_a_name_too_long(tmp_path: Path) -> None:
    lay(tmp_path, {"raw/a.yaml": b"a"})
    error = refused(tmp_path, [Write(f"managed/{'x' * 300}.yaml", b"x", None)], code.UNSAFE_PATH)
    assert "too long" in error.message


def test_modes_are_kept_and_new_files_follow_the_umask(tmp_path: Path) -> None:
    lay(tmp_path, {"managed/x.yaml": b"x"})
    (tmp_path / "managed/x.yaml").chmod(0o640)
    before = os.umask(0o027)
    try:
        make(tmp_path, [Write("managed/x.yaml", b"y", b"x"), Write("managed/n/n.yaml", b"n", None)])
    finally:
        os.umask(before)
    modes = {name: stat.S_IMODE((tmp_path / f"managed/{name}").stat().st_mode) for name in ("x.yaml", "n", "n/n.yaml")}
    assert modes == {"x.yaml": 0o640, "n": 0o750, "n/n.yaml": 0o640}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_root_gives_what_it_makes_to_the_owner_of_the_fabric(tmp_path: Path) -> None:
    lay(tmp_path, {"managed/x.yaml": b"x"})
    os.chown(tmp_path, 12345, 23456)
    os.chown(tmp_path / "managed/x.yaml", 777, 888)
    make(tmp_path, [Write("managed/x.yaml", b"y", b"x"), Write(".hnp/new/n.yaml", b"n", None)])
    owners = {name: ((tmp_path / name).stat().st_uid, (tmp_path / name).stat().st_gid) for name in files(tmp_path)}
    assert owners == {"managed/x.yaml": (777, 888), ".hnp/new/n.yaml": (12345, 23456)}
    assert (tmp_path / ".hnp").stat().st_uid == (tmp_path / ".hnp/new").stat().st_uid == 12345


def test_emptied_folders_go_but_not_those_to_keep(tmp_path: Path) -> None:
    lay(
        tmp_path,
        {"raw/a/b/c/x.yaml": b"x", "raw/a/y.yaml": b"y", "managed/vpcs/z.yaml": b"z", "managed/odd/o.yaml": b"o"},
    )
    (tmp_path / "raw/empty").mkdir()
    changes = [
        Delete("raw/a/b/c/x.yaml", b"x"),
        Delete("managed/vpcs/z.yaml", b"z"),
        Delete("managed/odd/o.yaml", b"o"),
    ]
    make(tmp_path, changes, frozenset({"managed/vpcs"}))
    assert folders(tmp_path) == {"raw", "raw/a", "raw/empty", "managed", "managed/vpcs"}


def test_many_files_with_one_sync(tmp_path: Path) -> None:
    many = {f"managed/k{number % 50}/{number}.yaml": b"%d" % number for number in range(500)}
    make(tmp_path, [Write(path, data, None) for path, data in many.items()])
    assert files(tmp_path) == many
    make(tmp_path, [Delete(path, data) for path, data in many.items()])
    assert not files(tmp_path)


# Recovery. `decided` is the state in which a kill right after the decision leaves a directory.


def decided(directory: Path, changes: Sequence[Change]) -> None:
    with Root(directory) as root:
        wanted = effect(changes)
        intent = journal._intent(root, wanted, frozenset())
        journal._stage_and_decide(root, wanted, intent)


CHANGES = (
    Write("managed/x.yaml", b"new x", b"x"),
    Write("managed/n.yaml", b"n", None),
    Delete("raw/d.yaml", b"d"),
    Move("raw/m.yaml", "raw/m.yaml.archived", b"m"),
    Move("raw/u.yaml", "unmanaged/u.yaml", None),
)
BEFORE = {"managed/x.yaml": b"x", "raw/d.yaml": b"d", "raw/m.yaml": b"m", "raw/u.yaml": b"u"}
AFTER = {"managed/x.yaml": b"new x", "managed/n.yaml": b"n", "raw/m.yaml.archived": b"m", "unmanaged/u.yaml": b"u"}


def seen(directory: Path) -> dict[str, bytes]:
    return dict(read_tree(directory, max_file_bytes=1000, extensions=(".yaml",)).files)


def test_recovery_completes_and_readers_see_it_before(tmp_path: Path) -> None:
    decided(lay(tmp_path, BEFORE), CHANGES)
    assert files(tmp_path).keys() >= BEFORE.keys()
    assert seen(tmp_path) == AFTER
    assert recover(tmp_path) is True
    assert files(tmp_path) == AFTER == seen(tmp_path)
    assert recover(tmp_path) is False


def test_make_refuses_to_bury_an_unfinished_run(tmp_path: Path) -> None:
    decided(lay(tmp_path, BEFORE), CHANGES)
    refused(tmp_path, [Write("managed/other.yaml", b"o", None)], code.PLAN_OUTDATED)


@pytest.mark.parametrize(
    ("edited", "expected"),
    [
        ({"managed/x.yaml": b"edit"}, {"managed/x.yaml": b"edit", f"unmanaged/managed/x~{sha256(b'new x')[:8]}.yaml": b"new x"}),
        ({"managed/n.yaml": b"edit"}, {"managed/n.yaml": b"edit", f"unmanaged/managed/n~{sha256(b'n')[:8]}.yaml": b"n"}),
        ({"managed/n.yaml": b"n"}, {}),
        ({"raw/d.yaml": b"edit"}, {"raw/d.yaml": b"edit"}),
        ({"raw/m.yaml": b"edit"}, {"raw/m.yaml": b"edit", "raw/m.yaml.archived": None}),
        ({"raw/u.yaml": b"longer edit"}, {"raw/u.yaml": b"longer edit", "unmanaged/u.yaml": None}),
        ({"raw/m.yaml.archived": b"edit"}, {"raw/m.yaml": b"m", "raw/m.yaml.archived": b"edit"}),
    ],
    ids=["write", "new", "same", "delete", "move", "unread", "target"],
)  # fmt: skip
def test_recovery_keeps_what_somebody_edited_meanwhile(
    tmp_path: Path, edited: dict[str, bytes], expected: dict[str, bytes | None]
) -> None:
    decided(lay(tmp_path, BEFORE), CHANGES)
    lay(tmp_path, edited)
    assert recover(tmp_path) is True
    assert files(tmp_path) == {path: data for path, data in {**AFTER, **expected}.items() if data is not None}


def test_recovery_after_somebody_removed_files(tmp_path: Path) -> None:
    decided(lay(tmp_path, BEFORE), CHANGES)
    for name in ("raw/m.yaml", "raw/d.yaml", "raw/u.yaml", "managed/x.yaml"):
        (tmp_path / name).unlink()
    assert recover(tmp_path) is True
    assert files(tmp_path) == {"managed/n.yaml": b"n", f"unmanaged/managed/x~{sha256(b'new x')[:8]}.yaml": b"new x"}


def test_recovery_removes_what_a_run_left_before_it_decided(tmp_path: Path) -> None:
    lay(tmp_path, {"raw/a.yaml": b"a", f"{JOURNAL}/new-0": b"x", f"{JOURNAL}/old-12": b"y", DRAFT: b"z"})
    assert recover(tmp_path) is True
    assert (files(tmp_path), folders(tmp_path)) == ({"raw/a.yaml": b"a"}, {"raw"})


def test_a_draft_without_its_journal_is_no_obstacle(tmp_path: Path) -> None:
    lay(tmp_path, {DRAFT: b"z", "raw/a.yaml": b"a"})
    make(tmp_path, [Delete("raw/a.yaml", b"a")])
    assert files(tmp_path) == {}
    lay(tmp_path, {DRAFT: b"z"})
    assert recover(tmp_path) is True
    assert files(tmp_path) == {}


def test_what_is_not_ours_in_the_journal_stays(tmp_path: Path) -> None:
    lay(tmp_path, {f"{JOURNAL}/new-0": b"x", f"{JOURNAL}/notes/mine.txt": b"m"})
    recover(tmp_path)
    assert files(tmp_path) == {f"{JOURNAL}/notes/mine.txt": b"m"}
    make(tmp_path, [Write("raw/a.yaml", b"a", None)])
    assert files(tmp_path) == {f"{JOURNAL}/notes/mine.txt": b"m", "raw/a.yaml": b"a"}


def forged(**lists: Any) -> bytes:
    body = json.dumps({"moves": [], "puts": [], "drops": [], "keep": [], **lists}).encode()
    return b"fgd-journal 1 " + sha256(body).encode() + b"\n" + body


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"fgd-journal 1",
        b"\xff\xfe\0",
        forged()[:-1],
        forged().replace(b"moves", b"m0ves"),
        forged(puts=[["../outside", None, sha256(b"evil")]]),
        forged(puts=[["/etc/outside", None, sha256(b"evil")]]),
        forged(puts=[[".git/hooks/post-checkout", None, sha256(b"evil")]]),
        forged(moves=[["victim", "raw/../../outside", sha256(b"v")]]),
        forged(drops=[["../victim", sha256(b"v")]]),
        forged(drops=[[5, sha256(b"v")]]),
        forged(drops="x"),
        forged(puts=[["a"]]),
        forged(puts=5),
        forged(keep=None),
    ],
)
def test_a_journal_that_cannot_be_trusted_is_refused(tmp_path: Path, data: bytes) -> None:
    fabric = (
        lay(tmp_path, {"victim": b"v", f"fabric/{JOURNAL}/index": data, f"fabric/{JOURNAL}/new-0": b"evil"}) / "fabric"
    )
    before = files(tmp_path)
    for work in (recover, seen, lambda place: make(place, [Write("raw/a.yaml", b"a", None)])):
        with pytest.raises(FgdError) as caught:
            work(fabric)
        assert caught.value.code is code.DIRECTORY_REPAIR_FAILED
        assert JOURNAL in caught.value.message
        assert JOURNAL in caught.value.remedy
    assert files(tmp_path) == before


def test_a_forged_journal_does_not_lead_through_a_link(tmp_path: Path) -> None:
    lay(tmp_path, {"outside/keep": b"k"})
    fabric = lay(
        tmp_path / "fabric",
        {f"{JOURNAL}/index": forged(puts=[["raw/x", None, sha256(b"e")]]), f"{JOURNAL}/new-0": b"e"},
    )
    (fabric / "raw").symlink_to(tmp_path / "outside")
    recover(fabric)
    assert files(tmp_path / "outside") == {"keep": b"k"}


@pytest.mark.parametrize("name", ["index", "new-0"])
def test_a_pipe_in_the_journal_does_not_hang(tmp_path: Path, name: str) -> None:
    (tmp_path / JOURNAL).mkdir(parents=True)
    if name != "index":
        lay(tmp_path, {f"{JOURNAL}/index": forged(puts=[["raw/x", None, sha256(b"e")]])})
    os.mkfifo(tmp_path / JOURNAL / name)
    with pytest.raises(FgdError):
        seen(tmp_path)


def test_a_journal_that_lost_its_contents_is_not_taken_for_done(tmp_path: Path) -> None:
    decided(lay(tmp_path, BEFORE), CHANGES)
    (tmp_path / JOURNAL / "new-1").unlink()
    with pytest.raises(FgdError, match=r"lost the new content of managed/x\.yaml"):
        recover(tmp_path)
