"""The workflows that this project runs, ships and shows are sound: linted, pinned, with least permissions."""

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from fgd_sync.adapters.action_inputs import read_inputs, variable
from fgd_sync.flow.modes import Deed, decide
from fgd_sync.model.action import MODES
from fgd_sync.model.context import PullRequest, RunContext
from fgd_sync.model.occasion import Occasion

ROOT = Path(__file__).resolve().parents[2]
OWN_WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
EXAMPLES = sorted((ROOT / "examples" / "workflows").glob("*.yml"))
WORKFLOWS = [*OWN_WORKFLOWS, *EXAMPLES]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
TOOLS = Path(sys.executable).parent
ACTION = "OWNER/fgd-sync"

PINS = {
    "actions/attest-build-provenance": ("a2bbfa25375fe432b6a289bc6b6cd05ecd0c4c32", "v4.1.0"),
    "actions/attest-sbom": ("c604332985a26aa8cf1bdc465b92731239ec6b9e", "v4.1.0"),
    "actions/cache": ("27d5ce7f107fe9357f9df03efb73ab90386fccae", "v5.0.5"),
    "actions/checkout": ("3d3c42e5aac5ba805825da76410c181273ba90b1", "v7.0.1"),
    "actions/deploy-pages": ("cd2ce8fcbc39b97be8ca5fce6e763baed58fa128", "v5.0.0"),
    "actions/download-artifact": ("3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c", "v8.0.1"),
    "actions/setup-python": ("5fda3b95a4ea91299a34e894583c3862153e4b97", "v7.0.0"),
    "actions/upload-artifact": ("bbbca2ddaa5d8feaa63e36b76fdaad77386f024f", "v7.0.0"),
    "actions/upload-pages-artifact": ("fc324d3547104276b827a68afc52ff2a11cc49c9", "v5.0.0"),
    "anchore/sbom-action": ("e22c389904149dbc22b58101806040fa8d37a610", "v0.24.0"),
    "docker/build-push-action": ("53b7df96c91f9c12dcc8a07bcb9ccacbed38856a", "v7.3.0"),
    "docker/login-action": ("4907a6ddec9925e35a0a9e82d7399ccc52663121", "v4.1.0"),
    "docker/setup-buildx-action": ("37fe631027851001ddb9b187196cc803df7f5f0e", "v4.3.0"),
    "github/codeql-action/upload-sarif": ("8aad20d150bbac5944a9f9d289da16a4b0d87c1e", "v4.36.2"),
    "zizmorcore/zizmor-action": ("f52a838cfabf134edcbaa7c8b3677dde20045018", "v0.1.1"),
    ACTION: ("9470fb1593a2c2af94e8a2ac51878f7bffe7391d", "main"),
}
"""Every action that is used or shown, with the commit it is pinned to and the release that this commit is."""

USES = re.compile(r"^\s*(?:- )?uses: (?:https://github\.com/)?(\S+?)(?:@(\S+))?(?: # (.*))?$", re.MULTILINE)
FENCE = re.compile(r"^```ya?ml\n(.*?)^```", re.MULTILINE | re.DOTALL)
EVENTS = {
    "push": Occasion(RunContext(event="push", branch="main")),
    "schedule": Occasion(RunContext(event="schedule", branch="main")),
    "workflow_dispatch": Occasion(RunContext(event="workflow_dispatch", branch="main")),
    "repository_dispatch": Occasion(RunContext(event="repository_dispatch", branch="main")),
    "pull_request": Occasion(
        RunContext(event="pull_request", branch="b", pull_request=PullRequest(1, "b", "", "a/f", "main", ""))
    ),
    "merge_group": Occasion(RunContext(event="merge_group")),
}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def load(text: str) -> Any:
    """A workflow as a value; the key `on` is a boolean for YAML 1.1."""
    body = yaml.safe_load(text)
    return {("on" if key is True else key): value for key, value in body.items()}


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(TOOLS / command[0]), *command[1:]], capture_output=True, text=True, check=False, cwd=ROOT
    )


def shown() -> list[tuple[str, str]]:
    """Every piece of a workflow that a document shows."""
    return [
        (path.name, found[1]) for path in DOCUMENTS for found in FENCE.finditer(path.read_text()) if "uses:" in found[1]
    ]


def completed(snippet: str) -> str:
    """A snippet that is only steps as a workflow, so that it can be linted."""
    if re.search(r"^jobs:", snippet, re.MULTILINE):
        return snippet
    steps = "".join(f"      {line}\n" if line else "\n" for line in snippet.splitlines())
    return (
        "name: Snippet\non:\n  workflow_dispatch:\npermissions: {}\nconcurrency:\n  group: snippet\n"
        f"  cancel-in-progress: true\njobs:\n  job:\n    name: Job\n    runs-on: ubuntu-24.04\n    steps:\n{steps}"
    )


def jobs(text: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = load(text)["jobs"]
    return found


def steps(text: str) -> Iterator[Mapping[str, Any]]:
    for job in jobs(text).values():
        yield from job.get("steps", ())


def uses(text: str) -> list[tuple[str, str, str]]:
    return [(found[1], found[2] or "", found[3] or "") for found in USES.finditer(text)]


@pytest.fixture(scope="module")
def snippets(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The pieces that documents show, as files."""
    folder = tmp_path_factory.mktemp("snippets") / ".github" / "workflows"
    folder.mkdir(parents=True)
    paths = []
    for number, (document, snippet) in enumerate(shown()):
        path = folder / f"{document.removesuffix('.md')}-{number}.yml"
        path.write_text(completed(snippet))
        paths.append(path)
    return paths


def test_the_schemas_of_github_hold(snippets: list[Path]) -> None:
    wanted = {
        "vendor.github-workflows": [*WORKFLOWS, *snippets],
        "vendor.github-actions": [ROOT / "action.yml"],
        "vendor.dependabot": [ROOT / ".github" / "dependabot.yml"],
        "vendor.github-issue-config": [ROOT / ".github" / "ISSUE_TEMPLATE" / "config.yml"],
        "vendor.github-issue-forms": [
            path for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml"
        ],
    }
    for schema, paths in wanted.items():
        done = run("check-jsonschema", "--builtin-schema", schema, *map(str, paths))
        assert done.returncode == 0, done.stdout + done.stderr


def test_zizmor_finds_nothing(snippets: list[Path]) -> None:
    files = [*WORKFLOWS, *snippets, ROOT / "action.yml", ROOT / ".github" / "dependabot.yml"]
    options = ("--offline", "--no-progress", "--persona", "auditor", "--strict-collection", "--no-config")
    done = run("zizmor", *options, *map(str, files))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr.count("completed") == len(files), done.stderr


@pytest.mark.parametrize("path", WORKFLOWS, ids=name_of)
def test_scripts_of_steps_are_sound(path: Path, tmp_path: Path) -> None:
    for number, step in enumerate(steps(path.read_text())):
        if "run" in step:
            script = tmp_path / f"{number}.sh"
            script.write_text(f"#!/bin/bash\n# shellcheck disable=SC2154\nset -e\n{step['run']}")
            done = run("shellcheck", str(script))
            assert done.returncode == 0, f"{step['name']}\n{done.stdout}"
            assert "${{" not in step["run"], "give values to scripts in the environment"


@pytest.mark.parametrize("path", WORKFLOWS, ids=name_of)
def test_every_action_is_pinned_to_a_known_commit(path: Path) -> None:
    check_pins(path.read_text())


@pytest.mark.parametrize(("document", "snippet"), shown(), ids=lambda text: text[:30].replace("\n", " "))
def test_every_action_that_a_document_shows_is_pinned_too(document: str, snippet: str) -> None:
    assert document
    check_pins(snippet)


def check_pins(text: str) -> None:
    for action, commit, comment in uses(text):
        if not action.startswith("./"):
            assert (commit, comment) == PINS.get(action), f"{action}@{commit} # {comment}"


def test_no_pin_is_left_over() -> None:
    texts = [*(path.read_text() for path in WORKFLOWS), *(snippet for _, snippet in shown())]
    assert set(PINS) == {action for text in texts for action, _, _ in uses(text) if not action.startswith("./")}


@pytest.mark.parametrize("path", WORKFLOWS, ids=name_of)
def test_a_workflow_has_no_rights_but_those_of_its_jobs(path: Path) -> None:
    body = load(path.read_text())
    assert body["permissions"] == {}
    assert body["concurrency"]["group"]
    for name, job in body["jobs"].items():
        assert job["permissions"], name
        assert job.get("timeout-minutes") or "uses" in job, f"{name} may run for six hours"
        assert set(job["permissions"].values()) <= {"read", "write"}


@pytest.mark.parametrize("path", WORKFLOWS, ids=name_of)
def test_no_checkout_leaves_its_token_behind(path: Path) -> None:
    found = [step for step in steps(path.read_text()) if step.get("uses", "").startswith("actions/checkout@")]
    assert all(step["with"]["persist-credentials"] is False for step in found)


@pytest.mark.parametrize("path", EXAMPLES, ids=name_of)
def test_the_action_takes_the_inputs_of_an_example_and_does_something_on_its_events(path: Path) -> None:
    text = path.read_text()
    calls = [step for step in steps(text) if step.get("uses", "").startswith(f"{ACTION}@")]
    assert calls
    for step in calls:
        given = {variable(name): str(value) for name, value in step.get("with", {}).items()}
        inputs = read_inputs({name: "x" if "${{" in value else value for name, value in given.items()})
        for event in load(text)["on"]:
            assert decide(EVENTS[event], inputs.mode).deed not in (Deed.REFUSE, Deed.NOTHING), event


WRITES = {"push": "contents", "api": "contents", "pull-request": "pull-requests"}


@pytest.mark.parametrize("path", EXAMPLES, ids=name_of)
def test_an_example_may_write_only_if_what_it_does_writes(path: Path) -> None:
    text = path.read_text()
    events = load(text)["on"]
    for job in jobs(text).values():
        for step in job["steps"]:
            if step["uses"].startswith(f"{ACTION}@"):
                given = step.get("with", {})
                deeds = {decide(EVENTS[event], given.get("mode", "auto")) for event in events}
                writes = any(decision.writes for decision in deeds)
                assert (job["permissions"]["contents"] == "write") == writes
                if "commit-mode" in given:
                    assert job["permissions"][WRITES[given["commit-mode"]]] == "write"


def test_the_workflow_of_the_readme_is_the_example() -> None:
    whole = [text for document, text in shown() if document == "README.md" and "jobs:" in text]
    assert whole == [(ROOT / "examples" / "workflows" / "sync.yml").read_text()]


def test_the_document_lists_every_example() -> None:
    page = (ROOT / "docs" / "workflows.md").read_text()
    assert {path.name for path in EXAMPLES} <= set(re.findall(r"examples/workflows/([\w-]+\.yml)", page))


ROWS = {
    "push, schedule, workflow_dispatch, repository_dispatch": EVENTS["push"],
    "pull_request from the same repository": EVENTS["pull_request"],
    "pull_request from a fork, or started by Dependabot": Occasion(EVENTS["pull_request"].context, by_dependabot=True),
    "merge_group": EVENTS["merge_group"],
    "pull_request_target, the base checked out": Occasion(RunContext(event="pull_request_target")),
    "pull_request_target, anything else checked out": Occasion(RunContext(event="pull_request_target"), trusted=False),
    "push or dispatch of a tag, no `branch` named": Occasion(RunContext(event="push"), is_tag=True),
    "push started by Dependabot": Occasion(RunContext(event="push", branch="main"), by_dependabot=True),
    "the branch was deleted, the pull request was closed": Occasion(RunContext(event="push"), deleted=True),
    "any other": Occasion(RunContext(event="issues")),
}


def test_the_table_of_events_is_what_the_code_does() -> None:
    page = (ROOT / "docs" / "workflows.md").read_text()
    assert f"| event | {' | '.join(MODES)} |" in page
    for event, occasion in ROWS.items():
        cells = (decide(occasion, mode).deed.value for mode in MODES)
        assert f"| {event} | {' | '.join(cells)} |" in page


def test_this_project_says_how_to_report_a_weakness_and_how_to_take_part() -> None:
    for name in ("SECURITY.md", "CONTRIBUTING.md", ".github/PULL_REQUEST_TEMPLATE.md"):
        assert (ROOT / name).read_text().strip()
