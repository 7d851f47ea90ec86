"""The result of one command over some fabrics: what every renderer takes."""

from typing import TYPE_CHECKING

from fgd_sync.model.code import SYNC_CANCELLED
from fgd_sync.model.diagnostic import Diagnostic
from fgd_sync.model.failure import FgdError
from fgd_sync.model.plan import Plan
from fgd_sync.model.structure import Structure
from fgd_sync.model.sync import State
from fgd_sync.model.value import dataclass, field

if TYPE_CHECKING:  # Few commands look for drift.
    from fgd_sync.model.drift import FabricDrift


@dataclass(frozen=True, slots=True)
class FabricReport:
    """One fabric of a run. `path` is its directory as the user knows it ("." for the current one).

    `plan` is None when planning failed; then `failure` says why. `applied`: the plan's changes were made. `commit` is
    the id of the commit that holds them, `pull_request` the number of the one that proposes them; "" and 0 for none.
    `waiting`: so many reports about the fabric wait until their receivers take them. `notes`: what else people
    should know of the run, one line each. `drift`: where git and others differ; None where that was not asked for.
    Times are RFC 3339 in UTC, "" where the command has none.
    """

    fabric: str
    path: str
    plan: Plan | None
    failure: FgdError | None = None
    applied: bool = False
    sync_id: str = ""
    started_at: str = ""
    completed_at: str = ""
    structure: Structure = field(default_factory=Structure)
    commit: str = ""
    pull_request: int = 0
    waiting: int = 0
    notes: tuple[str, ...] = ()
    drift: "FabricDrift | None" = None

    def display(self, path: str) -> str:
        """A path of the fabric as the user knows it."""
        return path if self.path in ("", ".") else f"{self.path}/{path}"

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """The findings of the plan."""
        return self.plan.diagnostics if self.plan else ()

    @property
    def state(self) -> str:
        """The state of the sync in the words of the contracts."""
        if self.failure is None:
            return State.COMPLETED
        return State.CANCELLED if self.failure.code is SYNC_CANCELLED else State.FAILED


@dataclass(frozen=True, slots=True)
class Report:
    """A run of one command (`check`, `plan`, `sync` …) over its fabrics."""

    command: str
    fabrics: tuple[FabricReport, ...]
