"""Several actors on one repository, in any order: syncs of both kinds, people, crashes, cancels, outages.

After each step the promises of the design are checked against a model that knows nothing of the program.
"""

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from actors import Killed, Neighbour, TroubledStore, cut_off, kill
from fabric_model import Files, expected, judge
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from fgd_sync.cli.crew import desk_crew
from fgd_sync.flow.ledger import Ledger
from fgd_sync.flow.lock_store import LockStore
from fgd_sync.flow.locks import Locks
from fgd_sync.flow.run import Request
from fgd_sync.flow.state_refs import StateRefs
from fgd_sync.flow.sync import sync
from fgd_sync.flow.targets import Target
from fgd_sync.model.code import GITHUB_CONNECTION_FAILED, GITHUB_NOT_FOUND, PLAN_TOO_DESTRUCTIVE, PUSH_REJECTED
from fgd_sync.model.config import Limits
from fgd_sync.model.failure import FgdError
from fgd_sync.model.lock_note import from_message
from fgd_sync.model.report import FabricReport
from fgd_sync.model.sync import ENDS
from hand_clock import ids
from memory_site import LOCK, MAIN, SETTINGS, STATE, MemorySite, world_of
from memory_store import MemoryStore

SERVER = (
    "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: {name}\nspec:\n  {field}: {token}\n"
)
FOLDER = "north/"
NAMES = st.sampled_from(["s1", "s2", "s3", "s4"])
SOURCES = st.sampled_from(["raw/a.yaml", "raw/b.yaml", "raw/deep/c.yaml"])
SHAPES = st.lists(
    st.tuples(NAMES, st.sampled_from(["valid", "valid", "valid", "invalid", "broken", "comment"])),
    min_size=1,
    max_size=3,
)
MOMENTS = st.integers(1, 40)
ARCHIVES = st.sampled_from(["rename", "remove", "keep"])
ALL_MAY_GO = Limits(max_deletes=1000, max_delete_percent=100)


SEEN: Counter[str] = Counter()
"""What happened in all examples, for the figures."""


class Actors(RuleBasedStateMachine):
    """One repository, and all who work on it."""

    def __init__(self) -> None:
        super().__init__()
        self.site = MemorySite({f"{FOLDER}.hnp/manifest.yaml": b"fabric_name: north\n", "README.md": b"x\n"})
        self.settings, self.neighbour = SETTINGS, Neighbour()
        self.person_commits: list[str] = [self.site.tip]
        self.reports: list[FabricReport] = []
        self.unheard: set[str] = set()
        """Syncs of which nobody can be told any more: the neighbour was away, and then the repository."""
        self.count = 0
        self.disk = Path(tempfile.mkdtemp(dir="/dev/shm" if Path("/dev/shm").is_dir() else None))

    def teardown(self) -> None:
        try:
            self.everybody_goes_home()
        finally:
            shutil.rmtree(self.disk)

    # What people do

    def text(self, name: str, kind: str = "valid") -> str:
        self.count += 1
        token = f"token-{self.count}"
        if kind == "broken":
            return f"{{ a: {token}\n"
        if kind == "comment":
            return f"# {token}\n" + SERVER.format(name=name, field="description", token=f"token-{self.count}b")
        return SERVER.format(name=name, field="description" if kind == "valid" else "descriptionn", token=token)

    @property
    def fabric(self) -> Files:
        return below(self.site.files())

    def push(self, files: dict[str, bytes | None]) -> None:
        SEEN["pushes of people"] += 1
        self.person_commits.append(self.site.push({FOLDER + path: data for path, data in files.items()}))

    @rule(path=SOURCES, shapes=SHAPES)
    def drop_a_file(self, path: str, shapes: list[tuple[str, str]]) -> None:
        self.push({path: "---\n".join(self.text(name, kind) for name, kind in shapes).encode()})

    @rule(name=NAMES, kind=st.sampled_from(["valid", "valid", "invalid"]))
    def edit_a_managed_file(self, name: str, kind: str) -> None:
        self.push({f"managed/servers/{name}.yaml": self.text(name, kind).encode()})

    @rule(data=st.data())
    def delete_a_file(self, data: st.DataObject) -> None:
        paths = self.files_of_people()
        if paths:
            self.push({data.draw(st.sampled_from(paths)): None})

    @rule(
        data=st.data(),
        place=st.sampled_from(["raw/moved.yaml", "managed/servers/odd.yaml", "managed/servers/s1.yaml"]),
    )
    def rename_a_file(self, data: st.DataObject, place: str) -> None:
        paths = [path for path in self.files_of_people() if path != place]
        if paths:
            source = data.draw(st.sampled_from(paths))
            self.push({place: self.fabric[source], source: None})

    @rule()
    def push_elsewhere(self) -> None:
        self.count += 1
        self.person_commits.append(self.site.push({"README.md": f"{self.count}\n".encode()}))

    @rule(back=st.integers(1, 3))
    def force_push(self, back: int) -> None:
        """A person throws away the last commits of the branch."""
        commit = self.site.tip
        for _ in range(back):
            commit = self.site.server.commits[commit][0].parent or commit
        self.site.server.refs[MAIN] = commit
        kept = self.ancestors()
        self.person_commits = [item for item in self.person_commits if item in kept]

    @rule(archive=ARCHIVES)
    def configure(self, archive: str) -> None:
        self.settings = replace(SETTINGS, ingestion=replace(SETTINGS.ingestion, archive=archive))

    def files_of_people(self) -> list[str]:
        return sorted(path for path in self.fabric if path.endswith(".yaml") and not path.startswith(".hnp/"))

    # What syncs do

    @rule()
    def publish(self) -> None:
        self.run(MemoryStore(self.site.server))

    @rule(at=MOMENTS, after=st.booleans())
    def publish_and_die(self, at: int, after: bool) -> None:
        self.run(TroubledStore(self.site.server, at, kill, after=after))

    @rule(at=MOMENTS, after=st.booleans())
    def publish_while_the_connection_is_cut(self, at: int, after: bool) -> None:
        self.run(TroubledStore(self.site.server, at, cut_off, after=after))

    @rule(at=MOMENTS, path=SOURCES, name=NAMES)
    def publish_while_a_person_pushes(self, at: int, path: str, name: str) -> None:
        self.run(self.troubled(at, lambda: self.push({path: self.text(name).encode()})))

    @rule(at=MOMENTS, name=NAMES)
    def publish_while_a_person_edits_what_is_replaced(self, at: int, name: str) -> None:
        self.push({"raw/a.yaml": self.text(name).encode()})
        self.run(self.troubled(at, lambda: self.edit_a_managed_file(name, "valid")))

    @rule(at=MOMENTS, name=NAMES)
    def publish_while_a_person_deletes_what_is_taken_in(self, at: int, name: str) -> None:
        self.push({"raw/b.yaml": self.text(name).encode()})
        self.run(self.troubled(at, lambda: self.push({"raw/b.yaml": None})))

    @rule(at=MOMENTS, name=NAMES)
    def publish_while_a_person_renames_what_is_taken_in(self, at: int, name: str) -> None:
        data = self.text(name).encode()
        self.push({"raw/b.yaml": data})
        self.run(self.troubled(at, lambda: self.push({"raw/b.yaml": None, "raw/renamed.yaml": data})))

    @rule(at=MOMENTS)
    def publish_while_a_person_pushes_with_force(self, at: int) -> None:
        self.run(self.troubled(at, lambda: self.force_push(2)))

    @rule(at=MOMENTS)
    def publish_while_the_branch_is_deleted(self, at: int) -> None:
        tip: list[str] = []

        def delete() -> None:
            tip.append(self.site.server.refs.pop(MAIN))

        self.run(self.troubled(at, delete))
        if tip:
            self.site.server.refs.setdefault(MAIN, tip[0])

    @rule(at=MOMENTS, late=st.booleans())
    def publish_against_a_rival(self, at: int, late: bool) -> None:
        """Another run comes along; `late`: the first one sleeps so long that its lease is over."""

        def rival() -> None:
            self.site.clock.seconds += 1000 * late
            self.run(MemoryStore(self.site.server), nested=True)

        self.run(self.troubled(at, rival))

    @rule(at=MOMENTS)
    def publish_and_be_cancelled(self, at: int) -> None:
        self.run(self.troubled(at, lambda: self.ask(lambda locks: locks.cancel("north", by="Ann", reason="test"))))

    @rule(at=MOMENTS)
    def publish_and_be_unlocked(self, at: int) -> None:
        self.run(self.troubled(at, lambda: self.ask(lambda locks: locks.unlock("north", by="Ann", reason="test"))))

    @rule()
    def sync_at_a_desk(self) -> None:
        """A person syncs a clone and pushes what came of it."""
        before = self.fabric
        folder = self.disk / "clone" / "north"
        shutil.rmtree(folder.parent, ignore_errors=True)
        for path, data in before.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
        world = world_of(self.settings, self.site.clock, self.site.new_id)
        (report,) = sync(world, desk_crew(world), [Target(folder, "north", "", None, None)], Request(base=""))
        assert report.failure is None, report.failure
        after = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        judge(before, after)
        changed: dict[str, bytes | None] = {path: data for path, data in after.items() if before.get(path) != data}
        changed.update(dict.fromkeys(before.keys() - after.keys()))
        if changed:
            self.push(changed)

    @rule()
    def wait(self) -> None:
        self.site.clock.seconds += 1000

    @rule()
    def neighbour_goes_or_comes(self) -> None:
        self.neighbour.down = not self.neighbour.down

    def troubled(self, at: int, trouble: Callable[[], object]) -> TroubledStore:
        return TroubledStore(self.site.server, at, trouble, after=False)

    def ask(self, what: Callable[[Locks], object]) -> None:
        git, refs = MemoryStore(self.site.server), StateRefs()
        ledger = Ledger(git, self.site.clock, refs)
        try:
            what(Locks(LockStore(git, self.site.clock, refs), ledger, ids("by-hand")))
        except FgdError:
            return  # Nobody holds the lock at that moment.

    def run(self, store: MemoryStore, *, nested: bool = False) -> None:
        """One run: whatever becomes of it, what it published is judged by what it was published on."""
        known = set(self.site.server.commits)
        SEEN["syncs"] += 1
        try:
            report = self.site.sync(store=store, receivers=[self.neighbour], settings=self.settings)
        except Killed:
            SEEN["killed"] += 1
        except FgdError as failure:
            if failure.code not in (GITHUB_CONNECTION_FAILED, GITHUB_NOT_FOUND, PUSH_REJECTED):
                raise
        else:
            self.reports.append(report)
            if is_cut_off(report) and self.neighbour.down:
                self.unheard.add(report.sync_id)
            if not nested and report.failure is None:
                self.judge_report(report)
        self.judge_commits(known)

    def judge_report(self, report: FabricReport) -> None:
        assert report.plan is not None
        if not report.commit:
            assert report.plan.changes == (), "a run that changes something makes a commit"

    def judge_commits(self, known: set[str]) -> None:
        """Every commit of ours on the branch is what a sync makes of its parent."""
        at = self.site.tip
        while at and at not in known:
            commit = self.site.server.commits[at][0]
            if "FGD-Sync-Id: " in commit.message:
                judge(below(self.site.files(commit.parent)), below(self.site.files(at)))
            at = commit.parent

    def ancestors(self) -> set[str]:
        found, at = set(), self.site.tip
        while at:
            found.add(at)
            at = self.site.server.commits[at][0].parent
        return found

    # What is always true

    @invariant()
    def nothing_of_a_person_is_lost(self) -> None:
        missing = set(self.person_commits) - self.ancestors()
        assert not missing, "a commit of a person is not in the history of the branch"

    @invariant()
    def all_refs_are_in_order(self) -> None:
        assert set(self.site.server.refs) <= {MAIN, LOCK, STATE}
        for commit in self.site.server.refs.values():
            assert commit in self.site.server.commits

    @invariant()
    def the_history_has_each_sync_once(self) -> None:
        past = self.site.book().operations()
        assert len({item.sync_id for item in past}) == len(past)
        assert all(item.state in ENDS for item in past)

    def everybody_goes_home(self) -> None:
        """The last leases end, all neighbours are up: one sync puts everything right, another one changes nothing."""
        SEEN["repositories"] += 1
        self.neighbour.down = False
        self.site.clock.seconds += 1000
        before = self.fabric
        last = self.site.sync(receivers=[self.neighbour], settings=self.settings)
        if last.failure and last.failure.code is PLAN_TOO_DESTRUCTIVE:
            wanted = expected(before)
            assert wanted.managed.keys() <= wanted.brought, "people left something of what was managed"
            SEEN["emptied"] += 1
            self.settings = replace(self.settings, ingestion=replace(self.settings.ingestion, limits=ALL_MAY_GO))
            last = self.site.sync(receivers=[self.neighbour], settings=self.settings)
        assert last.failure is None, last.failure
        judge(before, self.fabric)
        tip, again = self.site.tip, self.site.sync(receivers=[self.neighbour], settings=self.settings)
        assert (again.failure, again.commit, self.site.tip) == (None, "", tip), "a second sync changed something"
        assert LOCK not in self.site.server.refs
        book = self.site.book()
        assert book.outbox() == []
        assert self.holders() <= {item.sync_id for item in book.operations()}, "a sync that had the lock has no history"
        recorded = {item.sync_id for item in self.reports if not is_cut_off(item) and not is_out_of_reach(item)}
        assert recorded <= {item.sync_id for item in book.operations()}
        told = {item.sync_id for item in self.reports if item.failure is None} - self.unheard
        assert told <= set(self.neighbour.taken)

    def holders(self) -> set[str]:
        """All syncs that ever had the lock, also if they were killed right after."""
        notes = (
            self.site.server.commits[move.new][0].message
            for move in self.site.server.moves
            if move.ref == LOCK and move.new
        )
        return {share.sync_id for note in notes for share in from_message(note).fabrics.values()}


def is_cut_off(report: FabricReport) -> bool:
    """Whether a run lost its connection when it was to write its history, and with it what a neighbour was to be told."""
    return any("was not recorded" in note for note in report.notes)


def is_out_of_reach(report: FabricReport) -> bool:
    """Whether a run did not get far enough to have anything to record, or lost its connection on the way."""
    return report.failure is not None and report.failure.code is GITHUB_CONNECTION_FAILED


def below(files: Files) -> dict[str, bytes]:
    """The files of the fabric, by their path in it."""
    return {path.removeprefix(FOLDER): data for path, data in files.items() if path.startswith(FOLDER)}


def test_several_actors_on_one_repository(request: pytest.FixtureRequest) -> None:
    long = request.config.getoption("--campaign") == "long"
    run_state_machine_as_test(
        Actors,
        settings=settings(
            max_examples=200 if long else 8,
            stateful_step_count=40 if long else 12,
            deadline=None,
            derandomize=not long,
            phases=(Phase.generate, Phase.shrink) if long else (Phase.generate,),
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
    print(dict(SEEN))
