"""A push of several refs that loses a race, in each of the ways in which a server says so, is told apart from a refusal."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from fgd_sync.adapters.remote_store import RemoteStore
from fgd_sync.model.code import BRANCH_PROTECTED, PUSH_REJECTED
from fgd_sync.model.config import GitHubSettings
from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import NewCommit, RefMove, Signature
from forge.forge import Forge
from forge.protection import Protection
from forge.repository import Repository
from forge.traffic import after

MAIN, LOCK = "refs/heads/main", "refs/fgd/lock/north"
SIGNATURE = Signature("Ann", "ann@example.org")


@pytest.fixture
def repository(forge: Forge) -> Repository:
    made = forge.repository()
    made.commit({"README.md": "x\n"})
    return made


def moves(forge: Forge, repository: Repository, tmp_path: Path) -> tuple[RemoteStore, list[RefMove]]:
    """A store, and a push of a commit together with a new lock."""
    store = RemoteStore(
        forge.clone_url(repository), tmp_path / "scratch", token=forge.token(), settings=GitHubSettings()
    )
    tip = repository.tip()
    store.fetch([tip])
    made = store.commit(NewCommit("ours", SIGNATURE, SIGNATURE, datetime.now(UTC).isoformat(), {"ours": b"o"}, tip))
    return store, [RefMove(MAIN, tip, made), RefMove(LOCK, "", made)]


def test_a_rival_within_the_push_on_the_branch(forge: Forge, repository: Repository, tmp_path: Path) -> None:
    store, wanted = moves(forge, repository, tmp_path)
    forge.git.arm(after(lambda: repository.commit({"rival": "r"})), "POST .*receive-pack")
    with pytest.raises(FgdError) as caught:
        store.update(wanted)
    assert caught.value.code is PUSH_REJECTED
    assert MAIN in caught.value.details["refs"]
    assert not repository.refs(LOCK)


def test_a_rival_within_the_push_on_the_lock(forge: Forge, repository: Repository, tmp_path: Path) -> None:
    store, wanted = moves(forge, repository, tmp_path)
    tip = repository.tip()
    forge.git.arm(after(lambda: repository.move(LOCK, tip)), "POST .*receive-pack")
    with pytest.raises(FgdError) as caught:
        store.update(wanted)
    assert caught.value.code is PUSH_REJECTED
    assert repository.tip() == tip


def test_a_ref_that_another_push_works_on_is_a_race_as_well(
    forge: Forge, repository: Repository, tmp_path: Path
) -> None:
    store, wanted = moves(forge, repository, tmp_path)
    held = repository.path / "refs" / "heads" / "main.lock"
    forge.git.arm(after(held.touch), "POST .*receive-pack")
    with pytest.raises(FgdError) as caught:
        store.update(wanted)
    assert caught.value.code is PUSH_REJECTED


def test_a_protected_branch_is_no_race(forge: Forge, repository: Repository, tmp_path: Path) -> None:
    repository.protect(Protection("main"))
    store, wanted = moves(forge, repository, tmp_path)
    with pytest.raises(FgdError) as caught:
        store.update(wanted)
    assert caught.value.code is BRANCH_PROTECTED
