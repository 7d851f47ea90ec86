"""What operators change in NetBox comes to git, and nothing else does: whole runs between a branch and NetBox."""

from collections.abc import Callable

import pytest
from netbox_two_sides import VPCS, TwoSides, spec

from fgd_sync.model.difference import ABSENT, UNKNOWN
from fgd_sync.model.plan import Action
from fgd_sync.model.pulled import PulledField, Verdict
from fgd_sync.model.report import FabricReport

ROUTE = ("spec", "subnets", "main", "vlan")


@pytest.fixture
def sides() -> TwoSides:
    """Two VPCs that both sides have agreed on."""
    made = TwoSides()
    made.write("web", spec(1), "# the shop\n")
    made.write("db", spec(2))
    done(made.sync())
    assert made.in_netbox() == {"web": spec(1), "db": spec(2)}
    made.writes()
    return made


def done(report: FabricReport) -> FabricReport:
    assert report.failure is None, report.failure.message
    return report


def settle(sides: TwoSides) -> None:
    """Further runs, none of which has anything to do."""
    tip = sides.tip
    sides.writes()
    for run in (sides.pull, sides.sync, sides.pull):
        done(run())
    assert sides.tip == tip, "an echo in git"
    assert not sides.writes(), "an echo in NetBox"


def failing(at: int, fault: str) -> Callable[[int, str, str], str]:
    """The request of this number fails, if it reads."""

    def fail(number: int, method: str, path: str) -> str:  # noqa: ARG001 - the shape of a fault
        return fault if number == at and method == "GET" else ""

    return fail


def verdicts(report: FabricReport) -> list[tuple[str, Verdict]]:
    assert report.plan
    return [(item.ref.name, item.verdict) for item in report.plan.pulled]


def test_an_edit_in_netbox_becomes_one_commit_that_says_whose_it_is(sides: TwoSides) -> None:
    sides.edit("web", spec(1, vlan=1500), labels={"team": "shop"})
    done(sides.pull())
    assert sides.in_git()["web"] == spec(1, vlan=1500)
    data = sides.file("web")
    assert data
    assert data.startswith(b"# the shop\n")
    assert b"alice" not in data
    message = sides.message()
    assert message.startswith("Pull fabric north from NetBox: 1 updated\n\nupdate VPC web\n")
    assert "metadata.labels.team, spec.subnets.main.vlan: NetBox user alice, 2026-03-01T08:" in message
    settle(sides)


def test_a_resource_made_in_netbox_is_made_in_git(sides: TwoSides) -> None:
    sides.edit("new", spec(3))
    assert [item.action for item in done(sides.pull()).plan.pulled] == [Action.CREATE]  # type: ignore[union-attr]
    assert sides.in_git()["new"] == spec(3)
    settle(sides)
    sides.write("new", None)
    done(sides.sync())
    assert "new" not in sides.in_netbox(), "what was agreed on is ours to delete, tag or not"


def test_a_resource_deleted_in_netbox_is_deleted_in_git(sides: TwoSides) -> None:
    sides.edit("db", None)
    done(sides.sync())
    assert "db" not in sides.in_netbox(), "a report does not bring back what somebody deleted"
    done(sides.pull())
    assert "db" not in sides.in_git()
    assert "delete VPC db\n  all of it: NetBox user alice" in sides.message()
    settle(sides)


def test_a_renamed_resource_keeps_its_comments(sides: TwoSides) -> None:
    sides.rename("web", "shop")
    done(sides.pull())
    assert set(sides.in_git()) == {"shop", "db"}
    assert (sides.file("shop") or b"").startswith(b"# the shop\n")
    settle(sides)


def test_a_sync_leaves_an_edit_in_netbox_alone_and_says_so(sides: TwoSides) -> None:
    sides.edit("web", spec(1, vlan=1500))
    sides.write("db", spec(2, vlan=1600))
    report = done(sides.sync())
    assert sides.in_netbox() == {"web": spec(1, vlan=1500), "db": spec(2, vlan=1600)}
    assert "NetBox: VPC web: spec.subnets.main.vlan was changed in NetBox; it waits for a pull" in report.notes
    done(sides.pull())
    assert sides.in_git() == sides.in_netbox()
    settle(sides)


@pytest.mark.parametrize("order", ["sync first", "pull first"])
def test_different_fields_changed_on_both_sides_are_merged(sides: TwoSides, order: str) -> None:
    sides.edit("web", spec(1, vlan=1500))
    sides.write("web", spec(1, isolated=True))
    runs: list[Callable[[], FabricReport]] = [sides.sync, sides.pull]
    for run in runs if order == "sync first" else reversed(runs):
        done(run())
    assert sides.in_git()["web"] == sides.in_netbox()["web"] == spec(1, vlan=1500, isolated=True)
    settle(sides)


def test_a_field_changed_on_both_sides_is_written_by_nobody(sides: TwoSides) -> None:
    sides.edit("web", spec(1, vlan=1500, isolated=True))
    sides.write("web", spec(1, vlan=1600))
    sides.edit("db", spec(2, vlan=1700))
    reports = []
    for run in (sides.sync, sides.pull, sides.sync):
        reports.append(done(run()))
        assert sides.in_git()["web"] == spec(1, vlan=1600)
        assert sides.in_netbox()["web"] == spec(1, vlan=1500, isolated=True)
    words = "VPC web: spec.subnets.main.vlan was changed in NetBox and in git; nothing is written to it until"
    assert any(words in note for note in reports[0].notes)
    assert sides.in_git()["db"] == spec(2, vlan=1700), "the others go on"
    report = done(sides.pull())
    assert verdicts(report) == [("web", Verdict.ASKED)]
    (field,) = report.plan.pulled[0].fields  # type: ignore[union-attr]
    assert (field.route, field.base, field.netbox, field.git) == (ROUTE, 1001, 1500, 1600)
    sides.write("web", spec(1, vlan=1500))
    done(sides.pull())
    assert sides.in_git()["web"] == spec(1, vlan=1500, isolated=True)
    settle(sides)


def test_what_two_made_alike_by_themselves_can_be_changed_on_one_side(sides: TwoSides) -> None:
    sides.edit("new", spec(3, isolated=True))
    sides.write("new", spec(4, isolated=True))
    done(sides.sync())
    sides.edit("new", spec(3))
    done(sides.sync())
    sides.write("new", spec(3, isolated=True))
    for run in (sides.sync, sides.pull):
        done(run())
    assert sides.in_git()["new"] == sides.in_netbox()["new"] == spec(3)
    settle(sides)


@pytest.mark.parametrize("policy", ["git-wins", "netbox-wins"])
def test_a_policy_decides_who_wins(sides: TwoSides, policy: str) -> None:
    sides.with_policy(policy)
    sides.edit("web", spec(1, vlan=1500, isolated=True))
    sides.write("web", spec(1, vlan=1600))
    for run in (sides.sync, sides.pull):
        done(run())
    vlan = 1600 if policy == "git-wins" else 1500
    assert sides.in_git()["web"] == sides.in_netbox()["web"] == spec(1, vlan=vlan, isolated=True)
    settle(sides)


@pytest.mark.parametrize("policy", ["ask", "git-wins", "netbox-wins"])
@pytest.mark.parametrize("gone_in", ["git", "NetBox"])
def test_deleted_on_one_side_and_changed_on_the_other(sides: TwoSides, policy: str, gone_in: str) -> None:
    sides.with_policy(policy)
    deletes, changes = (sides.write, sides.edit) if gone_in == "git" else (sides.edit, sides.write)
    deletes("web", None)
    changes("web", spec(1, vlan=1500))
    notes = [note for run in (sides.pull, sides.sync) for note in done(run()).notes]
    there = ("web" in sides.in_git(), "web" in sides.in_netbox())
    if policy == "ask":
        deeds = ("changed", "deleted") if gone_in == "git" else ("deleted", "changed")
        words = "NetBox: VPC web was {} in NetBox and {} in git; nothing is written to it until a person decides"
        assert words.format(*deeds) in notes
        assert there == (gone_in != "git", gone_in == "git")
        (item,) = done(sides.pull()).plan.pulled  # type: ignore[union-attr]
        netbox, git = (1500, ABSENT) if gone_in == "git" else (ABSENT, 1500)
        assert item.fields == (PulledField(ROUTE, 1001, netbox, git, item.fields[0].who),)
    else:
        assert set(there) == {gone_in.lower() != policy.partition("-")[0]}
        settle(sides)


@pytest.mark.parametrize(
    "wrong",
    [spec(1, vlan=99999), spec(1, vlna=3), {"subnets": []}, ["a list"], {"ipv4Namespace": "nowhere", **spec(1)}],
)
def test_what_the_fabric_would_refuse_is_not_taken_and_the_others_are(sides: TwoSides, wrong: object) -> None:
    sides.edit("web", wrong)  # type: ignore[arg-type]
    sides.edit("db", spec(2, vlan=1700))
    report = done(sides.pull())
    assert dict(verdicts(report)) == {"web": Verdict.REFUSED, "db": Verdict.TAKEN}
    assert any(item.code.id == "FGD_6012" and item.is_error for item in report.diagnostics)
    assert sides.in_git() == {"web": spec(1), "db": spec(2, vlan=1700)}
    done(sides.sync())
    assert sides.in_netbox()["web"] == wrong
    sides.edit("web", spec(1, vlan=1800))
    done(sides.pull())
    assert sides.in_git()["web"] == spec(1, vlan=1800)
    settle(sides)


def test_what_is_invalid_in_git_before_stops_no_pull(sides: TwoSides) -> None:
    sides.write("bad", spec(5, vlan=99999))
    sides.edit("web", spec(1, vlan=1500))
    done(sides.pull())
    assert sides.in_git()["web"] == spec(1, vlan=1500)


def test_a_pull_takes_in_nothing_else(sides: TwoSides) -> None:
    raw = b"apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata: {name: raw}\nspec: {subnets: {}}\n"
    messy = b"kind: VPC\napiVersion: vpc.githedgehog.com/v1beta1\nmetadata: {name: messy, namespace: default}\nspec:\n  subnets:\n    a: {subnet: 10.9.1.0/24, vlan: 1009}\n"
    sides.commit({"north/raw/vpc.yaml": raw, "north/managed/vpcs/messy.yaml": messy})
    sides.edit("web", spec(1, vlan=1500))
    done(sides.pull())
    assert sides.in_git()["web"] == spec(1, vlan=1500)
    assert sides.file("messy") == messy
    assert sides.file("raw") is None


def test_nothing_to_pull_leaves_no_trace_in_git(sides: TwoSides) -> None:
    tip = sides.tip
    report = done(sides.pull())
    assert sides.tip == tip
    assert not report.plan or not report.plan.changes


def test_more_deletions_than_the_limits_allow_are_refused(sides: TwoSides) -> None:
    for number in range(3, 9):
        sides.write(f"v{number}", spec(number))
    done(sides.sync())
    for number in range(3, 9):
        sides.edit(f"v{number}", None)
    report = sides.pull()
    assert report.failure
    assert report.failure.code.id == "FGD_3005" or "delete" in report.failure.message
    assert "v3" in sides.in_git()


def test_without_what_was_agreed_on_a_person_is_asked(sides: TwoSides) -> None:
    sides.edit("web", spec(1, vlan=1500))
    sides.edit("new", spec(3))
    sides.forget()
    tip = sides.tip
    sides.writes()
    report = done(sides.pull())
    assert dict(verdicts(report)) == {"web": Verdict.ASKED, "new": Verdict.ASKED}
    assert report.plan
    assert {field.base for item in report.plan.pulled for field in item.fields} == {UNKNOWN}
    done(sides.sync())
    assert sides.tip == tip
    assert not sides.writes()
    sides.write("web", spec(1, vlan=1500))
    for run in (sides.sync, sides.pull):
        done(run())
    assert sides.in_git() == sides.in_netbox() == {"web": spec(1, vlan=1500), "db": spec(2), "new": spec(3)}
    settle(sides)


def test_a_sync_after_the_state_was_lost_still_brings_gits_changes(sides: TwoSides) -> None:
    sides.forget()
    sides.write("db", spec(2, vlan=1600))
    done(sides.sync())
    done(sides.pull())
    sides.write("db", spec(2, vlan=1601))
    done(sides.sync())
    assert sides.in_git()["db"] == spec(2, vlan=1601)


def test_a_pull_keeps_what_both_agree_on_although_its_report_breaks_off(sides: TwoSides) -> None:
    sides.edit("web", spec(1, isolated=True))
    clients = len(sides.clients)
    sides.fault = lambda *_: "before" if len(sides.clients) > clients + 1 else ""
    done(sides.pull())
    sides.write("web", spec(1))
    done(sides.sync())
    assert sides.in_netbox()["web"] == spec(1, isolated=True), "NetBox was told of neither"
    sides.fault = lambda *_: ""
    done(sides.pull())
    assert sides.in_git()["web"] == sides.in_netbox()["web"] == spec(1)


def test_what_a_report_wrote_is_agreed_on_although_it_breaks_off_then(sides: TwoSides) -> None:
    sides.write("new", spec(3, isolated=True))
    sides.write("web", spec(1, isolated=True))
    sides.write("db", None)
    written: list[str] = []

    def after_the_writes(number: int, method: str, path: str) -> str:  # noqa: ARG001 - the shape of a fault
        written.append(method)
        return "before" if method == "GET" and "DELETE" in written else ""

    sides.fault = after_the_writes
    done(sides.sync())
    sides.fault = lambda *_: ""
    sides.edit("new", spec(3))
    sides.edit("web", spec(1))
    sides.edit("db", spec(2))
    for run in (sides.sync, sides.pull):
        done(run())
    assert sides.in_git() == sides.in_netbox() == {"new": spec(3), "web": spec(1), "db": spec(2)}


@pytest.mark.parametrize("policy", ["ask", "git-wins"])
def test_what_is_merged_late_is_not_taken_for_a_change_of_gits(policy: str) -> None:
    sides = TwoSides(policy, "pull-request")
    for number, name in enumerate(("web", "db"), 1):
        sides.write(name, spec(number))
    done(sides.sync())
    sides.edit("web", spec(1, vlan=1500))
    sides.edit("db", None)
    sides.edit("new", spec(3))
    done(sides.pull())
    sides.edit("web", spec(1))
    sides.edit("db", spec(2, vlan=1600))
    sides.edit("new", None)
    assert sides.proposed.merge(1)
    assert sides.in_git() == {"web": spec(1, vlan=1500), "new": spec(3)}
    done(sides.sync())
    assert sides.in_netbox() == {"web": spec(1), "db": spec(2, vlan=1600)}
    done(sides.pull())
    assert sides.proposed.merge(2)
    assert sides.in_git() == sides.in_netbox()
    settle(sides)


@pytest.mark.parametrize("fault", ["before", "after"])
def test_an_outage_while_netbox_is_read_is_no_deletion(sides: TwoSides, fault: str) -> None:
    sides.edit("web", spec(1, vlan=1500))
    tip = sides.tip
    for at in range(1, 16):
        sides.fault = failing(at, fault)
        report = sides.pull()
        if report.failure is None:
            break
        assert sides.tip == tip
    sides.fault = lambda *_: ""
    assert at > 13, "every kind is read"
    done(sides.pull())
    assert sides.in_git() == sides.in_netbox()


def test_a_record_that_is_hidden_from_us_was_not_deleted(sides: TwoSides) -> None:
    number = sides.rows()["web"]["id"]
    row = sides.fake.store.rows[VPCS].pop(number)
    report = done(sides.pull())
    assert verdicts(report) == [("web", Verdict.ASKED)]
    assert "web" in sides.in_git()
    sides.fake.store.rows[VPCS][number] = row
    settle(sides)


def test_alternating_edits_make_a_commit_each(sides: TwoSides, request: pytest.FixtureRequest) -> None:
    """A hundred edits in the long campaign."""
    commits, turns = 0, 50 if request.config.getoption("--campaign") == "long" else 5
    for turn in range(turns):
        sides.edit("web", spec(1, vlan=1100 + turn))
        before = sides.tip
        done(sides.pull())
        commits += sides.tip != before
        sides.write(
            "web", spec(1, vlan=1200 + turn) if turn % 2 else {**spec(1, vlan=1100 + turn), "permit": [["main"]]}
        )
        before = sides.tip
        done(sides.sync())
        assert sides.tip == before
    assert commits == turns
    assert sides.in_git() == sides.in_netbox()
    settle(sides)
