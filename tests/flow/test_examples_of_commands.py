"""The examples in the help of the commands can be typed as they stand."""

import io
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fgd_sync.cli.examples import EXAMPLES
from fgd_sync.cli.main import COMMANDS, main
from forge.repository import IDENTITY

EXAMPLE = Path(__file__).parents[2] / "examples" / "fabric"
NOTHING_THERE = {"fgd drift north", "fgd netbox check", "fgd netbox diff north"} | {
    line for name in ("cancel", "unlock", "pull") for line, _ in EXAMPLES[name]
}
"""What ends with status 2 here: there is no NetBox, and no sync is running."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone with the example fabric and two commits."""
    folder = tmp_path_factory.mktemp("examples")
    clone = folder / "clone"
    shutil.copytree(EXAMPLE, clone / "north")
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(folder / "server.git")], check=True)
    environment = {**os.environ, **IDENTITY}
    words = ["init -q -b main", "add -A", "commit -q -m first", "commit -q -m second --allow-empty"]
    words += [f"remote add origin file://{folder}/server.git", "push -q origin main", "fetch -q origin"]
    for line in words:
        subprocess.run(["git", *line.split()], cwd=clone, check=True, env=environment)
    for word in ("init", "sync"):  # so that there is a history
        subprocess.run([sys.executable, "-m", "fgd_sync.cli", word, "north"], cwd=clone, check=False, env=environment)
    return clone


def test_every_command_has_examples() -> None:
    assert set(EXAMPLES) == set(COMMANDS) - {"action"}


@pytest.mark.parametrize("line", [line for lines in EXAMPLES.values() for line, _ in lines])
def test_an_example_can_be_typed(
    line: str, place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(place)
    for name, value in IDENTITY.items():
        monkeypatch.setenv(name, value)
    kubectl, _, typed = line.rpartition(" | ")
    given = (EXAMPLE / "raw" / "tenants" / "web.yaml").read_text() if kubectl else "\n" * 20
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given.encode())))
    status = main(shlex.split(typed.partition(" > ")[0])[1:])
    shown = "".join(capsys.readouterr())
    assert (status == 2) == (line in NOTHING_THERE), shown
    assert status not in (70, 130), shown
