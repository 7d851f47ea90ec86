"""A command imports what it uses and nothing else: start-up is paid by everyone, on every push."""

import subprocess
import sys
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest
from commands import Run, server

SLOW = {
    *("asyncio", "click", "copy", "dataclasses", "datetime", "decimal", "difflib", "email", "gettext", "http"),
    *("importlib.metadata", "inspect", "jsonschema", "jsonschema_rs", "logging", "pickle", "random", "rich", "shutil"),
    *("socket", "string", "subprocess", "tempfile", "unicodedata", "urllib.parse", "uuid", "yaml"),
}

OTHER_RULES = (
    "rules.advice",
    "rules.external",
    "rules.gateway",
    "rules.peering",
    "rules.profile_ports",
    "rules.switch",
)


def imported(arguments: list[str], folder: Path) -> set[str]:
    """The modules that a run of the command imports."""
    code = (
        "import sys; before = set(sys.modules); from fgd_sync.cli.main import main; main(sys.argv[1:]); "
        "print(*sys.modules.keys() - before, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=folder, capture_output=True, text=True, check=True
    )
    return set(done.stderr.split())


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_help_imports_nothing_that_is_slow(option: str, tmp_path: Path) -> None:
    modules = imported([option], tmp_path)
    assert not modules & SLOW
    assert {name for name in modules if name.startswith("fgd_sync")} <= {
        "fgd_sync",
        "fgd_sync.cli",
        "fgd_sync.cli.main",
        "fgd_sync.cli.say",
    }


def test_a_check_of_a_valid_file_imports_what_it_needs_for_that(tmp_path: Path) -> None:
    (tmp_path / "north/raw").mkdir(parents=True)
    (tmp_path / "north/raw/a.yaml").write_text(server("server-01"))
    modules = imported(["check", "north", "--base", "", "--no-cache"], tmp_path)
    assert not modules & SLOW
    ours = {name.removeprefix("fgd_sync.") for name in modules if name.startswith("fgd_sync")}
    assert {name for name in ours if name.startswith("render.")} == {
        *("render.escape", "render.plan_text", "render.style", "render.tally", "render.text"),
    }
    assert not {name for name in ours if name.startswith(("flow.netbox", "ports", "schema.expl", *OTHER_RULES))}
    of_cache = ("adapters.sealed", "adapters.fingerprint", "adapters.answers", "adapters.shelf", "adapters.ahead")
    assert not {name for name in ours if name.startswith((*of_cache, "adapters.journal", "adapters.carry_out"))}
    assert len(ours) < 165


def test_a_check_of_a_file_with_a_slip_imports_little_more(tmp_path: Path) -> None:
    (tmp_path / "north/raw").mkdir(parents=True)
    (tmp_path / "north/raw/a.yaml").write_text(server("server-01").replace("description", "descripion"))
    modules = imported(["check", "north", "--base", "", "--no-cache", "--format", "github"], tmp_path)
    assert not modules & SLOW
    assert not {name for name in modules if name.startswith(tuple(f"fgd_sync.{name}" for name in OTHER_RULES))}
    assert "fgd_sync.schema.explain" in modules


def test_a_sync_that_changes_nothing_imports_what_it_needs_for_that(tmp_path: Path) -> None:
    (tmp_path / "north/raw").mkdir(parents=True)
    (tmp_path / "north/raw/a.yaml").write_text(server("server-01"))
    for command in ("init", "sync"):
        imported([command, "north"], tmp_path)
    modules = imported(["sync", "north", "--base", "", "--no-cache"], tmp_path)
    assert not modules & SLOW - {"datetime"}
    ours = {name.removeprefix("fgd_sync.") for name in modules if name.startswith("fgd_sync")}
    assert not ours & {"ports", "flow.bookkeeping", "adapters.git_command", "cli.sync_command"}


def test_help_is_the_same_told_with_click_and_without(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "fgd_sync.cli"]
    plain, clicked = (
        subprocess.run([*command, *words], cwd=tmp_path, capture_output=True, text=True, check=False)
        for words in (["--help"], ["--help", "sync"])
    )
    assert (plain.returncode, plain.stdout) == (clicked.returncode, clicked.stdout)


class Cycle:
    def __init__(self) -> None:
        self.itself = self


def test_what_one_run_leaves_in_the_process_is_gone_when_the_next_begins(
    run: Run, write: Callable[[str, str], Path]
) -> None:
    write("north/raw/a.yaml", server("server-01"))
    run("check", "north", "--no-cache")
    left = Cycle()
    there = weakref.ref(left)
    del left
    run("check", "north", "--no-cache")
    assert there() is None


def test_a_command_that_ends_at_once_does_what_was_asked_for_its_end(tmp_path: Path) -> None:
    code = "import atexit; atexit.register(print, 'bye'); from fgd_sync.cli.main import run; run()"
    command = [sys.executable, "-c", code]
    done = subprocess.run([*command, "--version"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.endswith("\nbye\n")
    assert subprocess.run([*command, "check", "none"], cwd=tmp_path, capture_output=True, check=False).returncode == 4
