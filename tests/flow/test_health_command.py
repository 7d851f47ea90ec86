"""`fgd health` as its user runs it: on a real repository, a stand-in for GitHub, a real Redis, and without them."""

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from commands import Result, Run, server

from fgd_sync.cli.neighbours import github_context
from forge.accounts import READ_ONLY
from forge.forge import Forge
from forge.repository import IDENTITY
from forge.traffic import hanging
from redis_server import RedisServer, free_port, require_redis

Write = Callable[[str, str | bytes], Path]
SETTINGS = """\
fgd:
  events: {{redis_url: "{redis}"}}
  monitoring: {{metrics_file: "{metrics}"}}
"""


def found(result: Result) -> dict[str, dict[str, Any]]:
    return {item["name"]: item for item in result.json["checks"]}


def statuses(result: Result) -> dict[str, str]:
    return {name: item["status"] for name, item in found(result).items()}


@pytest.fixture
def office(forge: Forge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run, write: Write) -> Forge:
    """`tmp_path` is a clone of a repository on the forge, with a token that may write, and a fabric directory."""
    repository = forge.repository()
    write("north/raw/a.yaml", server("server-01"))
    run("init", "north")
    for words in (
        "init -q -b main",
        f"remote add origin {forge.clone_url(repository)}",
        "add north",
        "commit -q -m first",
        f"push -q {repository.path} HEAD:refs/heads/main",
    ):
        subprocess.run(["git", *words.split()], cwd=tmp_path, check=True, env={**os.environ, **IDENTITY})
    for name, value in {**forge.urls, "GITHUB_REPOSITORY": repository.name, "GITHUB_TOKEN": forge.token()}.items():
        monkeypatch.setenv(name, value)
    return forge


def test_all_is_well(office: Forge, run: Run, write: Write, tmp_path: Path) -> None:
    require_redis()
    redis = RedisServer(tmp_path / "north", "--save", "")
    redis.start()
    try:
        write("fgd_config.yaml", SETTINGS.format(redis=f"redis://127.0.0.1:{redis.port}", metrics="fgd.prom"))
        result = run("health", "--write", "--format", "json")
    finally:
        redis.kill()
    assert statuses(result) == {
        "settings": "ok",
        "git": "ok",
        "repository": "ok",
        "state store": "ok",
        "github": "ok",
        "netbox": "skipped",
        "redis": "ok",
        "metrics": "ok",
        "fabric north": "ok",
    }
    assert (result.json["status"], result.status) == ("ok", 0)
    assert "may push" in found(result)["github"]["detail"]
    assert "can be written" in found(result)["state store"]["detail"]
    refs = subprocess.run(
        ["git", "for-each-ref"],
        cwd=office.repositories["acme/fabrics"].path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "refs/fgd" not in refs.stdout, "nothing is left behind"


def test_what_is_not_set_up_is_skipped_and_costs_nothing(
    run: Run, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_REPOSITORY", raising=False)
    write("north/raw/a.yaml", server("server-01"))
    run("init", "north")
    result = run("health")
    assert result.status == 0
    assert result.out.splitlines()[0] == ("ok       settings      valid; there is no fgd_config.yaml, so the defaults")
    assert "skipped  redis         `events.redis_url` is not set" in result.out
    assert "skipped  state store   this directory is in no git repository: no history is kept" in result.out
    assert result.out.splitlines()[-1] == "ok       fabric north  0 files to take in, 1 managed"


def test_settings_that_are_not_valid_are_the_first_thing_to_mend(run: Run, write: Write) -> None:
    write("fgd_config.yaml", "fgd: {sync: {lock_timeout: soon}}\n")
    result = run("health", "--format", "json")
    assert result.status == 2
    assert statuses(result) == {"settings": "failed", "git": "ok"}
    assert found(result)["settings"]["code"] == "FGD_3006"


@pytest.mark.usefixtures("office")
def test_neighbours_that_are_down_are_named_with_what_to_do(run: Run, write: Write) -> None:
    port = free_port()
    write("fgd_config.yaml", SETTINGS.format(redis=f"redis://127.0.0.1:{port}", metrics="none/fgd.prom"))
    result = run("health", "--format", "json")
    assert result.status == 6
    assert result.json["status"] == "failed"
    told = found(result)
    assert told["redis"]["detail"] == f"Redis at 127.0.0.1:{port}: connection refused"
    assert told["metrics"]["detail"] == "cannot write none/fgd.prom: it is not there"
    assert all(item["remedy"] for item in told.values() if item["status"] == "failed")
    assert told["github"]["status"] == told["repository"]["status"] == "ok"


def test_a_remote_that_hangs_is_not_waited_for_longer_than_asked(office: Forge, run: Run) -> None:
    office.git.arm(hanging(20), times=9)
    office.api.arm(hanging(20), times=9)
    start = time.monotonic()
    result = run("health", "--timeout", "3", "--format", "json")
    assert time.monotonic() - start < 8
    assert result.status == 6
    hung = [name for name, status in statuses(result).items() if status == "failed"]
    assert hung == ["repository", "state store", "github"]


def test_a_token_that_may_only_read(office: Forge, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", office.token(READ_ONLY))
    assert run("health").status == 0
    result = run("health", "--write", "--format", "json")
    assert result.status == 6
    assert found(result)["state store"]["code"] == "FGD_4002"


def test_a_token_that_is_no_longer_valid_is_not_shown(office: Forge, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    token = office.token(expired=True)
    monkeypatch.setenv("GITHUB_TOKEN", token)
    result = run("health", "--format", "json")
    assert found(result)["github"]["code"] == "FGD_4002"
    assert found(result)["repository"]["code"] == "FGD_4002"
    assert token not in result.out + result.err


def test_a_fabric_that_lacks_a_part_is_a_warning(run: Run, write: Write, tmp_path: Path) -> None:
    write("north/raw/a.yaml", server("server-01"))
    run("init", "north")
    (tmp_path / "north/.hnp/archive-log.yaml").unlink()
    result = run("health", "north", "--format", "json")
    assert result.status == 0
    (told,) = [item for name, item in found(result).items() if name == "fabric north"]
    assert told["status"] == "warning"
    assert told["detail"].endswith("the fabric directory has no archive log")
    assert told["remedy"] == "Run `fgd repair north`, or any sync."


def test_a_path_that_is_not_there_is_one_finding_of_many(run: Run) -> None:
    result = run("health", "nowhere", "--format", "json")
    assert result.status == 4
    assert found(result)["fabrics"]["code"] == "FGD_2001"
    assert found(result)["git"]["status"] == "ok"


@pytest.mark.parametrize(
    ("url", "repository"),
    [
        ("https://github.com/acme/fabrics.git", "acme/fabrics"),
        ("git@github.com:acme/fabrics", "acme/fabrics"),
        ("ssh://git@github.com/acme/fabrics.git", "acme/fabrics"),
        ("https://git.example.com/acme/fabrics", ""),
        ("https://github.com.example.com/acme/fabrics", ""),
        ("https://github.com/acme/fabrics/tree/main", ""),
        ("", ""),
    ],
)
def test_which_repository_a_remote_is(url: str, repository: str) -> None:
    context = github_context({}, url)
    assert (context.repository if context else "") == repository
    assert context is None or context.api_url == "https://api.github.com"
