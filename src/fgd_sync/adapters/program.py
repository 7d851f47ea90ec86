"""Which version of this program is at work, down to the last byte: what an other one found is not built upon."""

import os
import sys
import time
from hashlib import sha256
from pathlib import Path

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
    for folder in (Path(PROGRAM), Path(SCHEMAS)):
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".py", ".json") and path.is_file():
                data = path.read_bytes()
                digest.update(f"{path.relative_to(folder)}\0{len(data)}\0".encode())
                digest.update(data)
    installed = {entry for place in filter(os.path.isdir, sys.path) for entry in Path(place).glob("*.dist-info")}
    digest.update("\n".join(sorted({entry.name for entry in installed})).encode())
    return digest.hexdigest()
