"""Real repositories for tests: a git command of a user, and stores of both kinds on repositories of both formats."""

import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from fgd_sync.adapters.local_store import LocalStore
from fgd_sync.adapters.remote_store import RemoteStore
from fgd_sync.model.config import GitHubSettings
from fgd_sync.model.git import NewCommit, Signature, TreeEntry

BOT = Signature("fgd-sync", "fgd-sync@example.com")
ALICE = Signature("Älice Ünder", "alice@example.com")
NOON = "2026-03-01T12:00:00Z"
SETTINGS = GitHubSettings(connection_timeout=5, read_timeout=5)
KINDS = ("local", "local_sha256", "checkout", "remote", "remote_sha256", "remote_with_workspace")

Store = LocalStore | RemoteStore


def git(directory: Path, *words: str | bytes, data: bytes | None = None) -> str:
    """Run git as a user would, and give its output without the last line end."""
    command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *words]
    done = subprocess.run(command, cwd=directory, input=data, check=True, capture_output=True)
    return os.fsdecode(done.stdout).removesuffix("\n")


def commit(root: Path, files: Mapping[str, bytes], message: str = "x") -> str:
    """Write files into a work tree and commit all that is there."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", message)
    return git(root, "rev-parse", "HEAD")


def new(
    files: Mapping[str, bytes | TreeEntry | None], parent: str = "", message: str = "change", **more: frozenset[str]
) -> NewCommit:
    """A commit to be made."""
    return NewCommit(message, ALICE, BOT, NOON, files, parent, **more)


@dataclass(frozen=True)
class World:
    """A repository that holds the refs, a store on it, and a way to get another one on the same repository."""

    kind: str
    repository: Path
    open_store: Callable[[], Store]

    @property
    def store(self) -> Store:
        return self.open_store()

    def show(self, revision: str, path: str) -> bytes:
        """A file as plain git sees it."""
        words = ["git", "show", f"{revision}:{path}"]
        return subprocess.run(words, cwd=self.repository, check=True, capture_output=True).stdout


def _empty_tree(repository: Path) -> str:
    return git(repository, "hash-object", "-w", "-t", "tree", "--stdin", data=b"")


def make_world(kind: str, folder: Path) -> World:
    """A repository without commits, and stores on it."""
    repository = folder / "repository"
    form = "sha256" if kind.endswith("sha256") else "sha1"
    bare = () if kind == "checkout" else ("--bare",)
    folder.mkdir(exist_ok=True)
    git(folder, "init", "-q", *bare, f"--object-format={form}", "-b", "main", str(repository))
    if kind == "remote_sha256":
        git(
            repository,
            "update-ref",
            "refs/tags/first",
            git(repository, "commit-tree", "-m", "x", _empty_tree(repository)),
        )
    if not kind.startswith("remote"):
        return World(kind, repository, lambda: LocalStore(repository))
    workspace = folder / "workspace" if kind == "remote_with_workspace" else None
    count = iter(range(1000))

    def open_store() -> Store:
        if workspace and not workspace.exists():
            git(folder, "clone", "-q", f"file://{repository}", str(workspace))
        scratch = folder / f"scratch{next(count)}"
        return RemoteStore(f"file://{repository}", scratch, workspace=workspace, settings=SETTINGS)

    return World(kind, repository, open_store)
