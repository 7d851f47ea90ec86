"""Bytes of a source file to text: UTF-8 with or without a byte order mark, and a helpful refusal of anything else."""

import codecs
import re

from fgd_sync.model.code import INVALID_YAML
from fgd_sync.model.location import Position
from fgd_sync.yamldoc.document import Problem
from fgd_sync.yamldoc.lines import position_at

_FORBIDDEN = "[^\t\n\r -~\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
"""What the cluster's parser does not read (YAML 1.1, production c-printable); takes long to compile."""
_FORBIDDEN_ASCII = "[^\t\n\r -~]"

_OTHER_ENCODINGS = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)


def decode(data: bytes) -> str | Problem:
    """Return the text without its byte order mark, or why it is no UTF-8 text."""
    if data.isascii() and 0 not in data[:4]:
        return data.decode("ascii")
    for mark, name in _OTHER_ENCODINGS:
        if data.startswith(mark):
            return _wrong_encoding(name)
    if b"\0" in data[:4] and len(data) > 1:
        return _wrong_encoding("UTF-16 or UTF-32")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _bad_byte(data, error.start)
    return text.removeprefix("\ufeff")


def find_forbidden(text: str) -> tuple[int, str] | None:
    """Return the index of the first character that no YAML may hold, with a message about it; None if all is well."""
    found = re.search(_FORBIDDEN_ASCII if text.isascii() else _FORBIDDEN, text)
    if found is None:
        return None
    code = ord(found[0])
    name = "a NUL character" if code == 0 else f"the control character U+{code:04X}"
    message = f"The text holds {name}, which YAML does not allow. Delete it, or write it as an escape in double quotes."
    return found.start(), message


def _wrong_encoding(name: str) -> Problem:
    message = f"The file is encoded as {name}. Save it as UTF-8."
    return Problem(INVALID_YAML, message, Position(1, 1))


def _bad_byte(data: bytes, start: int) -> Problem:
    before = data[:start].decode("utf-8").removeprefix("\ufeff")
    likely = bytes([data[start]]).decode("cp1252", "replace")
    message = (
        f"The byte 0x{data[start]:02X} here is not UTF-8 (in a Windows or Latin-1 file it would be {likely!r}). "
        "Save the file as UTF-8."
    )
    return Problem(INVALID_YAML, message, position_at(before, len(before)))
