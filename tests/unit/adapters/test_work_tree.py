import os
from pathlib import Path

import pytest

from fgd_sync.adapters.work_tree import uncommitted, work_tree
from fgd_sync.model import code
from fgd_sync.model.config import IngestionSettings
from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import WorkTree
from git_world import commit, git

LATIN = os.fsdecode("north/raw/stra\xdfe.yaml".encode("latin-1"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    place = tmp_path / "clone"
    git(tmp_path, "init", "-q", "-b", "main", str(place))
    return place


def look(root: Path, *folders: str) -> dict[str, bytes | None]:
    return uncommitted(root, folders, IngestionSettings(max_file_size_mb=1))


def test_whatever_differs_from_the_commit_below_the_folders(root: Path) -> None:
    names = ["a", "changed", "staged", "deleted", "removed", "renamed", "mode", 'quo"te\n.yaml', "type/x", "both"]
    files = {f"north/raw/{name}": b"old" for name in names} | {
        LATIN: b"old",
        "south/a.yaml": b"old",
        ".gitignore": b"*.log\n",
    }
    commit(root, files)
    raw = root / "north/raw"
    for name in ("changed", "staged", 'quo"te\n.yaml', "both"):
        (raw / name).write_bytes(b"new\0\r\n")
    (root / LATIN).write_bytes(b"new")
    git(root, "add", "north/raw/staged", "north/raw/both")
    (raw / "both").write_bytes(b"newer")
    (raw / "deleted").unlink()
    git(root, "rm", "-q", "north/raw/removed")
    git(root, "mv", "north/raw/renamed", "north/raw/with a new name")
    (raw / "type/x").unlink()
    (raw / "type").rmdir()
    (raw / "type").write_bytes(b"a file now")
    (raw / "deep/er").mkdir(parents=True)
    (raw / "deep/er/fresh").write_bytes(b"fresh")
    (raw / "ignored.log").write_bytes(b"")
    (root / "south/a.yaml").write_bytes(b"new")
    (root / "northern.yaml").write_bytes(b"new")
    (root / "north/notes.txt").write_bytes(b"x" * (2 << 20))
    (root / "north/link").symlink_to("a")
    (root / "north/raw/.cache").mkdir()
    (root / "north/raw/.cache/x.yaml").write_bytes(b"hidden")
    before = (root / ".git/index").stat().st_mtime_ns
    expected = {
        "north/raw/changed": b"new\0\r\n",
        "north/raw/staged": b"new\0\r\n",
        "north/raw/both": b"newer",
        'north/raw/quo"te\n.yaml': b"new\0\r\n",
        LATIN: b"new",
        "north/raw/deleted": None,
        "north/raw/removed": None,
        "north/raw/renamed": None,
        "north/raw/with a new name": b"old",
        "north/raw/type/x": None,
        "north/raw/type": b"a file now",
        "north/raw/deep/er/fresh": b"fresh",
    }
    assert look(root, "north") == expected
    assert look(root, "south", "none") == {"south/a.yaml": b"new"}
    assert look(root, "", "north") == expected | {"south/a.yaml": b"new", "northern.yaml": b"new"}
    assert look(root) == {}
    assert (root / ".git/index").stat().st_mtime_ns == before


def test_a_clean_work_tree_and_one_before_its_first_commit(root: Path) -> None:
    (root / "a.yaml").write_bytes(b"1")
    assert look(root, "") == {"a.yaml": b"1"}
    commit(root, {})
    assert look(root, "") == {}


def test_a_folder_named_like_a_pattern(root: Path) -> None:
    commit(root, {"x": b""})
    (root / ":(top)*").mkdir()
    (root / ":(top)*/a.yaml").write_bytes(b"1")
    (root / "b.yaml").write_bytes(b"2")
    assert look(root, ":(top)*") == {":(top)*/a.yaml": b"1"}


def test_repositories_inside_are_left_alone(root: Path, tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "other")
    commit(tmp_path / "other", {"a": b"1"})
    git(root, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(tmp_path / "other"), "module")
    commit(root, {})
    (root / "module/a").write_bytes(b"changed")
    git(root, "clone", "-q", str(tmp_path / "other"), "clone")
    assert look(root, "") == {}


def test_what_cannot_be_laid_over_a_commit_is_refused(root: Path) -> None:
    commit(root, {"a": b"1"})
    (root / "link.yaml").symlink_to("a")
    with pytest.raises(FgdError, match="link") as caught:
        look(root, "")
    assert caught.value.code is code.UNSAFE_PATH
    (root / "link.yaml").unlink()
    (root / "large.yaml").write_bytes(b"x" * ((1 << 20) + 1))
    with pytest.raises(FgdError, match=r"large\.yaml is not committed") as caught:
        look(root, "")
    assert caught.value.code is code.TOO_LARGE


def test_a_conflict_is_refused(root: Path) -> None:
    commit(root, {"a": b"1"})
    git(root, "switch", "-qc", "side")
    commit(root, {"a": b"2"})
    git(root, "switch", "-q", "main")
    commit(root, {"a": b"3"})
    with pytest.raises(Exception, match="merge"):
        git(root, "merge", "-q", "side")
    assert work_tree(root).operation == "a merge"
    with pytest.raises(FgdError, match="a is in conflict"):
        look(root, "")


def test_where_a_work_tree_stands(root: Path, tmp_path: Path) -> None:
    owner = root.stat().st_uid
    assert work_tree(root) == WorkTree("", "refs/heads/main", "", False, False, "", owner)
    first = commit(root, {"a": b"1"})
    git(root, "remote", "add", "origin", "https://user:canary@example.com/acme/fabrics.git")
    assert work_tree(root) == WorkTree(
        first, "refs/heads/main", "", False, False, "https://example.com/acme/fabrics.git", owner
    )
    commit(root, {"a": b"2"})
    git(root, "checkout", "-q", "--detach")
    assert work_tree(root).branch == ""
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{root}", "shallow")
    assert work_tree(tmp_path / "shallow").is_shallow
    git(root, "worktree", "add", "-q", str(tmp_path / "linked"))
    assert not work_tree(tmp_path / "linked").is_submodule


def test_a_submodule_knows_that_it_is_one(root: Path, tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "other")
    commit(tmp_path / "other", {"a": b"1"})
    git(root, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(tmp_path / "other"), "module")
    assert work_tree(root / "module").is_submodule
    assert not work_tree(root).is_submodule


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a directory to somebody else")
def test_a_work_tree_of_another_user(root: Path) -> None:
    commit(root, {"a.yaml": b"1"})
    for path in (root, root / ".git", root / "a.yaml"):
        os.chown(path, 12345, 12345)
    (root / "a.yaml").write_bytes(b"2")
    assert work_tree(root).owner == 12345
    assert look(root, "") == {"a.yaml": b"2"}
