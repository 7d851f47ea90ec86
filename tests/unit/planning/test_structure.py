from small_fabric import OPTIONS

from fgd_sync.model.kinds import KINDS
from fgd_sync.model.tree import Obstacle, Tree
from fgd_sync.planning.place import MANIFEST
from fgd_sync.planning.structure import inspect, manifest


def test_a_folder_whose_only_file_cannot_be_read_is_not_missing() -> None:
    tree = Tree({}, {"managed/servers/leaf.yaml": Obstacle.UNREADABLE})
    missing = {issue.path for issue in inspect(tree, OPTIONS) if issue.name == "missing_directory"}
    assert "managed/servers" not in missing
    assert len([path for path in missing if path.startswith("managed/")]) == len(KINDS) - 1


def test_what_cannot_be_read_may_fill_the_folders_that_are_missing() -> None:
    files = {MANIFEST: manifest(Tree({}, {}), OPTIONS, OPTIONS.form.version)}
    hidden = Tree(files, {"raw": Obstacle.UNREADABLE})
    assert not [issue for issue in inspect(hidden, OPTIONS) if issue.name == "missing_directory"]
    assert [issue for issue in inspect(Tree(files, {}), OPTIONS) if issue.path == "unmanaged"]
    assert [issue for issue in inspect(Tree({}, hidden.obstacles), OPTIONS) if issue.path == "unmanaged"]
