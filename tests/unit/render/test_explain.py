import pytest

from fgd_sync.model.code import CODES
from fgd_sync.render.explain import codes_page, explain, find, rules_page
from fgd_sync.rules.coverage import Row, coverage_rows
from fgd_sync.rules.registry import RULES
from fgd_sync.rules.rule import Mark, Rule


def check() -> None:
    """Why: the fabric's
    links carry no more.

    Bad:
        spec: {vlan: 5000}
    Good:
        spec: {vlan: 12}
    """


EXAMPLE = Rule("VPC-900", "VLANs are at most 4094", ("VPC",), check, Mark.CONFIG, since="25.05")  # type: ignore[arg-type]
EXAMPLES = {EXAMPLE.id: EXAMPLE}


def test_a_code_says_what_it_is_and_what_to_do() -> None:
    assert (
        explain("FGD_3001", CODES, EXAMPLES)
        == """\
FGD_3001  SYNC_ALREADY_IN_PROGRESS

Another run is at work on this fabric

severity     error
exit status  5
retry        can help

What to do:
  `fgd status` says who it is and until when. Run again when it has ended, or wait longer:
  `sync.lock_timeout`.
"""
    )


def test_a_rule_says_why_and_shows_a_bad_and_a_good_example() -> None:
    assert (
        explain("VPC-900", CODES, EXAMPLES)
        == """\
VPC-900  VLANs are at most 4094

kinds         VPC
needs         settings of the fabric (`fabric:` in fgd_config.yaml)
severity      error
from release  25.05

Why:
  The fabric's links carry no more.

Bad:
  apiVersion: vpc.githedgehog.com/v1beta1
  kind: VPC
  metadata:
    name: example
  spec: {vlan: 5000}

Good:
  apiVersion: vpc.githedgehog.com/v1beta1
  kind: VPC
  metadata:
    name: example
  spec: {vlan: 12}
"""
    )


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("fgd_3001", "FGD_3001"),
        (" FGD-3001 ", "FGD_3001"),
        ("sync_already_in_progress", "FGD_3001"),
        ("vpc-900", "VPC-900"),
        ("VPC_900", "VPC-900"),
    ],
)
def test_codes_and_rules_are_found_by_id_and_name_in_any_case(word: str, found: str) -> None:
    result = find(word, CODES, EXAMPLES)
    assert result is not None
    assert result.id == found


def test_an_unknown_word_gets_the_nearest_known_ones() -> None:
    text = explain("VPC-90", CODES, EXAMPLES)
    assert text.startswith("There is no code or rule 'VPC-90'. Did you mean VPC-900")
    assert explain("\x1b[31m", CODES, EXAMPLES).strip().isprintable()
    assert explain("zzzzzzzz", CODES, EXAMPLES) == "There is no code or rule 'zzzzzzzz'.\n"


def test_every_code_and_rule_has_a_page() -> None:
    for name in (*CODES, *RULES):
        assert explain(name, CODES, RULES).startswith(f"{name}  ")


def test_the_page_of_codes_has_a_row_of_seven_cells_for_each() -> None:
    rows = [line for line in codes_page().splitlines() if line.startswith("| FGD_")]
    assert [row.split(" | ")[0] for row in rows] == [f"| {name}" for name in sorted(CODES)]
    assert {row.count("|") for row in rows} == {8}


def test_the_page_of_rules_has_a_section_for_each() -> None:
    page = rules_page(EXAMPLES)
    assert "## VPC\n\n### VPC-900 VLANs are at most 4094\n\n_kinds: VPC; needs: settings of the fabric" in page
    assert "Bad:\n\n```yaml\napiVersion: " in page
    assert sorted(line.split()[1] for line in rules_page().splitlines() if line.startswith("### ")) == sorted(RULES)


@pytest.mark.parametrize("row", coverage_rows(), ids=lambda row: row.id)
def test_every_rule_that_a_finding_can_name_is_explained(row: Row) -> None:
    told = explain(row.id, CODES, RULES)
    assert told.startswith(f"{row.id}  ")
    assert row.remark in told
