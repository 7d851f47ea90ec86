"""A sync at a desk that is cancelled or runs out of time: it ends at once, and nothing is half done."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from commands import Run, server

Write = Callable[[str, str | bytes], Path]


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A Redis that takes connections and says nothing: telling it of an event takes five seconds."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


@pytest.fixture
def north(write: Write, commit: Callable[[], None], run: Run) -> None:
    """A fabric directory in a repository, with a file to take in."""
    run("init", write("north/raw/a.yaml", server("server-01")).parents[1])
    write("north/raw/b.yaml", server("server-02"))
    commit()


def start(folder: Path, silent: socket.socket, **more: str) -> "subprocess.Popen[str]":
    environment = {**os.environ, "HEDGEHOG_FGD_REDIS_URL": f"redis://127.0.0.1:{silent.getsockname()[1]}", **more}
    command = [sys.executable, "-m", "fgd_sync.cli", "sync", "north"]
    return subprocess.Popen(
        command, cwd=folder, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


@pytest.mark.usefixtures("north")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_cancel_ends_it_at_once(tmp_path: Path, silent: socket.socket, number: signal.Signals) -> None:
    with start(tmp_path, silent) as process, silent.accept()[0]:  # It is at work, and waits for an answer.
        process.send_signal(number)
        sent = time.monotonic()
        out, err = process.communicate(timeout=20)
        assert time.monotonic() - sent < 4.5
    assert process.returncode == 130, out + err
    assert "FGD_3003" in out + err
    assert "Traceback" not in out + err
    assert (tmp_path / "north/raw/b.yaml").exists()
    assert not (tmp_path / "north/managed/servers/server-02.yaml").exists()


@pytest.mark.usefixtures("north")
def test_the_time_limit_ends_it(tmp_path: Path, silent: socket.socket, run: Run) -> None:
    with start(tmp_path, silent, HEDGEHOG_FGD_SYNC_TIMEOUT="1") as process, silent.accept()[0]:
        begun = time.monotonic()
        out, err = process.communicate(timeout=20)
        assert time.monotonic() - begun < 4.5
    assert process.returncode == 5, out + err
    assert "FGD_3002" in out + err
    result = run("sync", "north")
    assert result.status == 0
    assert (tmp_path / "north/managed/servers/server-02.yaml").exists()
