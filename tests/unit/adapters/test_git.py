import os
import subprocess
from pathlib import Path

import pytest

from fgd_sync.adapters.earlier import earlier
from fgd_sync.adapters.git import GitRepository, work_tree_root
from fgd_sync.model import code
from fgd_sync.model.failure import FgdError

IDENTITY = ("-c", "user.name=t", "-c", "user.email=t@example.com")


def git(directory: Path, *words: str) -> str:
    command = ["git", *IDENTITY, *words]
    return subprocess.run(command, cwd=directory, check=True, capture_output=True, text=True).stdout


def vanished(directory: Path, revision: str = "HEAD") -> dict[str, bytes]:
    """What is no longer there: nothing of what is there was read."""
    return earlier(directory, revision, {}, folder="managed", endings=(".yaml",))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    return tmp_path


def commit(root: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    git(root, "add", "-A")
    git(root, "commit", "-qm", "x")


def test_files_that_a_user_deleted(repository: Path) -> None:
    commit(
        repository,
        {
            "east/managed/vpcs/a.yaml": b"a: 1\n",
            "east/managed/vpcs/b.yaml": b"b: \0\xff\n\n",
            "east/managed/vpcs/empty.yaml": b"",
            "east/raw/c.yaml": b"",
            "west/managed/vpcs/a.yaml": b"",
        },
    )
    for name in ("east/managed/vpcs/b.yaml", "east/managed/vpcs/empty.yaml", "east/raw/c.yaml"):
        (repository / name).unlink()
    (repository / "west/managed/vpcs/a.yaml").unlink()
    assert vanished(repository / "east") == {"managed/vpcs/b.yaml": b"b: \0\xff\n\n", "managed/vpcs/empty.yaml": b""}
    found = GitRepository().earlier(repository / "east", "HEAD", {}, folder="managed", endings=(".yaml",))
    assert found == vanished(repository / "east")
    assert git(repository, "status", "--porcelain", "--", "west").strip() == "D west/managed/vpcs/a.yaml"


def test_any_file_name(repository: Path) -> None:
    latin = os.fsdecode("managed/stra\xdfe.yaml".encode("latin-1"))
    names = ["managed/new\nline.yaml", 'managed/quo"te\t.yaml', "managed/straße.yaml", latin]
    commit(repository, {name: name.encode("utf-8", "surrogateescape") for name in names})
    for name in names:
        (repository / name).unlink()
    assert vanished(repository) == {name: name.encode("utf-8", "surrogateescape") for name in names}


def test_links_and_a_whole_folder(repository: Path) -> None:
    commit(repository, {"managed/vpcs/a.yaml": b"a"})
    (repository / "managed/link.yaml").symlink_to("vpcs/a.yaml")
    commit(repository, {})
    (repository / "managed/link.yaml").unlink()
    (repository / "managed/vpcs/a.yaml").unlink()
    (repository / "managed/vpcs").rmdir()
    assert vanished(repository) == {"managed/vpcs/a.yaml": b"a"}
    (repository / "managed/vpcs").write_bytes(b"a file now")
    assert vanished(repository) == {"managed/vpcs/a.yaml": b"a"}


def test_outside_of_a_repository_and_before_the_first_commit(tmp_path: Path) -> None:
    assert (vanished(tmp_path), work_tree_root(tmp_path)) == ({}, None)
    git(tmp_path, "init", "-q")
    assert vanished(tmp_path) == {}
    assert work_tree_root(tmp_path) == tmp_path.resolve()


@pytest.mark.parametrize("revision", ["no-such-branch", "--help", "HEAD~7", "a" * 40, "", "x y"])
def test_a_revision_that_is_none(repository: Path, revision: str) -> None:
    commit(repository, {"managed/a.yaml": b""})
    with pytest.raises(FgdError) as caught:
        vanished(repository, revision)
    assert caught.value.code is code.CONFIGURATION_INVALID
    assert repr(revision) in caught.value.message


def test_an_older_revision(repository: Path) -> None:
    commit(repository, {"managed/a.yaml": b"a"})
    git(repository, "rm", "-q", "managed/a.yaml")
    commit(repository, {"managed/b.yaml": b"b"})
    assert vanished(repository) == {}
    assert vanished(repository, "HEAD~1") == {"managed/a.yaml": b"a"}


def test_the_environment_of_a_hook_does_not_lead_elsewhere(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(repository, {"managed/a.yaml": b"a"})
    (repository / "managed/a.yaml").unlink()
    monkeypatch.setenv("GIT_DIR", "/nonexistent")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nonexistent")
    assert vanished(repository) == {"managed/a.yaml": b"a"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a directory to somebody else")
def test_a_repository_of_another_user(repository: Path) -> None:
    commit(repository, {"managed/a.yaml": b"a"})
    (repository / "managed/a.yaml").unlink()
    for path in (repository, repository / ".git"):
        os.chown(path, 12345, 12345)
    assert vanished(repository) == {"managed/a.yaml": b"a"}


def test_roots_of_linked_work_trees_and_odd_git_folders(repository: Path) -> None:
    commit(repository, {"managed/a.yaml": b"a"})
    git(repository, "worktree", "add", "-q", "linked")
    assert work_tree_root(repository / "linked/managed") == (repository / "linked").resolve()
    (repository / "managed/.git").mkdir()
    assert work_tree_root(repository / "managed") == repository.resolve()
    (repository / "linked/managed/a.yaml").unlink()
    assert vanished(repository / "linked") == {"managed/a.yaml": b"a"}


def test_git_is_not_there(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(repository, {"managed/a.yaml": b"a"})
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(FgdError, match="the command git is not there"):
        vanished(repository)


def test_a_damaged_repository_says_what_git_says(repository: Path) -> None:
    commit(repository, {"managed/a.yaml": b"a"})
    (repository / "managed/a.yaml").unlink()
    blob = git(repository, "rev-parse", "HEAD:managed/a.yaml").strip()
    (repository / f".git/objects/{blob[:2]}/{blob[2:]}").unlink()
    with pytest.raises(FgdError, match=f"lacks the object {blob}"):
        vanished(repository)


@pytest.mark.parametrize("form", ["sha1", "sha256"])
def test_files_that_changed_and_none_that_did_not(tmp_path: Path, form: str) -> None:
    git(tmp_path, "init", "-q", f"--object-format={form}")
    old = {f"east/managed/vpcs/{name}.yaml": f"{name}: 1\n".encode() for name in "abc"}
    commit(tmp_path, {**old, "east/managed/notes.txt": b"old", "east/raw/d.yaml": b"old", "east/top.yaml": b"old"})
    now = {"managed/vpcs/a.yaml": b"a: 1\n", "managed/vpcs/b.yaml": b"b: 2\n", "managed/vpcs/new.yaml": b"new: 1\n"}
    now |= {"managed/notes.txt": b"new", "raw/d.yaml": b"new", "top.yaml": b"new"}
    (tmp_path / "east/managed/vpcs/c.yaml").unlink()
    changed = {"managed/vpcs/b.yaml": b"b: 1\n", "managed/vpcs/c.yaml": b"c: 1\n", "managed/vpcs/new.yaml": b""}
    assert earlier(tmp_path / "east", "HEAD", now, folder="managed", endings=(".yaml",)) == changed
    everywhere = {**changed, "raw/d.yaml": b"old", "top.yaml": b"old"}
    assert earlier(tmp_path / "east", "HEAD", now, folder="", endings=(".yaml",)) == everywhere


def test_what_did_not_change_is_not_read(repository: Path) -> None:
    commit(repository, {"managed/a.yaml": b"a", "managed/b.yaml": b"b"})
    blob = git(repository, "rev-parse", "HEAD:managed/a.yaml").strip()
    (repository / f".git/objects/{blob[:2]}/{blob[2:]}").unlink()
    now = {"managed/a.yaml": b"a", "managed/b.yaml": b"c"}
    assert earlier(repository, "HEAD", now, folder="managed", endings=(".yaml",)) == {"managed/b.yaml": b"b"}


def test_a_directory_that_the_revision_does_not_have(repository: Path) -> None:
    commit(repository, {"old/a.yaml": b"a"})
    (repository / "new").mkdir()
    assert earlier(repository / "new", "HEAD", {}, folder="", endings=(".yaml",)) == {}


def test_a_place_where_no_repository_can_be_looked_for_is_told(tmp_path: Path) -> None:
    with pytest.raises(FgdError, match=r"cannot look for a git repository at .*: the name is too long"):
        work_tree_root(tmp_path / ("x" * 300))
