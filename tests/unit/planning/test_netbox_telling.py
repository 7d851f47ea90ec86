"""What NetBox is told of a sync comes from the plan and the findings, and is bounded."""

from fgd_sync.model import code
from fgd_sync.model.code import Severity
from fgd_sync.model.context import RunContext
from fgd_sync.model.diagnostic import diagnose
from fgd_sync.model.failure import FgdError
from fgd_sync.model.location import Location, Position
from fgd_sync.model.plan import Action, Plan, ResourceChange
from fgd_sync.model.report import FabricReport
from fgd_sync.model.resource import Ref
from fgd_sync.planning.netbox_outcome import MOST_CHANGES, outcome_of

WEB, DB = Ref("vpc.githedgehog.com", "VPC", "default", "web"), Ref("vpc.githedgehog.com", "VPC", "default", "db")
BROKEN = diagnose(code.VALIDATION_FAILED, "no such namespace", Location("managed/vpcs/web.yaml", 0, ()))
HERE = RunContext(
    "push", "push", "net/fabrics", "https://github.example", branch="main", sha="a" * 40, run_url="https://x/1"
)


def plan(*inventory: ResourceChange, findings: tuple = ()) -> Plan:  # type: ignore[type-arg]
    return Plan("north", "0" * 64, (), findings, inventory, ())


def report(made: Plan | None, failure: FgdError | None = None) -> FabricReport:
    return FabricReport("north", "north", made, failure, sync_id="s", completed_at="2026-03-01T08:00:00Z")


def change(ref: Ref, action: Action) -> ResourceChange:
    return ResourceChange(ref, action, f"managed/vpcs/{ref.name}.yaml")


def test_deleted_resources_are_counted_as_deleted_and_not_as_there() -> None:
    told = outcome_of(report(plan(change(WEB, Action.CREATE), change(DB, Action.DELETE))), HERE)
    assert told.kinds == {"VPC": 1}
    assert told.actions == {"create": 1, "delete": 1}
    assert told.changes == ("create VPC web", "delete VPC db")


def test_where_the_run_was_and_what_it_made_are_told() -> None:
    told = outcome_of(report(plan()), HERE, commit="b" * 40, correlation_id="c", netbox_id=7)
    assert (told.commit, told.branch, told.trigger, told.run_url) == ("b" * 40, "main", "push", "https://x/1")
    assert told.commit_url == f"https://github.example/net/fabrics/commit/{'b' * 40}"
    assert (told.netbox_id, told.correlation_id) == (7, "c")


def test_the_first_error_is_told_with_its_place() -> None:
    placed = diagnose(
        code.SCHEMA_MISMATCH,
        "unknown field",
        Location("managed/vpcs/web.yaml", 0, (), position=Position(9, 7)),
        ref=WEB,
    )
    warning = diagnose(code.VALIDATION_FAILED, "odd", Location("a", 0, ()), severity=Severity.WARNING)
    told = outcome_of(report(plan(findings=(warning, placed, BROKEN))), HERE)
    assert (told.errors, told.warnings) == (2, 1)
    assert told.error == "FGD_1004 north/managed/vpcs/web.yaml:9 unknown field"


def test_a_failed_run_tells_why_and_nothing_of_resources() -> None:
    told = outcome_of(report(None, FgdError(code.PUSH_REJECTED, "the remote refused it")), HERE)
    assert (told.state, told.error, told.errors) == ("failed", "FGD_4005 the remote refused it", 1)
    assert told.kinds == {}


def test_an_outcome_names_so_many_changes_and_counts_the_rest() -> None:
    many = [change(Ref("g", "VPC", "default", f"v{number:04d}"), Action.CREATE) for number in range(MOST_CHANGES + 7)]
    told = outcome_of(report(plan(*many)), HERE)
    assert (len(told.changes), told.changes_left_out) == (MOST_CHANGES, 7)
