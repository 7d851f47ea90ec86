import subprocess
from pathlib import Path

import pytest

from fgd_sync.adapters.checkout import changed_files, checked_out, has_commit, parents
from fgd_sync.model.failure import FgdError


def git(root: Path, *words: str) -> str:
    identity = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "init.defaultBranch=main"]
    return subprocess.run(
        ["git", *identity, *words], cwd=root, check=True, capture_output=True, text=True
    ).stdout.strip()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A work tree with one commit."""
    folder = tmp_path / "clone"
    (folder / "north/raw").mkdir(parents=True)
    (folder / "north/raw/a.yaml").write_text("a: 1\n")
    (folder / "north/raw/b.yaml").write_text("b: 1\n")
    (folder / "README.md").write_text("x\n")
    (folder / ".gitignore").write_text("*.tmp\n")
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "first")
    return folder


def test_the_commit_that_is_checked_out(root: Path, tmp_path: Path) -> None:
    assert checked_out(root) == git(root, "rev-parse", "HEAD")
    git(tmp_path, "init", "-q", "empty")
    assert checked_out(tmp_path / "empty") == ""
    assert checked_out(tmp_path) == ""


def test_the_parents_of_a_merge_are_known_in_a_shallow_clone(root: Path, tmp_path: Path) -> None:
    first = checked_out(root)
    git(root, "switch", "-q", "-c", "topic")
    git(root, "commit", "-q", "--allow-empty", "-m", "topic")
    topic = checked_out(root)
    git(root, "switch", "-q", "main")
    git(root, "merge", "-q", "--no-ff", "-m", "parent 0\n\nparent 1", "topic")
    git(tmp_path, "clone", "-q", "--depth=1", root.as_uri(), "shallow")
    assert parents(tmp_path / "shallow", checked_out(root)) == [first, topic]
    assert not has_commit(tmp_path / "shallow", first)
    assert has_commit(root, first)
    assert parents(root, "0" * 40) == []


def test_changed_files_are_tracked_and_new_ones_but_none_that_are_ignored(root: Path) -> None:
    (root / "north/raw/a.yaml").write_text("a: 2\n")
    (root / "north/raw/b.yaml").unlink()
    (root / "north/raw/c d é.yaml").write_text("c: 1\n")
    (root / "x.tmp").write_text("x")
    assert sorted(changed_files(root, "HEAD")) == ["north/raw/a.yaml", "north/raw/b.yaml", "north/raw/c d é.yaml"]


def test_a_revision_that_looks_like_an_option_is_none(root: Path) -> None:
    with pytest.raises(FgdError, match="does not know the revision"):
        changed_files(root, "--output=x")
    assert not (root / "x").exists()
