"""A server with one fabric to be synced, a clone where runs start, and a hook that can hold their pushes."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from fgd_sync.adapters.clock import SystemClock
from fgd_sync.adapters.local_store import LocalStore
from fgd_sync.flow.book import Book
from fgd_sync.flow.ledger import Ledger
from fgd_sync.flow.lock_store import LockStore
from fgd_sync.flow.state_refs import StateRefs
from fgd_sync.model.git import RefMove
from fgd_sync.model.moment import later
from fgd_sync.model.operation import Operation

REFS = StateRefs("refs/fgd")
LOCK, STATE, MAIN = "refs/fgd/lock/north", "refs/fgd/state/north", "refs/heads/main"
SERVER = (
    "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: s{number}\nspec:\n  description: d\n"
)
_VLANS = """apiVersion: wiring.githedgehog.com/v1beta1
kind: VLANNamespace
metadata:
  name: {name}
spec:
  ranges:
  - from: 1000
    to: {to}
"""
HOLD = """#!/bin/sh
refs=$(cat)
if [ -e hold ]; then
  case "$refs" in *" $(cat hold)"*)
    touch held
    while [ -e hold ]; do sleep 0.02; done
    [ ! -e refuse ] || exit 1;;
  esac
fi
exit 0
"""
"""A hook that holds a push of the ref named in the file `hold` until that is gone, and then refuses it if told so."""


def vlans(name: str = "default", to: int = 2999) -> str:
    """A resource that refers to no other, as a file."""
    return _VLANS.format(name=name, to=to)


class Site:
    """A server with one fabric to be synced, and a clone where the runs start."""

    def __init__(self, folder: Path) -> None:
        self.runs: list[subprocess.Popen[bytes]] = []
        self.bare, self.clone, self.events = folder / "fabrics.git", folder / "clone", folder / "events.jsonl"
        self.git("init", "-q", "--bare", "-b", "main", str(self.bare), at=folder)
        self.git("clone", "-q", f"file://{self.bare}", str(self.clone), at=folder)
        for number in range(40):
            self.write(f"north/raw/s{number}.yaml", SERVER.format(number=number))
        self.write("north/.hnp/manifest.yaml", "fabric_name: north\n")
        self.write("fgd_config.yaml", "fgd:\n  sync: {lock_timeout: 0}\n")
        self.git("switch", "-q", "-c", "main")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "raw")
        self.git("push", "-q", "origin", "main")
        hook = self.bare / "hooks" / "pre-receive"
        hook.write_text(HOLD)
        hook.chmod(0o755)

    def git(self, *words: str, at: Path | None = None) -> str:
        command = ["git", "-c", "user.name=Ann", "-c", "user.email=ann@example.org", *words]
        done = subprocess.run(command, cwd=at or self.clone, check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def write(self, name: str, text: str) -> None:
        path = self.clone / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def start(self, variables: Mapping[str, str] | None = None) -> "subprocess.Popen[bytes]":
        """Start a publishing run."""
        words = [sys.executable, "-m", "fgd_sync.cli", "sync", "--publish", "--events", str(self.events)]
        known = {**os.environ, **(variables or {})}
        quiet = subprocess.DEVNULL
        run = subprocess.Popen(words, cwd=self.clone, env=known, stdout=quiet, stderr=quiet)
        self.runs.append(run)
        return run

    def sync(self, variables: Mapping[str, str] | None = None) -> int:
        """Do a publishing run, and give its status."""
        return self.start(variables).wait(120)

    def fgd(self, *words: str, variables: Mapping[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
        """Run a command in the clone."""
        command, known = [sys.executable, "-m", "fgd_sync.cli", *words], {**os.environ, **(variables or {})}
        return subprocess.run(command, cwd=self.clone, env=known, check=False, capture_output=True, text=True)

    def close(self) -> None:
        """End what still runs."""
        (self.bare / "hold").unlink(missing_ok=True)
        for run in self.runs:
            run.kill()
            run.wait()

    def hold(self, ref: str) -> None:
        (self.bare / "hold").write_text(ref)

    def let_go(self, *, refuse: bool) -> None:
        if refuse:
            (self.bare / "refuse").touch()
        (self.bare / "hold").unlink(missing_ok=True)
        time.sleep(0.5)
        (self.bare / "refuse").unlink(missing_ok=True)

    def has_reached(self, stage: str) -> bool:
        lines = self.events.read_text().splitlines() if self.events.exists() else []
        return any(f'"to":"{stage}"' in line for line in lines)

    def is_held(self) -> bool:
        return (self.bare / "held").exists()

    def refs(self) -> dict[str, str]:
        return dict(LocalStore(self.bare).refs("refs/"))

    def age_lock(self) -> None:
        """Let the lease of the lock, if there is one, have ended long ago."""
        git = LocalStore(self.bare)
        store = LockStore(git, SystemClock(), REFS)
        for ref, (commit, note) in store.look().items():
            old = replace(note, expires_at=later(note.expires_at, -1000))
            git.update([RefMove(ref, commit, store.write(old))])

    def book(self) -> Book:
        return Ledger(LocalStore(self.bare), SystemClock(), REFS).book("north")

    def history(self) -> list[Operation]:
        return self.book().operations()


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)
