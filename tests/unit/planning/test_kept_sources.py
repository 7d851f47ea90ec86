"""A source that was taken in and left in place is not taken in once more; one that was put back is."""

from dataclasses import replace

import pytest

from fgd_sync.adapters.packaged import load
from fgd_sync.model.plan import Fate, Plan
from fgd_sync.model.tree import Tree
from fgd_sync.planning.archive_log import Stamp, seal
from fgd_sync.planning.options import Options
from fgd_sync.planning.place import ARCHIVE_LOG
from fgd_sync.planning.plan import plan
from fgd_sync.rules.registry import Context
from fgd_sync.schema.catalogue import Catalogue

OPTIONS = Options("north", Catalogue(load), Context())
SERVER = b"apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata: {name: s}\nspec: {description: rack 1}\n"
MANAGED = "managed/servers/s.yaml"


def synced(tree: Tree, archive: str) -> tuple[Tree, Plan]:
    """A sync with a strategy."""
    options = replace(OPTIONS, ingestion=replace(OPTIONS.ingestion, archive=archive))
    made = plan(tree, options)
    return tree.after(seal(made, Stamp("2026-01-02T03:04:05Z", "s1"), tree.files.get(ARCHIVE_LOG))), made


def edited(tree: Tree) -> Tree:
    """The tree after an edit by hand in managed/."""
    return Tree({**tree.files, MANAGED: tree.files[MANAGED].replace(b"rack 1", b"rack 9")})


@pytest.mark.parametrize("place", ["raw/a.yaml", "a.yaml"])
@pytest.mark.parametrize("archive", ["keep", "rename", "remove"])
def test_a_kept_source_does_not_replace_a_later_edit(place: str, archive: str) -> None:
    kept = edited(synced(Tree({place: SERVER}), "keep")[0])
    after, made = synced(kept, archive)
    assert b"rack 9" in after.files[MANAGED]
    assert not made.diagnostics
    assert [item.fate for item in made.sources] == [Fate.IGNORED if archive == "keep" else Fate.ARCHIVED]
    assert (place in after.files) == (archive == "keep")
    assert ("raw/a.yaml.archived" in after.files) == (archive == "rename")


@pytest.mark.parametrize("later", ["keep", "rename", "remove"])
@pytest.mark.parametrize("archive", ["rename", "remove"])
def test_a_source_that_was_put_back_is_taken_in(archive: str, later: str) -> None:
    taken = edited(synced(Tree({"raw/a.yaml": SERVER}), archive)[0])
    after, _ = synced(Tree({**taken.files, "raw/a.yaml": SERVER}), later)
    assert b"rack 1" in after.files[MANAGED]


def test_a_kept_source_that_was_archived_later_and_put_back_is_taken_in() -> None:
    kept = edited(synced(Tree({"raw/a.yaml": SERVER}), "keep")[0])
    archived, _ = synced(kept, "rename")
    after, _ = synced(Tree({**archived.files, "raw/a.yaml": SERVER}), "rename")
    assert b"rack 1" in after.files[MANAGED]


def test_what_was_set_aside_and_put_back_is_looked_at_again() -> None:
    wrong = SERVER.replace(b"description", b"descriptoin")
    aside, made = synced(Tree({"raw/a.yaml": wrong}), "keep")
    assert [item.fate for item in made.sources] == [Fate.SET_ASIDE]
    _, again = synced(Tree({**aside.files, "raw/a.yaml": wrong}), "keep")
    assert [item.fate for item in again.sources] == [Fate.SET_ASIDE]


def test_a_log_of_an_older_version_is_believed_as_long_as_sources_are_kept() -> None:
    kept = edited(synced(Tree({"raw/a.yaml": SERVER}), "keep")[0])
    old = Tree({**kept.files, ARCHIVE_LOG: kept.files[ARCHIVE_LOG].replace(b"  kept: true\n", b"")})
    assert synced(old, "keep")[1].changes == ()
