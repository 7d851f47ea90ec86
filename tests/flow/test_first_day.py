"""The first day: `fgd init --interactive` sets a repository up, `fgd doctor` finds what is missing."""

import io
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from commands import Run, server, tree_of

Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def answer(run: Run, monkeypatch: pytest.MonkeyPatch) -> Callable[..., object]:
    """`fgd init --interactive` with answers, one a line; it ends well."""

    def do(*answers: str) -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in answers)))
        result = run("init", "--interactive")
        assert result.status == 0, result.out + result.err
        return result.out

    return do


def test_the_answers_become_settings_workflows_and_fabrics(
    answer: Callable[..., str], run: Run, write: Write, tmp_path: Path, commit: Callable[[], None]
) -> None:
    write("north/tenants/a.yaml", server("server-01"))
    write("other/compose.yaml", "services: {}\n")
    commit()
    shown = answer("", "y", "y", "n", "n", "n", "pull-request", "acme", "https://netbox.example.org", "y", "y")
    assert "Folders with resources of a Hedgehog fabric: north/tenants" in shown
    settings = yaml.safe_load((tmp_path / "fgd_config.yaml").read_text())["fgd"]
    assert settings["github"] == {"commit_mode": "pull-request"}
    assert settings["netbox"] == {"url": "https://netbox.example.org"}
    workflows = {path.name: path.read_text() for path in (tmp_path / ".github" / "workflows").iterdir()}
    assert sorted(workflows) == ["fabrics-check.yml", "fabrics-sync.yml"]
    assert "acme/fgd-sync@" in workflows["fabrics-sync.yml"]
    step = yaml.safe_load(workflows["fabrics-sync.yml"])["jobs"]["sync"]["steps"][-1]
    assert step["with"] == {"netbox-token": "${{ secrets.NETBOX_TOKEN }}", "commit-mode": "pull-request"}
    assert (tmp_path / "north" / "tenants" / "managed" / "servers" / "server-01.yaml").is_file()
    checks = run("doctor", "--local", "--format", "json").json["checks"]
    assert [item["name"] for item in checks if item["status"] in ("failed", "warning")] == ["netbox"], "no token yet"


def test_what_is_there_stays_and_a_no_writes_nothing(
    answer: Callable[..., str], write: Write, tmp_path: Path, commit: Callable[[], None]
) -> None:
    write("north/.hnp/manifest.yaml", "fabric_name: north\n")
    write("fgd_config.yaml", "fgd: {}\n")
    commit()
    before = tree_of(tmp_path)
    shown = answer("north", "y", "n", "n", "n", "n", "", "", "", "n", "n")
    assert "fgd_config.yaml is there already and stays as it is" in shown
    assert tree_of(tmp_path) == before


def test_the_doctor_finds_the_mistakes_of_the_first_day(run: Run, write: Write, commit: Callable[[], None]) -> None:
    write("north/raw/a.yaml", server("server-01"))
    run("init", "north")
    write(".gitignore", "managed/\n")
    write(".github/workflows/a.yml", "on: push\njobs:\n  a:\n    steps:\n    - uses: acme/fgd-sync@main\n")
    commit()
    result = run("doctor", "--local", "--format", "json")
    found = {item["name"]: item for item in result.json["checks"] if item["status"] in ("failed", "warning")}
    assert set(found) == {".github/workflows/a.yml:5:7", ".github/workflows/a.yml:3:3", "ignored files"}
    assert ".gitignore:1 managed/" in found["ignored files"]["detail"]
    assert all(item["remedy"] for item in found.values())
    assert result.status == 2


def test_the_doctor_says_so_where_nothing_could_run(
    run: Run, write: Write, tmp_path: Path, commit: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    write("north/raw/a.yaml", server("server-01"))
    assert "in no git repository" in run("doctor", "north").out
    commit()
    commit()
    assert "no workflow uses fgd-sync" in run("doctor", "--local", "north").out
    subprocess.run(["git", "clone", "-q", "--depth=1", f"file://{tmp_path}", str(tmp_path / "shallow")], check=True)
    monkeypatch.chdir(tmp_path / "shallow")
    assert "the clone is shallow" in run("doctor", "--local").out
