import contextlib
from pathlib import Path

import pytest

from fgd_sync.adapters.base_settings import base_settings
from fgd_sync.adapters.git import GitRepository
from git_world import commit, git

OLD = "fgd: {ingestion: {limits: {max_deletes: 5}}}\n"


@pytest.mark.parametrize(
    ("before", "now", "deletes"),
    [
        ({"fgd_config.yaml": OLD}, {"fgd_config.yaml": "fgd: {}\n"}, 5),
        ({"fgd_config.yaml": OLD}, {"fgd_config.yaml": None}, 5),
        ({"fgd_config.yaml": OLD}, {"fgd_config.yaml": None, ".github/fgd_config.yaml": OLD}, 5),
        ({".github/fgd_config.yaml": OLD}, {"fgd_config.yaml": "fgd: {}\n"}, 5),
        ({}, {"fgd_config.yaml": OLD}, 20),
        ({"fgd_config.yaml": OLD}, {"north/fgd_config.yaml": "fgd: {}\n"}, None),
        ({"fgd_config.yaml": "fgd: {"}, {"fgd_config.yaml": OLD}, None),
    ],
    ids=["changed", "removed", "moved", "hidden by another", "added", "not in force", "broken before"],
)
def test_settings_of_a_base(
    before: dict[str, str], now: dict[str, str | None], deletes: int | None, tmp_path: Path
) -> None:
    git(tmp_path, "init", "-q")
    base = commit(tmp_path, {name: text.encode() for name, text in before.items()})
    for name, text in now.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).unlink(missing_ok=True) if text is None else (tmp_path / name).write_text(text)
    with contextlib.chdir(tmp_path):
        found = base_settings(GitRepository(), base, None, {})
        assert found == base_settings(GitRepository(), base, None, {"debug_mode": "false"})
    assert (found and found.ingestion.limits.max_deletes) == deletes


def test_a_named_file_is_compared_with_itself(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    base = commit(tmp_path, {"ci/strict.yaml": OLD.encode(), "fgd_config.yaml": b"fgd: {}\n"})
    (tmp_path / "fgd_config.yaml").write_text(OLD)
    with contextlib.chdir(tmp_path):
        assert base_settings(GitRepository(), base, Path("ci/strict.yaml"), {}) is None
        Path("ci/strict.yaml").write_text("fgd: {}\n")
        found = base_settings(GitRepository(), base, Path("ci/strict.yaml"), {})
    assert found
    assert found.ingestion.limits.max_deletes == 5


def test_a_link_in_place_of_the_file_is_a_change(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    base = commit(tmp_path, {"fgd_config.yaml": OLD.encode(), "weaker.yaml": b"fgd: {}\n"})
    (tmp_path / "fgd_config.yaml").unlink()
    (tmp_path / "fgd_config.yaml").symlink_to("weaker.yaml")
    with contextlib.chdir(tmp_path):
        found = base_settings(GitRepository(), base, None, {})
    assert found
    assert found.ingestion.limits.max_deletes == 5
