"""A commit as the stream that `git fast-import` reads: one process makes it, however many files it has.

Pure text work. Any bytes may stand in a path and in a file. The commit is as it is told, to the second; nothing of the
user's configuration (name, signing, encoding) has a part in it.
"""

import os
from collections.abc import Iterator

from fgd_sync.model.git import EXECUTABLE, FILE, NewCommit, Signature, TreeEntry

_MODES = {"100664": FILE}
"""Modes that git has written once and takes no more."""


def import_stream(new: NewCommit, no_id: str) -> Iterator[bytes]:
    """The stream that makes a commit, prints its id, and leaves no ref. `no_id`: as many zeros as an id has digits."""
    ref = f"refs/fgd-import/{os.urandom(16).hex()}"
    from datetime import datetime

    when = round(datetime.fromisoformat(new.time).timestamp())
    head = (
        "feature done",
        f"commit {ref}",
        "mark :1",
        f"author {_person(new.author)} {when} +0000",
        f"committer {_person(new.committer)} {when} +0000",
    )
    parent = f"from {new.parent}\n".encode() if new.parent else b""
    tail = f"get-mark :1\nreset {ref}\nfrom {no_id}\n\ndone\n"
    yield "\n".join(head).encode() + b"\n" + _data(new.message.replace("\0", "").encode("utf-8", "replace")) + parent
    yield from _files(new)
    yield tail.encode()


def _person(who: Signature) -> str:
    name, email = (" ".join(text.translate(_NOT_IN_A_NAME).split()) for text in (who.name, who.email))
    return f"{name} <{email}>".lstrip()


_NOT_IN_A_NAME = {ord("<"): None, ord(">"): None, ord("\n"): " ", ord("\0"): None}


def _files(new: NewCommit) -> Iterator[bytes]:
    """First what goes, then what comes: a folder may take the place of a file."""
    for path, content in new.files.items():
        if content is None:
            yield b"D %b\n" % _path(path)
    for path, content in new.files.items():
        if isinstance(content, TreeEntry):
            yield b"M %b %b %b\n" % (_MODES.get(content.mode, content.mode).encode(), content.id.encode(), _path(path))
        elif content is not None:
            mode = EXECUTABLE if path in new.executable else FILE
            yield b"M %b inline %b\n%b" % (mode.encode(), _path(path), _data(content))


def _path(path: str) -> bytes:
    return b'"%b"' % os.fsencode(path).replace(b"\\", b"\\\\").replace(b'"', b'\\"').replace(b"\n", b"\\n")


def _data(content: bytes) -> bytes:
    return b"data %d\n%b\n" % (len(content), content)
