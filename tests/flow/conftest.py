"""The command as its user runs it: in a directory, with arguments, giving an exit status and two streams."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from commands import Result, Run

from fgd_sync.cli.main import main


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`run("sync", "north")` runs the command in `tmp_path`; no command may show a traceback."""
    monkeypatch.chdir(tmp_path)
    for name in ("HEDGEHOG_FGD_DEBUG", "GITHUB_TOKEN", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)

    def call(*arguments: object) -> Result:
        status = main([str(argument) for argument in arguments])
        streams = capsys.readouterr()
        assert "Traceback" not in streams.out + streams.err
        return Result(status, streams.out, streams.err)

    return call


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Write a file below `tmp_path`, with its folders."""

    def put(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return put


@pytest.fixture
def commit(tmp_path: Path) -> Callable[[], None]:
    """Make `tmp_path` a git repository, if it is none, and commit all that is there."""

    def do() -> None:
        identity = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "init.defaultBranch=main"]
        for command in (["init", "-q"], ["add", "-A"], ["commit", "-q", "-m", "state", "--allow-empty"]):
            subprocess.run(["git", *identity, *command], cwd=tmp_path, check=True, capture_output=True)

    return do
