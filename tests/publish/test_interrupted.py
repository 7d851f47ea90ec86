"""A publishing run that is cancelled, or runs out of time, in each of its stages: it ends in time, clean, and is told."""

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from fgd_sync.cli.common import make_world
from fgd_sync.cli.publishing import Audience, Publication, publish
from fgd_sync.flow.run import Request
from fgd_sync.model.code import SYNC_CANCELLED, SYNC_TIMEOUT
from fgd_sync.model.event import EVERY_FILE, Event, EventType
from fgd_sync.model.report import FabricReport
from fgd_sync.model.sync import STAGES, State
from forge.forge import Forge
from forge.repository import Repository
from forge.traffic import failing, hanging
from publishing_site import vlans

LONG, LIMIT, SOON = 30.0, 20, 0.1

BEFORE = dict(zip(STAGES[1:], STAGES, strict=False))
"""The stage before each: the second fabric is still there while the first one enters the next."""


@pytest.fixture
def repository(forge: Forge) -> Repository:
    made = forge.repository()
    made.commit({"north/raw/vlans.yaml": vlans(), "south/raw/vlans.yaml": vlans()})
    return made


def let_time_be_up() -> None:
    """Let the time limit, which is set as it should be, come soon."""
    left, _ = signal.setitimer(signal.ITIMER_REAL, SOON)
    assert 0 < left <= LIMIT


class Slow:
    """A listener that takes long when the first sync gets to a stage: the stage is at work all that time."""

    name = "slow"
    most_files = EVERY_FILE

    def __init__(self, stage: State, at_work: Callable[[], object] = lambda: None) -> None:
        self.stage, self.events, self._at_work = stage, list[Event](), at_work
        self.begun = threading.Event()

    def deliver(self, event: Event) -> None:
        self.events.append(event)
        if event.type is EventType.STATE_CHANGED and event.payload["to"] == self.stage and not self.begun.is_set():
            self.begun.set()
            self._at_work()
            time.sleep(LONG)


Sync = Callable[..., tuple[FabricReport, ...]]


@pytest.fixture
def sync(forge: Forge, repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sync:
    monkeypatch.chdir(tmp_path)

    def run(*sinks: Any, **settings: Any) -> tuple[FabricReport, ...]:
        world = make_world(None, {f"sync.{name}": value for name, value in settings.items()})
        given = Publication(forge.clone_url(repository), "main", forge.token(), paths=["north", "south"])
        return publish(world, given, Request(), Audience(sinks))

    return run


@contextmanager
def cancelled_once(begun: threading.Event, number: signal.Signals = signal.SIGTERM) -> Iterator[None]:
    """Send a signal as soon as something has begun."""

    def send() -> None:
        begun.wait(LONG)
        time.sleep(0.1)
        os.kill(os.getpid(), number)

    thread = threading.Thread(target=send)
    thread.start()
    yield
    thread.join()


def history(repository: Repository) -> dict[str, dict[str, Any]]:
    """The newest record of each fabric."""
    states = repository.refs("refs/fgd/state/").values()
    records = [json.loads(repository.read("operations.jsonl", ref).splitlines()[-1]) for ref in states]
    return {record["fabric"]: record for record in records}


def is_clean(repository: Repository) -> bool:
    return not repository.refs("refs/fgd/lock")


@pytest.mark.parametrize("stage", [State.DISCOVERING, State.RECONCILING])
def test_the_time_limit_is_honoured_in_the_middle_of_a_stage(sync: Sync, repository: Repository, stage: State) -> None:
    tip, slow, start = repository.tip(), Slow(stage, let_time_be_up), time.monotonic()
    reports = sync(slow, timeout_seconds=LIMIT)
    assert time.monotonic() - start < LONG / 2
    assert [report.failure and report.failure.code for report in reports] == [SYNC_TIMEOUT, SYNC_TIMEOUT]
    assert is_clean(repository)
    published = stage is State.RECONCILING
    assert (repository.tip() != tip) == published
    records = history(repository)
    assert {name: (record["state"], record["stage"]) for name, record in records.items()} == {
        "north": ("failed", stage),
        "south": ("failed", BEFORE[stage]),
    }
    ends = [item for item in slow.events if item.type is EventType.SYNC_FAILED]
    assert sorted(item.fabric for item in ends) == ["north", "south"]
    assert all(item.payload["code"] == SYNC_TIMEOUT.id for item in ends)


@pytest.mark.parametrize("stage", STAGES)
def test_a_cancel_ends_every_stage_and_the_history_says_so(sync: Sync, repository: Repository, stage: State) -> None:
    tip, slow, start = repository.tip(), Slow(stage), time.monotonic()
    with cancelled_once(slow.begun):
        reports = sync(slow)
    assert time.monotonic() - start < LONG / 2
    assert {report.state for report in reports} == {State.CANCELLED}
    assert {report.failure and report.failure.code for report in reports} == {SYNC_CANCELLED}
    assert is_clean(repository)
    assert (repository.tip() != tip) == (stage is State.RECONCILING)
    told = {name: record["state"] for name, record in history(repository).items()}
    assert told == dict.fromkeys(("north", "south"), "cancelled")


@pytest.mark.parametrize("stage", STAGES)
def test_what_was_cancelled_is_done_by_the_next_run(sync: Sync, repository: Repository, stage: State) -> None:
    slow = Slow(stage)
    with cancelled_once(slow.begun, signal.SIGINT):
        sync(slow)
    reports = sync()
    assert {report.state for report in reports} == {State.COMPLETED}
    assert "north/managed/vlannamespaces/default.yaml" in repository.paths()
    assert "south/managed/vlannamespaces/default.yaml" in repository.paths()


def test_a_server_that_hangs_is_left_when_the_time_is_up(sync: Sync, forge: Forge, repository: Repository) -> None:
    tip, start = repository.tip(), time.monotonic()
    forge.git.arm(hanging(LONG, let_time_be_up), "git-receive-pack", at=1, times=1)
    reports = sync(timeout_seconds=LIMIT)
    assert time.monotonic() - start < LONG / 2
    assert {report.failure and report.failure.code for report in reports} == {SYNC_TIMEOUT}
    assert repository.tip() == tip


def test_a_failing_server_is_asked_again_and_the_syncs_tell_so(
    sync: Sync, forge: Forge, repository: Repository
) -> None:
    quick = Slow(State.PENDING)
    once = threading.Event()

    class Break:
        name = "break"
        most_files = EVERY_FILE

        def deliver(self, event: Event) -> None:
            if event.type is EventType.STATE_CHANGED and event.payload["to"] == "syncing" and not once.is_set():
                once.set()
                forge.git.arm(failing(503), "git-receive-pack", times=1)

    reports = sync(quick, Break())
    assert {report.state for report in reports} == {State.COMPLETED}
    told = [item for item in quick.events if item.type is EventType.SYNC_WARNING]
    assert {item.fabric for item in told} == {"north", "south"}
    assert all(item.payload["code"] == "FGD_4001" for item in told)
    assert all("(attempt 1 of 3); tried again in " in item.payload["message"] for item in told)
    assert "north/managed/vlannamespaces/default.yaml" in repository.paths()
