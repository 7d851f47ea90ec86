"""The commit modes `api` and `pull-request`, with real git and the stand-in for GitHub: what lands, and what is refused."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from fgd_sync.cli.common import make_world
from fgd_sync.cli.publishing import Audience, Publication, authorship_of, publish
from fgd_sync.flow.run import Request
from fgd_sync.model import code
from fgd_sync.model.context import RunContext
from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import Signature
from fgd_sync.model.report import FabricReport
from forge.accounts import WORKFLOW
from forge.desk import Desk
from forge.forge import Forge
from forge.protection import Protection
from forge.traffic import after, html, losing_the_answer, resetting

NAME = "acme/fabrics"


def server(name: str, description: str = "rack 4") -> str:
    head = "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\n"
    return f"{head}metadata:\n  name: {name}\n  namespace: default\nspec:\n  description: {description}\n"


class World:
    """A repository on the stand-in with the fabrics north and south, each with a source to take in."""

    def __init__(self, forge: Forge, patch: pytest.MonkeyPatch, folder: Path) -> None:
        self.forge, self.git = forge, forge.repository(NAME)
        for name in ("north", "south"):
            self.commit({f"{name}/raw/{name}.yaml": server(f"{name}-1"), f"{name}/README.md": "ours\n"})
        folder.mkdir()
        patch.chdir(folder)

    def commit(self, files: Mapping[str, str | bytes | None], branch: str = "main") -> str:
        return self.git.commit(files, branch)

    @property
    def desk(self) -> Desk:
        return self.forge.desks[NAME]

    def sync(
        self,
        mode: str,
        *paths: str,
        token: str = "",
        branch: str = "main",
        author: Signature | None = None,
    ) -> tuple[FabricReport, ...]:
        context = RunContext(
            repository=NAME,
            server_url=self.forge.server_url,
            api_url=self.forge.api_url,
            graphql_url=f"{self.forge.api_url}/graphql",
            sha=self.git.tip(),
        )
        url, token = f"{self.forge.server_url}/{NAME}", token or self.forge.token()
        wanted = Publication(
            url, branch, token, paths=paths or ("north", "south"), context=context, authorship=authorship_of("", author)
        )
        world = make_world(None, {"github.commit_mode": mode, "sync.retry_policy.initial_delay": "0.01"})
        return publish(world, wanted, Request(), Audience())

    def managed(self, branch: str = "main") -> list[str]:
        return [path for path in self.git.paths(branch) if "/managed/" in path and path.endswith(".yaml")]

    @property
    def pulls(self) -> list[tuple[str, str, str]]:
        return [(pull.head, pull.state, pull.title) for pull in self.desk.pulls.values()]


@pytest.fixture
def world(forge: Forge, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> World:
    for name in [name for name in os.environ if name.startswith(("GITHUB_", "HEDGEHOG_"))]:
        monkeypatch.delenv(name)
    return World(forge, monkeypatch, tmp_path / "workspace")


def test_the_api_makes_one_signed_commit_for_each_fabric_on_the_tip(world: World) -> None:
    before = world.git.tip()
    north, south = world.sync("api")
    assert (north.failure, south.failure) == (None, None)
    assert world.git.log()[:2] == [south.commit, north.commit]
    assert world.git.git("rev-parse", "main~2").strip() == before
    assert world.managed() == ["north/managed/servers/north-1.yaml", "south/managed/servers/south-1.yaml"]
    assert "FGD-Fabric: north" in world.git.message(north.commit)
    assert north.applied
    assert not world.git.refs("refs/fgd/lock")


def test_a_second_sync_by_the_api_commits_nothing(world: World) -> None:
    world.sync("api")
    tip = world.git.tip()
    assert [item.commit for item in world.sync("api")] == ["", ""]
    assert world.git.tip() == tip


def test_a_push_that_comes_between_is_planned_on_and_nothing_is_lost(world: World) -> None:
    rival = after(lambda: world.commit({"north/raw/late.yaml": server("late")}))
    world.forge.api.arm(rival, "POST /graphql", at=2)
    north, south = world.sync("api")
    assert (north.failure, south.failure) == (None, None)
    assert "south/managed/servers/south-1.yaml" in world.managed()
    assert "north/raw/late.yaml" in world.git.paths()
    world.sync("api")
    assert "north/managed/servers/late.yaml" in world.managed()


@pytest.mark.parametrize("fault", ["lost", "broken"])
def test_a_commit_whose_answer_is_lost_is_found_on_the_branch_and_not_made_twice(world: World, fault: str) -> None:
    world.forge.api.arm(losing_the_answer() if fault == "lost" else resetting(), "POST /graphql")
    (north,) = world.sync("api", "north")
    assert north.failure is None
    assert north.commit == world.git.tip()
    assert len([1 for commit in world.git.log() if "FGD-Fabric" in world.git.message(commit)]) == 1


def test_what_the_api_cannot_commit_is_refused_with_the_reason_and_other_fabrics_land(world: World) -> None:
    world.sync("push", "north")
    world.git.git("config", "core.fileMode", "true")
    path = "north/managed/servers/north-1.yaml"
    tip = world.git.tip()
    blob = world.git.git("rev-parse", f"{tip}:{path}").strip()
    listing = world.git.git("ls-tree", "-r", tip).replace(f"100644 blob {blob}\t{path}", f"100755 blob {blob}\t{path}")
    index = str(Path.cwd() / "index")
    world.git.git("update-index", "--index-info", given=listing.encode(), GIT_INDEX_FILE=index)
    made = world.git.make_commit(world.git.git("write-tree", GIT_INDEX_FILE=index).strip(), "x", [tip])
    world.git.move("refs/heads/main", made, tip)
    world.commit({"north/raw/again.yaml": server("north-1", "rack 5")})
    north, south = world.sync("api")
    assert north.failure is not None
    assert north.failure.message == (
        f"this change cannot be committed by the API: {path} is an executable file, and GitHub's API makes plain files only"
    )
    assert south.failure is None
    assert world.git.tip() == south.commit


def test_a_protected_branch_says_so_and_names_the_other_mode(world: World) -> None:
    world.git.protect(Protection("main"))
    (north,) = world.sync("api", "north")
    assert north.failure is not None
    assert north.failure.code is code.BRANCH_PROTECTED
    assert "pull-request" in north.failure.remedy


def test_an_author_of_the_users_becomes_a_co_author_of_what_the_api_commits(world: World) -> None:
    (north,) = world.sync("api", "north", author=Signature("Net Team", "net@example.org"))
    assert "Co-authored-by: Net Team <net@example.org>" in world.git.message(north.commit)


@pytest.mark.parametrize("mode", ["api", "pull-request"])
def test_a_mode_that_needs_github_is_refused_where_there_is_none(world: World, mode: str) -> None:
    wanted = Publication(f"{world.forge.server_url}/{NAME}", "main", world.forge.token(), paths=("north",))
    with pytest.raises(FgdError, match=f"the commit mode {mode} needs GitHub's API"):
        publish(make_world(None, {"github.commit_mode": mode}), wanted, Request(), Audience())
    assert world.managed() == []


def test_each_fabric_gets_a_pull_request_from_a_branch_of_its_own(world: World) -> None:
    tip = world.git.tip()
    north, south = world.sync("pull-request")
    assert world.git.tip() == tip
    assert (north.failure, north.applied, north.pull_request, south.pull_request) == (None, False, 1, 2)
    assert world.pulls == [
        ("fgd-sync/north", "open", "Sync fabric north: 1 created"),
        ("fgd-sync/south", "open", "Sync fabric south: 1 created"),
    ]
    assert world.managed("fgd-sync/north") == ["north/managed/servers/north-1.yaml"]
    assert world.git.git("rev-parse", "fgd-sync/south^").strip() == tip
    assert world.desk.pulls[1].labels == ["fgd-sync"]
    body = world.desk.pulls[1].body or ""
    assert "## ✅ Fabric sync of <code>north</code>: 1 to create\n" in body
    assert "| <code>Server north-1</code> | to create from <code>north/raw/north&#46;yaml</code> |" in body


def test_a_proposal_that_stands_is_left_alone(world: World) -> None:
    world.sync("pull-request")
    heads, requests = world.git.refs("refs/heads/"), len(world.forge.api.writes)
    world.commit({"README.md": "elsewhere\n"})
    (north, _) = world.sync("pull-request")
    assert (north.pull_request, north.commit) == (1, heads["refs/heads/fgd-sync/north"])
    assert {**world.git.refs("refs/heads/"), "refs/heads/main": ""} == {**heads, "refs/heads/main": ""}
    assert len(world.forge.api.writes) == requests


def test_a_proposal_is_brought_up_to_date_and_what_a_person_wrote_below_it_is_kept(world: World) -> None:
    world.sync("pull-request", "north")
    pull = world.desk.pulls[1]
    pull.body = f"{pull.body}\nReviewed by Ann."
    world.commit({"north/raw/more.yaml": server("north-2")})
    world.sync("pull-request", "north")
    assert world.pulls == [("fgd-sync/north", "open", "Sync fabric north: 2 created")]
    assert (pull.body or "").endswith("\nReviewed by Ann.")
    assert "<code>Server north-2</code>" in (pull.body or "")
    assert len(world.managed("fgd-sync/north")) == 2


def test_a_proposal_for_which_nothing_is_left_is_closed_with_a_comment_and_its_branch_goes(world: World) -> None:
    world.sync("pull-request", "north")
    world.commit({"north/raw/north.yaml": None})
    world.sync("push", "north")
    (north,) = world.sync("pull-request", "north")
    assert north.failure is None
    assert world.pulls[0][1] == "closed"
    assert [item["body"] for item in world.desk.comments.values()] == ["Closed: there is nothing left to change."]
    assert "refs/heads/fgd-sync/north" not in world.git.refs()
    world.commit({"north/raw/north.yaml": server("north-1")})
    world.sync("pull-request", "north")
    assert [pull[1] for pull in world.pulls] == ["closed", "open"], "what we closed ourselves is no refusal"


def test_a_merged_proposal_leaves_nothing_behind(world: World) -> None:
    world.sync("pull-request", "north")
    world.git.move("refs/heads/main", world.git.tip("fgd-sync/north"), world.git.tip())
    world.desk.pulls[1].state, world.desk.pulls[1].merged = "closed", True
    (north,) = world.sync("pull-request", "north")
    assert (north.failure, north.pull_request) == (None, 0)
    assert "refs/heads/fgd-sync/north" not in world.git.refs()
    assert world.desk.comments == {}


def test_what_a_person_refused_is_not_proposed_again_before_it_differs(world: World) -> None:
    world.sync("pull-request", "north")
    world.desk.pulls[1].state = "closed"
    (north,) = world.sync("pull-request", "north")
    assert [pull[1] for pull in world.pulls] == ["closed"]
    assert north.notes == (
        "the same changes were refused when pull request 1 was closed, and are not proposed again; reopen it to have "
        "them after all",
    )
    world.commit({"north/raw/more.yaml": server("north-2")})
    (north,) = world.sync("pull-request", "north")
    assert [pull[1] for pull in world.pulls] == ["closed", "open"]
    assert north.pull_request == 2


def test_a_commit_of_somebody_else_on_the_branch_is_not_overwritten(world: World) -> None:
    world.sync("pull-request", "north")
    theirs = world.commit({"north/managed/servers/north-1.yaml": server("north-1", "mine")}, "fgd-sync/north")
    world.commit({"north/raw/more.yaml": server("north-2")})
    north, south = world.sync("pull-request")
    assert north.failure is not None
    assert "the last commit of the branch fgd-sync/north, pull request 1 is not ours" in north.failure.message
    assert world.git.tip("fgd-sync/north") == theirs
    assert south.pull_request == 2


def test_a_pull_request_that_a_person_opened_from_our_branch_keeps_its_words(world: World) -> None:
    world.desk.may_open_pulls = False
    (north,) = world.sync("pull-request", "north")
    assert north.failure is not None
    assert "Allow GitHub Actions to create and approve pull requests" in north.failure.remedy
    world.desk.open_pull("fgd-sync/north", "main", title="Please merge", body="I opened this", login="ann")
    head = world.git.tip("fgd-sync/north")
    (north,) = world.sync("pull-request", "north")
    assert (north.failure, north.pull_request, world.git.tip("fgd-sync/north")) == (None, 1, head)
    assert (world.desk.pulls[1].title, world.desk.pulls[1].body) == ("Please merge", "I opened this")


def test_a_missing_right_fails_the_fabric_with_the_line_that_is_missing(world: World) -> None:
    token = world.forge.token({**WORKFLOW, "pull-requests": "read", "issues": "read"})
    (north,) = world.sync("pull-request", "north", token=token)
    assert north.failure is not None
    assert "`pull-requests: write`" in north.failure.remedy


def test_github_being_down_fails_the_fabric_and_the_next_run_proposes(world: World) -> None:
    world.forge.api.arm(html(502), "POST .*/pulls")
    (north,) = world.sync("pull-request", "north")
    assert north.failure is not None
    assert north.failure.code is code.GITHUB_CONNECTION_FAILED
    (north,) = world.sync("pull-request", "north")
    assert north.pull_request == 1


def test_a_proposal_proposes_nothing_itself(world: World) -> None:
    world.sync("pull-request", "north")
    _, south = world.sync("pull-request", branch="fgd-sync/north")
    assert len(world.pulls) == 1
    assert south.notes == ("nothing is proposed for fgd-sync/north: it is a proposal itself",)
