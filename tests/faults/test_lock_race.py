"""Many processes at one lock in a real repository: one winner in each round, never two at work, nobody waits for ever."""

import multiprocessing
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import uuid4

import pytest

from fgd_sync.adapters.clock import SystemClock
from fgd_sync.adapters.local_store import LocalStore
from fgd_sync.adapters.remote_store import RemoteStore
from fgd_sync.flow.bookkeeping import Entry
from fgd_sync.flow.ledger import Ledger
from fgd_sync.flow.lock_store import LockStore
from fgd_sync.flow.locks import Locks
from fgd_sync.flow.state_refs import StateRefs
from fgd_sync.model.config import GitHubSettings
from fgd_sync.model.lock_note import Holder
from fgd_sync.model.operation import Operation
from fgd_sync.ports import GitStore

REFS = StateRefs("refs/fgd")
FORK = multiprocessing.get_context("fork")


class LongAgo(SystemClock):
    """A clock that stands."""

    def now(self) -> str:
        return "2026-01-01T00:00:00Z"


class Repository:
    """A bare repository, reached as a directory or as a remote."""

    def __init__(self, folder: Path, kind: str) -> None:
        self.folder, self.kind, self.bare = folder, kind, folder / "fabrics.git"
        subprocess.run(["git", "init", "-q", "--bare", str(self.bare)], check=True)

    def open(self) -> GitStore:
        if self.kind == "local":
            return LocalStore(self.bare)
        return RemoteStore(f"file://{self.bare}", self.folder / uuid4().hex, settings=GitHubSettings())

    def ledger(self, git: GitStore) -> Ledger:
        return Ledger(git, SystemClock(), REFS)

    def locks(self, git: GitStore) -> Locks:
        return Locks(LockStore(git, SystemClock(), REFS), self.ledger(git), lambda: str(uuid4()))

    def refs(self) -> list[str]:
        words = ["git", "for-each-ref", "--format=%(refname)"]
        return subprocess.run(words, cwd=self.bare, check=True, capture_output=True, text=True).stdout.split()


@pytest.fixture(params=["local", "remote"])
def repository(request: pytest.FixtureRequest, tmp_path: Path) -> Repository:
    return Repository(tmp_path, request.param)


def in_processes(count: int, work: Callable[[int], bool]) -> Sequence[int]:
    """Do the work in so many processes that begin at the same moment; their statuses: 0 for True, 1 for False."""
    start = FORK.Barrier(count)

    def one(number: int) -> None:
        start.wait()
        raise SystemExit(0 if work(number) else 1)

    processes = [FORK.Process(target=one, args=(number,)) for number in range(count)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(300)
    return [-1 if process.exitcode is None else process.exitcode for process in processes]


def extent(config: pytest.Config, *, short: tuple[int, int], long: tuple[int, int]) -> tuple[int, int]:
    """Processes and rounds."""
    return long if config.getoption("--campaign") == "long" else short


def test_one_of_many_wins_in_every_round(repository: Repository, pytestconfig: pytest.Config) -> None:
    processes, rounds = extent(pytestconfig, short=(8, 2), long=(100, 4))
    for round_ in range(rounds):
        fabric = f"fabric-{round_}"

        def take(number: int, fabric: str = fabric) -> bool:
            tenure = repository.locks(repository.open()).acquire({fabric: f"s{number}"}, Holder(f"run {number}"), 0)
            return fabric in tenure.fabrics

        assert sorted(in_processes(processes, take)) == [0] + [1] * (processes - 1)
        assert f"refs/fgd/lock/{fabric}" in repository.refs()


def test_one_of_many_takes_a_dead_lock_over(repository: Repository, pytestconfig: pytest.Config) -> None:
    processes, rounds = extent(pytestconfig, short=(6, 1), long=(50, 2))
    for round_ in range(rounds):
        fabric = f"fabric-{round_}"
        git = repository.open()
        died = LockStore(git, LongAgo(), REFS)
        Locks(died, repository.ledger(git), lambda: "dead").acquire({fabric: "dead"}, Holder("a dead run"), 0)

        def take(number: int, fabric: str = fabric) -> bool:
            tenure = repository.locks(repository.open()).acquire({fabric: f"s{number}"}, Holder(f"run {number}"), 0)
            return fabric in tenure.fabrics and not tenure.renew()

        assert sorted(in_processes(processes, take)) == [0] + [1] * (processes - 1)
        (lost,) = repository.ledger(repository.open()).book(fabric).operations()
        assert (lost.sync_id, lost.state) == ("dead", "failed")


def test_all_that_wait_get_their_turn_one_at_a_time_and_are_recorded(
    repository: Repository, tmp_path: Path, pytestconfig: pytest.Config
) -> None:
    processes, _ = extent(pytestconfig, short=(6, 1), long=(50, 1))
    shop = tmp_path / "at work"

    def work(number: int) -> bool:
        git = repository.open()
        tenure = repository.locks(git).acquire({"north": f"s{number}"}, Holder(f"run {number}"), 280)
        if "north" not in tenure.fabrics:
            return False
        shop.mkdir()
        shop.rmdir()
        notice = repository.ledger(git).record([Entry("north", Operation(f"s{number}", "north"))], tenure.release)
        return not notice

    assert set(in_processes(processes, work)) == {0}
    assert repository.refs() == ["refs/fgd/state/north"]
    operations = repository.ledger(repository.open()).book("north").operations()
    assert {item.sync_id for item in operations} == {f"s{number}" for number in range(processes)}


def test_writers_of_one_state_lose_nothing(repository: Repository, pytestconfig: pytest.Config) -> None:
    processes, rounds = extent(pytestconfig, short=(4, 3), long=(12, 5))

    def write(number: int) -> bool:
        ledger = repository.ledger(repository.open())
        entries = [Entry("north", Operation(f"s{number}-{round_}", "north")) for round_ in range(rounds)]
        return not any([ledger.record([entry]) for entry in entries])  # noqa: C419 - all are to be written

    assert set(in_processes(processes, write)) == {0}
    assert len(repository.ledger(repository.open()).book("north").operations()) == processes * rounds
