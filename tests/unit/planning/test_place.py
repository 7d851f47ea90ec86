import pytest

from fgd_sync.planning.place import archive_path, beside


@pytest.mark.parametrize("name", ["x" * 250 + ".yaml", "é" * 125 + ".yaml", "x." + "y" * 253, "y" * 255])
def test_what_is_kept_under_another_name_has_one_that_file_systems_take(name: str) -> None:
    """Else one file with a long name would keep a whole fabric from being synced."""
    archived, other = archive_path(f"raw/a/{name}"), archive_path(f"raw/a/{name[:-1]}z")
    assert archived != other
    assert archived.endswith(".archived")
    for path in (archived, beside(f"raw/a/{name[:200]}", b"x")):
        assert path.startswith("raw/a/")
        assert len(path.rpartition("/")[2].encode()) <= 255


def test_short_names_are_kept_whole() -> None:
    assert archive_path("raw/a/b.yaml") == "raw/a/b.yaml.archived"
    assert beside("raw/a/b.yaml", b"") == "raw/a/b~e3b0c442.yaml"
