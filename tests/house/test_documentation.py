"""Pages generated from the code are up to date, and what the README tells people to type works."""

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from itertools import pairwise, takewhile
from pathlib import Path
from types import ModuleType

import click
import pytest

from fgd_sync.cli.group import cli

ROOT = Path(__file__).resolve().parents[2]
PAGES = (
    "codes.md",
    "rules.md",
    "coverage.md",
    "settings.md",
    "commands.md",
    "schemas.md",
    "action.md",
    "events.md",
    "pull-request.md",
)
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", PAGES)
def test_generated_page_is_up_to_date(name: str, generator: ModuleType) -> None:
    assert (ROOT / "docs" / name).read_text() == generator.PAGES[name](), "stale: run `make docs`"


def test_what_the_readme_shows_of_a_pull_request_is_what_is_shown_today(generator: ModuleType) -> None:
    assert (ROOT / "README.md").read_text() == generator.readme(), "stale: run `make docs`"


def test_every_generated_page_is_checked(generator: ModuleType) -> None:
    assert set(PAGES) == set(generator.PAGES)


def snippets() -> list[tuple[str, str]]:
    """Shell snippets of the documents that are marked to be run: fences whose first word is `console`."""
    fences = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
    return [(path.name, found[1]) for path in DOCUMENTS if path.exists() for found in fences.finditer(path.read_text())]


def files_of(document: str) -> list[tuple[str, str]]:
    """The files that a document shows: fences of YAML whose first line is a comment with the path."""
    (path,) = (path for path in DOCUMENTS if path.name == document)
    fences = re.compile(r"^```yaml\n# (\S+\.yaml)\n(.*?)^```", re.MULTILINE | re.DOTALL)
    return [(found[1], found[2]) for found in fences.finditer(path.read_text())]


@pytest.mark.parametrize(("document", "snippet"), snippets(), ids=lambda text: text[:40].replace("\n", " "))
def test_what_the_documents_tell_people_to_type_works(document: str, snippet: str, tmp_path: Path) -> None:
    """Lines `$ command` are run one after the other beside the example fabric; `$ command  # exit N` ends with N.

    The files that the document shows are there too.
    """
    shutil.copytree(ROOT / "examples" / "fabric", tmp_path / "north")
    for name, text in files_of(document):
        (tmp_path / name).write_text(text)
    tools = Path(sys.executable).parent
    for line in re.findall(r"^\$ (.*)$", snippet, re.MULTILINE):
        command, _, expected = line.partition("  # exit ")
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            env={"PATH": f"{tools}:/usr/bin:/bin", "HOME": str(tmp_path), "NO_COLOR": "1"},
        )
        assert done.returncode == int(expected or 0), f"{document}: {command}\n{done.stdout}{done.stderr}"


def shown_commands() -> list[str]:
    """Commands of ours in other shell snippets: they need a server, a token or a running sync, so they are only parsed."""
    fences = re.compile(r"^ *```sh\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
    lines = [
        line.strip() for path in DOCUMENTS for found in fences.findall(path.read_text()) for line in found.splitlines()
    ]
    return sorted({line for line in lines if line.startswith("fgd ")})


@pytest.mark.parametrize("line", shown_commands())
def test_a_command_that_is_shown_exists_with_its_options(line: str) -> None:
    words = shlex.split(line, comments=True)[1:]
    words = list(takewhile(lambda word: word not in ("|", ">", ">>", "&&", ";"), words))
    command: click.Command = cli
    while isinstance(command, click.Group):
        found = command.get_command(click.Context(command), words.pop(0))
        assert found is not None, line
        command = found
    command.make_context("fgd", words, click.Context(cli, **cli.context_settings)).close()


def test_links_inside_the_project_lead_somewhere() -> None:
    link = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
    targets = [(path, target) for path in DOCUMENTS for target in link.findall(path.read_text())]
    assert not [f"{path.name}: {target}" for path, target in targets if not (path.parent / target).exists()]


def test_the_site_is_built_without_a_warning_and_shows_every_page(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr, done.stderr
    named = re.findall(r"^ +- .*: (\S+\.md)$", (ROOT / "mkdocs.yml").read_text(), re.MULTILINE)
    assert sorted(named) == sorted(path.name for path in (ROOT / "docs").glob("*.md"))
    page = (tmp_path / "workflows" / "index.html").read_text()
    assert "/blob/main/examples/workflows/sync.yml" in page, "links out of docs/ lead to the project"


def test_the_picture_of_the_packages_is_that_of_the_linter() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = [" & ".join(re.findall(r"fgd_sync\.(\w+)", layer)) for layer in contracts[0]["layers"]]
    drawn = re.findall(r"^  ([\w &]+) --> ([\w &]+)$", (ROOT / "docs" / "architecture.md").read_text(), re.MULTILINE)
    assert drawn == list(pairwise(layers))
