"""Every rule of the list is accounted for, once, with its mark."""

import re
from pathlib import Path

import pytest

from fgd_sync.rules.coverage import Where, coverage_rows
from fgd_sync.rules.registry import RULES

OURS = dict.fromkeys(("META-011", "META-012"), "LOCAL")
"""Rules that the list lacks, with their marks: what Kubernetes refuses in any resource."""

PAGE = Path(__file__).parents[3] / "shared/hedgehog/semantic-rules.md"


@pytest.fixture(scope="module")
def marks() -> dict[str, str]:
    if not PAGE.exists():
        pytest.skip("the list of rules (../shared/hedgehog/semantic-rules.md) is not here")
    listed = re.findall(r"^\| ([A-Z0-9]+-\d{3}) \| (\w+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return {**OURS, **dict(listed)}


def test_every_rule_of_the_list_is_accounted_for_once(marks: dict[str, str]) -> None:
    assert [row.id for row in coverage_rows()] == sorted(marks)


def test_marks_are_those_of_the_list(marks: dict[str, str]) -> None:
    assert {rule.id: rule.mark.value for rule in RULES.values()} == {rule_id: marks[rule_id] for rule_id in RULES}


def test_what_is_not_checked_by_a_rule_says_by_whom_or_why() -> None:
    for row in coverage_rows():
        assert row.remark or row.where in (Where.RULE, Where.SCHEMA), row.id
