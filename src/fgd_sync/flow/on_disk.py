"""Fabrics as files on a disk, as at a desk: each is held by a lock of the kernel, read, and changed in place."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack

from fgd_sync.flow.ground import Again, Run
from fgd_sync.flow.targets import Target
from fgd_sync.model.config import Settings
from fgd_sync.model.failure import FgdError
from fgd_sync.model.kinds import KINDS
from fgd_sync.model.tree import Tree
from fgd_sync.planning.place import MANAGED, RAW, UNMANAGED
from fgd_sync.ports import Clock, Repository, Workspace

KEPT_FOLDERS = frozenset({RAW, MANAGED, UNMANAGED, *(f"{MANAGED}/{kind.plural}" for kind in KINDS)})
"""Folders that stay when they are empty."""


class OnDisk:
    """The ground of a command at a desk."""

    def __init__(self, workspace: Workspace, repository: Repository, settings: Settings, clock: Clock) -> None:
        self._workspace, self._repository, self._settings, self._clock = workspace, repository, settings, clock
        self._held = ExitStack()

    def read(self, target: Target) -> Tree:
        """The files of a fabric directory. Raises FgdError."""
        return self._workspace.read(target.directory, self._settings.ingestion)

    def earlier(self, target: Target, tree: Tree, revision: str, folder: str) -> Mapping[str, bytes]:
        """What the revision held of the files that differ on disk. Raises FgdError."""
        endings = self._settings.ingestion.supported_extensions
        return self._repository.earlier(target.directory, revision, tree.files, folder=folder, endings=endings)

    def is_whole_repository(self, target: Target) -> bool:
        """Whether the fabric directory is the root of its repository."""
        return self._repository.root(target.directory) == target.directory.resolve()

    def begin(self, runs: Sequence[Run]) -> None:
        """Lock the directories, and complete what an interrupted run began."""
        for run in runs:
            try:
                self._hold(run.target)
            except FgdError as failure:
                run.fail(failure)

    def _hold(self, target: Target) -> None:
        wait = self._settings.sync.lock_timeout
        self._held.enter_context(self._workspace.hold(target.directory, wait, self._clock))
        self._workspace.recover(target.directory)

    def publish(self, runs: Sequence[Run], again: Again) -> None:  # noqa: ARG002 - nobody else works while it is held
        """Make the changes in the directories, each all or nothing."""
        for run in runs:
            try:
                if run.changes:
                    self._workspace.make(run.target.directory, run.changes, KEPT_FOLDERS)
                run.tell(applied=True)
            except FgdError as failure:
                run.fail(failure)

    def end(self, runs: Sequence[Run]) -> None:  # noqa: ARG002 - all are released together
        """Unlock the directories."""
        self._held.close()
