"""`fgd status`, `history`, `events`, `cancel` and `unlock` as their users run them, on real repositories."""

import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from commands import Run
from jsonschema import Draft202012Validator

from event_schemas import misfits
from fgd_sync.adapters.clock import SystemClock
from fgd_sync.adapters.local_store import LocalStore
from fgd_sync.adapters.packaged import load
from fgd_sync.flow.bookkeeping import Entry
from fgd_sync.flow.ledger import Ledger
from fgd_sync.flow.lock_store import LockStore
from fgd_sync.flow.locks import Locks
from fgd_sync.flow.state_refs import StateRefs
from fgd_sync.flow.tenure import Tenure
from fgd_sync.model.code import SYNC_CANCELLED
from fgd_sync.model.event import Event, EventType
from fgd_sync.model.lock_note import Holder
from fgd_sync.model.moment import later
from fgd_sync.model.operation import Operation
from fgd_sync.model.undelivered import Undelivered
from fgd_sync.ports import Clock
from hand_clock import HandClock, ids

REFS = StateRefs("refs/fgd")
RUN_URL = "https://example.com/runs/1"


class Office:
    """A server with a bare repository, and a clone of it where the user sits."""

    def __init__(self, clone: Path, server: Path) -> None:
        self.server, self.clone = server, clone
        subprocess.run(["git", "init", "-q", "--bare", str(server)], check=True)
        subprocess.run(["git", "init", "-q", str(clone)], check=True)
        subprocess.run(["git", "remote", "add", "origin", f"file://{server}"], cwd=clone, check=True)
        self.now = SystemClock().now()

    def git(self, *words: str) -> str:
        """What a command of git, with nothing to read, says on the server."""
        command = ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *words]
        done = subprocess.run(command, cwd=self.server, input="", check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def ledger(self, folder: Path | None = None) -> Ledger:
        return Ledger(LocalStore(folder or self.server), SystemClock(), REFS)

    def locks(self, clock: Clock | None = None) -> Locks:
        store = LockStore(LocalStore(self.server), clock or SystemClock(), REFS)
        return Locks(store, self.ledger(), ids("nonce"))

    def work(self, clock: Clock | None = None) -> Tenure:
        """Somebody is at work on north."""
        holder = Holder("acme/fabrics run 17", "c17", "push", RUN_URL)
        tenure = self.locks(clock).acquire({"north": "sync-17"}, holder, 0)
        tenure.note("north", "processing", "processing")
        tenure.renew()
        return tenure

    def operation(self, number: int, **facts: Any) -> Operation:
        time = later(self.now, number - 1000)
        new = Operation(f"sync-{number}", "north", "c1", None, "push", "completed")
        new = replace(new, started_at=time, updated_at=time, completed_at=later(time, 3), duration_seconds=2.5)
        return replace(new, **facts)

    def event(self, number: int, kind: EventType, **payload: Any) -> Event:
        identity = f"00000000-0000-4000-8000-{number:012d}"
        about = {"source": "fgd-sync", "version": "1", "sync_id": "sync-1"}
        return Event(identity, kind, self.now, "north", None, "c1", payload, about)


@pytest.fixture
def office(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path, tmp_path_factory.mktemp("server") / "fabrics.git")


def validated(payload: Any) -> Any:
    schema = json.loads(load("report.schema.json"))
    errors = [f"{error.json_path} {error.message}" for error in Draft202012Validator(schema).iter_errors(payload)]
    assert not errors
    return payload


def test_nothing_was_yet(run: Run, office: Office) -> None:
    assert run("status").out == "No fabric has a history here yet.\n"
    assert run("history").out == "No sync is kept in the history.\n"
    assert run("status", "--format", "json").json == {"fabrics": []}
    assert run("history", "--format", "json").json == {"count": 0, "results": []}
    missing = run("events", "show")
    assert missing.status == 2
    assert "FGD_3010" in missing.err
    assert office.server.exists()


def test_status_shows_the_newest_sync_and_what_was_wrong(run: Run, office: Office) -> None:
    finding = {
        "code": "FGD_1003",
        "severity": "error",
        "message": "VLAN 5 is taken",
        "file": "north/raw/a.yaml",
        "line": 3,
    }
    finding |= {"column": 1, "document": 0, "rule": "VPC-011", "remedy": "", "related": []}
    newest = office.operation(2, state="failed", stage="processing", errors=1, findings=(finding,), owner="run 17")
    office.ledger().record([Entry("north", office.operation(1))])
    office.ledger().record([Entry("north", newest)])
    shown = run("status")
    assert shown.status == 0
    assert "north   failed  processing" in shown.out
    assert "north: FGD_1003 VLAN 5 is taken" in shown.out
    payload = validated(run("status", "north", "--format", "json").json)
    assert payload["sync_id"] == "sync-2"
    assert payload["progress"]["current_stage"] == "processing"
    assert payload["progress"]["stages_completed"] == ["initializing", "validating", "discovering"]
    assert payload["errors"] == [finding]
    assert payload["lock"] is None
    assert run("status", "--sync", "sync-1", "--format", "json").json["state"] == "completed"


def test_status_shows_who_is_at_work(run: Run, office: Office) -> None:
    office.work()
    shown = run("status").out
    assert "processing" in shown
    assert f"north: at work: acme/fabrics run 17, {RUN_URL}; its lease lasts until" in shown
    payload = validated(run("status", "--format", "json").json)
    assert (payload["sync_id"], payload["state"], payload["trigger"]) == ("sync-17", "processing", "push")
    assert payload["lock"]["owner"] == "acme/fabrics run 17"
    assert payload["lock"]["expired"] is False
    assert payload["completed_at"] is None


def test_status_shows_that_the_one_at_work_is_dead(run: Run, office: Office) -> None:
    office.work(HandClock())
    assert "the next sync takes over" in run("status").out
    assert run("status", "--format", "json").json["lock"]["expired"] is True


def test_status_shows_what_waits_to_be_reported(run: Run, office: Office) -> None:
    made = later(office.now, -7200)
    posts = [Undelivered(f"r{number}", "netbox", made, {}, reason="it is away") for number in range(3)]
    office.ledger().record(
        [Entry("north", office.operation(1), posts=posts, dead=[Undelivered("d", "redis", made, {})])]
    )
    shown = run("status").out
    assert "north: 3 reports wait for netbox, the oldest for 2 h (it is away)" in shown
    assert "north: 1 reports were given up" in shown
    payload = validated(run("status", "--format", "json").json)
    assert payload["outbox"] == {"netbox": {"depth": 3, "oldest_at": made, "reason": "it is away"}}
    assert payload["dead_letters"] == 1
    listed = run("events", "show", "--undelivered")
    assert listed.out.count("waits") == 3
    assert listed.out.count("given up") == 1
    assert len(run("events", "show", "--undelivered", "--format", "json").json["waiting"]) == 3


def test_several_fabrics_and_one_that_cannot_be_read(run: Run, office: Office) -> None:
    office.ledger().record(
        [Entry("Süd", replace(office.operation(1), fabric="Süd")), Entry("east", office.operation(2))]
    )
    office.git("update-ref", "refs/fgd/state/weird", office.git("hash-object", "-w", "--stdin"))
    office.git("update-ref", "refs/fgd/state/west", office.git("commit-tree", "-m", "x", office.git("mktree")))
    shown = run("status")
    assert shown.status == 0
    assert "Süd" in shown.out
    assert "weird: error  refs/fgd/state/weird in" in shown.out
    assert "west: error  refs/fgd/state/west in" in shown.out
    fabrics = validated(run("status", "--format", "json").json)["fabrics"]
    assert [item["fabric"] for item in fabrics] == ["Süd", "north", "weird", "west"]
    assert [item["state"] for item in fabrics[2:]] == [None, None]
    assert all("did not write" in item["problem"] for item in fabrics[2:])


def test_history_pages_and_filters(run: Run, office: Office) -> None:
    entries = [
        Entry("north", office.operation(n, state="failed" if n % 3 == 0 else "completed", unchanged=n % 2 == 0))
        for n in range(1, 31)
    ]
    office.ledger().record(entries)
    everything = run("history", "--limit", 100, "--format", "json").json
    assert everything["count"] == 30
    assert set(everything["results"][0]) >= {
        "sync_id", "trigger", "state", "started_at", "completed_at", "duration_seconds", "files_processed", "errors",
        "warnings",
    }  # fmt: skip
    page = run("history", "--limit", 5, "--offset", 10, "--format", "json").json
    assert [item["sync_id"] for item in page["results"]] == [f"sync-{n}" for n in range(20, 15, -1)]
    failed = run("history", "north", "--status", "failed", "--format", "json").json
    assert failed["count"] == 10
    since, until = later(office.now, 10 - 1000), later(office.now, 12 - 1000)
    between = run("history", "--since", since, "--until", until, "--format", "json").json
    assert [item["sync_id"] for item in between["results"]] == ["sync-12", "sync-11", "sync-10"]
    assert run("history", "--since", "1h", "--format", "json").json["count"] == 30
    assert run("history", "--until", "1h", "--format", "json").json["count"] == 0
    assert run("history", "--limit", 2).out.rstrip().endswith("1 to 2 of 30")
    assert run("history", "--offset", 99).out == "There are only 30 such syncs.\n"


@pytest.mark.parametrize(
    "words", [["--since", "yesterday"], ["--limit", "0"], ["--status", "fine"], ["--offset", "-1"]]
)
def test_history_refuses_what_it_does_not_understand(run: Run, words: list[str]) -> None:
    assert run("history", *words).status == 2


def test_events_are_shown_and_replayed_as_they_were(run: Run, office: Office, tmp_path: Path) -> None:
    path = {"sync_id": "sync-1", "path": "north"}
    told = [office.event(1, EventType.DIRECTORY_INITIALIZED, **path), office.event(2, EventType.FABRIC_CREATED, **path)]
    office.ledger().record([Entry("north", office.operation(1), told)])
    shown = run("events", "show")
    assert "sync sync-1 of fabric north: completed" in shown.out
    assert "directory.initialized  path north" in shown.out
    payload = run("events", "show", "sync-1", "--format", "json").json
    assert payload["count"] == 2
    assert misfits(payload["results"]) == []
    lines = run("events", "replay", "sync-1").out.splitlines()
    assert [json.loads(line) for line in lines] == payload["results"]
    assert (
        run("events", "replay", "--to", "again.jsonl").out
        == "2 events of sync sync-1 were delivered to the file again.jsonl.\n"
    )
    assert (tmp_path / "again.jsonl").read_text().splitlines() == lines
    assert run("events", "replay", "--to", "nowhere/at/all.jsonl").status == 4
    assert run("events", "replay", "--to", "redis").status == 2


def test_an_id_may_be_shortened_as_long_as_it_is_clear(run: Run, office: Office) -> None:
    office.ledger().record([Entry("north", office.operation(10)), Entry("north", office.operation(11))])
    unclear = run("events", "show", "sync-1")
    assert unclear.status == 2
    assert "2 syncs have ids that begin with sync-1" in unclear.err
    assert run("events", "show", "sync-11").status == 0


def test_cancel_reaches_the_one_at_work(run: Run, office: Office) -> None:
    tenure = office.work()
    asked = run("cancel", "north", "--reason", "wrong branch")
    assert asked.out == "acme/fabrics run 17 was asked to stop the sync of fabric north.\n"
    assert "asked to stop by" in run("status").out
    assert tenure.renew()["north"].code is SYNC_CANCELLED
    payload = run("cancel", "north", "--format", "json").json
    assert (payload["success"], payload["fabric"], payload["sync_id"]) == (True, "north", "sync-17")


def test_cancel_says_that_the_one_at_work_seems_dead(run: Run, office: Office) -> None:
    office.work(HandClock())
    assert "It seems to be dead" in run("cancel", "north").out


def test_there_is_nothing_to_cancel(run: Run, office: Office) -> None:
    nothing = run("cancel", "north")
    assert nothing.status == 2
    assert "no sync of fabric north is running" in nothing.err
    assert office.server.exists()


def test_unlock_is_on_record(run: Run, office: Office) -> None:
    office.work()
    assert run("unlock", "north").status == 2, "it takes a reason"
    done = run("unlock", "north", "--reason", "the runner burned")
    assert done.out == "The lock on fabric north was taken from acme/fabrics run 17.\n"
    payload = validated(run("status", "--format", "json").json)
    assert payload["lock"] is None
    assert payload["state"] == "failed"
    assert "the runner burned; last seen in stage processing" in payload["note"]
    assert payload["errors"][0]["code"] == "FGD_3004"


def test_a_fabric_can_be_named_by_its_directory(run: Run, write: Callable[[str, str], Path], office: Office) -> None:
    write("sites/a/.hnp/manifest.yaml", "fabric_name: north\n")
    office.ledger().record([Entry("north", office.operation(1))])
    assert run("history", "sites/a", "--format", "json").json["count"] == 1
    write("fgd_config.yaml", "fgd:\n  fabrics: [{name: south, path: sites/a}]\n")
    assert run("history", "sites/a", "--format", "json").json["count"] == 0


def test_where_to_look(run: Run, office: Office, tmp_path: Path) -> None:
    office.ledger().record([Entry("north", office.operation(1))])
    office.ledger(office.clone).record([Entry("desk", replace(office.operation(2), fabric="desk"))])
    assert "north" in run("status").out
    assert "desk" in run("status", "--local").out
    assert "north" in run("status", "--remote", f"file://{office.server}").out
    assert "north" in run("status", "--remote", office.server).out
    assert run("status", "--remote", "elsewhere").status == 2
    assert run("status", "--remote", "origin", "--local").status == 2
    subprocess.run(["git", "remote", "remove", "origin"], cwd=tmp_path, check=True)
    assert "desk" in run("status").out


def test_outside_of_a_repository(run: Run) -> None:
    assert run("status").status == 2
    assert run("history", "--local").status == 2
