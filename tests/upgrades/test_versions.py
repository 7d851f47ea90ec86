"""What older versions wrote is read; what a newer one wrote is refused by name, and nothing is changed."""

import json
import shutil
from pathlib import Path

import pytest

from fgd_sync.adapters.workspace import LocalWorkspace
from fgd_sync.cli.crew import desk_crew
from fgd_sync.flow.lock_store import LockStore
from fgd_sync.flow.run import Request, plan_fabric
from fgd_sync.flow.state_refs import SIGNATURE, StateRefs
from fgd_sync.flow.sync import sync
from fgd_sync.flow.targets import Target
from fgd_sync.model.code import SYNC_ALREADY_IN_PROGRESS, WRITTEN_BY_NEWER_VERSION
from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import NewCommit, RefMove
from fgd_sync.model.lock_note import Holder, LockNote, Share, to_message
from fgd_sync.model.undelivered import Undelivered
from hand_clock import HandClock, ids
from memory_site import LOCK, SETTINGS, STATE, MemorySite, world_of
from memory_store import MemoryStore

VERSION_1 = Path(__file__).parent / "version_1"
MANIFEST, LOG, INDEX = ".hnp/manifest.yaml", ".hnp/archive-log.yaml", ".hnp/.journal/index"


def files_of(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def site() -> MemorySite:
    return MemorySite({f"north/{name}": data for name, data in files_of(VERSION_1 / "directory").items()})


def put(made: MemorySite, ref: str, message: str, files: dict[str, bytes]) -> None:
    store = MemoryStore(made.server)
    commit = store.commit(NewCommit(message, SIGNATURE, SIGNATURE, made.clock.now(), files))
    store.update([RefMove(ref, "", commit)])


class Receiver:
    """A neighbour that takes everything."""

    target = "netbox"

    def __init__(self) -> None:
        self.taken: list[str] = []

    def post(self, run: object) -> None:  # noqa: ARG002
        return None

    def deliver(self, run: object, item: Undelivered) -> None:  # noqa: ARG002
        self.taken.append(item.id)

    def failed(self, run: object, reason: str) -> None:  # noqa: ARG002
        raise AssertionError


def test_a_directory_of_version_1_is_as_it_should_be() -> None:
    made = site()
    tip = made.tip
    report = made.sync()
    assert report.plan is not None
    assert (report.plan.changes, made.tip) == ((), tip)


def test_a_state_of_version_1_is_read_and_carried_on() -> None:
    made, neighbour = site(), Receiver()
    made.new_id = ids("later")
    put(made, STATE, "fgd: state of fabric north\n", files_of(VERSION_1 / "state"))
    assert [item.sync_id for item in made.book().operations()] == ["sync-54", "sync-27", "sync-2"]
    assert len(made.book().events("sync-2")) == 21
    report = made.sync(receivers=[neighbour])
    assert (report.failure, neighbour.taken) == (None, ["report-sync-54"])
    assert [item.sync_id for item in made.book().operations()][1:] == ["sync-54", "sync-27", "sync-2"]


def test_what_a_sync_of_version_1_left_half_done_is_completed(tmp_path: Path) -> None:
    folder = tmp_path / "north"
    shutil.copytree(VERSION_1 / "interrupted", folder)
    assert LocalWorkspace().recover(folder)
    names = {name for name in files_of(folder) if name.startswith((".hnp", "managed/servers", "raw"))}
    assert names == {
        *(".hnp/.gitattributes", LOG, MANIFEST, "raw/a.yaml.archived", "raw/b.yaml.archived", "raw/c.yaml.archived"),
        *(f"managed/servers/s{number}.yaml" for number in (1, 2, 9)),
    }


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        (MANIFEST, "normal_form: 1", "normal_form: 7", "it has normal form 7, and this program knows 1"),
        (MANIFEST, 'version: "2"', 'version: "3.1"', "it has structure version 3, and this program knows 2"),
        (LOG, 'version: "2"', 'version: "3"', "it has version 3, and this program knows 2"),
    ],
)
def test_a_directory_of_a_newer_version_is_refused(tmp_path: Path, name: str, old: str, new: str, words: str) -> None:
    folder = tmp_path / "north"
    shutil.copytree(VERSION_1 / "directory", folder)
    (folder / name).write_text((folder / name).read_text().replace(old, new))
    (folder / "raw/new.yaml").write_text("{}\n")
    before = files_of(folder)
    world, target = world_of(SETTINGS, HandClock(), ids()), Target(folder, "north", "", None, None)
    with pytest.raises(FgdError) as caught:
        plan_fabric(world, target, Request(base=""))
    assert caught.value.code is WRITTEN_BY_NEWER_VERSION
    assert words in caught.value.message
    (report,) = sync(world, desk_crew(world), [target], Request(base=""))
    assert report.failure is not None
    assert report.failure.code is WRITTEN_BY_NEWER_VERSION
    assert files_of(folder) == before


def test_what_a_sync_of_a_newer_version_left_half_done_is_left_to_that(tmp_path: Path) -> None:
    folder = tmp_path / "north"
    shutil.copytree(VERSION_1 / "interrupted", folder)
    (folder / INDEX).write_bytes((folder / INDEX).read_bytes().replace(b"fgd-journal 1 ", b"fgd-journal 2 "))
    before = files_of(folder)
    for work in (
        lambda: LocalWorkspace().recover(folder),
        lambda: LocalWorkspace().read(folder, SETTINGS.ingestion),
    ):
        with pytest.raises(FgdError) as caught:
            work()
        assert caught.value.code is WRITTEN_BY_NEWER_VERSION
    assert files_of(folder) == before


def test_a_state_of_a_newer_version_is_refused_and_nothing_is_published() -> None:
    made = site()
    put(made, STATE, "fgd: state of fabric north\n", {"format": b"2\n", "operations.db": b"?"})
    made.push({"north/raw/new.yaml": (VERSION_1 / "interrupted/managed/servers/s3.yaml").read_bytes()})
    before = dict(made.server.refs)
    report = made.sync()
    assert report.failure is not None
    assert report.failure.code is WRITTEN_BY_NEWER_VERSION
    assert "layout 2" in report.failure.message
    assert made.server.refs == before


def test_a_lock_of_a_newer_version_is_respected_while_it_lives_and_taken_over_afterwards() -> None:
    made = site()
    holder = Holder("a newer run", "c")
    note = LockNote(holder, "n", made.clock.now(), made.clock.now(), "2026-03-01T08:02:00Z", {"north": Share("s")})
    head, _, text = to_message(note).partition("\n\n")
    record = json.loads(text)
    record["holder"]["machine"] = record["fabrics"]["north"]["region"] = record["priority"] = "unknown to us"
    put(made, LOCK, f"{head}\n\n{json.dumps(record)}\n", {})
    (lock,) = LockStore(MemoryStore(made.server), made.clock, StateRefs()).look().values()
    assert lock[1] == note
    report = made.sync()
    assert report.failure is not None
    assert report.failure.code is SYNC_ALREADY_IN_PROGRESS
    made.clock.seconds += 1000
    assert made.sync().failure is None
