"""What is wrong with workflows that use the action, found without running them."""

from pathlib import Path

import pytest

from fgd_sync.flow.workflow_advice import advise
from fgd_sync.model.health import Status

EXAMPLES = sorted((Path(__file__).parents[3] / "examples" / "workflows").glob("*.yml"))
GOOD = """\
on:
  push:
    branches: [main]
jobs:
  sync:
    timeout-minutes: 15
    permissions: {contents: write, checks: write, statuses: write}
    steps:
    - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1
    - uses: acme/fgd-sync@8b6744e559b9a34b261cb9364c5059ffa2331e9c
"""


def found(text: str) -> list[tuple[str, Status, str]]:
    return [
        (item.place, item.finding.status, item.finding.detail) for item in advise(text.encode(), timeout_seconds=300)
    ]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_our_own_examples_need_no_advice(path: Path) -> None:
    assert found(path.read_text()) == []


def test_a_workflow_of_somebody_else_is_left_alone() -> None:
    assert found("on: push\njobs: {a: {steps: [{uses: actions/checkout@v4}, {run: make}]}}\n") == []


@pytest.mark.parametrize(
    ("old", "new", "place", "status", "words"),
    [
        ("contents: write", "contents: read", "7:5", Status.FAILED, "the token lacks `contents: write`"),
        ("checks: write, ", "", "7:5", Status.WARNING, "no check run with all findings"),
        ("statuses: write", "statuses: read", "7:5", Status.WARNING, "the commit gets no status"),
        (
            "    permissions: {contents: write, checks: write, statuses: write}\n",
            "",
            "5:3",
            Status.WARNING,
            "no `permissions:`",
        ),
        (
            "    - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1\n",
            "",
            "9:7",
            Status.FAILED,
            "checks the repo",
        ),
        ("minutes: 15", "minutes: 5", "6:5", Status.WARNING, "the job ends after 5 minutes"),
        ("@8b6744e559b9a34b261cb9364c5059ffa2331e9c", "@main", "10:7", Status.WARNING, "not pinned"),
        ("  push:\n    branches: [main]\n", "  issues:\n", "9:7", Status.WARNING, "the event issues is not known"),
        ("2331e9c\n", "2331e9c\n      with: {mode: fix}\n", "11:14", Status.FAILED, "mode fix is for pull requests"),
        ("2331e9c\n", "2331e9c\n      with:\n        token:\n", "12:9", Status.WARNING, "the token is empty"),
        ("jobs:", "concurrency: {group: a, cancel-in-progress: true}\njobs:", "4:25", Status.WARNING, "cancels a sync"),
        ("on:\n", "on: [\n", "1:5", Status.FAILED, ""),
    ],
)
def test_a_mistake_is_found_at_its_place(old: str, new: str, place: str, status: Status, words: str) -> None:
    text = GOOD.replace(old, new)
    assert text != GOOD
    (told,) = found(text)
    assert told[:2] == (place, status), told
    assert words in told[2]


def test_a_pull_request_needs_what_a_comment_needs_and_a_token_of_its_own_is_not_judged() -> None:
    text = GOOD.replace("  push:\n    branches: [main]\n", "  pull_request:\n").replace(
        "contents: write", "contents: read"
    )
    assert [words for *_, words in found(text)] == [
        "the token lacks `pull-requests: write`: no comment can be written, and no pull request opened"
    ]
    assert found(text + "      with: {token: '${{ secrets.BOT }}'}\n") == []
    assert found(text + "      with: {comment: false}\n") == []


def test_what_is_no_workflow_at_all_gives_words_and_no_crash() -> None:
    for text in ("", "[]", "jobs: 3", "jobs: {a: {steps: {uses: x/fgd-sync@main}}}", "on: 4\njobs: {a: []}", "\x00"):
        assert isinstance(found(text), list)
