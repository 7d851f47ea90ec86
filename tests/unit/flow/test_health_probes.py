from collections.abc import Mapping

import pytest

from fake_time import FakeClock
from fgd_sync.flow.bookkeeping import Entry
from fgd_sync.flow.health_probes import git_version, github, netbox, repository, state_store
from fgd_sync.flow.ledger import Ledger
from fgd_sync.flow.state_refs import StateRefs
from fgd_sync.model import code
from fgd_sync.model.config import GitHubSettings, NetBoxSettings, Settings
from fgd_sync.model.failure import FgdError
from fgd_sync.model.github import RateLimit, RepositoryFacts
from fgd_sync.model.health import Finding, Status
from fgd_sync.model.resource import JsonObject
from fgd_sync.model.undelivered import Undelivered
from memory_store import MemoryStore, Server

REPORT = Undelivered("r-1", "netbox", "2026-03-01T08:00:00Z", {})


@pytest.mark.parametrize(
    ("said", "status", "detail"),
    [
        ("git version 2.39.5 (Apple Git-154)", Status.OK, "git 2.39.5"),
        ("git version 2.31.0", Status.OK, "git 2.31.0"),
        ("git version 3.0.1.windows.2", Status.OK, "git 3.0.1."),
        ("git version 2.30.9", Status.FAILED, "'git version 2.30.9' is too old"),
        ("hub", Status.FAILED, "'hub' is too old"),
    ],
)
def test_git_must_be_new_enough(said: str, status: Status, detail: str) -> None:
    found = git_version(said)
    assert (found.status, found.detail) == (status, detail)


class Repository:
    """A repository in memory with its state store."""

    def __init__(self) -> None:
        self.server, self.clock = Server(), FakeClock()
        self.git = MemoryStore(self.server)
        self.ledger = Ledger(self.git, self.clock, StateRefs())

    def state(self, *, write: bool = False) -> Finding:
        return state_store(self.git, self.ledger, Settings(), self.clock, write=write)


def test_a_repository_that_answers_and_one_that_is_empty() -> None:
    world = Repository()
    assert repository(world.git).status is Status.WARNING
    world.server.refs["refs/heads/main"] = "0" * 40
    assert repository(world.git) == Finding(Status.OK, "a repository in memory answers; 1 branch")


def test_the_state_store_is_read_and_only_on_request_written() -> None:
    world = Repository()
    world.ledger.write([Entry("north")])
    before = dict(world.server.refs)
    assert world.state().detail == (
        "refs/fgd in a repository in memory: readable; `--write` tries whether it can be written; history of 1 fabric"
    )
    pushes = world.server.pushes
    assert "can be written" in world.state(write=True).detail
    assert world.server.pushes == pushes + 2
    assert world.server.refs == before, "nothing is left behind"


def test_a_token_that_may_only_read_is_found_out() -> None:
    world = Repository()
    world.server.read_only = "refs/"
    assert world.state().status is Status.OK
    with pytest.raises(FgdError) as caught:
        world.state(write=True)
    assert caught.value.code is code.GITHUB_AUTHENTICATION_FAILED


def test_what_an_interrupted_check_left_is_no_obstacle() -> None:
    world = Repository()
    world.server.refs["refs/fgd/health/probe"] = "1" * 40
    assert world.state(write=True).status is Status.OK
    assert "refs/fgd/health/probe" not in world.server.refs


def test_reports_that_wait_and_that_were_given_up_are_told() -> None:
    world = Repository()
    world.ledger.write([Entry("north", posts=[REPORT]), Entry("south", dead=[REPORT])])
    found = world.state()
    assert found.status is Status.WARNING
    assert found.detail.endswith("history of 2 fabrics; 1 report waiting to be delivered; 1 report given up")
    assert "fgd status" in found.remedy


class GitHub:
    def __init__(self, facts: RepositoryFacts, rate: RateLimit | None = None, protected: str = "") -> None:
        self._facts, self._rate, self._protected = facts, rate, protected

    def is_protected(self, branch: str) -> bool:
        return branch == self._protected

    def facts(self) -> RepositoryFacts:
        return self._facts

    def rate_limit(self) -> RateLimit | None:
        return self._rate


@pytest.mark.parametrize(
    ("client", "status", "words"),
    [
        (GitHub(RepositoryFacts("main", False)), Status.OK, "the token is valid; default branch main"),
        (GitHub(RepositoryFacts("main", False, True)), Status.OK, "; it may push"),
        (GitHub(RepositoryFacts("main", False, False)), Status.WARNING, "; it may not push"),
        (GitHub(RepositoryFacts("main", True)), Status.FAILED, "is archived"),
        (
            GitHub(RepositoryFacts("main", False), RateLimit(4900, 5000, "2026-03-01T09:00:00Z")),
            Status.OK,
            "; 4900 of 5000 requests left",
        ),
        (
            GitHub(RepositoryFacts("main", False), RateLimit(100, 5000, "2026-03-01T09:00:00Z")),
            Status.WARNING,
            "; 100 of 5000 requests left until 2026-03-01T09:00:00Z",
        ),
    ],
)
def test_what_github_says_of_the_token(client: GitHub, status: Status, words: str) -> None:
    found = github(client, GitHubSettings(rate_limit_buffer=100))
    assert found.status is status
    assert found.detail.endswith(words)
    assert found.remedy or status is Status.OK


def test_a_protected_branch_is_told_unless_changes_are_proposed() -> None:
    client = GitHub(RepositoryFacts("main", False), protected="main")
    found = github(client, GitHubSettings())
    assert (found.status, "the branch is protected" in found.detail) == (Status.WARNING, True)
    assert "commit_mode: pull-request" in found.remedy
    assert github(client, GitHubSettings(commit_mode="pull-request")).status is Status.OK


class NetBox:
    def __init__(self, plugins: Mapping[str, str], **allowed: set[str]) -> None:
        self._plugins, self._allowed = dict(plugins), allowed

    def status(self) -> JsonObject:
        return {"netbox-version": "4.4.1", "plugins": self._plugins}

    def allowed(self, path: str) -> frozenset[str]:
        return frozenset(self._allowed.get(path.rpartition("/")[2].replace("-", "_"), ()))


ALL = {
    "journal_entries": {"view", "add"},
    "fabrics": {"view", "change"},
    "clusters": {"view", "change"},
}
PLUGIN = {"netbox_hedgehog": "0.9"}


def test_netbox_with_and_without_the_plugin() -> None:
    assert netbox(NetBox(PLUGIN, **ALL), NetBoxSettings()) == Finding(Status.OK, "NetBox 4.4.1, Hedgehog plugin 0.9")
    assert netbox(NetBox({}, **ALL), NetBoxSettings()) == Finding(Status.OK, "NetBox 4.4.1, no Hedgehog plugin")
    with pytest.raises(FgdError) as caught:
        netbox(NetBox({}, **ALL), NetBoxSettings(target="plugin"))
    assert caught.value.code is code.NETBOX_PLUGIN_MISSING


def test_permissions_that_reports_need_are_named() -> None:
    found = netbox(NetBox(PLUGIN, journal_entries={"view"}), NetBoxSettings())
    assert found.status is Status.WARNING
    assert found.detail.endswith(
        "the token may not add extras/journal-entries, change plugins/hedgehog/fabrics, view plugins/hedgehog/fabrics"
    )
    core = netbox(NetBox(PLUGIN, journal_entries={"view", "add"}, clusters={"view"}), NetBoxSettings(target="core"))
    assert core.detail.endswith("the token may not change virtualization/clusters")
