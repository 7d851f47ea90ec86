"""Whatever of an unsynced write a loss of power destroys, the directory is as before or as planned, at every moment."""

import contextlib
import errno
from pathlib import Path

import pytest
from crash_driver import difference
from fault_world import KEEP, SCENARIOS, Saboteur, build, failing, outcomes, sabotaged, state
from power import Disk, PowerCutError, lay, recorded, states

from fgd_sync.adapters.journal import INDEX, make, recover
from fgd_sync.model.failure import FgdError

STEPS = 1_000_000


def judge(disk: Disk, scenario: str, extent: tuple[int, int], *, done: bool) -> int:
    """Recover from every state that a loss of power may leave; `done`: whether the work had ended. How many there were."""
    directory = disk.directory
    found = list(states(disk, *extent))
    old, new = outcomes(scenario, directory)
    for steps, left in found:
        lay(directory, left)
        note = f"power lost after step {steps - disk.old}: {disk.steps[steps - 1]}"
        try:
            recover(directory)
        except FgdError as failure:
            pytest.fail(f"{note}: {failure.message}")
        after = state(directory)
        assert after in (old, new), f"{note}: {difference(after, old)} {difference(after, new)}"
        if done and steps == len(disk.steps):
            assert state(directory) == new, note
            assert INDEX not in left, note
    return len(found)


def extent(config: pytest.Config, stride: int) -> tuple[int, int]:
    """How many states are taken at random at each step, and every how manieth step is looked at."""
    return (10, 1) if config.getoption("--campaign") == "long" else (0, stride)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_power_lost_at_every_step(scenario: str, fast: Path, pytestconfig: pytest.Config) -> None:
    build(fast, SCENARIOS[scenario][0])
    disk = Disk(fast)
    with recorded(disk):
        make(fast, SCENARIOS[scenario][1], KEEP)
    assert judge(disk, scenario, extent(pytestconfig, 4), done=True) > 20


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_power_lost_in_and_after_the_recovery_from_a_kill(
    scenario: str, fast: Path, pytestconfig: pytest.Config
) -> None:
    """What the killed run renamed was never synced by it: the recovery has to answer for it."""
    stride = 1 if pytestconfig.getoption("--campaign") == "long" else 31
    for kill in range(5, STEPS, stride):
        build(fast, SCENARIOS[scenario][0])
        disk = Disk(fast)
        is_killed = True
        with contextlib.suppress(PowerCutError), recorded(disk, kill):
            make(fast, SCENARIOS[scenario][1], KEEP)
            is_killed = False
        if not is_killed:
            break
        with recorded(disk):
            recover(fast)
        judge(disk, scenario, extent(pytestconfig, 9), done=False)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_power_lost_after_a_failure_was_taken_back(scenario: str, fast: Path, pytestconfig: pytest.Config) -> None:
    stride = 1 if pytestconfig.getoption("--campaign") == "long" else 83
    for step in range(20, STEPS, stride):
        build(fast, SCENARIOS[scenario][0])
        disk = Disk(fast)
        saboteur = Saboteur(step, failing(errno.EIO))
        with contextlib.suppress(FgdError), sabotaged(saboteur), recorded(disk):
            make(fast, SCENARIOS[scenario][1], KEEP)
        judge(disk, scenario, extent(pytestconfig, 9), done=False)
        if saboteur.count <= step:
            break
