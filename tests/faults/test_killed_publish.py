"""A publishing run killed at any moment: the next one takes over, the history says what happened, the branch is whole."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fgd_sync.adapters.clock import SystemClock
from fgd_sync.adapters.local_store import LocalStore
from fgd_sync.flow.ledger import Ledger
from fgd_sync.flow.lock_store import LockStore
from fgd_sync.flow.state_refs import StateRefs
from fgd_sync.model.git import RefMove
from fgd_sync.model.moment import later
from fgd_sync.model.operation import Operation
from fgd_sync.model.sync import STAGES, State

REFS = StateRefs("refs/fgd")
LOCK, STATE, MAIN = "refs/fgd/lock/north", "refs/fgd/state/north", "refs/heads/main"
SERVER = (
    "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: s{number}\nspec:\n  description: d\n"
)
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

    def start(self) -> "subprocess.Popen[bytes]":
        words = [sys.executable, "-m", "fgd_sync.cli", "sync", "--publish", "--events", str(self.events)]
        run = subprocess.Popen(words, cwd=self.clone, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.runs.append(run)
        return run

    def sync(self) -> int:
        return self.start().wait(120)

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

    def history(self) -> list[Operation]:
        return Ledger(LocalStore(self.bare), SystemClock(), REFS).book("north").operations()


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.close()


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def is_synced(site: Site) -> bool:
    files = site.git("ls-tree", "-r", "--name-only", MAIN, at=site.bare).splitlines()
    return sum(name.startswith("north/managed/servers/") for name in files) == 40


def settle(site: Site) -> list[Operation]:
    """What the next runs find and do; the history at the end, the newest first."""
    site.age_lock()
    assert site.sync() == 0
    assert is_synced(site)
    assert LOCK not in site.refs()
    assert len(site.git("rev-list", MAIN, at=site.bare).splitlines()) == 2, "committed once"
    site.git("fsck", "--strict", at=site.bare)
    assert site.git("status", "--porcelain") == ""
    return site.history()


@pytest.mark.parametrize("stage", STAGES)
def test_killed_in_a_stage(site: Site, stage: str, pytestconfig: pytest.Config) -> None:
    if pytestconfig.getoption("--campaign") == "short" and stage != State.PROCESSING:
        pytest.skip("one stage is enough here: `make faults` kills in all")
    run = site.start()
    wait_for(lambda: site.has_reached(stage))
    run.kill()
    run.wait()
    time.sleep(0.5)  # A push that was under way may still arrive.
    newest, *others = settle(site)
    assert newest.state == "completed"
    assert [item.state for item in others] in ([], ["failed"], ["completed"]), others
    for item in others:
        assert item.state == "completed" or "killed or lost" in item.note


def test_the_lock_of_a_killed_run_is_respected_until_its_lease_ends(site: Site) -> None:
    site.hold(MAIN)
    run = site.start()
    wait_for(site.is_held)
    run.kill()
    site.let_go(refuse=True)
    assert site.sync() == 5
    busy, *_ = site.history()
    assert busy.findings[0]["code"] == "FGD_3001"
    newest, lost, _ = settle(site)
    assert newest.state == "completed"
    assert "killed or lost" in lost.note


@pytest.mark.parametrize("lands", [True, False])
def test_killed_while_the_lock_is_pushed(site: Site, lands: bool) -> None:
    site.hold(LOCK)
    run = site.start()
    wait_for(site.is_held)
    run.kill()
    site.let_go(refuse=not lands)
    assert (LOCK in site.refs()) == lands
    newest, *others = settle(site)
    assert newest.state == "completed"
    assert len(others) == lands
    assert all(item.note.endswith("it published nothing") for item in others)


@pytest.mark.parametrize("lands", [True, False])
def test_killed_while_the_commit_is_pushed(site: Site, lands: bool) -> None:
    site.hold(MAIN)
    run = site.start()
    wait_for(site.is_held)
    run.kill()
    site.let_go(refuse=not lands)
    tip = site.refs()[MAIN]
    newest, lost = settle(site)
    assert (newest.state, newest.unchanged) == ("completed", lands)
    assert lost.state == "failed"
    assert lost.owner.endswith(f"process {run.pid}")
    end = f"its commit {tip} is on the branch" if lands else "it published nothing"
    assert lost.note.endswith(end), lost.note
    assert lost.commit == (tip if lands else "")
    assert ("last seen in stage syncing" in lost.note) == lands, "the lock was moved by the same push"


@pytest.mark.parametrize("lands", [True, False])
def test_killed_while_the_history_is_pushed(site: Site, lands: bool) -> None:
    site.hold(STATE)
    run = site.start()
    wait_for(site.is_held)
    run.kill()
    site.let_go(refuse=not lands)
    assert (LOCK in site.refs()) != lands, "the push that writes the history gives back the lock"
    tip = site.refs()[MAIN]
    newest, first = settle(site)
    assert newest.unchanged
    assert first.commit == tip
    assert (first.state, first.note) == ("completed", "") if lands else "killed or lost" in first.note
