from itertools import product

import pytest

from fgd_sync.flow.modes import Deed, decide
from fgd_sync.model.action import MODES
from fgd_sync.model.context import PullRequest, RunContext
from fgd_sync.model.occasion import Occasion

OWN = PullRequest(7, "add-vpc", "2" * 40, "acme/fabrics", "main", "1" * 40)
FORK = PullRequest(7, "add-vpc", "2" * 40, "mallory/fabrics", "main", "1" * 40, is_fork=True)

OCCASIONS = {
    **{
        event: Occasion(RunContext(event=event, branch="main", ref="refs/heads/main"))
        for event in ("push", "schedule", "workflow_dispatch", "repository_dispatch")
    },
    "own": Occasion(RunContext(event="pull_request", branch="add-vpc", pull_request=OWN)),
    "fork": Occasion(RunContext(event="pull_request", branch="add-vpc", pull_request=FORK)),
    "bot": Occasion(RunContext(event="pull_request", branch="add-vpc", pull_request=OWN), by_dependabot=True),
    "queue": Occasion(RunContext(event="merge_group", branch="gh-readonly-queue/main/pr-7")),
    "base": Occasion(RunContext(event="pull_request_target", branch="add-vpc", pull_request=FORK)),
    "untrusted": Occasion(RunContext(event="pull_request_target", branch="x", pull_request=FORK), trusted=False),
    "other": Occasion(RunContext(event="issue_comment", branch="main")),
    "tag": Occasion(RunContext(event="push", ref="refs/tags/v1"), is_tag=True),
    "gone": Occasion(RunContext(event="push", branch="main"), deleted=True),
    "closed": Occasion(RunContext(event="pull_request", branch="add-vpc", pull_request=OWN), closed=True),
    "bot push": Occasion(RunContext(event="push", branch="main"), by_dependabot=True),
}

# Upper case: something may be written. !: nothing may be sent.
TABLE = """
                     auto      sync      check     fix       drift     pull      matrix
push                 SYNC      SYNC      check     refuse!   drift     PULL      matrix
schedule             SYNC      SYNC      check     refuse!   drift     PULL      matrix
workflow_dispatch    SYNC      SYNC      check     refuse!   drift     PULL      matrix
repository_dispatch  SYNC      SYNC      check     refuse!   drift     PULL      matrix
own                  check     refuse!   check     FIX       drift     refuse!   matrix
fork                 check!    refuse!   check!    check!    drift!    refuse!   matrix!
bot                  check!    refuse!   check!    check!    drift!    refuse!   matrix!
queue                check     refuse!   check     refuse!   drift     refuse!   matrix
base                 check!    refuse!   check!    refuse!   drift!    refuse!   matrix!
untrusted            refuse!   refuse!   refuse!   refuse!   refuse!   refuse!   refuse!
other                nothing!  nothing!  check!    nothing!  drift!    nothing!  matrix!
tag                  refuse!   refuse!   check     refuse!   drift     refuse!   matrix
gone                 nothing!  nothing!  nothing!  nothing!  nothing!  nothing!  nothing!
closed               nothing!  nothing!  nothing!  nothing!  nothing!  nothing!  nothing!
bot-push             check!    check!    check!    refuse!   drift!    check!    matrix!
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()[1:]]
CASES = [(name.replace("-", " "), mode, cell) for name, *cells in ROWS for mode, cell in zip(MODES, cells, strict=True)]


def test_the_table_has_every_occasion_and_mode() -> None:
    assert {(name, mode) for name, mode, _ in CASES} == set(product(OCCASIONS, MODES))


@pytest.mark.parametrize(("name", "mode", "cell"), CASES)
def test_what_is_done(name: str, mode: str, cell: str) -> None:
    decision = decide(OCCASIONS[name], mode)
    quiet = cell.endswith("!")
    word = cell.removesuffix("!")
    assert decision.deed == word.lower()
    assert decision.writes == word.isupper()
    assert decision.speaks is not quiet


@pytest.mark.parametrize(("name", "mode", "cell"), CASES)
def test_every_other_deed_than_the_one_asked_for_has_a_reason(name: str, mode: str, cell: str) -> None:
    decision = decide(OCCASIONS[name], mode)
    if decision.deed in (Deed.REFUSE, Deed.NOTHING):
        assert decision.reason, cell
    if decision.deed is Deed.REFUSE:
        assert decision.remedy
    if mode not in ("auto", decision.deed):
        assert decision.reason or decision.left_out


@pytest.mark.parametrize(("name", "mode", "cell"), CASES)
def test_a_dry_run_writes_nothing(name: str, mode: str, cell: str) -> None:
    decision = decide(OCCASIONS[name], mode, dry_run=True)
    assert not decision.writes, cell
    assert decision.deed is decide(OCCASIONS[name], mode).deed


@pytest.mark.parametrize("name", ["fork", "bot"])
def test_a_fix_that_cannot_be_made_says_so_and_fails_where_it_was_needed(name: str) -> None:
    decision = decide(OCCASIONS[name], "fix")
    assert decision.must_be_clean
    assert any("not committed" in line for line in decision.left_out)
    assert any("no comment" in line for line in decision.left_out)


def test_a_dispatch_may_ask_for_a_mode_that_the_workflow_leaves_open() -> None:
    context = RunContext(event="repository_dispatch", branch="main")
    assert decide(Occasion(context, mode="drift")).deed is Deed.DRIFT
    assert decide(Occasion(context, mode="sync"), "check").deed is Deed.CHECK
    wrong = decide(Occasion(context, mode="destroy"))
    assert wrong.deed is Deed.REFUSE
    assert "destroy" in wrong.reason


def test_a_branch_that_is_named_makes_up_for_a_tag() -> None:
    context = RunContext(event="push", ref="refs/tags/v1", branch="main")
    assert decide(Occasion(context)).deed is Deed.SYNC
