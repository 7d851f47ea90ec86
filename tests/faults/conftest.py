"""Where the fault tests work."""

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from fgd_sync.adapters import renaming, shares


@pytest.fixture(autouse=True)
def apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two processes both have something to do, by calls that a saboteur sees."""
    monkeypatch.setattr(shares, "_SIZE", 1)
    monkeypatch.setattr(renaming, "_renameat2", lambda *_: errno.ENOSYS)


@pytest.fixture
def fast() -> Iterator[Path]:
    """A fabric directory in memory where there is such a place: each fsync to a disk costs milliseconds."""
    memory = Path("/dev/shm")
    place = Path(tempfile.mkdtemp(dir=memory if os.access(memory, os.W_OK) else None))
    yield place / "world" / "fabric"
    shutil.rmtree(place)
