"""People and machines at one real repository, each a process or a thread with a clone of its own."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

SERVER = "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: {name}\nspec:\n  description: {token}\n"
CONFIG = """fgd:
  directory: {required_subdirs: [servers]}
  ingestion: {limits: {max_deletes: 1000, max_delete_percent: 100}}
  sync: {lock_timeout: %d, retry_policy: {initial_delay: 0.1}}
"""
"""People delete so much, at times everything, that a sync would be refused again and again."""

TRIES = 200


class Tokens:
    """Numbers every document that anybody writes."""

    def __init__(self) -> None:
        self._count, self._lock = 0, Lock()

    def next(self) -> str:
        with self._lock:
            self._count += 1
            return f"token-{self._count}"


def git(at: Path, *words: str, check: bool = True) -> str:
    command = ["git", "-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-C", str(at), *words]
    return subprocess.run(command, check=check, capture_output=True, text=True).stdout.strip()


def run(at: Path, *words: str) -> "subprocess.Popen[str]":
    """Start the command in a folder."""
    command = [sys.executable, "-m", "fgd_sync.cli", *words]
    quiet = subprocess.PIPE
    return subprocess.Popen(command, cwd=at, env=dict(os.environ), stdout=quiet, stderr=subprocess.STDOUT, text=True)


@dataclass
class Repository:
    """A bare repository with some fabrics, and what people have pushed to it.

    `patience`: seconds for which a sync waits for the lock, also that of one that was killed.
    """

    folder: Path
    fabrics: tuple[str, ...]
    patience: int
    tokens: Tokens = field(default_factory=Tokens)
    pushed: list[str] = field(default_factory=list)

    @property
    def bare(self) -> Path:
        return self.folder / "fabrics.git"

    def set_up(self) -> None:
        git(self.folder, "init", "-q", "--bare", "-b", "main", str(self.bare))
        first = self.clone("first")
        git(first, "switch", "-q", "-c", "main")
        put(first, {"fgd_config.yaml": CONFIG % self.patience})
        for fabric in self.fabrics:
            put(first, {f"{fabric}/.hnp/manifest.yaml": f"fabric_name: {fabric}\n"})
            for number in range(3):
                put(first, {f"{fabric}/raw/{number}.yaml": self.server(f"s{number}")})
        git(first, "add", "-A")
        git(first, "commit", "-q", "-m", "raw")
        git(first, "push", "-q", "origin", "main")
        self.pushed.append(git(first, "rev-parse", "HEAD"))

    def clone(self, name: str) -> Path:
        git(self.folder, "clone", "-q", f"file://{self.bare}", name)
        return self.folder / name

    def server(self, name: str) -> str:
        return SERVER.format(name=name, token=self.tokens.next())


def put(at: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = at / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


class Person:
    """Somebody who edits, deletes and renames what is there, and pushes it; what was overtaken is done once more."""

    def __init__(self, repository: Repository, name: str, seed: int) -> None:
        self._repository, self._clone = repository, repository.clone(name)
        self._random = random.Random(seed)

    def work(self, pushes: int) -> None:
        for _ in range(pushes):
            for _ in range(TRIES):
                if self._pushed():
                    break
            time.sleep(self._random.random() / 4)

    def _pushed(self) -> bool:
        """Do one thing on the tip and push it; whether that was the next commit of the branch.

        The lease keeps it from making a branch that was deleted anew from an old commit.
        """
        if not self._fetched():
            return False
        tip = git(self._clone, "rev-parse", "HEAD")
        self._act(self._clone / self._random.choice(self._repository.fabrics))
        git(self._clone, "add", "-A")
        if not git(self._clone, "status", "--porcelain"):
            return False
        git(self._clone, "commit", "-q", "-m", "by hand")
        made = git(self._clone, "rev-parse", "HEAD")
        if not self._push(f"--force-with-lease=main:{tip}", "HEAD:refs/heads/main"):
            return False
        self._repository.pushed.append(made)
        return True

    def _fetched(self) -> bool:
        done = subprocess.run(
            ["git", "-C", self._clone, "fetch", "-q", "origin", "main"], capture_output=True, check=False
        )
        if done.returncode == 0:
            git(self._clone, "reset", "-q", "--hard", "FETCH_HEAD")
            git(self._clone, "clean", "-qfd")
        return done.returncode == 0

    def _push(self, *what: str) -> bool:
        words = ["git", "-C", str(self._clone), "push", "-q", "origin", *what]
        return subprocess.run(words, capture_output=True, check=False).returncode == 0

    def _act(self, fabric: Path) -> None:
        deed = self._random.choice(("drop", "drop", "edit", "delete", "rename", "take back"))
        managed = sorted((fabric / "managed/servers").glob("*.yaml"))
        name = f"s{self._random.randrange(6)}"
        if deed == "drop" or not managed:
            put(fabric, {f"raw/{self._random.choice('abc')}.yaml": self._repository.server(name)})
            return
        chosen = self._random.choice(managed)
        if deed == "edit":
            chosen.write_text(self._repository.server(chosen.stem))
        elif deed == "delete" and len(managed) > 2:
            chosen.unlink()
        elif deed == "rename":
            chosen.rename(chosen.with_name(f"renamed-{chosen.name}"))
        elif deed == "take back":
            (fabric / "raw").mkdir(exist_ok=True)
            chosen.rename(fabric / "raw" / chosen.name)

    def rewind(self) -> None:
        """With force, throw away the last commit if it is a sync's: what it took in lies in raw/ again."""
        if self._fetched():
            tip = git(self._clone, "rev-parse", "HEAD")
            if "FGD-Sync-Id: " in git(self._clone, "show", "-s", "--format=%B", tip):
                self._push(f"--force-with-lease=main:{tip}", f"{tip}^:refs/heads/main")

    def delete_branch(self) -> None:
        """Delete the branch, and after a moment put it back as it was."""
        if self._fetched() and self._push(f"--force-with-lease=main:{git(self._clone, 'rev-parse', 'HEAD')}", ":main"):
            time.sleep(0.3)
            assert self._push("HEAD:refs/heads/main"), "nobody else can make the branch"
