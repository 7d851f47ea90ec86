"""What the port `GitStore` promises, of both stores, on real repositories."""

import os
import tempfile
from pathlib import Path

import pytest

from fgd_sync.adapters import git_objects
from fgd_sync.model import code
from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import EXECUTABLE, FILE, LINK, SUBMODULE, NewCommit, RefMove, Signature, TreeEntry
from git_world import ALICE, BOT, KINDS, World, git, make_world, new

MAIN = "refs/heads/main"
LATIN = os.fsdecode("north/raw/stra\xdfe.yaml".encode("latin-1"))
NAMES = [
    "plain.yaml", "north/new\nline.yaml", 'north/quo"te\t\\.yaml', '"quoted".yaml', "north/straße.yaml", LATIN,
    " spaces at both ends ", "-dash", "a/b/c/d/e.yaml", ":(top)magic", "north/*.yaml", "100644 blob", "é/ü",
]  # fmt: skip


@pytest.fixture(params=KINDS)
def world(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    return make_world(str(request.param), tmp_path)


def test_refs_of_an_empty_repository(world: World) -> None:
    assert world.store.refs("refs/heads/") == {}


def test_refs_are_gathered_with_what_they_point_to(world: World) -> None:
    store, other = world.store, world.store
    made = [store.commit(new({"a": data})) for data in (b"1", b"2")]
    refs = {f"refs/fgd/{number}/x": commit for number, commit in enumerate(made)}
    store.update([RefMove(ref, "", commit) for ref, commit in refs.items()])
    assert other.gather("refs/fgd/") == refs
    assert [set(other.entries(commit)) for commit in made] == [{"a"}, {"a"}]
    assert other.gather("refs/none/") == {}


def test_any_bytes_in_paths_and_files(world: World) -> None:
    store = world.store
    files = {name: os.fsencode(name) + b"\0\xff\r\n" for name in NAMES} | {"empty": b"", "big": b"\n\0 x" * 300_000}
    made = store.commit(new(files))
    store.update([RefMove("refs/fgd/x", "", made)])
    git(world.repository, "fsck", "--strict", "--full")
    other = world.store
    other.fetch([made])
    entries = other.entries(made)
    assert entries.keys() == files.keys()
    assert {entry.mode for entry in entries.values()} == {FILE}
    blobs = other.blobs([entry.id for entry in entries.values()])
    assert {name: blobs[entry.id] for name, entry in entries.items()} == files
    assert other.sizes([entry.id for entry in entries.values()]) == {name: len(data) for name, data in blobs.items()}
    listed = git(world.repository, "ls-tree", "-r", "-z", "--name-only", made).split("\0")[:-1]
    assert set(listed) == files.keys()


def test_who_when_and_what_a_commit_says(world: World) -> None:
    store = world.store
    message = "Straße\n\n  indented \n# no comment\n\nFGD-Sync-Id: 1\n"
    made = store.commit(new({"a": b"1"}, message=message))
    store.update([RefMove(MAIN + "2", "", made)])
    shown = git(world.repository, "show", "-s", "--format=%an|%ae|%ad|%cn|%ce|%cd|%G?|%e|%B", "--date=raw", made)
    when = "1772366400 +0000"
    assert shown == f"{ALICE.name}|{ALICE.email}|{when}|{BOT.name}|{BOT.email}|{when}|N||{message}"
    assert store.message(made) == message


@pytest.mark.parametrize("name", ["a <b> c", "\n", "", "x\0y", "  a  b  ", "<>"])
def test_names_that_git_cannot_hold_are_made_fit(tmp_path: Path, name: str) -> None:
    world = make_world("local", tmp_path)
    odd = Signature(name, "<a\n@b>")
    made = world.store.commit(NewCommit("m\0essage", odd, odd, "2026-03-01T12:00:00+02:00", {"a": b""}))
    world.store.update([RefMove("refs/fgd/x", "", made)])
    git(world.repository, "fsck", "--strict")
    assert git(world.repository, "show", "-s", "--format=%ad", "--date=raw", made) == "1772359200 +0000"


def test_a_commit_on_another_one_changes_what_it_says_and_nothing_else(world: World) -> None:
    store = world.store
    files = {"a/one": b"1", "a/two": b"2", "b": b"3", "file": b"4", "folder/x": b"5", "gone/deep/er": b"6"}
    first = store.commit(new(files, executable=frozenset({"a/one"})))
    entries = store.entries(first)
    changes: dict[str, bytes | TreeEntry | None] = {
        "gone/deep/er": None,
        "file": None,
        "file/inside": b"7",
        "folder/x": None,
        "folder": b"8",
        "a/one": None,
        "moved/one": entries["a/one"],
        "b": b"9",
        "link": TreeEntry(LINK, entries["b"].id),
        "module": TreeEntry(SUBMODULE, first),
        "never/there": None,
    }
    second = store.commit(new(changes, first))
    store.update([RefMove("refs/fgd/x", "", second)])
    found = store.entries(second)
    assert {name: entry.mode for name, entry in found.items()} == {
        "a/two": FILE, "b": FILE, "file/inside": FILE, "folder": FILE, "link": LINK, "module": SUBMODULE,
        "moved/one": EXECUTABLE,
    }  # fmt: skip
    assert found["moved/one"].id == entries["a/one"].id
    assert world.show(second, "folder") == b"8"
    assert git(world.repository, "rev-list", second).splitlines() == [second, first]
    git(world.repository, "fsck", "--strict")


def test_a_commit_without_changes_and_one_without_files(world: World) -> None:
    store = world.store
    first = store.commit(new({}))
    second = store.commit(new({}, first))
    assert first != second
    assert store.entries(second) == {}
    store.update([RefMove("refs/fgd/x", "", second)])
    git(world.repository, "fsck", "--strict")


def test_only_what_lies_below_a_folder(world: World) -> None:
    store = world.store
    made = store.commit(new({"a/b/c": b"", "a/b.txt": b"", "ab/c": b"", "*/x": b"", "a/d": b""}))
    assert set(store.entries(made, "a")) == {"a/b/c", "a/b.txt", "a/d"}
    assert set(store.entries(made, "a/b")) == {"a/b/c"}
    assert set(store.entries(made, "*")) == {"*/x"}
    assert store.entries(made, "none") == {}
    assert store.entries(made, "a/d") == {}


def test_moves_are_seen_by_others_and_by_prefix(world: World) -> None:
    store = world.store
    one, two = (store.commit(new({"a": text})) for text in (b"1", b"2"))
    store.update(
        [RefMove("refs/fgd/lock/a", "", one), RefMove("refs/fgd/lock/ab", "", two), RefMove("refs/heads/x", "", one)]
    )
    other = world.store
    assert other.refs("refs/fgd/") == {"refs/fgd/lock/a": one, "refs/fgd/lock/ab": two}
    assert other.refs("refs/fgd/lock/ab") == {"refs/fgd/lock/ab": two}
    assert other.refs("refs/heads/") == {"refs/heads/x": one}
    other.fetch([one, two])
    other.update([RefMove("refs/fgd/lock/a", one, two), RefMove("refs/fgd/lock/ab", two, "")])
    assert store.refs("refs/fgd") == {"refs/fgd/lock/a": two}
    other.update([])


def test_a_ref_that_was_moved_meanwhile_stops_the_whole_update(world: World) -> None:
    store = world.store
    one, two, three = (store.commit(new({"a": text})) for text in (b"1", b"2", b"3"))
    store.update([RefMove("refs/fgd/a", "", one), RefMove("refs/fgd/b", "", one)])
    before = store.refs("refs/fgd/")
    late = {
        "moved": RefMove("refs/fgd/a", two, three),
        "there already": RefMove("refs/fgd/a", "", three),
        "gone": RefMove("refs/fgd/c", one, two),
        "gone before it was deleted": RefMove("refs/fgd/c", one, ""),
        "moved before it was deleted": RefMove("refs/fgd/a", two, ""),
    }
    for why, move in late.items():
        with pytest.raises(FgdError) as caught:
            store.update([RefMove("refs/fgd/b", one, two), RefMove("refs/fgd/new", "", two), move])
        assert (caught.value.code, caught.value.details["refs"]) == (code.PUSH_REJECTED, [move.ref]), why
        with pytest.raises(FgdError) as caught:
            store.update([move])
        assert (caught.value.code, caught.value.details["refs"]) == (code.PUSH_REJECTED, [move.ref]), why
    assert world.store.refs("refs/fgd/") == before


def test_who_makes_the_same_commit_does_not_win_twice(world: World) -> None:
    store = world.store
    one = store.commit(new({"a": b"1"}))
    store.update([RefMove("refs/fgd/a", "", one)])
    with pytest.raises(FgdError) as caught:
        store.update([RefMove("refs/fgd/a", "", one)])
    assert (caught.value.code, caught.value.details) == (code.PUSH_REJECTED, {"refs": ["refs/fgd/a"]})


def test_a_ref_that_is_only_to_be_as_it_was(world: World) -> None:
    store = world.store
    one, two = (store.commit(new({"a": text})) for text in (b"1", b"2"))
    store.update([RefMove("refs/fgd/a", "", one), RefMove("refs/fgd/b", "", one)])
    store.update([RefMove("refs/fgd/a", one, one), RefMove("refs/fgd/b", one, two)])
    assert store.refs("refs/fgd/") == {"refs/fgd/a": one, "refs/fgd/b": two}
    with pytest.raises(FgdError) as caught:
        store.update([RefMove("refs/fgd/b", one, one), RefMove("refs/fgd/a", one, two)])
    assert caught.value.code is code.PUSH_REJECTED
    assert store.refs("refs/fgd/") == {"refs/fgd/a": one, "refs/fgd/b": two}


def test_an_object_that_is_too_large_is_not_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git_objects, "LARGEST", 1 << 20)
    store = world.store
    made = store.commit(new({"fits": bytes(1 << 20), "large": bytes(64 << 20)}))
    found = store.entries(made)
    assert store.blobs([found["fits"].id])[found["fits"].id] == bytes(1 << 20)
    with pytest.raises(
        FgdError, match=f"the object {found['large'].id} of the repository has 64 MB; more than 1 are not"
    ):
        store.blobs([item.id for item in found.values()])


def test_a_ref_in_the_way_is_no_race(world: World) -> None:
    store = world.store
    one = store.commit(new({"a": b"1"}))
    store.update([RefMove("refs/fgd/a", "", one)])
    with pytest.raises(FgdError, match="in the way") as caught:
        store.update([RefMove("refs/fgd/a/b", "", one)])
    assert caught.value.code is code.GITHUB_REFUSED


def test_what_is_not_there(world: World) -> None:
    store = world.store
    one = store.commit(new({"a": b"1"}))
    store.update([RefMove(MAIN + "2", "", one)])
    unknown = "1" * len(one)
    for wanted in (unknown, "refs/heads/nothing"):
        with pytest.raises(FgdError) as caught:
            world.store.fetch([wanted])
        assert caught.value.code is code.GITHUB_NOT_FOUND
    with pytest.raises(FgdError) as caught:
        store.entries(unknown)
    assert caught.value.code is code.GITHUB_NOT_FOUND
    with pytest.raises(FgdError, match=f"lacks the object {unknown}"):
        store.blobs([unknown])
    with pytest.raises(FgdError, match=f"lacks the object {unknown}"):
        store.sizes([unknown])
    with pytest.raises(FgdError, match="lacks an object"):
        store.commit(new({"a": TreeEntry(FILE, unknown)}, one))
    with pytest.raises(FgdError, match="lacks an object"):
        store.commit(new({}, unknown))
    assert not list(world.repository.rglob("fast_import_crash*"))


def test_making_a_commit_leaves_no_ref(world: World) -> None:
    store = world.store
    store.commit(new({"a": b"1"}))
    assert store.refs("refs/fgd/") == {}
    assert git(store.git.directory, "for-each-ref") == ""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can act for somebody else")
def test_what_root_makes_in_the_repository_of_another_user_belongs_to_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        world = make_world("checkout", Path(place) / "w")
        for path in (Path(place, "w"), *Path(place, "w").rglob("*")):
            os.chown(path, 1001, 1001)
        home = tmp_path / "home"
        home.mkdir(mode=0o700)
        monkeypatch.setenv("HOME", str(home))
        store = world.store
        store.update([RefMove("refs/fgd/x", "", store.commit(new({f"{number}": b"x" for number in range(200)})))])
        assert {path.stat().st_uid for path in Path(place, "w").rglob("*")} == {1001}
