"""What a run says on GitHub arrives there, piece by piece, and what cannot arrive is told and never fails a run."""

import time
from dataclasses import replace

import pytest

from fgd_sync.adapters.github import GitHubClient
from fgd_sync.flow.check_progress import CheckProgress
from fgd_sync.flow.feedback import (
    Delivered,
    Wishes,
    deliver,
    end_abandoned,
    new_check,
    receiver,
    undelivered,
)
from fgd_sync.model.config import GitHubSettings
from fgd_sync.model.context import PullRequest, RunContext
from fgd_sync.model.event import Event, EventType
from fgd_sync.model.github import CommitStatus
from fgd_sync.model.report import FabricReport, Report
from fgd_sync.model.undelivered import from_record, to_record
from fgd_sync.render.feedback import Told, marker
from forge.accounts import READ_ONLY, WORKFLOW
from forge.desk import Desk, Json
from forge.forge import Forge
from forge.traffic import failing, hanging, html
from render_samples import BROKEN, LONG_PREFIX, fabric, many, plan, report

NAME = "acme/fabrics"
CALM = replace(fabric(), plan=replace(plan(), changes=(), inventory=(), sources=()))
WRONG = report(fabric(LONG_PREFIX))


class World:
    """A repository with a pull request on it, and a run that is about that."""

    def __init__(self, forge: Forge) -> None:
        self.forge, self.git = forge, forge.repository(NAME)
        self.git.commit({"north/raw/a.yaml": "a: 1\n"})
        self.git.move("refs/heads/add-vpc", self.git.tip())
        self.head = self.git.commit({"north/raw/b.yaml": "b: 1\n"}, "add-vpc")
        pull = self.desk.open_pull("add-vpc", "main", title="t", body=None, login="somebody")
        self.context = RunContext(
            event="pull_request",
            repository=NAME,
            server_url=forge.server_url,
            api_url=forge.api_url,
            graphql_url=f"{forge.api_url}/graphql",
            sha=self.git.tip(),
            run_id="7",
            run_url=f"{forge.server_url}/{NAME}/actions/runs/7",
            workflow="Fabrics",
            job="check",
            pull_request=PullRequest(pull.number, "add-vpc", self.head, NAME, "main", self.git.tip()),
        )

    @property
    def desk(self) -> Desk:
        return self.forge.desks[NAME]

    def client(self, token: str = "", read_timeout: int = 60) -> GitHubClient:
        return GitHubClient(token or self.forge.token(), self.context, GitHubSettings(read_timeout=read_timeout))

    def say(self, of: Report, *, wishes: Wishes | None = None, client: GitHubClient | None = None) -> Delivered:
        return deliver(Told(of, self.context), wishes or Wishes(), client or self.client())

    @property
    def comments(self) -> list[str]:
        return [item["body"] for item in self.desk.comments.values()]

    @property
    def checks(self) -> list[Json]:
        return list(self.desk.checks.values())


@pytest.fixture
def world(forge: Forge) -> World:
    return World(forge)


def test_a_pull_request_gets_a_check_run_with_annotations_and_one_comment(world: World) -> None:
    assert world.say(WRONG) == Delivered()
    (check,) = world.checks
    assert (check["name"], check["head_sha"], check["conclusion"]) == ("fgd-sync", world.head, "failure")
    assert check["output"]["title"] == "fabric-1: 1 error in 1 file; 1 to update, 1 to delete"
    assert check["output"]["annotations_count"] == 1
    (comment,) = world.comments
    assert "## ❌ Fabric check of <code>fabric-1</code>: 1 error in 1 file\n" in comment


def test_the_comment_is_updated_in_place_when_all_is_well_again_and_left_alone_when_nothing_is_new(
    world: World,
) -> None:
    world.say(WRONG)
    world.say(report(CALM))
    assert world.comments[0].count("✅ Fabric check of <code>fabric-1</code>: all is well") == 1
    assert len(world.comments) == 1
    before = len(world.forge.api.lines("PATCH .*comments"))
    world.say(report(CALM))
    assert len(world.forge.api.lines("PATCH .*comments")) == before


def test_a_pull_request_without_anything_to_say_gets_no_comment(world: World) -> None:
    world.say(report(CALM))
    assert world.comments == []
    assert world.checks[0]["conclusion"] == "success"


def test_a_comment_of_somebody_else_with_our_marker_stays_as_it_is(world: World) -> None:
    copied = f"{marker(Told(WRONG, world.context))}\nmine"
    world.client(world.forge.token(user=True, login="somebody")).add_comment(1, copied)
    world.say(WRONG)
    assert world.comments[0] == copied
    assert len(world.comments) == 2


def test_nothing_is_said_that_was_not_wished(world: World) -> None:
    assert world.say(WRONG, wishes=Wishes(comment=False, check_run=False)) == Delivered()
    assert (world.comments, world.checks) == ([], [])


def test_each_piece_that_a_token_lacks_the_right_for_is_told_and_the_others_arrive(world: World) -> None:
    token = world.forge.token({**WORKFLOW, "checks": "read"})
    (note,) = world.say(WRONG, client=world.client(token)).notes
    assert note == (
        "could not begin a check run: the token lacks `checks: write`. Add `checks: write` under `permissions:` of the "
        "workflow's job; a token of another kind needs the same right."
    )
    assert (
        "**Notes**\n\n- Could not begin a check run&#58; the token lacks <code>checks&#58; write</code>"
        in world.comments[0]
    )
    everything = world.say(report(BROKEN), client=world.client(world.forge.token(READ_ONLY))).notes
    assert len(everything) == 2


def committed(name: str, commit: str) -> FabricReport:
    return replace(fabric(LONG_PREFIX, applied=True), fabric=name, commit=commit)


def test_commits_that_were_made_get_a_status_and_the_new_tip_that_of_the_whole_run(world: World) -> None:
    first = world.git.commit({"north/managed/a.yaml": "a"})
    second = world.git.commit({"south/managed/a.yaml": "a"})
    calm = replace(fabric(applied=True), fabric="north", commit=first)
    of = Report("sync", (calm, committed("south", second), BROKEN))
    assert world.say(of, wishes=Wishes(comment=False, check_run=False)) == Delivered()
    told = {item["sha"]: (item["state"], item["description"]) for item in world.desk.statuses}
    assert told[first] == ("success", "north: 1 updated, 1 deleted")
    assert told[second] == ("failure", "1 of 3 fabrics failed, 1 error in 1 file; 2 updated, 2 deleted")


def test_a_status_that_cannot_be_delivered_is_owed_and_the_outbox_delivers_it_later(world: World) -> None:
    of = report(committed("south", world.git.tip()), command="sync")
    world.forge.api.arm(html(502), "statuses")
    delivered = world.say(of, wishes=Wishes(comment=False, check_run=False))
    ((name, status),) = delivered.owed
    assert name == "south"
    assert delivered.notes[0].startswith("could not put a status on the commit: 127.0.0.1 answered with status 502. ")
    item = undelivered(status, item_id="1", created_at="2026-01-01T00:00:00Z", sync_id="s", reason=delivered.notes[0])
    receiver(world.client())(from_record(to_record(item)))
    assert world.desk.statuses[0]["description"] == status.description


def test_what_is_missing_for_several_commits_is_told_once(world: World) -> None:
    tips = [world.git.commit({f"north/managed/{n}.yaml": "a"}) for n in range(3)]
    of = Report("sync", tuple(committed(f"fabric-{n}", tip) for n, tip in enumerate(tips)))
    token = world.forge.token({**WORKFLOW, "statuses": "read"})
    delivered = world.say(of, wishes=Wishes(comment=False, check_run=False), client=world.client(token))
    assert (len(delivered.notes), delivered.owed) == (1, ()), "a refusal is not repeated by the next run"


def test_after_an_outage_the_rest_is_not_tried(world: World) -> None:
    world.forge.api.arm(failing(500), "", times=99)
    delivered = world.say(report(committed("south", world.git.tip())))
    assert len(world.forge.api.requests) == 1
    assert delivered.notes[1:] == (
        "the comment on the pull request: GitHub is out of reach, see above",
        "the status on the commit: GitHub is out of reach, see above",
    )
    assert isinstance(delivered.owed[0][1], CommitStatus)


def test_what_may_be_repeated_is_left_to_the_callers_policy(world: World) -> None:
    world.forge.api.arm(html(502), "PATCH .*check-runs")

    def twice(work: object) -> object:
        assert callable(work)
        try:
            return work()
        except Exception:
            return work()

    assert deliver(Told(WRONG, world.context), Wishes(), world.client(), call=twice) == Delivered()


def test_a_server_without_check_runs_gets_the_comment_all_the_same(world: World) -> None:
    world.forge.api.arm(failing(404, b"<html>Not found</html>"), "POST .*check-runs")
    assert world.say(WRONG) == Delivered()
    assert len(world.comments) == 1


def test_a_thousand_annotations_are_sent_and_the_rest_is_counted(world: World) -> None:
    world.say(many(1200), wishes=Wishes(comment=False))
    assert world.checks[0]["output"]["annotations_count"] == 1000
    assert len(world.forge.api.lines("PATCH")) == 20


def event(kind: EventType, name: str = "north", **payload: object) -> Event:
    return Event("1", kind, "2026-01-01T00:00:00Z", name, None, "c", {"sync_id": f"s-{name}", **payload})


def until(world: World, title: str) -> None:
    """Wait till the check run shows a title."""
    end = time.monotonic() + 20
    while not any(check["output"]["title"] == title for check in world.checks):
        assert time.monotonic() < end, [check["output"]["title"] for check in world.checks]
        time.sleep(0.01)


def test_a_check_run_shows_how_far_a_run_is_and_ends_with_its_findings(world: World) -> None:
    told = Told(WRONG, world.context)
    sink = CheckProgress(world.client(), new_check(told), seconds=0.02).begin()
    sink.deliver(event(EventType.STATE_CHANGED, to="discovering"))
    until(world, "north looks for files (stage 3 of 6)")
    sink.deliver(event(EventType.SYNC_ERROR))
    sink.deliver(event(EventType.SYNC_PROGRESS, state="processing", files_processed=40, total_files=120))
    until(world, "north reads and checks files (stage 4 of 6), 40 of 120 files, 1 error so far")
    sink.deliver(event(EventType.STATE_CHANGED, "south", to="pending"))
    sink.deliver(event(EventType.SYNC_COMPLETED))
    until(world, "1 of 2 fabrics done")
    deliver(told, Wishes(comment=False), world.client(), check=sink.end())
    (check,) = world.checks
    assert (check["status"], check["conclusion"]) == ("completed", "failure")
    assert sink.failures == []


def test_a_fabric_whose_name_is_learned_on_the_way_is_one_fabric(world: World) -> None:
    sink = CheckProgress(world.client(), new_check(Told(WRONG, world.context)), seconds=0.02).begin()
    sink.deliver(event(EventType.STATE_CHANGED, to="discovering"))
    sink.deliver(replace(event(EventType.STATE_CHANGED, to="processing"), fabric="North DC"))
    until(world, "North DC reads and checks files (stage 4 of 6)")
    sink.end()


def test_updates_keep_their_distance_and_nothing_is_sent_without_news(world: World) -> None:
    sink = CheckProgress(world.client(), new_check(Told(WRONG, world.context)), seconds=0.3).begin()
    start = time.monotonic()
    while time.monotonic() - start < 1.0:
        sink.deliver(event(EventType.SYNC_PROGRESS, state="processing", files_processed=1, total_files=9))
        time.sleep(0.005)
    time.sleep(0.7)
    assert len(world.forge.api.lines("PATCH .*check-runs")) <= 4
    sink.end()


def test_a_server_that_hangs_holds_up_neither_the_run_nor_its_end(world: World) -> None:
    world.forge.api.arm(hanging(), "PATCH .*check-runs", times=9)
    sink = CheckProgress(world.client(read_timeout=2), new_check(Told(WRONG, world.context)), seconds=0.01).begin()
    sink.deliver(event(EventType.STATE_CHANGED, to="discovering"))
    time.sleep(0.3)
    start = time.monotonic()
    for _ in range(1000):
        sink.deliver(event(EventType.SYNC_PROGRESS, state="processing", files_processed=1, total_files=9))
    assert time.monotonic() - start < 1
    assert sink.end() is not None
    assert time.monotonic() - start < 6


def test_what_fails_on_the_way_is_kept_for_the_notes_and_the_end_tries_anew(world: World) -> None:
    world.forge.api.arm(html(502), "POST .*check-runs")
    told = Told(WRONG, world.context)
    sink = CheckProgress(world.client(), new_check(told), seconds=0.01).begin()
    assert sink.end() is None
    assert len(sink.failures) == 1
    assert deliver(told, Wishes(comment=False), world.client(), check=None) == Delivered()
    assert world.checks[0]["conclusion"] == "failure"


def test_a_check_run_that_a_killed_step_left_behind_is_ended_but_not_that_of_another_run(world: World) -> None:
    told = Told(Report("sync", ()), world.context)
    client = world.client()
    ours = client.start_check(new_check(told))
    other = client.start_check(new_check(replace(told, context=replace(world.context, run_id="8"))))
    assert end_abandoned(client, told) == 1
    states = {check["id"]: check["conclusion"] for check in world.checks}
    assert (states[ours], states[other]) == ("cancelled", None)
