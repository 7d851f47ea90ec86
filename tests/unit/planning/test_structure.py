from small_fabric import OPTIONS

from fgd_sync.model.kinds import KINDS
from fgd_sync.model.tree import Obstacle, Tree
from fgd_sync.planning.structure import inspect


def test_a_folder_whose_only_file_cannot_be_read_is_not_missing() -> None:
    tree = Tree({}, {"managed/servers/leaf.yaml": Obstacle.UNREADABLE})
    missing = {issue.path for issue in inspect(tree, OPTIONS) if issue.name == "missing_directory"}
    assert "managed/servers" not in missing
    assert len([path for path in missing if path.startswith("managed/")]) == len(KINDS) - 1
