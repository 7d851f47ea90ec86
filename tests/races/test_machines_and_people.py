"""Real processes in a real repository: syncs of several machines, people with their own clones, a killer, force."""

import random
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import pytest
from fabric_model import documents, judge
from people import SERVER, Person, Repository, git, run

from fgd_sync.adapters.clock import SystemClock
from fgd_sync.adapters.local_store import LocalStore
from fgd_sync.flow.ledger import Ledger
from fgd_sync.flow.lock_store import LockStore
from fgd_sync.flow.state_refs import StateRefs
from fgd_sync.model.git import RefMove
from fgd_sync.model.moment import later
from fgd_sync.model.sync import ENDS
from fgd_sync.render.commit_message import FABRIC, SYNC_ID, trailers_of

REFS, MAIN = StateRefs(), "refs/heads/main"
EXPECTED = {0, 1, 5, 6, -signal.SIGKILL}
"""Statuses with which a run may end here: all well, findings, lock busy, remote failed, killed."""


@dataclass(frozen=True)
class Scale:
    """How many take part, how often each acts, and for how many seconds a sync waits for the lock."""

    machines: int
    runs: int
    people: int
    pushes: int
    kills: int
    patience: int


SHORT, LONG = Scale(2, 2, 2, 3, 1, 5), Scale(6, 12, 4, 60, 15, 60)


@pytest.fixture
def scale(request: pytest.FixtureRequest) -> Scale:
    return LONG if request.config.getoption("--campaign") == "long" else SHORT


class Machines:
    """Runners that sync all fabrics of the branch again and again, and somebody who kills one now and then."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self.statuses: Counter[int] = Counter()
        self.told: list[str] = []
        self._at_work: list[subprocess.Popen[str]] = []

    def work(self, name: str, runs: int) -> None:
        clone = self._repository.clone(name)
        for _ in range(runs):
            process = run(clone, "sync", "--publish", "--branch", "main")
            self._at_work.append(process)
            told, _ = process.communicate(timeout=550)
            self._at_work.remove(process)
            self.statuses[process.returncode] += 1
            if process.returncode not in EXPECTED or "Traceback" in told:
                self.told.append(told)

    def kill_some(self, kills: int) -> None:
        for _ in range(kills):
            time.sleep(0.5 + random.random())
            for process in random.sample(self._at_work, min(1, len(self._at_work))):
                process.kill()


def together(*works: Callable[[], object]) -> None:
    """Do all at once; a failure of one is a failure."""
    failures: list[BaseException] = []

    def guarded(work: Callable[[], object]) -> None:
        try:
            work()
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=guarded, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures


def end_leases(git_dir: Path) -> None:
    """Let the leases of the killed have ended long ago."""
    store = LocalStore(git_dir)
    locks = LockStore(store, SystemClock(), REFS)
    for ref, (commit, note) in locks.look().items():
        store.update([RefMove(ref, commit, locks.write(replace(note, expires_at=later(note.expires_at, -1000))))])


def test_machines_and_people_at_one_branch(tmp_path: Path, scale: Scale) -> None:
    repository = Repository(tmp_path, ("east", "west"), scale.patience)
    repository.set_up()
    machines = Machines(repository)
    people = [Person(repository, f"person{number}", number) for number in range(scale.people)]
    vandal = Person(repository, "vandal", 99)

    def rage() -> None:
        for number in range(scale.kills * 2):
            time.sleep(0.7)
            (vandal.rewind if number % 2 else vandal.delete_branch)()

    together(
        *(lambda number=number: machines.work(f"machine{number}", scale.runs) for number in range(scale.machines)),
        *(lambda person=person: person.work(scale.pushes) for person in people),
        lambda: machines.kill_some(scale.kills),
        rage,
    )
    assert not machines.told, machines.told[0]
    end_leases(repository.bare)
    last = run(repository.clone("last"), "sync", "--publish", "--branch", "main")
    told = last.communicate(timeout=300)[0]
    assert last.returncode in (0, 1), told
    tip = git(repository.bare, "rev-parse", MAIN)
    run(repository.folder / "last", "sync", "--publish", "--branch", "main").communicate(timeout=300)
    assert git(repository.bare, "rev-parse", MAIN) == tip, "a second sync changed something"
    examine(repository)
    print(
        f"runs {sum(machines.statuses.values())}: {dict(machines.statuses)}; pushes of people {len(repository.pushed)}"
    )


def examine(repository: Repository) -> None:
    """All that is promised, seen in the repository alone."""
    store = LocalStore(repository.bare)
    past = git(repository.bare, "rev-list", "--first-parent", MAIN).split()
    assert set(repository.pushed) <= set(past), "a commit of a person is not in the history"
    assert not git(repository.bare, "rev-list", "--merges", MAIN)
    refs = store.refs("refs/")
    assert set(refs) == {MAIN, *(REFS.state(fabric) for fabric in repository.fabrics)}, (
        "a lock is left, or something else"
    )
    ours = []
    for commit, parent in pairwise(past):
        trailers = trailers_of(store.message(commit))
        if SYNC_ID in trailers:
            ours.append((trailers[FABRIC], trailers[SYNC_ID]))
            judge(files(store, parent, trailers[FABRIC]), files(store, commit, trailers[FABRIC]))
            assert all(
                files(store, parent, other) == files(store, commit, other)
                for other in repository.fabrics
                if other != trailers[FABRIC]
            ), "a commit changes its own fabric only"
    assert len(set(ours)) == len(ours), "a sync made two commits"
    for fabric in repository.fabrics:
        history = Ledger(store, SystemClock(), REFS).book(fabric).operations()
        assert len({item.sync_id for item in history}) == len(history)
        assert all(item.state in ENDS for item in history)
        assert {sync for name, sync in ours if name == fabric} <= {item.sync_id for item in history}
    git(repository.bare, "fsck", "--strict", "--no-dangling")
    print(f"commits {len(past)}, of them {len(ours)} by syncs")


def files(store: LocalStore, commit: str, fabric: str) -> dict[str, bytes]:
    entries = store.entries(commit, fabric)
    blobs = store.blobs([item.id for item in entries.values()])
    return {path.removeprefix(f"{fabric}/"): blobs[item.id] for path, item in entries.items()}


def test_syncs_and_a_person_in_one_directory(tmp_path: Path, scale: Scale) -> None:
    """Nobody waits for the others to be done: files come in and are edited while several syncs take turns."""
    folder = tmp_path / "north"
    (folder / "raw").mkdir(parents=True)
    (tmp_path / "fgd_config.yaml").write_text("fgd:\n  directory: {required_subdirs: [servers]}\n")
    for number in range(3):
        (folder / f"raw/edited{number}.yaml").write_text(SERVER.format(name=f"edited{number}", token="token-0"))
    run(tmp_path, "sync", "north").communicate(timeout=120)
    wanted: dict[str, str] = {}
    statuses: Counter[int] = Counter()

    def sync() -> None:
        for _ in range(scale.runs):
            process = run(tmp_path, "sync", "north")
            told = process.communicate(timeout=300)[0]
            statuses[process.returncode] += 1
            assert process.returncode in (0, 1, 5), told

    def person() -> None:
        for number in range(scale.pushes * 5):
            edit(folder, f"edited{number % 3}", f"token-{number}-edit", wanted)
            drop(folder, f"dropped{number}", f"token-{number}-drop", wanted)
            time.sleep(random.random() / 5)

    together(*[sync] * scale.machines, person)
    last = run(tmp_path, "sync", "north")
    assert last.communicate(timeout=300)
    found = {path.stem: documents(path.read_bytes())[0].token for path in (folder / "managed/servers").glob("*.yaml")}
    assert found == wanted
    assert not list((folder / ".hnp").glob(".journal*"))
    print(f"syncs {dict(statuses)}, files {len(found)}")


def edit(folder: Path, name: str, token: str, wanted: dict[str, str]) -> None:
    """As editors do: a new file in place of the old one."""
    draft = folder / f".{name}.draft"
    draft.write_text(SERVER.format(name=name, token=token))
    draft.rename(folder / f"managed/servers/{name}.yaml")
    wanted[name] = token


def drop(folder: Path, name: str, token: str, wanted: dict[str, str]) -> None:
    draft = folder / f".{name}.draft"
    draft.write_text(SERVER.format(name=name, token=token))
    draft.rename(folder / f"raw/{name}.yaml")
    wanted[name] = token
