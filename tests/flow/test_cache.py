"""A command is answered from the cache exactly where it would say the same again, and nothing planted there is believed."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from commands import Result, Run, server

Write = Callable[[str, str | bytes], Path]

BAD = server("server-02").replace("description:", "descriptoin:")
FORMATS = ("text", "json", "sarif", "junit", "markdown", "github")

WATCH = """
import sys
opened = []
sys.addaudithook(lambda event, given: opened.append(str(given[0])) if event == "open" else None)
from fgd_sync.cli.main import main
status = main(sys.argv[1:])
print(*(path for path in opened if path.endswith((".yaml", ".yml"))), "modules:", *sys.modules, file=sys.stderr)
sys.exit(status)
"""


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of this test alone."""
    place = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("XDG_CACHE_HOME", str(place / "cache"))
    monkeypatch.setenv("XDG_STATE_HOME", str(place / "state"))
    return place


@pytest.fixture
def north(run: Run, write: Write, commit: Callable[[], None]) -> Path:
    """A fabric with two resources, one of which is wrong, in a repository."""
    run("init", "north")
    write("north/raw/a.yaml", server("server-01"))
    run("sync", "north")
    file = write("north/managed/servers/server-02.yaml", BAD)
    commit()
    settle()
    return file.parent


def settle() -> None:
    """Wait until a change would show in the times of files."""
    time.sleep(0.1)


def answers(home: Path) -> list[Path]:
    return sorted((home / "cache/fgd-sync/answers").glob("*"))


def watched(folder: Path, *arguments: str) -> tuple[Result, list[str], set[str]]:
    """A run in a process of its own, with the YAML files that it opened and the modules that it imported."""
    done = subprocess.run(
        [sys.executable, "-c", WATCH, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    files, _, modules = done.stderr.rpartition("\n")[0].rpartition("\n")[2].partition("modules:")
    return Result(done.returncode, done.stdout, done.stderr), files.split(), set(modules.split())


@pytest.mark.usefixtures("north")
@pytest.mark.parametrize("command", ["check", "plan"])
def test_an_answer_is_the_same_with_and_without_the_cache(run: Run, command: str) -> None:
    moment = re.compile(r'timestamp="[^"]*"')
    for form in FORMATS:
        arguments = (command, "north", "--format", form)
        results = [run(*arguments, "--no-cache"), run(*arguments), run(*arguments)]
        assert {(moment.sub("", item.out), item.err, item.status) for item in results} == {
            (moment.sub("", results[0].out), "", 1)
        }, form


@pytest.mark.usefixtures("north")
def test_a_sync_that_changes_nothing_is_told_as_a_new_one(run: Run) -> None:
    first, second, third = (run("sync", "north", "--format", "json").json for _ in range(3))
    assert first["state"] == third["state"] == "completed"
    assert len({item["sync_id"] for item in (first, second, third)}) == 3
    fixed = [{**item, "sync_id": "", "started_at": "", "updated_at": "", "completed_at": ""} for item in (first, third)]
    assert fixed[0] == fixed[1]
    assert third["started_at"]


@pytest.mark.usefixtures("north")
@pytest.mark.parametrize("command", ["check", "plan", "sync"])
def test_a_run_in_which_nothing_changed_opens_no_file_of_the_fabric(tmp_path: Path, command: str) -> None:
    cold = watched(tmp_path, command, "north")
    warm = watched(tmp_path, command, "north")
    assert cold[1]
    assert "fgd_sync.rules.registry" in cold[2]
    assert (warm[0].out, warm[0].status) == (cold[0].out, cold[0].status)
    assert not warm[1]
    ours = {name for name in warm[2] if name.startswith("fgd_sync")}
    assert not {"yaml", "jsonschema_rs", "click", "pathlib"} & warm[2]
    assert not {name for name in ours if name.split(".")[1:2] not in ([], ["cli"], ["adapters"])}


CHANGES: dict[str, Callable[[Path], object]] = {
    "an edit": lambda root: (root / "north/managed/servers/server-02.yaml").write_text(server("server-02")),
    "a deletion": lambda root: (root / "north/managed/servers/server-02.yaml").unlink(),
    "a new file": lambda root: (root / "north/raw/b.yaml").write_text(server("server-03")),
    "settings": lambda root: (root / "fgd_config.yaml").write_text(
        "fgd:\n  ingestion: {validation_rules: {require_labels: true}}\n"
    ),
}


@pytest.mark.usefixtures("north")
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_change_is_seen_at_once(run: Run, tmp_path: Path, change: Callable[[Path], object]) -> None:
    before = run("check", "north", "--format", "json")
    change(tmp_path)
    after = run("check", "north", "--format", "json")
    assert after.out == run("check", "north", "--format", "json", "--no-cache").out
    assert after.out != before.out
    settle()
    assert run("check", "north", "--format", "json").out == run("check", "north", "--format", "json").out == after.out


def test_a_commit_counts_where_it_is_compared_with(run: Run, north: Path, commit: Callable[[], None]) -> None:
    (north / "server-01.yaml").unlink()
    settle()
    before = run("plan", "north")
    assert run("plan", "north").out == before.out
    assert "1 deleted" in before.out or "delete" in before.out
    commit()
    assert run("plan", "north").out == run("plan", "north", "--no-cache").out != before.out


@pytest.mark.usefixtures("north")
def test_a_new_fabric_below_is_seen(run: Run, write: Write) -> None:
    assert run("check", ".").out == run("check", ".").out
    run("init", "south")
    write("south/managed/servers/server-09.yaml", BAD.replace("02", "09"))
    assert "south/managed" in run("check", ".").out


@pytest.mark.usefixtures("north")
def test_arguments_colours_and_environment_count(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    plain, colored = run("check", "north"), run("check", "north", "--color")
    assert run("check", "north").out == plain.out != colored.out == run("check", "north", "--color").out
    assert run("check", "north", "--schemas-only").out != ""
    monkeypatch.setenv("HEDGEHOG_FGD_BATCH_SIZE", "none")
    assert run("check", "north").status == 2


def test_what_was_just_written_is_not_taken_for_settled(run: Run, north: Path, own_cache: Path) -> None:
    (north / "server-02.yaml").write_text(server("server-02"))
    assert run("check", "north").status == 0
    assert not answers(own_cache)
    (north / "server-02.yaml").write_text(BAD)
    assert run("check", "north").status == 1


@pytest.mark.usefixtures("north")
def test_no_cache_neither_reads_nor_writes(run: Run, own_cache: Path) -> None:
    run("check", "north", "--no-cache")
    assert not answers(own_cache)


@pytest.mark.usefixtures("north")
def test_nothing_is_kept_in_the_repository(run: Run, tmp_path: Path) -> None:
    before = {path for path in tmp_path.rglob("*") if ".git/" not in str(path)}
    run("check", "north")
    assert {path for path in tmp_path.rglob("*") if ".git/" not in str(path)} == before


def test_a_planted_answer_is_not_believed(
    run: Run, north: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who may write the folder of the cache, but has another key, makes the answer `all is well`."""
    wrong = run("check", "north")
    [kept] = answers(own_cache)
    good = kept.read_bytes()
    (north / "server-02.yaml").write_text(server("server-02"))
    settle()
    monkeypatch.setenv("XDG_STATE_HOME", str(own_cache / "stranger"))
    assert run("check", "north").status == 0
    planted = kept.read_bytes()
    assert planted != good
    (north / "server-02.yaml").write_text(BAD)
    monkeypatch.setenv("XDG_STATE_HOME", str(own_cache / "state"))
    assert run("check", "north").out == wrong.out
    for data in (planted, good[:40], good[:-1], b"", os.urandom(3000)):
        kept.write_bytes(data)
        assert run("check", "north").out == wrong.out


def test_a_changed_byte_in_what_is_remembered_changes_no_answer(run: Run, north: Path, own_cache: Path) -> None:
    run("check", "north")
    [kept] = (own_cache / "cache/fgd-sync/fabrics").glob("*")
    data = kept.read_bytes()
    (north / "server-01.yaml").write_text(server("server-01") + "  descriptoin: x\n")
    expected = run("check", "north", "--no-cache")
    for place in range(0, len(data), len(data) // 12):
        kept.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        assert run("check", "north") == expected, place
        for answer in answers(own_cache):
            answer.unlink()


def test_an_older_answer_that_is_put_back_is_not_believed(run: Run, north: Path, own_cache: Path) -> None:
    (north / "server-02.yaml").write_text(server("server-02"))
    settle()
    assert run("check", "north").status == 0
    [kept] = answers(own_cache)
    old = kept.read_bytes()
    (north / "server-02.yaml").write_text(BAD)
    settle()
    assert run("check", "north").status == 1
    kept.write_bytes(old)
    assert run("check", "north").status == 1


@pytest.mark.usefixtures("north")
def test_an_answer_of_another_fabric_is_not_believed(run: Run, own_cache: Path) -> None:
    run("init", "south")
    settle()
    assert run("check", "south").status == 0
    [other] = answers(own_cache)
    assert run("check", "north").status == 1
    [kept] = [path for path in answers(own_cache) if path != other]
    kept.write_bytes(other.read_bytes())
    assert run("check", "north").status == 1


@pytest.mark.usefixtures("north")
def test_a_sync_waits_for_one_that_is_at_work(run: Run, write: Write, tmp_path: Path) -> None:
    write("fgd_config.yaml", "fgd: {sync: {lock_timeout: 0}}\n")
    settle()
    assert run("sync", "north").status == run("sync", "north").status == 1
    holder = (
        "import fcntl, os, sys\n"
        "fcntl.flock(os.open('north', os.O_RDONLY), fcntl.LOCK_EX)\n"
        "print('held', flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder], cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout
        process.stdout.readline()
        done = run("sync", "north")
        process.communicate()
    assert done.status == 5
    assert "FGD_3001" in done.err + done.out


@pytest.mark.usefixtures("north")
def test_a_sync_that_tells_somebody_is_done_anew(run: Run, tmp_path: Path) -> None:
    for _ in range(2):
        run("sync", "north", "--events", "events.jsonl")
    lines = (tmp_path / "events.jsonl").read_text().splitlines()
    assert len({json.loads(line)["payload"].get("sync_id") for line in lines} - {None}) == 2
