"""The states that one sync of one fabric goes through, and which may follow which.

The names are a contract with dashboards. A sync does its stages in order; from any of them it can fail, be cancelled,
or be tried again from the stage that failed.
"""

from enum import StrEnum

from fgd_sync.model.code import INTERNAL_ERROR
from fgd_sync.model.failure import FgdError
from fgd_sync.model.value import dataclass, replace


class State(StrEnum):
    """What a sync is doing."""

    PENDING = "pending"
    INITIALIZING = "initializing"
    VALIDATING = "validating"
    DISCOVERING = "discovering"
    PROCESSING = "processing"
    SYNCING = "syncing"
    RECONCILING = "reconciling"
    COMPLETED = "completed"
    FAILED = "failed"
    RETRYING = "retrying"
    CANCELLED = "cancelled"


STAGES = (
    State.INITIALIZING, State.VALIDATING, State.DISCOVERING, State.PROCESSING, State.SYNCING, State.RECONCILING,
)  # fmt: skip
"""The states that do work, in their order."""

ENDS = frozenset({State.COMPLETED, State.FAILED, State.CANCELLED})
"""The states that nothing follows."""

_LEAVE = frozenset({State.FAILED, State.RETRYING, State.CANCELLED})

TRANSITIONS: dict[State, frozenset[State]] = {
    State.PENDING: frozenset({State.INITIALIZING, State.FAILED, State.CANCELLED}),
    **{stage: _LEAVE | {after} for stage, after in zip(STAGES, (*STAGES[1:], State.COMPLETED), strict=True)},
    State.RETRYING: frozenset({*STAGES, State.FAILED, State.CANCELLED}),
    **{end: frozenset() for end in ENDS},
}
"""Which states may follow each state."""


@dataclass(frozen=True, slots=True)
class Sync:
    """One sync of one fabric. `stage` is the one at work, or the one that the sync is to be tried again from."""

    id: str
    state: State = State.PENDING
    stage: State | None = None
    attempts: int = 1

    def to(self, state: State) -> "Sync":
        """The sync in its next state. Raises FgdError for one that may not follow."""
        back = self.state is not State.RETRYING or state not in STAGES or state is self.stage
        if state not in TRANSITIONS[self.state] or not back:
            raise FgdError(INTERNAL_ERROR, f"a sync that is {self.state} cannot become {state}")
        attempts = self.attempts + (state is State.RETRYING)
        return replace(self, state=state, stage=state if state in STAGES else self.stage, attempts=attempts)
