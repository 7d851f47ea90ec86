"""Fabrics as files on a disk, as at a desk: each is held by a lock of the kernel and changed in place."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from fgd_sync.flow.ground import Again, Run
from fgd_sync.model.config import Settings
from fgd_sync.model.failure import FgdError
from fgd_sync.model.kinds import KINDS
from fgd_sync.planning.place import MANAGED, RAW, UNMANAGED

if TYPE_CHECKING:  # At a desk nobody needs what the other ports are about.
    from fgd_sync.ports import Clock, Workspace

KEPT_FOLDERS = frozenset({RAW, MANAGED, UNMANAGED, *(f"{MANAGED}/{kind.plural}" for kind in KINDS)})
"""Folders that stay when they are empty."""

Chronicle = Callable[[Sequence[Run]], str]
"""Writes the history of runs that ended; gives a notice for people if that could not be done."""


class OnDisk:
    """The ground of a sync at a desk."""

    def __init__(self, workspace: "Workspace", settings: Settings, clock: "Clock", chronicle: Chronicle) -> None:
        self._workspace, self._settings, self._clock, self._chronicle = workspace, settings, clock, chronicle
        self._held = ExitStack()

    def begin(self, runs: Sequence[Run]) -> None:
        """Lock the directories, and complete what an interrupted run began."""
        for run in runs:
            try:
                self._hold(run)
            except FgdError as failure:
                run.fail(failure)

    def _hold(self, run: Run) -> None:
        wait, directory = self._settings.sync.lock_timeout, run.target.directory
        self._held.enter_context(self._workspace.hold(directory, wait, self._clock))
        if self._workspace.recover(directory):
            run.tell(notes=(*run.report.notes, "an interrupted sync was completed or undone first"))

    def publish(self, runs: Sequence[Run], again: Again) -> None:  # noqa: ARG002 - nobody else works while it is held
        """Make the changes in the directories, each all or nothing."""
        for run in runs:
            try:
                if run.changes:
                    self._workspace.make(run.target.directory, run.changes, KEPT_FOLDERS)
                run.tell(applied=True)
            except FgdError as failure:
                run.fail(failure)

    def end(self, runs: Sequence[Run]) -> str:
        """Unlock the directories and write the history. Gives a notice if that could not be written."""
        self._held.close()
        return self._chronicle(runs)
