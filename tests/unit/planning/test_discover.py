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
