"""The state of a fabric directory and of its files, as the commands report it."""

from fgd_sync.model.resource import Ref
from fgd_sync.model.sync import STAGES
from fgd_sync.model.value import dataclass


@dataclass(frozen=True, slots=True)
class Structure:
    """What is there of the parts of a fabric directory. `managed_folders` are the directories right under managed/."""

    raw_exists: bool = False
    raw_files: int = 0
    raw_pending: tuple[str, ...] = ()
    managed_exists: bool = False
    managed_files: int = 0
    managed_folders: tuple[str, ...] = ()
    metadata_exists: bool = False
    manifest_valid: bool = False


@dataclass(frozen=True, slots=True)
class FileEntry:
    """One file of a fabric: its directory (`raw`, `managed`, `unmanaged`), size in bytes and resources.

    `content` is its text where that was asked for.
    """

    path: str
    directory: str
    size: int
    valid: bool
    resources: tuple[Ref, ...] = ()
    content: str | None = None


@dataclass(frozen=True, slots=True)
class Repair:
    """One thing that was mended: the issue's name, what was done, and to which path."""

    issue: str
    action: str
    path: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sync is. `state` is one of the contracts' states; files are those under raw/."""

    state: str
    current_stage: str = ""
    stages_completed: tuple[str, ...] = ()
    files_processed: int = 0
    total_files: int = 0

    @property
    def stages_pending(self) -> tuple[str, ...]:
        """The stages that are still to come, the current one not included."""
        return tuple(item for item in STAGES if item not in self.stages_completed and item != self.current_stage)

    @property
    def percent_complete(self) -> int:
        """0 to 100, by stages; within the stage that handles files, by files."""
        done = 100 * len(self.stages_completed)
        if self.current_stage == "processing" and self.total_files:
            done += 100 * self.files_processed // self.total_files
        return min(100, done // len(STAGES))
