"""What a command is given to work in and to write to may be gone, closed or full: it says so, or does without."""

import subprocess
import sys
from pathlib import Path

import pytest
from commands import server

COMMAND = [sys.executable, "-m", "fgd_sync.cli"]


def shell(script: str, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a script of the shell in which "$@" is the command with some words."""
    whole = ["sh", "-c", script, "sh", *COMMAND, *words]
    return subprocess.run(whole, cwd=folder, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)


@pytest.mark.parametrize("command", ["check", "sync", "status"])
def test_a_working_directory_that_was_removed_is_told_as_such(command: str, tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    done = shell('cd gone && rmdir ../gone && exec "$@"', tmp_path, command)
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.startswith("error: FGD_2001 the working directory is not there any more\n  what to do: ")


@pytest.mark.parametrize("words", [["explain", "FGD_1004"], ["--help"]])
def test_an_output_without_room_is_told_as_such(words: list[str], tmp_path: Path) -> None:
    done = shell('exec "$@" > /dev/full', tmp_path, *words)
    assert done.returncode == 4
    assert done.stderr.startswith("error: FGD_2006 cannot write the output: the disk is full\n  what to do: ")


def test_a_sync_whose_streams_are_closed_does_its_work_and_writes_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "north/raw").mkdir(parents=True)
    (tmp_path / "north/raw/a.yaml").write_text(server("server-01"))
    done = shell('exec "$@" <&- >&- 2>&-', tmp_path, "sync", "north")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "north/managed/servers/server-01.yaml").read_text().startswith("apiVersion: ")


def test_a_failure_that_cannot_be_told_has_its_status_all_the_same(tmp_path: Path) -> None:
    assert shell('exec "$@" 2> /dev/full', tmp_path, "check", "nowhere").returncode == 4
