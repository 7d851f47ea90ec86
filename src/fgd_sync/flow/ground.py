"""One fabric on its way through a sync, and the ground that takes what was planned: a disk, or a branch on a remote.

A ground knows nothing of YAML; the engine knows nothing of files and git.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from fgd_sync.flow.course import Course
from fgd_sync.flow.targets import Target
from fgd_sync.model.change import Change, Write
from fgd_sync.model.failure import FgdError
from fgd_sync.model.report import FabricReport
from fgd_sync.model.sync import ENDS
from fgd_sync.model.tree import Tree
from fgd_sync.model.value import dataclass, field, replace
from fgd_sync.planning.options import Options


@dataclass(slots=True)
class Run:
    """One fabric on its way through a sync.

    `tree` has the files as they were read, `options` what planning them depends on. `changes` are those of the plan,
    with the record in the archive log; () till it is planned, and where nothing is to be done. `form`: those of them
    that only bring files to a new normal form. `failure` says why it cannot go on; the runs of other fabrics do.
    `agreed` reads the files that keep what git and a neighbour agreed on last, `agreement` are those that are to be
    kept; None: as they were.
    """

    target: Target
    course: Course
    report: FabricReport
    tree: Tree = field(default_factory=lambda: Tree({}))
    options: Options | None = None
    changes: tuple[Change, ...] = ()
    form: tuple[Write, ...] = ()
    failure: FgdError | None = None
    agreed: Callable[[], Mapping[str, bytes]] = dict
    agreement: Mapping[str, bytes] | None = None

    @property
    def fabric(self) -> str:
        """The name of the fabric."""
        return self.report.fabric

    @property
    def sync_id(self) -> str:
        """The id of its sync."""
        return self.report.sync_id

    @property
    def is_pull(self) -> bool:
        """Whether it brings what was changed in NetBox, and nothing else."""
        return self.options is not None and self.options.incoming is not None

    @property
    def is_live(self) -> bool:
        """Whether it has neither failed nor ended."""
        return self.failure is None and self.course.sync.state not in ENDS

    def fail(self, failure: FgdError) -> None:
        """Go no further. The failure's details name the sync and the stage that failed."""
        now = self.course.sync
        failure.details.update(sync_id=now.id, stage=str(now.stage or now.state))
        self.failure = failure
        self.course.fail(failure)

    def tell(self, **facts: Any) -> None:
        """Note facts in the report, by the names of its fields."""
        self.report = replace(self.report, **facts)


Again = Callable[[Run], None]
"""Reads and plans a run once more, after its files changed under it; a failure is noted in the run."""


class Ground(Protocol):
    """Where a sync changes fabrics: a disk, or a branch. All methods but `end` raise FgdError."""

    def begin(self, runs: Sequence[Run]) -> None:
        """Be alone at work on these fabrics, and complete what an interrupted run began; notes failures in the runs."""

    def publish(self, runs: Sequence[Run], again: Again) -> None:
        """Make the changes of the runs and report them as applied; notes failures in the runs."""

    def end(self, runs: Sequence[Run]) -> str:
        """Write the history and let others work on these fabrics, whatever became of the runs.

        Gives a notice for people if the history could not be written; raises nothing.
        """
