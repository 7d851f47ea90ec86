"""The post step of the action: cleans up after a run that was cut short, and records its end.

Runs in a container of its own after all steps, with what the step wrote into the runner's state. It gives back the
locks that the run still holds and ends its check run. It never fails the job: a lock that cannot be given back ends
by itself.
"""

import os
from collections.abc import Callable
from pathlib import Path

from fgd_sync.adapters.action_inputs import read_inputs
from fgd_sync.adapters.runner_context import read_occasion
from fgd_sync.cli.common import make_world
from fgd_sync.cli.job import Job
from fgd_sync.cli.step import Step
from fgd_sync.flow.modes import decide
from fgd_sync.flow.run import World
from fgd_sync.model.failure import FgdError

RUN_ID, ENDED = "fgd_run_id", "fgd_ended"
"""What the step tells the post step: the run that began; that it left nothing behind."""


def clean_up(step: Step) -> int:
    """Clean up if there may be something to be cleaned up; the exit status."""
    if step.environment.get(f"STATE_{RUN_ID}") and not step.environment.get(f"STATE_{ENDED}"):
        for work in (_give_back, _end_check):
            _try(step, work)
    return 0


def _try(step: Step, work: Callable[[Job, World], str]) -> None:
    try:
        job = _job(step)
        said = work(job, make_world(Path(job.inputs.config) if job.inputs.config else None, job.inputs.overrides))
    except FgdError as failure:
        step.warn(f"could not clean up all after the step; its locks end by themselves: {failure.message}")
    else:
        if said:
            step.say(said)


def _job(step: Step) -> Job:
    inputs = read_inputs(step.environment, os.fspath(step.workspace))
    step.mask(inputs.token)
    os.chdir(step.workspace)
    occasion = read_occasion(step.environment, inputs.branch)
    return Job(step, inputs, occasion, decide(occasion, inputs.mode))


def _give_back(job: Job, world: World) -> str:
    """Give back the locks of the run; says whose. Raises FgdError."""
    from fgd_sync.cli.step_state import state_of
    from fgd_sync.flow.lock_store import fabric_of

    if not job.url:
        return ""
    run_id = job.step.environment[f"STATE_{RUN_ID}"]
    with state_of(job, world) as state:
        locks = state.lock_store.look().items()
        fabrics = [fabric_of(ref, note) for ref, (_, note) in locks if note.holder.correlation_id == run_id]
        for fabric in fabrics:
            state.locks.unlock(fabric, "the clean-up of its workflow", "the step was cut short")
    return f"gave back the locks of {', '.join(fabrics)}" if fabrics else ""


def _end_check(job: Job, world: World) -> str:
    """End the check run that was left behind; says so. Raises FgdError."""
    if not (job.decision.speaks and job.token and job.url and job.inputs.check_run):
        return ""
    from fgd_sync.adapters.github import GitHubClient
    from fgd_sync.cli.step_feedback import Voice
    from fgd_sync.flow.feedback import end_abandoned
    from fgd_sync.model.report import Report

    github = GitHubClient(job.token, job.occasion.context, world.settings.github)
    told = Voice(job, world, github).told(Report(job.decision.deed, ()))
    return "ended the check run that was left behind" if end_abandoned(github, told) else ""
