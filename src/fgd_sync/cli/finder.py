"""Finds compiled modules of this program where they lie: with Python's own finder that is a tenth of a small check.

Takes the name of a module; gives what Python would, where its compiled form is there and, by the marks that Python goes
by, that of the source as it is. Whatever else is asked for is left to Python. Imports next to nothing.
"""

import os
import sys
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import MAGIC_NUMBER, cache_from_source
from marshal import loads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import CodeType, ModuleType

_HEAD = 16
_BY_TIME, _UNCHECKED = b"\0\0\0\0", b"\1\0\0\0"
"""How a compiled form is told to be that of its source: by the time and size of that, or by nothing at all."""


class _Loader(SourceFileLoader):
    """Loads a module of which the compiled form has been read."""

    def __init__(self, name: str, path: str, data: bytes) -> None:
        super().__init__(name, path)
        self._data = data

    def get_code(self, fullname: str) -> "CodeType | None":  # noqa: ARG002 - the name that it was made with
        code: CodeType = loads(memoryview(self._data)[_HEAD:])  # noqa: S302 - as Python does
        return code


class Finder:
    """Finds the modules in packages below one, on behalf of `import`."""

    def __init__(self, package: str) -> None:
        self._beginning = f"{package}."
        self._compiled: dict[str, tuple[str, str]] = {}

    def find_spec(
        self,
        name: str,
        path: "Sequence[str] | None",
        _target: "ModuleType | None" = None,
    ) -> ModuleSpec | None:
        """How to load a module; None if that is for Python to tell."""
        if not path or not name.startswith(self._beginning):
            return None
        folder, stem = path[0], name.rpartition(".")[2]
        if folder not in self._compiled:
            before, _, after = cache_from_source(f"{folder}/@.py").rpartition("@")
            self._compiled[folder] = before, after
        before, after = self._compiled[folder]
        source, compiled = f"{folder}/{stem}.py", f"{before}{stem}{after}"
        try:
            data, status = _read(compiled), os.stat(source)  # noqa: PTH116 - a Path costs more than all the rest
        except OSError:
            return None
        if not _is_of(status, data):
            return None
        spec = ModuleSpec(name, _Loader(name, source, data), origin=source)
        spec.cached, spec.has_location = compiled, True
        return spec


def _read(path: str) -> bytes:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        return os.read(descriptor, os.fstat(descriptor).st_size)
    finally:
        os.close(descriptor)


def _is_of(status: os.stat_result, data: bytes) -> bool:
    """Whether a compiled form is that of a source of which the system tells that."""
    if data[:4] != MAGIC_NUMBER or data[4:8] == _UNCHECKED:
        return data[:4] == MAGIC_NUMBER
    marks = int(status.st_mtime) & 0xFFFFFFFF, status.st_size & 0xFFFFFFFF
    return data[4:8] == _BY_TIME and data[8:_HEAD] == b"".join(mark.to_bytes(4, "little") for mark in marks)


def find_quickly(package: str) -> None:
    """Let `import` ask a finder of ours first."""
    if not any(isinstance(finder, Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, Finder(package))
