"""Where the fault tests work."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def fast() -> Iterator[Path]:
    """A fabric directory in memory where there is such a place: each fsync to a disk costs milliseconds."""
    memory = Path("/dev/shm")
    place = Path(tempfile.mkdtemp(dir=memory if os.access(memory, os.W_OK) else None))
    yield place / "world" / "fabric"
    shutil.rmtree(place)
