"""A sync that publishes: from the tip of a branch on a real git server, back to it, with locks and history beside."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fgd_sync.adapters.clock import SystemClock
from fgd_sync.adapters.local_store import LocalStore
from fgd_sync.cli.common import make_world
from fgd_sync.cli.publishing import Audience, Publication, authorship_of, publish
from fgd_sync.flow.ledger import Ledger
from fgd_sync.flow.lock_store import LEASE_SECONDS, LockStore
from fgd_sync.flow.locks import Locks
from fgd_sync.flow.run import Request
from fgd_sync.model.code import BRANCH_PROTECTED, GITHUB_AUTHENTICATION_FAILED, LOCK_LOST, PLAN_TOO_DESTRUCTIVE
from fgd_sync.model.event import EVERY_FILE, Event, EventType
from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import Signature
from fgd_sync.model.plan import Action
from fgd_sync.model.report import FabricReport
from fgd_sync.model.sync import State
from fgd_sync.ports import EventSink
from fgd_sync.render.commit_message import trailers_of
from forge.accounts import READ_ONLY
from forge.forge import Forge
from forge.protection import Protection
from forge.repository import Repository
from publishing_site import REFS, vlans


@pytest.fixture
def repository(forge: Forge) -> Repository:
    made = forge.repository()
    made.commit({"north/raw/vlans.yaml": vlans(), "README.md": "fabrics\n"})
    return made


Sync = Callable[..., tuple[FabricReport, ...]]


class When:
    """A listener that does something once, when the first sync gets to a state."""

    name = "test"
    most_files = EVERY_FILE

    def __init__(self, state: State, deed: Callable[[], object]) -> None:
        self._state, self._deed = state, deed

    def deliver(self, event: Event) -> None:
        if event.type is EventType.STATE_CHANGED and event.payload["to"] == self._state:
            deed, self._deed = self._deed, lambda: None
            deed()


@pytest.fixture
def sync(forge: Forge, repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sync:
    monkeypatch.chdir(tmp_path)

    def run(paths: Sequence[str] = (), *sinks: EventSink, **more: Any) -> tuple[FabricReport, ...]:
        given = Publication(forge.clone_url(repository), "main", forge.token(), paths=paths)
        return publish(make_world(None), replace(given, **more), Request(), Audience(sinks))

    return run


def test_raw_files_on_the_branch_become_one_commit_on_its_tip(sync: Sync, repository: Repository) -> None:
    before = repository.tip()
    (report,) = sync(["north"])
    assert report.failure is None
    assert report.state == State.COMPLETED
    assert report.applied
    assert repository.tip() == report.commit
    assert repository.git("rev-parse", "main^").strip() == before
    assert "north/managed/vlannamespaces/default.yaml" in repository.paths()
    assert "north/raw/vlans.yaml.archived" in repository.paths()
    trailers = trailers_of(repository.message())
    assert trailers["FGD-Sync-Id"] == report.sync_id
    assert trailers["FGD-Fabric"] == "north"


def test_the_second_run_commits_nothing(sync: Sync, repository: Repository) -> None:
    sync(["north"])
    tip = repository.tip()
    (report,) = sync()
    assert (report.state, report.commit, repository.tip()) == (State.COMPLETED, "", tip)


def test_locks_are_given_back_and_the_history_tells_both_runs(sync: Sync, repository: Repository) -> None:
    sync(["north"])
    sync()
    assert not repository.refs("refs/fgd/lock")
    (state,) = repository.refs("refs/fgd/state").values()
    lines = repository.read("operations.jsonl", state).splitlines()
    assert len(lines) == 2


def test_a_push_by_somebody_else_is_not_lost_and_nothing_is_planned_twice(sync: Sync, repository: Repository) -> None:
    meanwhile = When(State.SYNCING, lambda: repository.commit({"README.md": "changed\n"}, message="by hand"))
    (report,) = sync(["north"], meanwhile)
    assert report.failure is None
    assert repository.read("README.md") == b"changed\n"
    subjects = repository.git("log", "--format=%s", "main").splitlines()
    assert subjects[0].startswith("Sync fabric north")
    assert subjects[1] == "by hand"
    assert len(repository.git("rev-list", "--merges", "main").split()) == 0


def test_what_somebody_adds_to_the_fabric_meanwhile_is_taken_in_too(sync: Sync, repository: Repository) -> None:
    late = {"north/raw/late.yaml": vlans(name="late", to=1999)}
    (report,) = sync(["north"], When(State.SYNCING, lambda: repository.commit(late)))
    assert report.failure is None
    assert "north/managed/vlannamespaces/late.yaml" in repository.paths()
    assert "north/managed/vlannamespaces/default.yaml" in repository.paths()


def test_a_source_that_is_deleted_meanwhile_is_not_taken_in(sync: Sync, repository: Repository) -> None:
    gone = {"north/raw/vlans.yaml": None}
    (report,) = sync(["north"], When(State.SYNCING, lambda: repository.commit(gone)))
    assert report.failure is None
    assert "north/managed/vlannamespaces/default.yaml" not in repository.paths()


def test_fabrics_get_a_commit_each_in_one_push(sync: Sync, forge: Forge, repository: Repository) -> None:
    repository.commit({"south/raw/vlans.yaml": vlans()})
    sync(["north", "south"])
    before = repository.tip()
    repository.commit({
        "north/raw/more.yaml": vlans(name="more", to=1999),
        "south/raw/more.yaml": vlans(name="more", to=1999),
    })  # fmt: skip
    writes, start = len(forge.git.writes), time.monotonic()
    reports = sync()
    renewals = int((time.monotonic() - start) / (LEASE_SECONDS / 3))
    assert [report.failure for report in reports] == [None, None]
    subjects = repository.git("log", "--format=%s", f"{before}..main").splitlines()
    assert [subject.partition(":")[0] for subject in subjects[:2]] == ["Sync fabric south", "Sync fabric north"]
    pushes = len(forge.git.writes) - writes
    assert 3 <= pushes <= 3 + renewals, "locks taken, commits published, history written with locks given back"


def test_a_protected_branch_is_said_to_be_one_and_nothing_stays(sync: Sync, repository: Repository) -> None:
    repository.protect(Protection("main"))
    before = repository.tip()
    (report,) = sync(["north"])
    assert report.failure is not None
    assert report.failure.code is BRANCH_PROTECTED
    assert repository.tip() == before
    assert not repository.refs("refs/fgd/lock")


def test_a_token_that_can_only_read_is_refused_with_the_permission_it_lacks(
    sync: Sync, forge: Forge, repository: Repository
) -> None:
    before = repository.refs()
    (report,) = sync(["north"], token=forge.token(READ_ONLY))
    assert report.failure is not None
    assert report.failure.code is GITHUB_AUTHENTICATION_FAILED
    assert "contents: write" in report.failure.remedy
    assert repository.refs() == before


def test_a_lock_that_was_taken_away_keeps_the_run_from_publishing(sync: Sync, repository: Repository) -> None:
    def unlock() -> None:
        for ref in repository.refs("refs/fgd/lock"):
            repository.drop(ref)

    before = repository.tip()
    (report,) = sync(["north"], When(State.SYNCING, unlock))
    assert report.failure is not None
    assert report.failure.code is LOCK_LOST
    assert repository.tip() == before


def test_a_fabric_that_is_cancelled_in_the_middle_of_a_run_keeps_no_other_from_landing(
    sync: Sync, repository: Repository
) -> None:
    more = {f"{name}/raw/vlans.yaml": vlans() for name in ("east", "south")}
    repository.commit(more)

    def cancel() -> None:
        git = LocalStore(repository.path)
        locks = LockStore(git, SystemClock(), REFS)
        Locks(locks, Ledger(git, SystemClock(), REFS), lambda: "").cancel("north", "Ann", "wrong branch")

    reports = sync(["east", "north", "south"], When(State.SYNCING, cancel))
    assert [report.state for report in reports] == [State.COMPLETED, State.CANCELLED, State.COMPLETED]
    managed = [path for path in repository.paths() if path.endswith("/managed/vlannamespaces/default.yaml")]
    assert [path.partition("/")[0] for path in managed] == ["east", "south"]
    assert not repository.refs("refs/fgd/lock")


def test_a_deletion_by_a_person_counts_from_the_last_sync_on(sync: Sync, repository: Repository) -> None:
    more = {f"north/raw/{number}.yaml": vlans(name=f"n{number}", to=1999) for number in range(3)}
    repository.commit(more)
    sync(["north"])
    managed = [path for path in repository.paths() if path.startswith("north/managed/vlannamespaces/n")]
    repository.commit(dict.fromkeys(managed))
    repository.commit({"README.md": "something else\n"})
    (report,) = sync()
    assert report.plan is not None
    assert report.plan.count(Action.DELETE) == 3


def test_a_fabric_that_was_emptied_is_left_alone(sync: Sync, repository: Repository) -> None:
    sync(["north"])
    repository.commit({"north/managed/vlannamespaces/default.yaml": None})
    (report,) = sync()
    assert report.failure is not None
    assert report.failure.code is PLAN_TOO_DESTRUCTIVE


def test_no_fabric_on_the_branch_is_an_error_with_what_to_do(sync: Sync) -> None:
    with pytest.raises(FgdError, match="no fabric directory on the branch main"):
        sync()


def test_a_branch_that_is_gone_is_named(sync: Sync) -> None:
    with pytest.raises(FgdError, match="has no branch gone"):
        sync(["north"], branch="gone")


def test_a_commit_names_its_author_and_who_it_is_for(sync: Sync, repository: Repository) -> None:
    ann, bob = "Ann <ann@example.org>", "bob <7+bob@users.noreply.github.com>"
    sync(["north"], authorship=authorship_of("{fabric}: {changes}", Signature.of(ann), bob))
    assert repository.git("log", "-1", "--format=%an <%ae>").strip() == ann
    assert trailers_of(repository.message())["Co-authored-by"] == bob
    assert repository.message().startswith("north: 1 created\n\ncreate VLANNamespace default\n\n")
