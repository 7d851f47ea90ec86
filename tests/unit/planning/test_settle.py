"""What becomes of an older copy under unmanaged/ when a file of the same name comes in through raw/."""

import pytest

from fgd_sync.adapters.packaged import load
from fgd_sync.model.tree import Tree
from fgd_sync.planning.options import Options
from fgd_sync.planning.plan import plan
from fgd_sync.rules.registry import Context
from fgd_sync.schema.catalogue import Catalogue

OPTIONS = Options("north", Catalogue(load), Context())
SERVER = (
    "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: server-01\nspec:\n  description: {}\n"
)
FIXED, OTHER, WRONG = SERVER.format("rack 1"), SERVER.format("rack 2"), SERVER.replace("description", "descriptoin")


@pytest.mark.parametrize("old", [WRONG, f"# the same\n{FIXED}"], ids=["invalid", "of the same meaning"])
def test_a_copy_that_the_file_supersedes_goes(old: str) -> None:
    assert "unmanaged/x.yaml" not in after(old, FIXED)


def test_a_valid_copy_that_says_something_else_stays() -> None:
    files = after(OTHER, FIXED)
    assert files["unmanaged/x.yaml"] == OTHER.encode()
    assert b"rack 1" in files["managed/servers/server-01.yaml"]


def test_a_valid_copy_is_not_replaced_by_what_is_set_aside_anew() -> None:
    files = after(OTHER, WRONG)
    assert files["unmanaged/x.yaml"] == OTHER.encode()
    assert WRONG.encode() in files.values()


def test_a_draft_stays_when_another_file_takes_its_name_though_its_resource_is_managed() -> None:
    other = FIXED.replace("server-01", "server-02")
    managed = {"managed/servers/server-01.yaml": FIXED.encode()}
    tree = Tree({**managed, "unmanaged/x.yaml": WRONG.encode(), "raw/x.yaml": other.encode()})
    files = tree.after(plan(tree, OPTIONS).changes).files
    assert files["unmanaged/x.yaml"] == WRONG.encode()


def test_of_two_sources_that_say_the_same_all_comments_are_kept() -> None:
    tree = Tree({"raw/a.yaml": FIXED.encode(), "raw/b.yaml": f"# from the other file\n{FIXED}".encode()})
    files = tree.after(plan(tree, OPTIONS).changes).files
    assert files["managed/servers/server-01.yaml"].startswith(b"# from the other file\n")


def after(old: str, new: str) -> dict[str, bytes]:
    tree = Tree({"unmanaged/x.yaml": old.encode(), "raw/x.yaml": new.encode()})
    return dict(tree.after(plan(tree, OPTIONS).changes).files)
