"""Locks and history on real git: a directory, a remote, a server over HTTP; and the same on the repository in memory."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from fgd_sync.adapters.local_store import LocalStore
from fgd_sync.adapters.remote_store import RemoteStore
from fgd_sync.flow.bookkeeping import Entry
from fgd_sync.flow.ledger import Ledger
from fgd_sync.flow.lock_store import LockStore
from fgd_sync.flow.locks import Locks
from fgd_sync.flow.state_refs import SIGNATURE, StateRefs
from fgd_sync.flow.tenure import Tenure
from fgd_sync.model.code import GITHUB_AUTHENTICATION_FAILED, LOCK_LOST, PUSH_REJECTED, SYNC_CANCELLED
from fgd_sync.model.config import GitHubSettings
from fgd_sync.model.event import Event, EventType
from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import NewCommit, RefMove
from fgd_sync.model.lock_note import Holder
from fgd_sync.model.operation import Operation
from fgd_sync.model.undelivered import Undelivered
from fgd_sync.ports import GitStore
from forge.accounts import READ_ONLY
from forge.forge import Forge
from hand_clock import HandClock, ids
from memory_store import MemoryStore, Server

MAIN = "refs/heads/main"
SETTINGS = GitHubSettings(connection_timeout=10, read_timeout=10)
Open = Callable[[], GitStore]


class World:
    """A repository, and programs that each open it for themselves."""

    def __init__(self, open_store: Open, prefix: str = "refs/fgd") -> None:
        self.open, self.refs, self.clock, self.new_id = open_store, StateRefs(prefix), HandClock(), ids("nonce")

    def ledger(self) -> Ledger:
        return Ledger(self.open(), self.clock, self.refs)

    def locks(self) -> Locks:
        git = self.open()
        return Locks(LockStore(git, self.clock, self.refs), Ledger(git, self.clock, self.refs), self.new_id)

    def acquire(self, *fabrics: str, owner: str = "run 1") -> Tenure:
        return self.locks().acquire({name: f"sync-{name}" for name in fabrics}, Holder(owner), 0)

    def there(self, prefix: str = "refs/") -> set[str]:
        return set(self.open().refs(prefix))

    def publish(self, tenure: Tenure, *fabrics: str) -> str:
        """Bring a commit to main, with the locks in the same push."""
        git = tenure.store.git
        old = git.refs(MAIN).get(MAIN, "")
        new = git.commit(NewCommit(f"after {old}", SIGNATURE, SIGNATURE, self.clock.now(), {"f": b"1"}))
        with tenure.publishing(dict.fromkeys(fabrics, new)) as moves:
            git.update([RefMove(MAIN, old, new), *moves])
        return new


def bare(folder: Path) -> Path:
    subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(folder)], check=True)
    return folder


@pytest.fixture(params=["memory", "local", "remote", "http", "branches"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    def scratch() -> Path:
        return tmp_path / uuid4().hex

    if request.param == "memory":
        server = Server()
        return World(lambda: MemoryStore(server))
    if request.param == "http":
        forge: Forge = request.getfixturevalue("forge")
        url, token = forge.clone_url(forge.repository()), forge.token()
        return World(lambda: RemoteStore(url, scratch(), token=token, settings=SETTINGS))
    repository = bare(tmp_path / "fabrics.git")
    if request.param == "local":
        return World(lambda: LocalStore(repository))
    prefix = "refs/heads/fgd" if request.param == "branches" else "refs/fgd"
    return World(lambda: RemoteStore(f"file://{repository}", scratch(), settings=SETTINGS), prefix)


def test_a_sync_from_lock_to_history(world: World) -> None:
    tenure = world.acquire("north", "Süd/Ost")
    assert world.there() == {world.refs.lock("north"), world.refs.lock("Süd/Ost")}
    assert "north" in world.acquire("north", owner="run 2").refused
    tenure.note("north", "syncing", "syncing")
    assert not tenure.renew()
    world.publish(tenure, "north", "Süd/Ost")
    event = Event("e1", EventType.STATE_CHANGED, world.clock.now(), "north", None, "c", {"a": "ä"}, {"source": "t"})
    entries = [
        Entry("north", Operation("s1", "north"), [event], [Undelivered("r1", "netbox", world.clock.now(), {})]),
        Entry("Süd/Ost", Operation("s2", "Süd/Ost")),
    ]
    assert world.ledger().record(entries, tenure.release) == ""
    assert world.there() == {MAIN, world.refs.state("north"), world.refs.state("Süd/Ost")}
    books = world.ledger().books(["north", "Süd/Ost"])
    assert [item.sync_id for item in books["north"].operations()] == ["s1"]
    assert books["north"].events("s1") == [event]
    assert books["north"].depth() == {"netbox": 1}
    assert [item.sync_id for item in books["Süd/Ost"].operations()] == ["s2"]
    assert len(world.ledger().all_books()) == 2


def test_a_dead_run_is_taken_over_and_can_do_no_harm(world: World) -> None:
    dead = world.acquire("north")
    landed = world.publish(dead, "north")
    world.clock.seconds += 200
    alive = world.acquire("north", owner="run 2")
    assert alive.fabrics == ("north",)
    with pytest.raises(FgdError) as caught:
        world.publish(dead, "north")
    assert caught.value.code is PUSH_REJECTED
    assert world.open().refs(MAIN) == {MAIN: landed}
    assert dead.check()["north"].code is LOCK_LOST
    (operation,) = world.ledger().book("north").operations()
    assert f"its commit {landed} is on the branch" in operation.note
    assert world.ledger().record([Entry("north", Operation("s9", "north"))], alive.release) == ""
    assert world.there() == {MAIN, world.refs.state("north")}


def test_cancel_and_unlock(world: World) -> None:
    tenure = world.acquire("north", "south")
    world.locks().cancel("north", "alice", "")
    with pytest.raises(FgdError):
        world.publish(tenure, "north", "south")
    assert tenure.check()["north"].code is SYNC_CANCELLED
    world.publish(tenure, "south")
    world.locks().unlock("south", "alice", "enough")
    assert tenure.renew()["south"].code is LOCK_LOST
    world.locks().give_back(tenure)
    assert world.there() == {MAIN, world.refs.state("south")}


def test_two_writers_in_turn_see_what_the_other_wrote(world: World) -> None:
    one, other = world.ledger(), world.ledger()
    for number in range(3):
        assert one.record([Entry("north", Operation(f"a{number}", "north"))]) == ""
        assert other.record([Entry("north", Operation(f"b{number}", "north"))]) == ""
    assert [item.sync_id for item in one.book("north").operations()] == ["b2", "a2", "b1", "a1", "b0", "a0"]


def test_a_token_that_may_only_read_costs_a_notice_and_reads_on(forge: Forge, tmp_path: Path) -> None:
    url = forge.clone_url(forge.repository())
    writer = RemoteStore(url, tmp_path / "writer", token=forge.token(), settings=SETTINGS)
    reader = RemoteStore(url, tmp_path / "reader", token=forge.token(READ_ONLY), settings=SETTINGS)
    assert World(lambda: writer).ledger().record([Entry("north", Operation("s1", "north"))]) == ""
    limited = World(lambda: reader)
    notice = limited.ledger().record([Entry("north", Operation("s2", "north"))])
    assert notice.startswith("the history of this sync was not recorded:")
    assert "write" in notice
    assert [item.sync_id for item in limited.ledger().book("north").operations()] == ["s1"]
    with pytest.raises(FgdError) as caught:
        limited.acquire("north")
    assert caught.value.code is GITHUB_AUTHENTICATION_FAILED


def test_a_server_that_refuses_the_namespace_costs_a_notice_that_says_what_to_set(forge: Forge, tmp_path: Path) -> None:
    repository = forge.repository()
    repository.git("config", "receive.hideRefs", "refs/fgd")
    store = RemoteStore(forge.clone_url(repository), tmp_path / "git", token=forge.token(), settings=SETTINGS)
    notice = World(lambda: store).ledger().record([Entry("north", Operation("s1", "north"))])
    assert "Set `sync.state_refs: refs/heads/fgd`" in notice
    branches = World(lambda: store, "refs/heads/fgd")
    assert branches.ledger().record([Entry("north", Operation("s1", "north"))]) == ""
    assert branches.acquire("north").fabrics == ("north",)


def test_a_server_that_is_away_costs_a_notice(tmp_path: Path) -> None:
    store = RemoteStore("http://127.0.0.1:9/acme/fabrics", tmp_path / "git", settings=SETTINGS)
    assert World(lambda: store).ledger().record([Entry("north", Operation("s1", "north"))])
