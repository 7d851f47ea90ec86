"""The API of the test bed behaves as GitHub's, under the client that fgd-sync uses, and breaks no contract of GitHub's."""

import base64
import http.client
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from github import Auth, Github, GithubException
from github.Repository import Repository as Remote

from forge.accounts import READ_ONLY
from forge.forge import Forge, serving_forge
from forge.protection import SIGNATURES, Protection
from forge.repository import Repository
from forge.rest import limited
from forge.traffic import html, resetting

CONTENT = {"north/raw/a.yaml": "a: 1\n", "README.md": "x\n"}


@pytest.fixture
def forge(shared: Path, tmp_path: Path) -> Iterator[Forge]:
    """Without GitHub's own contract these tests prove nothing, and are skipped."""
    with serving_forge(tmp_path / "forge", shared / "github") as served:
        yield served


@dataclass
class World:
    forge: Forge
    git: Repository
    remote: Remote

    @property
    def faults(self) -> list[str]:
        """What was wrong so far by GitHub's contract."""
        return self.forge.verdict()


def connect(forge: Forge, token: str, url: str = "") -> Github:
    return Github(
        base_url=url or forge.api_url,
        auth=Auth.Token(token),
        retry=None,
        seconds_between_requests=0,
        seconds_between_writes=0,
    )


@pytest.fixture(params=["github.com", "enterprise"])
def world(forge: Forge, request: pytest.FixtureRequest) -> Iterator[World]:
    made = forge.repository()
    made.commit(CONTENT)
    url = (forge.urls if request.param == "github.com" else forge.enterprise_urls)["GITHUB_API_URL"]
    with connect(forge, forge.token(), url) as client:
        yield World(forge, made, client.get_repo("acme/fabrics"))


@pytest.fixture
def one(forge: Forge) -> Iterator[World]:
    made = forge.repository()
    made.commit(CONTENT)
    with connect(forge, forge.token()) as client:
        yield World(forge, made, client.get_repo("acme/fabrics"))


def annotation(line: int) -> dict[str, Any]:
    return {
        "path": "north/raw/a.yaml",
        "start_line": line,
        "end_line": line,
        "annotation_level": "failure",
        "message": "no",
    }


def test_what_git_holds_is_shown(world: World) -> None:
    tip = world.git.tip()
    world.git.git("update-ref", "refs/fgd/lock/north", tip)
    assert world.remote.default_branch == "main"
    assert world.remote.get_branch("main").commit.sha == tip
    assert world.remote.get_git_commit(tip).message == "state"
    assert world.remote.get_commit("main").commit.tree.sha == world.git.git("rev-parse", "main^{tree}")
    assert [ref.ref for ref in world.remote.get_git_matching_refs("fgd/lock/")] == ["refs/fgd/lock/north"]
    assert not world.faults


def test_refs_are_made_moved_and_dropped(world: World) -> None:
    first, second = world.git.tip(), world.git.commit({"b": "b"})
    ref = world.remote.create_git_ref("refs/heads/x", first)
    with pytest.raises(GithubException, match="Reference already exists"):
        world.remote.create_git_ref("refs/heads/x", first)
    url = ref.url.replace("refs/heads/x", "refs/heads%2Fx")
    requester = world.remote.requester
    requester.requestJsonAndCheck("PATCH", url, input={"sha": second})
    assert world.git.tip("x") == second
    with pytest.raises(GithubException, match="Update is not a fast forward"):
        requester.requestJsonAndCheck("PATCH", url, input={"sha": first})
    requester.requestJsonAndCheck("DELETE", url)
    assert "refs/heads/x" not in world.git.refs()
    assert not world.faults


def test_a_slash_in_a_name_must_be_sent_encoded(one: World) -> None:
    with pytest.raises(GithubException, match="404"):
        one.remote.requester.requestJsonAndCheck("GET", f"{one.remote.url}/git/ref/heads/main")
    assert len(one.faults) == 1
    headers, ref = one.remote.requester.requestJsonAndCheck("GET", f"{one.remote.url}/git/ref/heads%2Fmain")
    assert ref["object"]["sha"] == one.git.tip()
    assert headers["x-ratelimit-remaining"]


def test_annotations_of_a_check_run_add_up_by_fifty(world: World) -> None:
    output: dict[str, Any] = {"title": "t", "summary": "s", "annotations": [annotation(line + 1) for line in range(50)]}
    run = world.remote.create_check_run("fgd", world.git.tip(), status="in_progress", output=output)
    run.edit(status="completed", conclusion="failure", output={**output, "annotations": [annotation(51)]})
    assert run.output.annotations_count == 51
    assert [item.start_line for item in run.get_annotations()] == list(range(1, 52))
    assert [found.conclusion for found in world.remote.get_commit("main").get_check_runs()] == ["failure"]
    assert not world.faults


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"status": "completed"}, "conclusion"),
        ({"output": {"title": "t", "summary": "s", "annotations": [annotation(1)] * 51}}, "too long|maxItems|51"),
        ({"output": {"title": "t", "summary": "s" * 65536}}, "too long"),
        ({"output": {"title": "t", "summary": "s", "annotations": [{**annotation(2), "end_line": 1}]}}, "out of order"),
    ],
)
def test_a_check_run_against_the_rules_is_refused(given: dict[str, Any], said: str, one: World) -> None:
    with pytest.raises(GithubException, match=said):
        one.remote.create_check_run("fgd", one.git.tip(), **given)


def test_a_request_against_the_document_is_remembered(one: World) -> None:
    with pytest.raises(GithubException, match="422"):
        one.remote.requester.requestJsonAndCheck(
            "POST", f"{one.remote.url}/check-runs", input={"name": "fgd", "head_sha": 7}
        )
    assert "check-runs" in one.faults[0]


def test_statuses_comments_and_labels(world: World) -> None:
    world.git.commit({"c": "c"}, "topic")
    desk = world.forge.desks["acme/fabrics"]
    pull = desk.open_pull("topic")
    world.remote.get_commit(world.git.tip()).create_status("success", "https://example.org", "done", "fgd")
    assert world.remote.get_commit("main").get_combined_status().state == "success"
    issue = world.remote.get_pull(pull.number)
    comment = issue.create_issue_comment("first")
    comment.edit("second")
    assert [item.body for item in issue.get_issue_comments()] == ["second"]
    comment.delete()
    assert not desk.comments
    issue.add_to_labels("fabric", "bot")
    assert pull.labels == ["fabric", "bot"]
    with pytest.raises(GithubException, match="too long"):
        issue.create_issue_comment("x" * 65537)
    assert not world.faults


def test_pages_lead_to_all_entries(world: World) -> None:
    world.git.commit({"c": "c"}, "topic")
    issue = world.remote.get_pull(world.forge.desks["acme/fabrics"].open_pull("topic").number)
    for number in range(35):
        issue.create_issue_comment(f"comment {number}")
    assert [item.body for item in issue.get_issue_comments()] == [f"comment {number}" for number in range(35)]
    assert not world.faults


def test_a_pull_request_is_opened_once_and_kept(world: World) -> None:
    base = world.git.tip()
    world.git.git("branch", "topic", "main")
    with pytest.raises(GithubException, match="No commits between"):
        world.remote.create_pull(base="main", head="topic", title="Sync", body="b")
    head = world.git.commit({"north/managed/a.yaml": "a: 2\n", "README.md": None}, "topic")
    pull = world.remote.create_pull(base="main", head="topic", title="Sync", body="b", draft=True)
    assert (pull.head.sha, pull.base.sha, pull.draft) == (head, base, True)
    assert {item.filename: item.status for item in pull.get_files()} == {
        "north/managed/a.yaml": "added",
        "README.md": "removed",
    }
    with pytest.raises(GithubException, match="A pull request already exists for acme:topic"):
        world.remote.create_pull(base="main", head="topic", title="Sync", body="b")
    pull.edit(title="Sync again", state="closed")
    assert [item.title for item in world.remote.get_pulls(state="all", head="acme:topic")] == ["Sync again"]
    assert not list(world.remote.get_pulls(state="open"))
    assert world.git.refs("refs/pull/1/head") == {"refs/pull/1/head": head}
    assert not world.faults


def test_workflows_can_be_kept_from_opening_pull_requests(one: World) -> None:
    one.git.commit({"c": "c"}, "topic")
    one.forge.desks["acme/fabrics"].may_open_pulls = False
    with pytest.raises(GithubException, match="not permitted to create or approve pull requests"):
        one.remote.create_pull(base="main", head="topic", title="Sync", body="b")


def commit_input(git: Repository, head: str, **changes: Any) -> dict[str, Any]:
    encoded = [
        {"path": path, "contents": base64.b64encode(text).decode()}
        for path, text in changes.get("additions", {}).items()
    ]
    gone = [{"path": path} for path in changes.get("deletions", ())]
    branch = {"repositoryNameWithOwner": git.name, "branchName": "main"}
    message = {"headline": "Sync", "body": "FGD-Sync-Id: 7"}
    return {
        "branch": branch,
        "message": message,
        "expectedHeadOid": head,
        "fileChanges": {"additions": encoded, "deletions": gone},
    }


def create_commit(world: World, head: str, **changes: Any) -> Any:
    given = commit_input(world.git, head, **changes)
    schema = "commit { oid url signature { isValid } } ref { target { oid } }"
    return world.remote.requester.graphql_named_mutation("createCommitOnBranch", given, schema)[1]


def test_a_commit_by_the_api_is_real_and_signed(world: World) -> None:
    before = world.git.tip()
    world.git.protect(Protection("main", SIGNATURES, "ruleset"))
    made = create_commit(world, before, additions={"north/managed/b.yaml": b"b: 1\n"}, deletions=["README.md"])
    tip = world.git.tip()
    assert made == {
        "commit": {
            "oid": tip,
            "url": f"{world.forge.server_url}/acme/fabrics/commit/{tip}",
            "signature": {"isValid": True},
        },
        "ref": {"target": {"oid": tip}},
    }
    assert world.git.log() == [tip, before]
    assert world.git.paths() == ["north/managed/b.yaml", "north/raw/a.yaml"]
    assert world.git.message() == "Sync\n\nFGD-Sync-Id: 7"
    assert world.remote.get_git_commit(tip).verification.verified
    assert not world.faults


def test_a_commit_by_the_api_needs_the_expected_head(one: World) -> None:
    before = one.git.tip()
    one.git.commit({"rival": "r"})
    with pytest.raises(GithubException, match=r"Expected branch to point to .* but it did not.  Pull and try again."):
        create_commit(one, before, additions={"x": b"x"})
    assert one.git.paths() == ["README.md", "north/raw/a.yaml", "rival"]
    assert not one.faults


def test_a_commit_by_the_api_that_cannot_be_made_says_why(one: World) -> None:
    tip = one.git.tip()
    with pytest.raises(GithubException, match="requested for deletion which does not exist"):
        create_commit(one, tip, deletions=["nothing"])
    one.git.protect(Protection("main", style="ruleset"))
    with pytest.raises(GithubException, match="Changes must be made through a pull request"):
        create_commit(one, tip, additions={"x": b"x"})
    with pytest.raises(GithubException, match=r"expectedHeadOid .Expected value to not be null"):
        create_commit(one, None, additions={"x": b"x"})  # type: ignore[arg-type]
    assert len(one.faults) == 1
    assert one.git.tip() == tip


def test_a_token_that_may_only_read_writes_nothing(forge: Forge) -> None:
    made = forge.repository()
    tip = made.commit(CONTENT)
    with connect(forge, forge.token(READ_ONLY)) as client:
        remote = client.get_repo("acme/fabrics")
        world = World(forge, made, remote)
        with pytest.raises(GithubException, match="Resource not accessible by integration"):
            remote.create_check_run("fgd", tip)
        with pytest.raises(GithubException, match="Resource not accessible by integration"):
            create_commit(world, tip, additions={"x": b"x"})
    assert made.tip() == tip
    assert not world.faults


def test_strangers_see_nothing(forge: Forge) -> None:
    forge.repository().commit(CONTENT)
    for token, said in (
        (forge.token(expired=True), "Bad credentials"),
        (forge.token(repositories=frozenset({"a/b"})), "Not Found"),
    ):
        with connect(forge, token) as client, pytest.raises(GithubException, match=said):
            client.get_repo("acme/fabrics")


def test_limits_of_the_rate_are_told(one: World) -> None:
    one.forge.rate.remaining = 1
    with connect(one.forge, forge_token(one)) as client:
        client.get_repo("acme/fabrics")
        with pytest.raises(GithubException, match="API rate limit exceeded"):
            client.get_repo("acme/fabrics")
        assert client.get_rate_limit().rate.remaining == 0
    one.forge.rate.remaining = 100
    one.forge.api.arm(limited(429, 3), "branches")
    with pytest.raises(GithubException, match="secondary rate limit") as caught:
        one.remote.get_branch("main")
    assert caught.value.headers
    assert caught.value.headers["retry-after"] == "3"
    assert not one.faults


def forge_token(world: World) -> str:
    return next(iter(world.forge.tokens))


def test_the_api_breaks_on_demand(one: World) -> None:
    one.forge.api.arm(html(), "branches")
    with pytest.raises(GithubException, match="502"):
        one.remote.get_branch("main")
    one.forge.api.arm(resetting(), "branches")
    with pytest.raises(OSError, match=r"reset|aborted"):
        one.remote.get_branch("main")
    assert one.remote.get_branch("main").name == "main"


def test_a_second_authorization_header_is_refused(one: World) -> None:
    connection = http.client.HTTPConnection(urlsplit(one.forge.api_url).netloc)
    connection.putrequest("GET", "/repos/acme/fabrics")
    for _ in range(2):
        connection.putheader("Authorization", f"Bearer {forge_token(one)}")
    connection.endheaders()
    assert connection.getresponse().status == 400
    connection.close()
