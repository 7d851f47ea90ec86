"""`fgd action`: the entry point of the container, for a step of a workflow. Not for a desk."""

import os

import click

from fgd_sync import __version__
from fgd_sync.adapters.action_inputs import read_inputs
from fgd_sync.adapters.runner_context import read_occasion
from fgd_sync.adapters.runner_files import RunnerFiles
from fgd_sync.adapters.signals import interruptible
from fgd_sync.cli.failures import as_failure
from fgd_sync.cli.step import Step, taken
from fgd_sync.flow.modes import BASE_EVENT, Deed, decide
from fgd_sync.model.action import Inputs
from fgd_sync.model.code import EVENT_REFUSED
from fgd_sync.model.failure import FgdError
from fgd_sync.model.occasion import Occasion
from fgd_sync.model.value import replace


@click.command("action", short_help="Run a step of a workflow: the entry point of the container.")
@click.option("--post", is_flag=True, help="Clean up after the step, as its post step does.")
def command(post: bool) -> int:
    """Run a step of a workflow on GitHub, Forgejo or Gitea: what the container starts. At a desk use the others.

    What is done depends on the event and the inputs (`INPUT_MODE` and so on), which the runner gives in the
    environment; docs/workflows.md has the table. Exit status as of the other commands; 3 also for an event that the
    mode does not fit.
    """
    environment = taken(os.environ)
    step = Step(environment, RunnerFiles(environment))
    if post:
        from fgd_sync.cli.step_post import clean_up

        return clean_up(step)
    try:
        with interruptible(0):
            return _run(step)
    except Exception as error:
        return step.fail(as_failure(error))


def _run(step: Step) -> int:
    inputs = read_inputs(step.environment, os.fspath(step.workspace))
    step.mask(inputs.token, inputs.netbox_token, inputs.cache_key)
    os.chdir(step.workspace)
    occasion = _occasion(step, inputs)
    decision = decide(occasion, inputs.mode, dry_run=inputs.dry_run)
    step.say(f"fgd-sync {__version__}: {decision.deed} on {_where(occasion)}")
    if decision.reason:
        step.say(decision.reason)
    if decision.deed is Deed.REFUSE:
        raise FgdError(EVENT_REFUSED, decision.reason, remedy=decision.remedy)
    if decision.deed is Deed.NOTHING:
        return step.nothing()
    from fgd_sync.cli.job import Job
    from fgd_sync.cli.step_work import work

    return work(Job(step, inputs, occasion, decision))


def _occasion(step: Step, inputs: Inputs) -> Occasion:
    """The event, with what the checkout tells besides."""
    from fgd_sync.adapters.checkout import checked_out, parents

    occasion = read_occasion(step.environment, inputs.branch)
    context, here = occasion.context, checked_out(step.workspace)
    if context.event == BASE_EVENT:
        return replace(occasion, trusted=here in ("", context.sha))
    if context.pull_request and here == context.sha:
        merged = parents(step.workspace, here)
        return replace(occasion, base=merged[0]) if len(merged) > 1 else occasion
    return occasion


def _where(occasion: Occasion) -> str:
    context = occasion.context
    if context.pull_request:
        return f"{context.event} {context.pull_request.number} of {context.repository}"
    return f"{context.event} of {context.repository}, branch {context.branch}" if context.branch else context.event
