"""NetBox and Redis are away for some runs: no commit waits for them, and all reports arrive once when they are back."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from netbox_server import TOKEN, Fake
from redis import Redis

from fgd_sync.adapters.redis_sink import STREAM
from fgd_sync.cli.main import main
from forge.forge import Forge
from forge.repository import Repository
from publishing_site import vlans
from redis_server import RedisServer, free_port

SETTINGS = """fgd:
  sync: {{retry_policy: {{max_attempts: 2, initial_delay: 0.01, max_delay: 0.01}}}}
  events: {{redis_url: "{redis}"}}
  netbox: {{url: "{netbox}", target: core, timeout_seconds: 2, report_seconds: 5}}
"""


@pytest.fixture
def repository(forge: Forge) -> Repository:
    made = forge.repository()
    made.commit({"north/raw/vlans.yaml": vlans(name="first")})
    return made


@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    folder = tmp_path / "redis"
    folder.mkdir()
    server = RedisServer(folder)
    yield server
    server.kill()


@pytest.fixture
def clone(forge: Forge, repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "clone"
    url = forge.clone_url(repository)
    subprocess.run(["git", "init", "-q", "-b", "main", folder], check=True)
    subprocess.run(["git", "remote", "add", "origin", url], cwd=folder, check=True)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("GITHUB_TOKEN", forge.token())
    monkeypatch.setenv("GITHUB_SERVER_URL", url.partition("/acme/")[0])
    monkeypatch.setenv("NETBOX_TOKEN", TOKEN)
    return folder


def published(clone: Path, redis: str, netbox: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    (clone / "fgd_config.yaml").write_text(SETTINGS.format(redis=redis, netbox=netbox))
    assert main(["sync", "--publish", "north", "--format", "json"]) == 0
    payload: dict[str, Any] = json.loads(capsys.readouterr().out)
    return payload


def test_three_runs_without_netbox_and_redis_lose_nothing(
    clone: Path, repository: Repository, redis_server: RedisServer, fake: Fake, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = f"127.0.0.1:{free_port()}"
    (clone / "north").mkdir()
    ids = []
    for number in range(3):
        repository.commit({f"north/raw/{number}.yaml": vlans(name=f"vlans-{number}")})
        payload = published(clone, f"redis://{nowhere}", f"http://{nowhere}", capsys)
        assert payload["state"] == "completed"
        assert payload["commit"] == repository.tip()
        assert any("NetBox was not told" in note for note in payload["notes"])
        ids.append(payload["sync_id"])

    redis_server.start()
    payload = published(clone, f"redis://127.0.0.1:{redis_server.port}", fake.url, capsys)
    ids.append(payload["sync_id"])
    assert payload["notes"] == []
    journal = [str(entry["comments"]) for entry in fake.rows("extras/journal-entries")]
    told = [[sync_id for sync_id in ids if sync_id in text] for text in journal]
    assert told[:3] == [[ids[0]], [ids[1]], [ids[2]]], "once each, in their order"

    with Redis(port=redis_server.port, decode_responses=True) as client:
        events = [json.loads(fields["event"]) for _, fields in client.xrange(STREAM)]
    unique = {event["event_id"] for event in events}
    assert len(unique) == len(events), "once"
    completed = [event["payload"]["sync_id"] for event in events if event["event_type"] == "sync.completed"]
    assert completed == ids, "in their order"

    main(["events", "show", "--undelivered", "--format", "json"])
    assert json.loads(capsys.readouterr().out) == {"waiting": [], "dead": []}
