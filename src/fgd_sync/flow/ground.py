"""Where the fabrics of a command lie, and one fabric on its way through a sync there.

A ground gives the files to plan from and takes what was planned: a disk, or the tip of a branch on a remote. It knows
nothing of YAML; the engine knows nothing of files and git.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from fgd_sync.flow.targets import Target
from fgd_sync.model.change import Change
from fgd_sync.model.failure import FgdError
from fgd_sync.model.report import FabricReport
from fgd_sync.model.sync import ENDS, State, Sync
from fgd_sync.model.tree import Tree


@dataclass(slots=True)
class Run:
    """One fabric on its way through a sync.

    `tree` has the files as they were read. `changes` are those of the plan, with the record in the archive log; () till
    it is planned, and where nothing is to be done. `failure` says why it cannot go on; the runs of other fabrics do.
    """

    target: Target
    sync: Sync
    report: FabricReport
    tree: Tree = field(default_factory=lambda: Tree({}))
    changes: tuple[Change, ...] = ()
    failure: FgdError | None = None

    @property
    def is_live(self) -> bool:
        """Whether it has neither failed nor ended."""
        return self.failure is None and self.sync.state not in ENDS

    def enter(self, state: State) -> None:
        """Go on to the next state. Raises FgdError for one that may not follow."""
        self.sync = self.sync.to(state)

    def fail(self, failure: FgdError) -> None:
        """Go no further. The failure's details name the sync and the stage that failed."""
        failure.details.update(sync_id=self.sync.id, stage=str(self.sync.stage or self.sync.state))
        self.failure = failure
        self.enter(State.FAILED)

    def tell(self, **facts: object) -> None:
        """Note facts in the report."""
        self.report = replace(self.report, **facts)  # type: ignore[arg-type]


Again = Callable[[Run], None]
"""Reads and plans a run once more, after its files changed under it; a failure is noted in the run."""


class Ground(Protocol):
    """Where the fabrics of a command lie: files on a disk, or the tip of a branch. All methods raise FgdError."""

    def read(self, target: Target) -> Tree:
        """The files of a fabric directory."""

    def earlier(self, target: Target, tree: Tree, revision: str, folder: str) -> Mapping[str, bytes]:
        """What the base revision held below a folder of the fabric that differs in `tree`, see `Options.base`."""

    def is_whole_repository(self, target: Target) -> bool:
        """Whether the fabric directory is the root of its repository."""

    def begin(self, runs: Sequence[Run]) -> None:
        """Be alone at work on these fabrics, and complete what an interrupted run began; notes failures in the runs."""

    def publish(self, runs: Sequence[Run], again: Again) -> None:
        """Make the changes of the runs and report them as applied; notes failures in the runs."""

    def end(self, runs: Sequence[Run]) -> None:
        """Let others work on these fabrics, whatever became of the runs."""
