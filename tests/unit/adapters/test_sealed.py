"""What a cache holds is believed only if this program wrote it, under this name, with this key."""

import os
from pathlib import Path

import pytest

from fgd_sync.adapters.sealed import Sealed, packed, unpacked

KEY, OTHER = b"k" * 32, b"o" * 32


@pytest.fixture
def cache(tmp_path: Path) -> Sealed:
    return Sealed(str(tmp_path / "cache"), KEY)


def file_of(tmp_path: Path, name: str = "one") -> Path:
    return tmp_path / "cache" / "answers" / name


def test_what_was_written_is_read(cache: Sealed) -> None:
    cache.write("answers", "one", b"valid")
    assert cache.read("answers", "one") == b"valid"
    cache.write("answers", "one", b"")
    assert cache.read("answers", "one") == b""


def test_what_was_never_written_is_not_there(cache: Sealed) -> None:
    assert cache.read("answers", "one") is None


def test_a_changed_bit_anywhere_makes_it_nothing(cache: Sealed, tmp_path: Path) -> None:
    cache.write("answers", "one", b"invalid")
    file = file_of(tmp_path)
    data = file.read_bytes()
    for place in range(len(data)):
        for bit in (1, 128):
            file.write_bytes(data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :])
            assert cache.read("answers", "one") is None, f"byte {place}"
    file.write_bytes(data)
    assert cache.read("answers", "one") == b"invalid"


def test_a_cut_or_longer_file_is_nothing(cache: Sealed, tmp_path: Path) -> None:
    cache.write("answers", "one", b"invalid")
    data = file_of(tmp_path).read_bytes()
    for changed in (b"", data[:10], data[:32], data[:-1], data + b"x", data + data):
        file_of(tmp_path).write_bytes(changed)
        assert cache.read("answers", "one") is None


def test_a_file_under_another_name_or_of_another_kind_is_nothing(cache: Sealed, tmp_path: Path) -> None:
    cache.write("answers", "good", b"valid")
    cache.write("answers", "bad", b"invalid")
    file_of(tmp_path, "bad").write_bytes(file_of(tmp_path, "good").read_bytes())
    assert cache.read("answers", "bad") is None
    file_of(tmp_path).parent.rename(tmp_path / "cache" / "files")
    assert cache.read("files", "good") is None


def test_what_was_planted_with_another_key_is_nothing(cache: Sealed, tmp_path: Path) -> None:
    Sealed(str(tmp_path / "cache"), OTHER).write("answers", "one", b"valid")
    assert cache.read("answers", "one") is None


def test_links_are_not_followed(cache: Sealed, tmp_path: Path) -> None:
    cache.write("answers", "one", b"valid")
    file_of(tmp_path).rename(tmp_path / "elsewhere")
    file_of(tmp_path).symlink_to(tmp_path / "elsewhere")
    assert cache.read("answers", "one") is None
    cache.write("answers", "one", b"new")
    assert (tmp_path / "elsewhere").read_bytes().endswith(b"valid")


def test_nothing_is_written_through_a_linked_folder(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "cache").symlink_to(tmp_path / "theirs")
    Sealed(str(tmp_path / "cache"), KEY).write("answers", "one", b"x")
    assert not list((tmp_path / "theirs").rglob("one"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir(mode=0o500)
    cache = Sealed(str(tmp_path / "cache"), KEY)
    cache.write("answers", "one", b"x")
    assert cache.read("answers", "one") is None


def test_a_file_in_the_way_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("in the way")
    cache = Sealed(str(tmp_path / "cache"), KEY)
    cache.write("answers", "one", b"x")
    assert cache.read("answers", "one") is None


def test_the_oldest_go_when_there_are_too_many(cache: Sealed, tmp_path: Path) -> None:
    cache.write("answers", f"{0:064x}", b"x")
    (file_of(tmp_path).parent / "link").symlink_to("nowhere")
    for name in ("theirs", *(f"{number:064x}" for number in range(510))):
        file_of(tmp_path, name).write_bytes(b"x")
        os.utime(file_of(tmp_path, name), (int(name[-4:], 16) if name != "theirs" else 0,) * 2)
    cache.write("answers", "f" * 64, b"x")
    names = sorted(path.name for path in file_of(tmp_path).parent.iterdir())
    assert names[0] == f"{11:064x}"
    assert names[-3:] == ["f" * 64, "link", "theirs"]
    assert len(names) == 502
    assert cache.read("answers", "f" * 64) == b"x"


def test_only_the_user_can_read_it(cache: Sealed, tmp_path: Path) -> None:
    cache.write("answers", "one", b"x")
    assert file_of(tmp_path).stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "cache").stat().st_mode & 0o777 == 0o700


def test_fields_come_back_as_they_were_packed() -> None:
    fields = [b"", b"3:abc", b"\0\n", "ü".encode()]
    assert unpacked(packed(fields)) == fields
