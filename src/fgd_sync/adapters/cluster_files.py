"""The files that kubectl wrote of a cluster, with their bytes: a file, a directory of files, or standard input."""

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from fgd_sync.adapters.os_errors import in_words

STANDARD_INPUT = "-"
_ENDINGS = (".yaml", ".yml", ".json")


def cluster_files(names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """The files that names stand for. Raises FgdError."""
    for name in names:
        if name == STANDARD_INPUT:
            yield "standard input", sys.stdin.buffer.read()
        elif Path(name).is_dir():
            yield from ((path, _read(path)) for path in _below(name))
        else:
            yield name, _read(name)


def _below(name: str) -> list[str]:
    with in_words("read", name):
        found = [Path(folder) / item for folder, _, files in os.walk(name, onerror=_raise) for item in files]
    return [os.fspath(path) for path in sorted(found) if path.suffix.lower() in _ENDINGS]


def _raise(error: OSError) -> None:
    raise error


def _read(path: str) -> bytes:
    with in_words("read", path):
        return Path(path).read_bytes()
