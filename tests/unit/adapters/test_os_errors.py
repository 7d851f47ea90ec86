import errno
import os

import pytest

from fgd_sync.adapters.os_errors import failure, in_words, readable, temporary_failure
from fgd_sync.model import code
from fgd_sync.model.code import Exit
from fgd_sync.model.failure import FgdError


@pytest.mark.parametrize(
    ("number", "expected", "words"),
    [
        (errno.ENOENT, code.DIRECTORY_NOT_FOUND, "it is not there"),
        (errno.EACCES, code.DIRECTORY_PERMISSION_DENIED, "this user may not"),
        (errno.EROFS, code.DIRECTORY_PERMISSION_DENIED, "mounted read-only"),
        (errno.ENOSPC, code.FILE_SYSTEM_FAILED, "the disk is full"),
        (errno.EDQUOT, code.FILE_SYSTEM_FAILED, "quota"),
        (errno.EIO, code.FILE_SYSTEM_FAILED, "the disk reports an error"),
        (errno.ENAMETOOLONG, code.UNSAFE_PATH, "too long"),
        (errno.ELOOP, code.UNSAFE_PATH, "symbolic link"),
        (errno.ENOMEM, code.FILE_SYSTEM_FAILED, "cannot allocate memory"),
    ],
)
def test_says_why_and_what_to_do(number: int, expected: code.Code, words: str) -> None:
    error = failure(OSError(number, os.strerror(number)), "write", "raw/x.yaml")
    assert error.code is expected
    assert error.message.startswith("cannot write raw/x.yaml: ")
    assert words in error.message
    assert error.remedy
    assert error.details == {"errno": errno.errorcode[number]}


def test_an_error_without_a_number() -> None:
    error = failure(OSError("odd"), "read", "x")
    assert (error.message, error.code.exit) == ("cannot read x: odd", Exit.FILES)


def test_turns_errors_of_a_block_into_failures_and_lets_others_pass() -> None:
    with pytest.raises(FgdError, match="cannot read x: it is not there"), in_words("read", "x"):
        raise FileNotFoundError(errno.ENOENT, "no")
    with pytest.raises(ValueError, match="other"), in_words("read", "x"):
        raise ValueError("other")


def test_names_in_another_encoding_can_be_printed() -> None:
    assert readable(os.fsdecode(b"stra\xdfe")) == "stra\\xdfe"
    assert readable("straße") == "straße"
    assert readable("a\nb\x1b[1m") == "a\\nb\\x1b[1m"


def test_no_folder_for_temporary_files_is_told_with_those_that_were_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere() -> str:
        raise FileNotFoundError(errno.ENOENT, "No usable temporary directory found in ['/tmp']")

    monkeypatch.setattr("tempfile.gettempdir", nowhere)
    told = temporary_failure(FileNotFoundError(errno.ENOENT, "none"), "make a temporary folder")
    assert told.message == "cannot make a temporary folder: no usable temporary directory found in ['/tmp']"
    assert (told.code, "TMPDIR" in told.remedy) == (code.FILE_SYSTEM_FAILED, True)
