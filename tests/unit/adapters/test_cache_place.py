"""The place of the cache and its key: never one without the other, never a key that somebody else may know."""

from pathlib import Path

import pytest

from fgd_sync.adapters.cache_place import FOLDER_VARIABLE, KEY_VARIABLE, cache_at


def home(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path)}


def key_file(tmp_path: Path) -> Path:
    return tmp_path / ".local/state/fgd-sync/cache-key"


def test_a_key_is_made_once_and_only_its_user_can_read_it(tmp_path: Path) -> None:
    first = cache_at(home(tmp_path))
    assert first
    first.write("answers", "one", b"x")
    assert (tmp_path / ".cache/fgd-sync/answers/one").is_file()
    assert key_file(tmp_path).stat().st_mode & 0o777 == 0o600
    again = cache_at(home(tmp_path))
    assert again
    assert again.read("answers", "one") == b"x"
    assert [path.name for path in key_file(tmp_path).parent.iterdir()] == ["cache-key"]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_that_others_can_read_is_not_used(tmp_path: Path, mode: int) -> None:
    cache_at(home(tmp_path))
    key_file(tmp_path).chmod(mode)
    assert cache_at(home(tmp_path)) is None


def test_a_key_behind_a_link_or_of_another_length_is_not_used(tmp_path: Path) -> None:
    cache_at(home(tmp_path))
    key_file(tmp_path).rename(tmp_path / "key")
    key_file(tmp_path).symlink_to(tmp_path / "key")
    assert cache_at(home(tmp_path)) is None
    key_file(tmp_path).unlink()
    key_file(tmp_path).write_bytes(b"short")
    key_file(tmp_path).chmod(0o600)
    assert cache_at(home(tmp_path)) is None


def test_without_a_home_there_is_no_cache() -> None:
    assert cache_at({}) is None
    assert cache_at({"HOME": ""}) is None
    assert cache_at({"XDG_CACHE_HOME": "relative", "XDG_STATE_HOME": "relative"}) is None


def test_the_environment_names_folder_and_secret(tmp_path: Path) -> None:
    known = {FOLDER_VARIABLE: str(tmp_path / "c"), KEY_VARIABLE: "a secret that is long enough"}
    ours = cache_at(known)
    theirs = cache_at({**known, KEY_VARIABLE: "another secret of a stranger"})
    assert ours
    assert theirs
    theirs.write("answers", "one", b"valid")
    assert ours.read("answers", "one") is None
    assert not (tmp_path / ".local").exists()


def test_a_secret_that_could_be_guessed_is_no_key(tmp_path: Path) -> None:
    assert cache_at({FOLDER_VARIABLE: str(tmp_path), KEY_VARIABLE: "short"}) is None
