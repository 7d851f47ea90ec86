from pathlib import Path

import pytest

from fgd_sync.flow.selection import changed_among, choose, share_out
from fgd_sync.flow.targets import Target
from fgd_sync.model.code import DIRECTORY_NOT_FOUND
from fgd_sync.model.failure import FgdError


def target(path: str, name: str = "") -> Target:
    return Target(Path(path), path, name or path.rpartition("/")[2], None, None)


TARGETS = [target("dc/north"), target("dc/south"), target("lab", "testing")]


def name(of: Target) -> str:
    return of.name


def chosen(*names: str) -> list[str]:
    return [item.display for item in choose(TARGETS, names, name)]


def test_without_names_all_fabrics_are_meant() -> None:
    assert chosen() == ["dc/north", "dc/south", "lab"]


def test_fabrics_are_meant_by_name_and_by_path_in_their_own_order() -> None:
    assert chosen("lab", "north", "north") == ["dc/north", "lab"]
    assert chosen("testing", "dc/south/") == ["dc/south", "lab"]


def test_names_of_no_fabric_are_refused_with_the_nearest() -> None:
    with pytest.raises(FgdError) as caught:
        chosen("nort", "south")
    assert caught.value.code is DIRECTORY_NOT_FOUND
    assert caught.value.message == "there is no fabric nort"
    assert caught.value.remedy == 'Did you mean "north"?'


@pytest.mark.parametrize("jobs", [1, 2, 3, 7, 256])
@pytest.mark.parametrize("count", [0, 1, 3, 300])
def test_fabrics_are_spread_evenly_and_each_once(jobs: int, count: int) -> None:
    fabrics = [target(f"f{number:03}") for number in range(count)]
    shares = share_out(fabrics, name, jobs)
    sizes = {len(share.paths) for share in shares}
    assert len(shares) == min(jobs, count)
    assert max(sizes, default=0) - min(sizes, default=0) <= 1
    assert [path for share in shares for path in share.paths] == [item.display for item in fabrics]
    assert all(len(share.fabrics) == len(share.paths) for share in shares)


def test_changed_fabrics_are_those_with_changed_files(tmp_path: Path) -> None:
    there = [target(f"{tmp_path}/dc/{part}") for part in ("north", "north2", "south")]
    files = ["README.md", "dc/north/raw/deep/a.yaml", "dc/south.yaml"]
    assert [item.name for item in changed_among(there, tmp_path, files, "fgd_config.yaml")] == ["north"]


def test_changed_settings_concern_every_fabric(tmp_path: Path) -> None:
    there = [target(f"{tmp_path}/{part}") for part in ("north", "south")]
    assert changed_among(there, tmp_path, [".github/fgd_config.yaml"], "fgd_config.yaml") == there


def test_a_fabric_that_is_the_repository_changes_with_any_file(tmp_path: Path) -> None:
    assert changed_among([target(str(tmp_path))], tmp_path, ["raw/a.yaml"], "fgd_config.yaml")
