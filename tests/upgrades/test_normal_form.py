"""A new version of the normal form rewrites managed files once, in a commit of its own, and says so before."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from fgd_sync.cli.crew import desk_crew
from fgd_sync.flow.mend import OUTDATED_FORM, repair
from fgd_sync.flow.run import Request, plan_fabric
from fgd_sync.flow.sync import sync
from fgd_sync.flow.targets import Target
from fgd_sync.model.code import HAND_EDIT_REPLACED, NORMAL_FORM_RAISED, WRITTEN_BY_NEWER_VERSION
from fgd_sync.model.git import RefMove
from fgd_sync.model.plan import Action, Plan
from fgd_sync.model.report import FabricReport
from fgd_sync.planning.normal_form import NORMAL_FORM, NormalForm
from hand_clock import HandClock, ids
from memory_site import MAIN, SETTINGS, MemorySite, bumped, world_of
from memory_store import MemoryStore

VERSION_1 = Path(__file__).parent / "version_1"
SERVER = "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata: {{name: {name}}}\nspec: {{description: {text}}}\n"


def reversed_metadata(body: dict[str, Any]) -> dict[str, Any]:
    """A rule that changes the bytes of every resource and the meaning of none."""
    return {**body, "metadata": dict(reversed(body["metadata"].items()))}


FORM_2 = bumped(NORMAL_FORM, reversed_metadata)
SERVERS = [f"north/managed/servers/s{number}.yaml" for number in (1, 2, 3)]


def directory() -> dict[str, bytes]:
    """The files of a fabric directory as version 1 of the normal form has them."""
    folder = VERSION_1 / "directory"
    return {
        f"north/{path.relative_to(folder).as_posix()}": path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture
def site() -> MemorySite:
    made = MemorySite(directory())
    assert made.sync().plan.changes == ()  # type: ignore[union-attr]
    return made


def test_the_rewriting_is_one_commit_and_the_users_changes_are_another(site: MemorySite) -> None:
    new = SERVER.format(name="s1", text="moved"), SERVER.format(name="s4", text="new")
    before = site.push({"north/raw/new.yaml": "---\n".join(new).encode()})
    report = site.sync(FORM_2)
    form, rest = site.commits(before)
    assert form.message.startswith("Bring managed files to normal form 2\n\nFabric north: 3 files written anew")
    assert set(form.files) == {*SERVERS, "north/.hnp/manifest.yaml", "north/.hnp/archive-log.yaml"}
    assert rest.message.startswith("Sync fabric north: 1 created, 1 updated")
    assert {path for path in rest.files if path.startswith("north/managed/")} == {
        "north/managed/servers/s1.yaml",
        "north/managed/servers/s4.yaml",
    }
    assert report.commit == site.tip
    assert b"normal_form: 2\n" in site.files()["north/.hnp/manifest.yaml"]


def test_the_rewriting_changes_no_resource(site: MemorySite) -> None:
    old = site.files()
    site.sync(FORM_2)
    new = site.files()
    for path in SERVERS:
        assert sorted(new[path].splitlines()) == sorted(old[path].splitlines())
        assert new[path] != old[path]


def test_a_second_sync_changes_nothing(site: MemorySite) -> None:
    site.sync(FORM_2)
    tip = site.tip
    assert site.sync(FORM_2).plan.changes == ()  # type: ignore[union-attr]
    assert site.tip == tip


def test_nobody_is_told_of_an_edit_by_hand_that_was_only_the_rewriting(site: MemorySite) -> None:
    site.sync(FORM_2)
    site.push({"north/raw/new.yaml": SERVER.format(name="s1", text="moved").encode()})
    assert HAND_EDIT_REPLACED not in {item.code for item in site.sync(FORM_2).diagnostics}


def test_an_edit_by_hand_before_the_rewriting_is_still_known_as_one(site: MemorySite) -> None:
    site.push({SERVERS[0]: site.files()[SERVERS[0]].replace(b"rack 1", b"rack 7")})
    site.sync(FORM_2)
    site.push({"north/raw/new.yaml": SERVER.format(name="s1", text="moved").encode()})
    assert HAND_EDIT_REPLACED in {item.code for item in site.sync(FORM_2).diagnostics}


class Overtaken(MemoryStore):
    """The store of a run that somebody else pushes before, once."""

    def __init__(self, site: MemorySite) -> None:
        super().__init__(site.server)
        self._site, self._rival = site, {"north/raw/rival.yaml": SERVER.format(name="s5", text="rival").encode()}

    def update(self, moves: Sequence[RefMove]) -> None:
        if self._rival and any(move.ref == MAIN for move in moves):
            self._site.push(self._rival, message="rival")
            self._rival = {}
        super().update(moves)


def test_a_run_that_lost_a_race_still_makes_two_commits(site: MemorySite) -> None:
    before = site.push({"north/raw/new.yaml": SERVER.format(name="s4", text="new").encode()})
    site.sync(FORM_2, store=Overtaken(site))
    subjects = [item.message.partition("\n")[0] for item in site.commits(before)]
    assert subjects == ["rival", "Bring managed files to normal form 2", "Sync fabric north: 2 created"]


def test_an_empty_fabric_is_only_marked(site: MemorySite) -> None:
    site = MemorySite({"north/.hnp/manifest.yaml": b"fabric_name: north\n"})
    site.sync()
    before = site.tip
    report = site.sync(FORM_2)
    assert [set(item.files) for item in site.commits(before)] == [{"north/.hnp/manifest.yaml"}]
    assert NORMAL_FORM_RAISED not in {item.code for item in report.diagnostics}


def test_an_older_program_refuses_the_fabric_and_leaves_it_alone(site: MemorySite) -> None:
    site.sync(FORM_2)
    site.push({"north/raw/new.yaml": SERVER.format(name="s4", text="new").encode()})
    tip = site.tip
    failure = site.sync().failure
    assert failure is not None
    assert failure.code is WRITTEN_BY_NEWER_VERSION
    assert "north/.hnp/manifest.yaml" not in failure.message
    assert "it has normal form 2, and this program knows 1" in failure.message
    assert site.tip == tip


class Desk:
    """The same fabric as a folder on a disk, and what the command does there with some normal form."""

    def __init__(self, folder: Path, form: NormalForm) -> None:
        self.folder = folder / "north"
        shutil.copytree(VERSION_1 / "directory", self.folder, dirs_exist_ok=True)
        self.world = world_of(SETTINGS, HandClock(), ids("desk"), form)
        self.target = Target(self.folder, "north", "", None, None)

    def plan(self) -> Plan:
        made = plan_fabric(self.world, self.target, Request(base="")).plan
        assert made is not None
        return made

    def sync(self) -> FabricReport:
        (report,) = sync(self.world, desk_crew(self.world), [self.target], Request(base=""))
        return report

    def read(self, name: str) -> str:
        return (self.folder / name).read_text()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path, FORM_2)


def test_a_plan_says_how_many_files_would_be_rewritten_for_that_reason_alone(desk: Desk) -> None:
    (notice,) = desk.plan().diagnostics
    assert notice.code is NORMAL_FORM_RAISED
    assert notice.message.startswith("3 managed files in normal form 1 are written anew in normal form 2")


def test_a_sync_at_a_desk_rewrites_them_once(desk: Desk) -> None:
    assert desk.sync().plan.count(Action.REWRITE) == 3  # type: ignore[union-attr]
    assert "normal_form: 2\n" in desk.read(".hnp/manifest.yaml")
    assert desk.plan().changes == ()


def test_at_a_desk_they_can_be_rewritten_and_committed_apart(desk: Desk) -> None:
    (desk.folder / "raw/new.yaml").write_text(SERVER.format(name="s1", text="moved"))
    mended = repair(desk.world, desk.target, [OUTDATED_FORM])
    assert mended.remaining == ()
    assert "rack 1" in desk.read("managed/servers/s1.yaml")
    assert "normal_form: 2\n" in desk.read(".hnp/manifest.yaml")
    after = desk.plan()
    assert (after.form, after.count(Action.REWRITE), after.count(Action.UPDATE)) == (None, 0, 1)


def test_a_manifest_that_needs_other_mending_too_is_written_once(desk: Desk) -> None:
    path = desk.folder / ".hnp/manifest.yaml"
    path.write_text(path.read_text().replace("archive_strategy: rename\n", ""))
    assert repair(desk.world, desk.target, []).remaining == ()
    assert desk.plan().changes == ()


def test_a_manifest_without_a_version_is_of_the_first(tmp_path: Path) -> None:
    desk = Desk(tmp_path, NORMAL_FORM)
    path = desk.folder / ".hnp/manifest.yaml"
    path.write_text(path.read_text().replace("normal_form: 1\n", ""))
    assert desk.plan().form is None
    assert Desk(tmp_path / "again", FORM_2).plan().form is not None
