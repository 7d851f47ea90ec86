"""What is checked out, read from git's files: the same as git says, or nothing."""

import subprocess
from pathlib import Path

import pytest

from fgd_sync.adapters.git import work_tree_root
from fgd_sync.adapters.head import commit_at, repository_around

IDENTITY = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "init.defaultBranch=main")


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *IDENTITY, *words], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    place = tmp_path / "r"
    place.mkdir()
    git(place, "init", "-q")
    git(place, "commit", "-q", "--allow-empty", "-m", "one")
    return place


def test_the_commit_of_a_branch(repository: Path) -> None:
    assert commit_at(str(repository)) == git(repository, "rev-parse", "HEAD")


def test_a_branch_whose_ref_is_packed(repository: Path) -> None:
    git(repository, "pack-refs", "--all")
    assert commit_at(str(repository)) == git(repository, "rev-parse", "HEAD")
    git(repository, "commit", "-q", "--allow-empty", "-m", "two")
    assert commit_at(str(repository)) == git(repository, "rev-parse", "HEAD")


def test_a_detached_head(repository: Path) -> None:
    git(repository, "checkout", "-q", "--detach")
    assert commit_at(str(repository)) == git(repository, "rev-parse", "HEAD")


def test_before_the_first_commit(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    assert commit_at(str(tmp_path)) == ""


def test_a_linked_work_tree(repository: Path, tmp_path: Path) -> None:
    git(repository, "worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    git(tmp_path / "side", "commit", "-q", "--allow-empty", "-m", "aside")
    git(repository, "pack-refs", "--all")
    assert commit_at(str(tmp_path / "side")) == git(tmp_path / "side", "rev-parse", "HEAD")
    assert commit_at(str(repository)) != commit_at(str(tmp_path / "side"))


def test_git_is_asked_where_objects_stand_in_for_others(repository: Path) -> None:
    first = git(repository, "rev-parse", "HEAD")
    git(repository, "commit", "-q", "--allow-empty", "-m", "two")
    git(repository, "replace", "HEAD", first)
    assert commit_at(str(repository)) is None
    git(repository, "pack-refs", "--all")
    assert commit_at(str(repository)) is None


@pytest.mark.parametrize("head", ["ref: refs/heads/main\nmore", "nonsense", "", "ref: refs/heads/other"])
def test_a_head_that_is_none_is_not_guessed(repository: Path, head: str) -> None:
    (repository / ".git/HEAD").write_text(head)
    (repository / ".git/refs/heads/other").write_text("ref: refs/heads/main\n")
    assert not commit_at(str(repository))


def test_the_repository_around_a_place_is_that_of_the_other_way_to_find_it(repository: Path, tmp_path: Path) -> None:
    inner = repository / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "plain" / ".git").mkdir(parents=True)
    for place in (repository, inner, repository / "missing", tmp_path / "plain", tmp_path):
        assert repository_around(str(place)) == str(work_tree_root(place) or "")


def test_what_cannot_be_read_is_left_to_git(repository: Path) -> None:
    (repository / ".git/packed-refs").symlink_to("packed-refs")
    assert commit_at(str(repository)) is None
