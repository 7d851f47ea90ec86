"""The state machine of a sync: what may follow what, and that every way through it ends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fgd_sync.model.failure import FgdError
from fgd_sync.model.sync import ENDS, STAGES, TRANSITIONS, State, Sync


def reachable(start: State) -> set[State]:
    found, pending = {start}, [start]
    while pending:
        for state in TRANSITIONS[pending.pop()] - found:
            found.add(state)
            pending.append(state)
    return found


def test_every_state_is_reachable() -> None:
    assert reachable(State.PENDING) == set(State)


@pytest.mark.parametrize("state", State)
def test_from_every_state_an_end_is_reachable(state: State) -> None:
    assert reachable(state) & ENDS


@pytest.mark.parametrize("state", State)
def test_only_an_end_has_nothing_after_it(state: State) -> None:
    assert (not TRANSITIONS[state]) == (state in ENDS)


def test_an_undisturbed_sync_does_every_stage_once() -> None:
    sync = Sync("1")
    for state in (*STAGES, State.COMPLETED):
        sync = sync.to(state)
    assert (sync.state, sync.attempts) == (State.COMPLETED, 1)


@given(st.lists(st.sampled_from(State), max_size=60))
def test_no_way_leads_past_an_end_or_around_a_stage(wishes: list[State]) -> None:
    """Whatever is asked of it, a sync only ever goes forward, or back to the stage that failed, once an attempt."""
    sync, done = Sync("1"), 0
    for wish in wishes:
        if wish not in TRANSITIONS[sync.state] or (
            sync.state is State.RETRYING and wish in STAGES and wish is not sync.stage
        ):
            with pytest.raises(FgdError):
                sync.to(wish)
            continue
        sync = sync.to(wish)
        if wish in STAGES:
            assert STAGES.index(wish) in (done, done - 1)
            done = STAGES.index(wish) + 1
    assert sync.attempts <= 1 + len(wishes)


@pytest.mark.parametrize("stage", STAGES)
def test_a_sync_is_tried_again_from_the_stage_that_failed(stage: State) -> None:
    sync = Sync("1")
    for state in STAGES[: STAGES.index(stage) + 1]:
        sync = sync.to(state)
    again = sync.to(State.RETRYING)
    assert again.attempts == 2
    assert again.to(stage).stage is stage
    for other in set(STAGES) - {stage}:
        with pytest.raises(FgdError, match="cannot become"):
            again.to(other)
