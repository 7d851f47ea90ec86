"""The post step of the action: gives back the locks of a run that was cut short, and records its end.

Runs in a container of its own after all steps, with what the step wrote into the runner's state. It never fails the
job: a lock that cannot be given back ends by itself.
"""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

from fgd_sync.adapters.action_inputs import read_inputs
from fgd_sync.adapters.runner_context import read_occasion
from fgd_sync.cli.common import make_world
from fgd_sync.cli.job import Job
from fgd_sync.cli.step import Step
from fgd_sync.flow.modes import Decision, Deed
from fgd_sync.flow.run import World
from fgd_sync.model.failure import FgdError

RUN_ID, ENDED = "fgd_run_id", "fgd_ended"
"""What the step tells the post step: the run that may hold locks; that it gave them back."""


def clean_up(step: Step) -> int:
    """Give back what the step still holds; the exit status."""
    run_id = step.environment.get(f"STATE_{RUN_ID}", "")
    if not run_id or step.environment.get(f"STATE_{ENDED}"):
        return 0
    try:
        released = _released(step, run_id)
    except FgdError as failure:
        step.warn(f"the locks of the run could not be looked at; they end by themselves: {failure.message}")
        return 0
    step.say(f"gave back the locks of {', '.join(released)}" if released else "the step held no lock any more")
    return 0


def _released(step: Step, run_id: str) -> list[str]:
    """The fabrics whose locks were given back. Raises FgdError."""
    inputs = read_inputs(step.environment, os.fspath(step.workspace))
    step.mask(inputs.token)
    os.chdir(step.workspace)
    job = Job(step, inputs, read_occasion(step.environment, inputs.branch), Decision(Deed.NOTHING))
    world = make_world(Path(inputs.config) if inputs.config else None, inputs.overrides)
    with TemporaryDirectory(prefix="fgd-") as folder:
        return _unlocked(job, world, run_id, Path(folder) / "git")


def _unlocked(job: Job, world: World, run_id: str, scratch: Path) -> list[str]:
    from fgd_sync.adapters.remote_store import RemoteStore
    from fgd_sync.flow.ledger import Ledger
    from fgd_sync.flow.lock_store import LockStore, fabric_of
    from fgd_sync.flow.locks import Locks
    from fgd_sync.flow.state_refs import StateRefs

    settings = world.settings
    store = RemoteStore(job.url, scratch, token=job.token, settings=settings.github)
    refs = StateRefs(settings.sync.state_refs)
    ledger = Ledger(store, world.clock, refs, retention_days=settings.sync.history_retention_days)
    locks = LockStore(store, world.clock, refs)
    held = [fabric_of(ref, note) for ref, (_, note) in locks.look().items() if note.holder.correlation_id == run_id]
    for fabric in held:
        Locks(locks, ledger, world.new_id).unlock(fabric, "the clean-up of its workflow", "the step was cut short")
    return held
