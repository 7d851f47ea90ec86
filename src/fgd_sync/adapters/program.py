"""Which version of this program is at work, down to the last byte: what an other one found is not built upon."""

import os
import sys
import time
from collections.abc import Iterator
from hashlib import sha256

from fgd_sync.adapters.fingerprint import PROGRAM, SCHEMAS, program_mark
from fgd_sync.adapters.listing import Look
from fgd_sync.adapters.sealed import Sealed

KIND = "programs"
"""The folder of the cache that holds digests of programs, by what the system tells of their files."""


def program_digest(cache: Sealed, look: Look | None = None) -> str:
    """A digest of the program's files, its Python and what is installed beside it; the same on all computers."""
    mark = program_mark(look)
    known = cache.read(KIND, mark.digest)
    if known is not None:
        return known.decode()
    made = _digest()
    if mark.is_settled(time.time_ns()):
        cache.write(KIND, mark.digest, made.encode())
    return made


def _digest() -> str:
    digest = sha256(sys.version.encode())
    for folder in (PROGRAM, SCHEMAS):
        for path in sorted(_files(folder)):
            with open(f"{folder}/{path}", "rb") as file:  # noqa: PTH123 - a Path for each takes as long as the rest
                data = file.read()
            digest.update(f"{path}\0{len(data)}\0".encode())
            digest.update(data)
    installed = {name for place in filter(os.path.isdir, sys.path) for name in os.listdir(place)}  # noqa: PTH208 - see above
    digest.update("\n".join(sorted(name for name in installed if name.endswith(".dist-info"))).encode())
    return digest.hexdigest()


def _files(folder: str) -> Iterator[str]:
    """The paths of the files in a folder that say what the program does."""
    for place, _, names in os.walk(folder):
        for name in names:
            if name.endswith((".py", ".json")):
                yield f"{place}/{name}"[len(folder) + 1 :]
