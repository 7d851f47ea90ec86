"""A publishing run killed at any moment: the next one takes over, the history says what happened, the branch is whole."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from fgd_sync.model.operation import Operation
from fgd_sync.model.sync import STAGES, State
from publishing_site import LOCK, MAIN, STATE, Site, wait_for


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.close()


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
