"""The table of codes: each is in use, can be looked up, and tells somebody who was woken up what to do."""

import ast
import re
from pathlib import Path

import pytest

from fgd_sync.cli.main import COMMANDS
from fgd_sync.model.code import CODES, Code, Exit, Severity

SOURCE = Path(__file__).resolve().parents[2] / "src" / "fgd_sync"

NOT_RAISED = {
    "WORKER_POOL_EXHAUSTED": "work is done in the process itself where no helper can be started",
}
"""Codes of the contract that nothing can bring about, each with the reason."""


def names_used() -> set[str]:
    """Every name and attribute in the code outside of the table, imports left out."""
    found: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        if path.relative_to(SOURCE).as_posix() == "model/code.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Name):
                found.add(node.id)
            elif isinstance(node, ast.Attribute):
                found.add(node.attr)
    return found


def test_every_code_is_raised_or_reported_somewhere() -> None:
    unused = {item.name for item in CODES.values()} - names_used()
    assert unused == set(NOT_RAISED)


def test_ids_and_names_are_unique_and_in_their_ranges() -> None:
    assert len({item.name for item in CODES.values()}) == len(CODES)
    for item in CODES.values():
        assert re.fullmatch(r"FGD_[1-6]\d{3}", item.id), item.name
        assert re.fullmatch(r"[A-Z]+(_[A-Z]+)*", item.name), item.id
    assert list(CODES) == sorted(CODES), "the table is read from top to bottom"


@pytest.mark.parametrize("item", CODES.values(), ids=lambda item: item.name)
def test_the_remedy_can_be_followed(item: Code) -> None:
    assert item.remedy.endswith(".")
    assert len(item.remedy) <= 140, "one or two sentences"
    assert not item.title.endswith("."), "a title is no sentence"
    assert not re.search(r"\b(please|see the reason)\b", item.remedy, re.IGNORECASE) or item.name == "INTERNAL_ERROR"
    commands = re.findall(r"`fgd (\w+)", item.remedy)
    assert set(commands) <= COMMANDS.keys(), "a command that there is not"


@pytest.mark.parametrize("item", CODES.values(), ids=lambda item: item.name)
def test_severity_and_exit_status_fit(item: Code) -> None:
    """What stops a run ends it with a status; what is a notice never does."""
    if item.severity is Severity.ERROR:
        assert item.exit is not Exit.OK
    if item.severity is Severity.NOTICE:
        assert item.exit is Exit.OK
    if item.retryable:
        assert item.exit is not Exit.FINDINGS, "trying again does not correct a file"
