"""What a run tells those who watch it: progress, metrics, Redis, thresholds."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from commands import Run, server

from fgd_sync.adapters.redis_sink import STREAM
from redis_server import RedisServer, free_port, require_redis

Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def north(write: Write) -> Path:
    """A fabric directory with one source file."""
    return write("north/raw/a.yaml", server("server-01")).parents[1]


def settings(write: Write, text: str) -> None:
    write("fgd_config.yaml", f"fgd:\n  {text}\n")


@pytest.mark.usefixtures("north")
def test_progress_as_json_goes_to_standard_error_and_leaves_the_report_alone(run: Run) -> None:
    result = run("sync", "north", "--progress", "json", "--format", "json")
    assert result.json["state"] == "completed"
    told = [json.loads(line) for line in result.err.splitlines()]
    assert [item["state"] for item in told if item["current_file"] == ""] == [
        "initializing",
        "validating",
        "discovering",
        "processing",
        "syncing",
        "reconciling",
        "completed",
    ]
    assert (told[-1]["progress"], told[-1]["files_processed"], told[-1]["total_files"]) == (100, 1, 1)
    assert {item["sync_id"] for item in told} == {result.json["sync_id"]}


@pytest.mark.usefixtures("north")
def test_nobody_is_told_anything_unless_asked(run: Run) -> None:
    assert run("sync", "north").err == ""


@pytest.mark.usefixtures("north")
def test_a_dry_run_tells_no_metrics(run: Run, write: Write, tmp_path: Path) -> None:
    settings(write, "monitoring: {metrics_file: fgd.prom}")
    run("sync", "north", "--dry-run")
    assert not (tmp_path / "fgd.prom").exists()


@pytest.mark.usefixtures("north")
def test_metrics_are_written_for_a_run_that_fails_too(run: Run, write: Write, tmp_path: Path) -> None:
    settings(write, "monitoring: {metrics_file: fgd.prom}")
    run("sync", "north")
    (tmp_path / "north/managed/servers/server-01.yaml").unlink()
    settings(write, "monitoring: {metrics_file: fgd.prom}\n  ingestion: {limits: {max_deletes: 0}}")
    assert run("sync", "north", "--base", "").status in (0, 3)
    assert 'fgd_sync_total{fabric="north",status="completed",trigger="manual"}' in (tmp_path / "fgd.prom").read_text()


@pytest.mark.usefixtures("north")
def test_metrics_that_cannot_be_written_are_a_warning(run: Run, write: Write) -> None:
    settings(write, "monitoring: {metrics_file: none/fgd.prom}")
    result = run("sync", "north")
    assert result.status == 0
    assert result.err.startswith("warning: cannot write none/fgd.prom: it is not there. ")


@pytest.mark.parametrize(("choice", "status", "state"), [("warn", 1, "completed"), ("fail", 1, "failed")])
def test_a_threshold_warns_or_fails(run: Run, write: Write, choice: str, status: int, state: str) -> None:
    for number in range(20):
        write(f"north/raw/{number}.yaml", server(f"server-{number}") if number else "kind: [\n")
    settings(write, f"monitoring: {{on_alert: {choice}, alert_thresholds: {{error_rate_percent: 4}}}}")
    result = run("sync", "north", "--format", "json")
    assert (result.status, result.json["state"]) == (status, state)
    alert = "1 of 20 files have errors (5.0 %), more than 4 %"
    failures = [item["message"] for item in result.json["errors"] if item["code"] == "FGD_3008"]
    notes = [note.partition(". ")[0] for note in result.json["notes"]]
    assert (failures, notes) == (([alert], []) if choice == "fail" else ([], [alert]))
    assert run("files", "north", "--directory", "managed").out.count("Server") == 19, (
        "what is right is there all the same"
    )


@pytest.mark.usefixtures("north")
def test_people_see_a_warning_of_monitoring(run: Run, write: Write) -> None:
    write("north/raw/b.yaml", "kind: [\n")
    for number in range(20):
        write(f"north/raw/{number}.yaml", server(f"server-{number}-x"))
    shown = run("sync", "north").out
    assert "note  1 of 22 files have errors" not in shown
    settings(write, "monitoring: {alert_thresholds: {error_rate_percent: 0}}")
    for number in range(20):
        write(f"north/raw/{number}.yaml", server(f"server-{number}-x", "rack 2"))
    write("north/raw/c.yaml", "kind: [\n")
    shown = run("sync", "north").out
    assert "note  1 of 21 files have errors (4.8 %), more than 0 %. Correct the files" in shown


@pytest.mark.usefixtures("north")
def test_redis_hears_of_the_whole_sync(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    require_redis()
    redis = RedisServer(tmp_path)
    redis.start()
    try:
        monkeypatch.setenv("HEDGEHOG_FGD_REDIS_URL", f"redis://127.0.0.1:{redis.port}/0")
        result = run("sync", "north", "--format", "json")
        entries = redis.cli("XRANGE", STREAM, "-", "+").splitlines()
    finally:
        redis.kill()
    events = [json.loads(line) for line in entries if line.startswith("{")]
    kinds = [item["event_type"] for item in events]
    assert kinds[0] == "sync.requested"
    assert kinds[-1] == "sync.completed"
    assert {item["metadata"]["sync_id"] for item in events} == {result.json["sync_id"]}


@pytest.mark.usefixtures("north")
def test_redis_being_away_costs_a_warning(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    monkeypatch.setenv("HEDGEHOG_FGD_REDIS_URL", f"redis://:s3cret@127.0.0.1:{port}/0")
    result = run("sync", "north")
    assert result.status == 0
    assert result.err == f"warning: events are no longer told to redis: Redis at 127.0.0.1:{port}: connection refused\n"
