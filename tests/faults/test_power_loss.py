"""Whatever of an unsynced write a loss of power destroys, the directory is as before or as planned, at every moment."""

import contextlib
import errno
from pathlib import Path

import pytest
from crash_driver import difference
from fault_world import KEEP, SCENARIOS, Saboteur, State, build, failing, is_all_but, outcomes, sabotaged, state
from power import Disk, Entry, PowerCutError, lay, recorded, states

from fgd_sync.adapters import durable, root
from fgd_sync.adapters.journal import make, recover
from fgd_sync.adapters.leftovers import INDEX
from fgd_sync.model.failure import FgdError

STEPS = 1_000_000


class Judge:
    """Recovers from every state that a loss of power may leave; from one that came up before not once more."""

    def __init__(self, scenario: str, directory: Path) -> None:
        self.scenario, self.directory, self.count = scenario, directory, 0
        self.old, self.new = outcomes(scenario, directory)
        self.seen: set[frozenset[Entry]] = set()
        self.kept = ""
        """The name of a folder that the system refused to remove."""

    def hear(self, disk: Disk, extent: tuple[int, int], *, done: bool) -> int:
        """Look at what may be left of a disk; `done`: whether the work had ended. How many states there were."""
        before = self.count
        for steps, left in states(disk, *extent):
            note = f"power lost after step {steps - disk.old}: {disk.steps[steps - 1]}"
            at_end = done and steps == len(disk.steps)
            assert not (at_end and INDEX in left), note
            entries = frozenset(left.items())
            if at_end or entries not in self.seen:
                self._recovered(left, note, (self.new,) if at_end else (self.old, self.new))
            self.seen.add(entries)
            self.count += 1
        return self.count - before

    def tell(self) -> None:
        """Print the figures."""
        print(f"{self.scenario}: {self.count} states after a loss of power, {len(self.seen)} different")

    def _recovered(self, left: State, note: str, allowed: tuple[State, ...]) -> None:
        lay(self.directory, left)
        try:
            recover(self.directory)
        except FgdError as failure:
            pytest.fail(f"{note}: {failure.message}")
        after = state(self.directory)
        is_fine = any(is_all_but(after, one, self.kept) for one in allowed)
        assert is_fine, f"{note}: {[difference(after, one) for one in allowed]}"


def extent(config: pytest.Config, stride: int) -> tuple[int, int]:
    """How many states are taken at random at each step, and every how manieth step is looked at."""
    return (10, 1) if config.getoption("--campaign") == "long" else (0, stride)


@pytest.fixture(params=["one by one", "all at once"])
def manner(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """How files and folders are made durable; all at once with a call that is recorded."""
    if request.param == "all at once":
        monkeypatch.setattr(root, "_FEW", 1)
        monkeypatch.setattr(durable, "_syncfs", lambda _: errno.ENOSYS)


@pytest.mark.usefixtures("manner")
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_power_lost_at_every_step(scenario: str, fast: Path, pytestconfig: pytest.Config) -> None:
    judge = Judge(scenario, fast)
    build(fast, SCENARIOS[scenario][0])
    disk = Disk(fast)
    with recorded(disk):
        make(fast, SCENARIOS[scenario][1], KEEP)
    assert judge.hear(disk, extent(pytestconfig, 4), done=True) > 20
    judge.tell()


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_power_lost_in_and_after_the_recovery_from_a_kill(
    scenario: str, fast: Path, pytestconfig: pytest.Config
) -> None:
    """What the killed run renamed was never synced by it: the recovery has to answer for it."""
    stride = 1 if pytestconfig.getoption("--campaign") == "long" else 31
    judge = Judge(scenario, fast)
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
        judge.hear(disk, extent(pytestconfig, 9), done=False)
    judge.tell()


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_power_lost_after_a_failure_was_taken_back(scenario: str, fast: Path, pytestconfig: pytest.Config) -> None:
    stride = 1 if pytestconfig.getoption("--campaign") == "long" else 83
    judge = Judge(scenario, fast)
    for step in range(20, STEPS, stride):
        build(fast, SCENARIOS[scenario][0])
        disk = Disk(fast)
        saboteur = Saboteur(step, failing(errno.EIO))
        with contextlib.suppress(FgdError), sabotaged(saboteur), recorded(disk):
            make(fast, SCENARIOS[scenario][1], KEEP)
        judge.kept = saboteur.kept
        judge.hear(disk, extent(pytestconfig, 9), done=False)
        if saboteur.count <= step:
            break
    judge.tell()
