"""The threat model names tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "threat-model.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def test_every_test_that_the_threat_model_names_exists() -> None:
    named = NAMED.findall(PAGE.read_text())
    missing = [
        f"{path}::{name}"
        for path, name in named
        if not (ROOT / path).is_file() or (name and f"def {name}(" not in (ROOT / path).read_text())
    ]
    assert len(named) > 30
    assert not missing


def test_every_threat_has_something_that_prevents_it_and_a_test() -> None:
    threats = PAGE.read_text().partition("## Threats")[2].partition("## What is left")[0]
    rows = [
        line for line in threats.splitlines() if line.startswith("| ") and not line.startswith(("| ---", "| threat"))
    ]
    assert not [row for row in rows if not NAMED.search(row.split(" | ")[-1])]
