"""Faults of the file system for whole commands and the git that they start: a small library that is loaded into them.

Compiles `file_faults.c`; arms it, disarms it, and reads what was called below the folders that are watched.
"""

import errno
import mmap
import shutil
import struct
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

SOURCE = Path(__file__).with_suffix(".c")
_HEAD, _FOLDER, _LOG = struct.Struct("7i"), 512, 1 << 20

_ONCE, _ON, _BEFORE, _AFTER, _SHORT = 1, 2, 3, 4, 5
FILE_FAULTS: dict[str, tuple[int, int]] = {
    "EIO": (_ONCE, errno.EIO),
    "EACCES": (_ONCE, errno.EACCES),
    "ENOSPC": (_ONCE, errno.ENOSPC),
    "disk full": (_ON, errno.ENOSPC),
    "read-only": (_ON, errno.EROFS),
    "kill before": (_BEFORE, 0),
    "kill after": (_AFTER, 0),
    "short write": (_SHORT, 0),
}
"""What happens at a call, and its error number. `disk full` and `read-only`: at all later ones that write, too."""


def missing() -> str:
    """Why these faults cannot be had here; "" if they can."""
    return "" if shutil.which("cc") else "there is no C compiler"


class FileFaults:
    """The library and the file through which it is told what to do."""

    def __init__(self, folder: Path, watched: Sequence[Path]) -> None:
        self._library, self._control = folder / "file_faults.so", folder / "control"
        command = ["cc", "-O1", "-shared", "-fPIC", "-o", str(self._library), str(SOURCE), "-ldl"]
        subprocess.run(command, check=True, capture_output=True)
        self._folders = b"".join(str(path).encode().ljust(_FOLDER, b"\0") for path in watched).ljust(2 * _FOLDER, b"\0")
        size = _HEAD.size + 2 * _FOLDER + _LOG
        self._control.write_bytes(bytes(size))
        with self._control.open("r+b") as file:
            self._memory = mmap.mmap(file.fileno(), size)

    @property
    def variables(self) -> Mapping[str, str]:
        """The environment of those that are to meet the faults."""
        return {"LD_PRELOAD": str(self._library), "FAULT_CONTROL": str(self._control)}

    def arm(self, kind: str = "", at: int = -1) -> None:
        """From now on count calls, and let the one with that number, from 0, fail."""
        action, number = FILE_FAULTS.get(kind, (0, 0))
        start = _HEAD.pack(1, 0, at, action, number, 0, 0) + self._folders
        self._memory[: len(start)] = start

    def disarm(self) -> None:
        """Let everything be."""
        self._memory[:4] = bytes(4)

    @property
    def was_met(self) -> bool:
        """Whether the call came."""
        return bool(_HEAD.unpack(self._memory[: _HEAD.size])[5])

    def calls(self) -> list[str]:
        """What was called, in its order."""
        used = _HEAD.unpack(self._memory[: _HEAD.size])[6]
        start = _HEAD.size + 2 * _FOLDER
        return self._memory[start : start + used].decode("utf-8", "replace").splitlines()
