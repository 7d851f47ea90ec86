import contextlib
from pathlib import Path

import pytest

from fgd_sync.flow.targets import find_targets
from fgd_sync.model.code import UNSAFE_PATH
from fgd_sync.model.config import FabricEntry, Settings
from fgd_sync.model.failure import FgdError


@pytest.mark.parametrize("named", [True, False])
def test_a_fabric_that_is_a_link_out_of_the_repository_is_refused(tmp_path: Path, named: bool) -> None:
    root = tmp_path / "repository"
    (root / ".git").mkdir(parents=True)
    (tmp_path / "outside/south").mkdir(parents=True)
    (root / "link").symlink_to(tmp_path / "outside")
    settings = Settings(fabrics=() if named else (FabricEntry("south", "link/south"),))
    with contextlib.chdir(root), pytest.raises(FgdError) as caught:
        find_targets([Path("link/south")] if named else [], settings, root)
    assert caught.value.code is UNSAFE_PATH


def test_a_link_within_the_repository_and_a_folder_elsewhere_are_fabrics_as_named(tmp_path: Path) -> None:
    root = tmp_path / "repository"
    (root / ".git").mkdir(parents=True)
    (root / "north").mkdir()
    (root / "link").symlink_to("north")
    (tmp_path / "elsewhere").mkdir()
    with contextlib.chdir(root):
        found = find_targets([Path("link"), Path("../elsewhere")], Settings(), root)
    assert [target.display for target in found] == ["../elsewhere", "link"]
