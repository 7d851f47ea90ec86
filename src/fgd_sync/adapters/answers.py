"""Answers that commands gave, kept with the fingerprint of all that they depend on.

An answer is what was printed, with holes for what differs from run to run, and the exit status. It is found under what
was asked: arguments, place, and what of the environment counts. Imports next to nothing.
"""

import os
import sys
from hashlib import sha256

from fgd_sync.adapters.cache_place import FOLDER_VARIABLE, KEY_VARIABLE
from fgd_sync.adapters.fingerprint import Scope
from fgd_sync.adapters.sealed import packed, unpacked

KIND = "answers"
"""The folder of the cache that holds them."""

_PREFIX = "HEDGEHOG_FGD_"
_OTHERS = ("NETBOX_URL", "NO_COLOR")


class Answer:
    """What a command said.

    `digest` is the fingerprint of `scope` while it was at work. `alone`: directories that it had to be alone at work
    on. `folders`: those to look into, with their last changes; `latest`: what was the last to change in the first of
    them. `parts` is what it printed: texts and, in between, the names of what is filled in.
    """

    __slots__ = ("alone", "digest", "folders", "latest", "parts", "scope", "status")

    def __init__(
        self,
        scope: Scope,
        digest: str,
        *,
        alone: list[str],
        folders: list[tuple[str, int]],
        latest: str,
        status: int,
        parts: list[str],
    ) -> None:
        self.scope, self.digest, self.status = scope, digest, status
        self.alone, self.folders, self.latest, self.parts = alone, folders, latest, parts

    def encode(self) -> bytes:
        """The answer as bytes."""
        scope = self.scope
        paths, changes = [path for path, _ in self.folders], [str(newest) for _, newest in self.folders]
        lists = (scope.roots, scope.files, scope.spots, self.alone, paths, changes, self.parts)
        head = [b"%d" % scope.is_at_head, self.digest.encode(), b"%d" % self.status, _encoded(self.latest)]
        return packed([*head, *(packed([_encoded(text) for text in texts]) for texts in lists)])

    @classmethod
    def decode(cls, data: bytes) -> "Answer":
        """The answer that was encoded. Raises ValueError for other bytes."""
        is_at_head, digest, status, latest, *lists = unpacked(data)
        roots, files, spots, alone, paths, changes, parts = (
            [_decoded(text) for text in unpacked(texts)] for texts in lists
        )
        scope = Scope(roots, files, spots, is_at_head=is_at_head == b"1")
        folders = list(zip(paths, map(int, changes), strict=True))
        return cls(
            scope,
            digest.decode(),
            alone=alone,
            folders=folders,
            latest=_decoded(latest),
            status=int(status),
            parts=parts,
        )


def name_of(arguments: list[str]) -> str:
    """The name under which the answer to a command is kept."""
    environment = sorted(
        f"{name}={value}"
        for name, value in os.environ.items()
        if name in _OTHERS or (name.startswith(_PREFIX) and name not in (FOLDER_VARIABLE, KEY_VARIABLE))
    )
    output = [str(sys.stdout.isatty()), str(sys.stdout.encoding), str(os.geteuid())]
    words = [os.getcwd(), *output, str(len(arguments)), *arguments, *environment]  # noqa: PTH109 - a Path costs more
    return sha256(packed([_encoded(word) for word in words])).hexdigest()


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
