import pytest
from small_fabric import OPTIONS

from fgd_sync.model import code
from fgd_sync.model.code import Code
from fgd_sync.model.tree import Obstacle, Tree
from fgd_sync.planning.discover import discover


@pytest.mark.parametrize(
    ("obstacle", "expected", "remedy"),
    [
        (Obstacle.LFS_POINTER, code.CONTENT_ELSEWHERE, ".gitattributes"),
        (Obstacle.SUBMODULE, code.UNSAFE_PATH, "submodule"),
    ],
)
@pytest.mark.parametrize("path", ["raw/x.yaml", "managed/vpcs/x.yaml", ".hnp/archive-log.yaml", ".hnp/manifest.yaml"])
def test_what_git_does_not_hold_is_an_error_with_a_way_out(
    path: str, obstacle: Obstacle, expected: Code, remedy: str
) -> None:
    (found,) = discover(Tree({}, {path: obstacle}), OPTIONS).diagnostics
    assert (found.code, found.location.path, found.severity) == (expected, path, code.Severity.ERROR)
    assert str(obstacle) in found.message
    assert remedy in found.remedy


@pytest.mark.parametrize("path", ["x.yaml", "old/x.yaml", "locked"])
def test_what_cannot_be_read_beside_the_four_folders_is_an_error(path: str) -> None:
    (found,) = discover(Tree({}, {path: Obstacle.UNREADABLE}), OPTIONS).diagnostics
    assert (found.code, found.location.path) == (code.DIRECTORY_PERMISSION_DENIED, path)


@pytest.mark.parametrize(
    ("path", "obstacle"),
    [("notes", Obstacle.LINK), ("pages", Obstacle.OUTWARD_LINK), ("unmanaged/x.yaml", Obstacle.UNREADABLE)],
)
def test_what_holds_no_source_may_be_what_it_likes(path: str, obstacle: Obstacle) -> None:
    assert not discover(Tree({}, {path: obstacle}), OPTIONS).diagnostics
