import json
from typing import Any

import pytest

from fgd_sync.model.action import OUTPUTS
from fgd_sync.model.change import Write
from fgd_sync.model.code import (
    GITHUB_CONNECTION_FAILED,
    SCHEMA_MISMATCH,
    SYNC_CANCELLED,
    Exit,
    Severity,
)
from fgd_sync.model.diagnostic import diagnose
from fgd_sync.model.failure import FgdError
from fgd_sync.model.location import Location
from fgd_sync.model.plan import Action, Fate, Plan, ResourceChange, SourceOutcome
from fgd_sync.model.report import FabricReport, Report
from fgd_sync.model.resource import Ref
from fgd_sync.render.action_outputs import action_outputs
from fgd_sync.render.action_status import step_status

SERVER = Ref("wiring.githedgehog.com", "Server", "default", "server-01")


def fabric(
    name: str = "north", *, findings: tuple[Severity, ...] = (), changes: bool = True, **more: Any
) -> FabricReport:
    plan = Plan(
        name,
        "base",
        (Write("managed/servers/server-01.yaml", b"x", None),) if changes else (),
        tuple(
            diagnose(SCHEMA_MISMATCH, f"wrong {number}", Location("raw/a.yaml"), severity=level)
            for number, level in enumerate(findings)
        ),
        (
            ResourceChange(SERVER, Action.CREATE, "managed/servers/server-01.yaml"),
            ResourceChange(SERVER, Action.DELETE, "managed/servers/server-02.yaml"),
        ),
        (SourceOutcome("raw/a.yaml", Fate.ARCHIVED, 1, 1), SourceOutcome("raw/b.txt", Fate.IGNORED, 0, 0)),
    )
    return FabricReport(name, name, plan, **more)


def failed(name: str = "south", code: Any = GITHUB_CONNECTION_FAILED) -> FabricReport:
    return FabricReport(name, name, None, FgdError(code, "no answer"))


def report(*fabrics: FabricReport, command: str = "sync") -> Report:
    return Report(command, fabrics)


def test_every_output_of_the_table_is_given() -> None:
    assert set(action_outputs(report())) == {item.name for item in OUTPUTS}
    assert all(isinstance(value, str) for value in action_outputs(report(fabric())).values())


def test_counts_are_those_of_all_fabrics() -> None:
    found = (Severity.ERROR, Severity.WARNING, Severity.WARNING)
    outputs = action_outputs(report(fabric(findings=found), fabric("east"), failed()))
    assert (outputs["errors"], outputs["warnings"]) == ("2", "2")
    assert (outputs["files-processed"], outputs["resources"]) == ("2", "2")


def test_several_syncs_commits_and_pull_requests() -> None:
    outputs = action_outputs(
        report(
            fabric(sync_id="s1", applied=True, commit="a" * 40, pull_request=3),
            fabric("east", sync_id="s2", applied=True, commit="b" * 40, pull_request=4),
            fabric("west", applied=True),
        )
    )
    assert (outputs["sync-id"], outputs["commit-sha"], outputs["pull-request"]) == ("s1,s2", "b" * 40, "3,4")
    assert outputs["changed"] == "true"


def test_what_would_change_counts_as_changed_until_it_was_done() -> None:
    assert action_outputs(report(fabric(), command="check"))["changed"] == "true"
    assert action_outputs(report(fabric(changes=False), command="check"))["changed"] == "false"
    assert action_outputs(report(fabric(applied=True)))["changed"] == "false"


def test_the_state_is_the_worst() -> None:
    assert action_outputs(report())["state"] == "completed"
    assert action_outputs(report(fabric(), failed()))["state"] == "failed"
    assert action_outputs(report(failed(), failed("east", SYNC_CANCELLED)))["state"] == "cancelled"


def test_the_report_holds_the_worst_findings_as_far_as_there_is_room() -> None:
    many = (Severity.NOTICE,) * 500 + (Severity.ERROR,) * 3
    outputs = action_outputs(report(fabric(findings=many), failed()), limit=5000)
    assert len(outputs["report"]) <= 5000
    body = json.loads(outputs["report"])
    assert [item["fabric"] for item in body["fabrics"]] == ["north", "south"]
    assert [item["severity"] for item in body["findings"][:4]] == ["error"] * 3 + ["notice"]
    assert body["left_out"] == 503 - len(body["findings"])


def test_a_report_with_room_leaves_nothing_out() -> None:
    body = json.loads(action_outputs(report(fabric(findings=(Severity.ERROR,))))["report"])
    assert body["left_out"] == 0
    assert body["findings"][0]["file"] == "north/raw/a.yaml"


@pytest.mark.parametrize("limit", [300, 1000, 2000])
@pytest.mark.parametrize("count", [0, 1, 300])
def test_a_report_is_json_within_its_limit_whatever_the_number_of_fabrics(limit: int, count: int) -> None:
    body = action_outputs(report(*(fabric(f"fabric-{number}") for number in range(count))), limit=limit)["report"]
    assert len(body) <= limit
    found = json.loads(body)
    assert len(found["fabrics"]) + found["left_out"] == count


CLEAN = report(fabric(changes=False))
CHANGES = report(fabric())
WARNED = report(fabric(changes=False, findings=(Severity.WARNING,)))
WRONG = report(fabric(changes=False, findings=(Severity.ERROR,)))


@pytest.mark.parametrize(
    ("fail_on", "statuses"),
    [
        ("error", (0, 0, 0, 1)),
        ("warning", (0, 0, 1, 1)),
        ("change", (0, 1, 0, 1)),
        ("never", (0, 0, 0, 0)),
    ],
)
def test_what_fails_the_step(fail_on: str, statuses: tuple[int, ...]) -> None:
    assert tuple(step_status(item, fail_on) for item in (CLEAN, CHANGES, WARNED, WRONG)) == statuses


@pytest.mark.parametrize("fail_on", ["error", "warning", "change", "never"])
def test_a_fabric_that_failed_always_fails_the_step(fail_on: str) -> None:
    assert step_status(report(fabric(), failed()), fail_on) == Exit.REMOTE


def test_a_refused_fix_fails_only_where_it_was_needed() -> None:
    assert step_status(CHANGES, "never", must_be_clean=True) == Exit.REFUSED
    assert step_status(CLEAN, must_be_clean=True) == Exit.OK


def test_a_sync_that_could_not_publish_changed_nothing() -> None:
    assert action_outputs(report(fabric(), command="sync"))["changed"] == "false"
