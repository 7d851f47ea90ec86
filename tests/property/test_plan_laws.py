"""The laws of planning (DESIGN: the flow) on directories that hypothesis makes."""

import json
import random
from collections import Counter
from typing import Any

from fabrics import resources, trees, words, written
from hypothesis import example, given
from hypothesis import strategies as st

from fgd_sync.adapters.packaged import load
from fgd_sync.model.change import Change, Delete, Move, Write
from fgd_sync.model.plan import Action, Plan
from fgd_sync.model.resource import Ref
from fgd_sync.model.tree import Obstacle, Tree
from fgd_sync.model.value import replace
from fgd_sync.planning.archive_log import Stamp, seal
from fgd_sync.planning.options import Options
from fgd_sync.planning.place import ARCHIVE_LOG
from fgd_sync.planning.plan import plan
from fgd_sync.planning.read import read
from fgd_sync.planning.tracking import without_tracking
from fgd_sync.rules.registry import Context
from fgd_sync.schema.catalogue import Catalogue
from fgd_sync.yamldoc.parse import parse

OPTIONS = Options("north", Catalogue(load), Context())
STAMP = Stamp("2026-01-02T03:04:05Z", "sync-1")


def planned(tree: Tree) -> tuple[Plan, Tree]:
    made = plan(tree, OPTIONS)
    return made, tree.after(seal(made, STAMP, tree.files.get(ARCHIVE_LOG)))


def managed(tree: Tree) -> dict[Ref, str]:
    """Every valid resource under managed/, as text without our annotations."""
    found = {}
    for path, data in tree.files.items():
        if path.startswith("managed/") and path.endswith(".yaml"):
            for item in read(path, data, OPTIONS).candidates:
                if item.ref and item.cleaned:
                    found[item.ref] = repr(without_tracking(item.canonical[0]))
    return found


@given(trees)
def test_planning_the_planned_tree_changes_nothing(tree: Tree) -> None:
    first, after = planned(tree)
    second = plan(after, OPTIONS)
    assert second.changes == (), f"first plan: {first.changes}"


@given(trees, st.randoms(use_true_random=False))
def test_the_order_of_files_is_irrelevant(tree: Tree, shuffler: random.Random) -> None:
    paths = list(tree.files)
    shuffler.shuffle(paths)
    shuffled = Tree({path: tree.files[path] for path in paths})
    assert plan(shuffled, OPTIONS) == plan(tree, OPTIONS)


SERVER = "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata: {{name: {}}}\nspec: {{description: {}}}\n"
MIXED = {
    "raw/a.yaml": SERVER.format("a", "one"),
    "raw/a-again.yaml": SERVER.format("a", "another"),
    "raw/b.yaml": SERVER.format("b", "b"),
    "raw/deep/two.yaml": SERVER.format("c", "c") + "---\n" + SERVER.format("d", "d"),
    "raw/part.yaml": SERVER.format("e", "e") + "---\nkind: [\n",
    "raw/empty.yaml": "# nothing\n",
    "stray.yaml": SERVER.format("f", "f"),
}


@example(Tree({path: text.encode() for path, text in MIXED.items()}))
@given(trees)
def test_what_is_taken_in_all_at_once_comes_out_as_one_by_one(tree: Tree) -> None:
    """Beside an entry that cannot be read sources are settled one by one."""
    one_by_one = plan(replace(tree, obstacles={**tree.obstacles, "elsewhere/link": Obstacle.LINK}), OPTIONS)
    together = plan(tree, OPTIONS)
    assert together.changes == one_by_one.changes
    assert together.sources == one_by_one.sources
    assert together.inventory == one_by_one.inventory
    assert together.diagnostics == one_by_one.diagnostics
    assert [move_digest(item) for item in together.changes] == [move_digest(item) for item in one_by_one.changes]


def move_digest(change: Change) -> str:
    return change.sha256 if isinstance(change, Move) else ""


@given(trees)
def test_no_document_is_lost(tree: Tree) -> None:
    """Each document is managed with its meaning, or its text is still there, or newer content replaced it in managed/."""
    made, after = planned(tree)
    replaced = {item.ref for item in made.inventory if item.action is Action.UPDATE}
    left = managed(after)
    kept = "\0".join(data.decode() for path, data in after.files.items())
    for path, data in tree.files.items():
        texts = {document.index: document.text for document in parse(data, OPTIONS.reading_limits).documents}
        reading = read(path, data, OPTIONS)
        for item in reading.candidates:
            is_managed = (
                item.ref in left and item.cleaned and left[item.ref] == repr(without_tracking(item.canonical[0]))
            )
            is_replaced = path.startswith("managed/") and item.ref in replaced
            text = item.text or texts[item.origin.document]
            assert is_managed or is_replaced or text.strip() in kept, f"{item.ref} of {path} is gone"
        is_old_copy = path.startswith("unmanaged/")  # gives way to a corrected file of the same name
        for _, text in () if is_old_copy else reading.unread:
            assert text.strip() in kept, f"unreadable text of {path} is gone"


@given(trees)
def test_no_comment_is_lost(tree: Tree) -> None:
    _, after = planned(tree)
    kept = "\n".join(data.decode() for data in after.files.values())
    for path, data in tree.files.items():
        for item in read(path, data, OPTIONS).candidates:
            for text in item.comments.texts() if item.comments else ():
                assert text in kept, f"{text!r} of {path} is gone"


@given(trees)
def test_the_changes_of_a_plan_fit_the_tree_they_were_planned_from(tree: Tree) -> None:
    made = plan(tree, OPTIONS)
    touched: Counter[str] = Counter()
    for change in made.changes:
        match change:
            case Write(path=path, before=before) | Delete(path=path, before=before):
                assert tree.files.get(path) == before
                touched[path] += 1
            case Move(source=source, target=target, before=before):
                assert tree.files.get(source) == before
                assert target not in tree.files
                touched.update((source, target))
    assert max(touched.values(), default=1) == 1, "one path, two changes"


@given(trees)
def test_nothing_is_deleted_that_no_user_deleted(tree: Tree) -> None:
    made, after = planned(tree)
    assert made.count(Action.DELETE) == 0
    assert managed(tree).keys() <= managed(after).keys()


@given(
    st.lists(resources(), min_size=1, max_size=6, unique_by=lambda item: (item["kind"], item["metadata"]["name"])),
    st.data(),
)
def test_splitting_and_concatenating_files_plans_the_same_resources(
    values: list[dict[str, Any]], data: st.DataObject
) -> None:
    texts = [data.draw(written(value)) for value in values]
    one = Tree({"raw/all.yaml": "---\n".join(texts).encode()})
    many = Tree({f"raw/{number}.yaml": text.encode() for number, text in enumerate(texts)})
    together, apart = planned(one)[1], planned(many)[1]
    assert managed(together) == managed(apart)
    assert len(managed(together)) == len(values)


@given(resources(), words)
def test_every_valid_resource_reaches_managed(value: dict[str, Any], note: str) -> None:
    value["metadata"]["annotations"] = {"note": note}
    _, after = planned(Tree({"raw/x.json": json.dumps(value).encode()}))
    (body,) = managed(after).values()
    assert repr(note) in body
