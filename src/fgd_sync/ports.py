"""What a run needs of the world outside, as Protocols: time, the file system, the git repository."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from fgd_sync.model.change import Change
from fgd_sync.model.config import IngestionSettings
from fgd_sync.model.tree import Tree


class Clock(Protocol):
    """Time, as far as a run may know it."""

    def now(self) -> str:
        """The time in UTC, RFC 3339, to the second: `2026-03-01T08:30:00Z`."""

    def monotonic(self) -> float:
        """Seconds since some moment; never goes back."""

    def sleep(self, seconds: float) -> None:
        """Do nothing for a while."""


class Workspace(Protocol):
    """Fabric directories on a file system."""

    def read(self, directory: Path, settings: IngestionSettings) -> Tree:
        """The files of a fabric directory, as they are once an interrupted run is completed. Raises FgdError."""

    def read_file(self, directory: Path, path: str) -> bytes | None:
        """The bytes of one file of a fabric, of any size; None if it is not there. Raises FgdError."""

    def make_directory(self, directory: Path) -> None:
        """Make an empty directory, with its parents, unless it is there. Raises FgdError."""

    def hold(self, directory: Path, wait_seconds: float, clock: Clock) -> AbstractContextManager[None]:
        """Be alone at work on a fabric directory. Raises FgdError SYNC_ALREADY_IN_PROGRESS."""

    def recover(self, directory: Path) -> bool:
        """Complete what an interrupted run began; whether there was anything. Raises FgdError."""

    def make(self, directory: Path, changes: Sequence[Change], keep: frozenset[str]) -> None:
        """Make the changes, all or none. `keep`: folders that stay when they are empty. Raises FgdError."""


class Repository(Protocol):
    """The git repository that fabric directories lie in, if they do."""

    def root(self, path: Path) -> Path | None:
        """The root of the work tree around `path`; None outside of a repository."""

    def earlier(
        self, directory: Path, revision: str, files: Mapping[str, bytes], *, folder: str, endings: tuple[str, ...]
    ) -> Mapping[str, bytes]:
        """The files of a revision that are different in `files` (those of today), or no longer there. Raises FgdError.

        Only those below `folder` (empty: all) whose names have one of the endings.
        """
