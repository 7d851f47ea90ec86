"""What publishing runs leave behind, seen from outside: events that fit their schemas, cancels, and reports kept for Redis."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from commands import Run, server

from event_schemas import misfits
from fgd_sync.adapters.clock import SystemClock
from fgd_sync.adapters.local_store import LocalStore
from fgd_sync.flow.ledger import Ledger
from fgd_sync.flow.lock_store import LockStore
from fgd_sync.flow.locks import Locks
from fgd_sync.flow.recorder import MOST_EVENTS
from fgd_sync.model.event import to_record
from fgd_sync.model.lock_note import Holder
from publishing_site import LOCK, MAIN, REFS, Site, wait_for
from redis_server import RedisServer, require_redis

Write = Callable[[str, str], Path]
FABRICS = ("north", "south")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.close()


def told(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_every_event_of_a_publishing_run_fits_its_schema_and_is_kept(site: Site) -> None:
    site.write("north/raw/broken.yaml", "kind: [")
    site.write("north/raw/odd.yaml", server("odd").replace("description", "descriptoin"))
    site.git("add", "-A")
    site.git("commit", "-q", "-m", "two mistakes")
    site.git("push", "-q")
    assert site.sync() == 1
    events = told(site.events)
    assert misfits(events) == []
    kinds = {str(item["event_type"]) for item in events}
    assert kinds >= {
        "sync.requested", "sync.started", "state.changed", "sync.stage_completed", "sync.progress", "sync.completed",
        "sync.error", "directory.validated", "files.discovered", "file.processed", "file.failed", "commit.published",
    }  # fmt: skip
    (operation,) = site.history()
    kept = [to_record(item) for item in site.book().events(operation.sync_id)]
    assert kept == [item for item in events if item["event_type"] != "sync.progress"]
    shown = site.fgd("events", "show", "--format", "json")
    assert json.loads(shown.stdout)["results"] == kept
    assert (operation.state, operation.errors, operation.total_files) == ("completed", 2, 42)
    assert operation.duration_seconds > 0


def test_every_event_of_a_sync_at_a_desk_fits_its_schema(run: Run, write: Write, commit: Callable[[], None]) -> None:
    write("north/raw/a.yaml", server("a"))
    write("north/raw/b.yaml", "kind: [")
    commit()
    events = write("events.jsonl", "")
    assert run("sync", "north", "--events", events).status == 1
    assert run("sync", "north", "--events", events).status == 0
    assert misfits(told(events)) == []
    history = run("history", "--local", "--format", "json").json
    assert history["results"][-1]["state"] == "completed"
    assert run("status", "--local", "north", "--format", "json").json["trigger"] == "manual"


def test_the_history_of_many_files_is_the_same_whether_or_not_somebody_is_told_of_each(
    run: Run, write: Write, commit: Callable[[], None], tmp_path: Path
) -> None:
    for fabric in FABRICS:
        write(f"{fabric}/raw/a.yaml", server("a"))
        for number in range(MOST_EVENTS + 20):
            write(f"{fabric}/raw/{number:03}.yaml", "")
    commit()
    assert run("sync", "north", "--events", "events.jsonl").status == 0
    assert run("sync", "south").status == 0
    files = [item for item in told(tmp_path / "events.jsonl") if str(item["event_type"]).startswith("file.")]
    assert len(files) == MOST_EVENTS + 21
    kept = run("history", "--local", "--format", "json").json["results"]
    every = [run("events", "show", "--local", item["sync_id"], "--format", "json").json["results"] for item in kept]
    one, other = (
        [(event["event_type"], event["payload"].get("file_path", "")[6:]) for event in told] for told in every
    )
    assert one == other
    shown = [run("events", "show", "--local", "--fabric", fabric).out for fabric in FABRICS]
    one, other = (re.findall("([0-9]+) events were too many", text) for text in shown)
    assert one == other != []


def test_a_directory_that_is_mended_along_with_a_sync_is_told(run: Run, write: Write, tmp_path: Path) -> None:
    write("north/raw/a.yaml", server("a"))
    assert run("sync", "north").status == 0
    (tmp_path / "north/.hnp/archive-log.yaml").unlink()
    write("north/raw/b.yaml", server("b"))
    assert run("sync", "north", "--events", "events.jsonl").status == 0
    events = told(tmp_path / "events.jsonl")
    assert misfits(events) == []
    (repaired,) = [item for item in events if item["event_type"] == "directory.repaired"]
    assert "missing_archive_log" in str(repaired["payload"])


def test_a_run_that_is_cancelled_from_afar_publishes_nothing_and_says_so(site: Site) -> None:
    site.hold(MAIN)
    run = site.start()
    wait_for(site.is_held)
    before = site.refs()[MAIN]
    asked = site.fgd("cancel", "north", "--reason", "wrong branch")
    assert asked.returncode == 0, asked.stderr
    site.let_go(refuse=False)
    assert run.wait(60) == 130
    assert site.refs()[MAIN] == before
    assert LOCK not in site.refs()
    (operation,) = site.history()
    assert operation.state == "cancelled"
    assert "wrong branch" in str(operation.findings[0]["message"])
    assert misfits(told(site.events)) == []
    site.events.unlink()
    assert site.sync() == 0


def test_a_run_that_is_cancelled_while_it_waits_for_its_lock_is_on_record(site: Site) -> None:
    site.write("fgd_config.yaml", "fgd:\n  sync: {lock_timeout: 100}\n")
    git, clock = LocalStore(site.bare), SystemClock()
    locks = Locks(LockStore(git, clock, REFS), Ledger(git, clock, REFS), lambda: "other")
    assert locks.acquire({"north": "other"}, Holder("somebody else"), 0).fabrics
    run = site.start()
    wait_for(lambda: site.has_reached("initializing"))
    run.terminate()
    assert run.wait(60) == 130
    (operation,) = site.history()
    assert operation.state == "cancelled"
    assert LOCK in site.refs(), "it is not ours to give back"


def test_a_run_whose_lock_was_taken_away_publishes_nothing(site: Site) -> None:
    site.hold(MAIN)
    run = site.start()
    wait_for(site.is_held)
    before = site.refs()[MAIN]
    assert site.fgd("unlock", "north", "--reason", "it looked dead").returncode == 0
    site.let_go(refuse=False)
    assert run.wait(60) == 5
    assert site.refs()[MAIN] == before
    assert "it looked dead" in site.history()[-1].note


def in_stream(redis: RedisServer) -> list[dict[str, object]]:
    """The events in the stream of Redis, in their order."""
    entries = json.loads(redis.cli("--json", "XRANGE", "fgd:events", "-", "+"))
    fields = [dict(zip(item[1][::2], item[1][1::2], strict=True)) for item in entries]
    return [json.loads(item["event"]) for item in fields]


def test_redis_down_for_three_runs_then_up_gets_every_event_once_and_in_order(site: Site, tmp_path: Path) -> None:
    require_redis()
    redis = RedisServer(tmp_path)
    url = {"HEDGEHOG_FGD_REDIS_URL": f"redis://127.0.0.1:{redis.port}/0"}
    for number in range(3):
        site.write(f"north/raw/new{number}.yaml", server(f"new{number}"))
        site.git("pull", "-q", "--rebase")
        site.git("add", "-A")
        site.git("commit", "-q", "-m", "more")
        site.git("push", "-q")
        assert site.sync(url) == 0
    assert site.book().depth()["redis"] > 30
    redis.start()
    try:
        assert site.sync(url) == 0
        got = in_stream(redis)
        newest = site.history()[0].sync_id
        replayed = site.fgd("events", "replay", newest, "--to", "redis", variables=url)
        again = in_stream(redis)[len(got) :]
    finally:
        redis.kill()
    assert replayed.stdout == f"{len(again)} events of sync {newest} were delivered to redis.\n"
    assert again == [to_record(item) for item in site.book().events(newest)]
    steady = [item for item in told(site.events) if item["event_type"] != "sync.progress"]
    assert [item["event_id"] for item in got if item["event_type"] != "sync.progress"] == [
        item["event_id"] for item in steady
    ]
    assert site.book().depth() == {}
