"""The work of a step of a workflow: check, drift and matrix on what is checked out, sync and fix on the branch.

Takes the inputs, the event and the decision; composes the neighbours, hands them to the engine and the report to
everybody who wants it.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from fgd_sync.adapters.checkout import has_commit
from fgd_sync.adapters.git import GitRepository
from fgd_sync.adapters.signals import interruptible
from fgd_sync.adapters.workspace import LocalWorkspace
from fgd_sync.cli.common import make_world, targets_of
from fgd_sync.cli.failures import as_failure
from fgd_sync.cli.job import Job
from fgd_sync.cli.matrix_command import matrix_text
from fgd_sync.cli.settings_note import noted, settings_note
from fgd_sync.cli.step_cache import cache_of, with_refs
from fgd_sync.cli.step_feedback import Voice, voice_of
from fgd_sync.cli.step_pages import leave_pages
from fgd_sync.cli.step_post import ENDED, RUN_ID
from fgd_sync.cli.step_report import tell
from fgd_sync.flow.disk_source import DiskSource
from fgd_sync.flow.modes import Deed
from fgd_sync.flow.run import Compare, Request, World, plan_each
from fgd_sync.flow.selection import choose, name_of
from fgd_sync.flow.targets import Target
from fgd_sync.model.code import CONFIGURATION_INVALID
from fgd_sync.model.failure import FgdError
from fgd_sync.model.report import FabricReport, Report
from fgd_sync.model.value import replace
from fgd_sync.render.action_status import step_status


def work(job: Job) -> int:
    """Do the work and tell everybody; the exit status of the step. Raises FgdError.

    The post step is told of the run before it takes a lock or begins a check run, so that it can clean up after it.
    """
    world = _world(job)
    if not (world.settings.enabled and world.settings.github.enabled):
        return _disabled(job, world)
    if job.decision.deed is Deed.MATRIX:
        return _matrix(job, world)
    _refuse_odd_modes(job, world)
    run_id = world.new_id()
    job.step.files.state(RUN_ID, run_id)
    voice = voice_of(job, world)
    try:
        report = _done(job, world, run_id, voice)
    except Exception as error:
        failure = as_failure(error)
        voice.break_off(failure)
        raise failure from error
    told = voice.speak(voice.told(report))
    trouble = tell(job.step, job.inputs, told)
    if job.inputs.site_folder:
        trouble = max(trouble, leave_pages(job, world, _targets(job, world), report))
    if not any(fabric.failure for fabric in report.fabrics):
        job.step.files.state(ENDED, "true")
    return max(trouble, step_status(report, job.inputs.fail_on, must_be_clean=job.decision.must_be_clean))


def _disabled(job: Job, world: World) -> int:
    """Do nothing, as the settings say; warns where it is a proposal that has them say so."""
    job.step.say("the settings say `enabled: false`: nothing is done")
    with suppress(FgdError), _with_base(job, world, job.occasion.base) as there:
        note = _settings_note(job, there)
        if note:
            job.step.warn(note)
    return job.step.nothing()


def _world(job: Job) -> World:
    """The neighbours. The settings of a proposal do not say where anything is sent: secrets would go along."""

    def pass_over(setting: str) -> None:
        job.step.warn(f"`{setting}` of a pull request's settings is not used: give it by the environment or an input")

    config = Path(job.inputs.config) if job.inputs.config else None
    world = make_world(config, job.inputs.overrides, pass_over if job.is_proposal else None)
    workspace = LocalWorkspace(with_refs(job, cache_of(job), world.settings))
    return replace(world, workspace=workspace, source=DiskSource(workspace, world.repository, world.settings))


def _refuse_odd_modes(job: Job, world: World) -> None:
    """Raise FgdError for a fix that would be a pull request to a pull request."""
    if job.decision.deed is Deed.FIX and world.settings.github.commit_mode == "pull-request":
        raise FgdError(
            CONFIGURATION_INVALID,
            "mode fix commits to the head branch of the pull request; commit-mode pull-request does not",
            remedy="Give the step `commit-mode: push`, or `api` for commits that GitHub signs.",
        )


def _done(job: Job, world: World, run_id: str, voice: Voice) -> Report:
    if not job.decision.writes:
        return _planned(job, world)
    from fgd_sync.cli.step_publish import published

    return Report(job.decision.deed, published(job, world, run_id, voice.sinks))


def _matrix(job: Job, world: World) -> int:
    text = matrix_text(world, _targets(job, world))
    job.step.say(text)
    job.step.outputs({"matrix": text})
    return 0


def _targets(job: Job, world: World) -> list[Target]:
    """The fabrics of what is checked out that the inputs or a dispatch mean. Raises FgdError."""
    targets = targets_of(world, tuple(map(Path, job.inputs.paths)))
    return choose(targets, job.fabrics, lambda target: name_of(world, target))


def _planned(job: Job, world: World) -> Report:
    """Plan the tip of the branch for what a sync would do there, else what is checked out."""
    deed = job.decision.deed
    world = replace(world, compare=_comparison(job, world)) if deed is Deed.DRIFT else world
    name = deed if deed in (Deed.CHECK, Deed.DRIFT, Deed.PULL) else "plan"
    return Report(name, _on_branch(job, world) if job.is_about_branch else _checked_out(job, world))


def _comparison(job: Job, world: World) -> Compare | None:
    """How fabrics are compared with NetBox and the cluster; None where neither is known. Raises FgdError."""
    from fgd_sync.cli.drift_sides import export_of, others

    inputs = job.inputs
    export = export_of([inputs.cluster_file] if inputs.cluster_file else [], inputs.cluster_kinds)
    token = inputs.netbox_token or job.step.environment.get("NETBOX_TOKEN", "")
    sides = others(world, len(_targets(job, world)) if export else 0, export, netbox_token=token)
    return None if sides.is_empty else sides.compare


def _on_branch(job: Job, world: World) -> tuple[FabricReport, ...]:
    from fgd_sync.cli.step_publish import planned

    return planned(job, world)


def _checked_out(job: Job, world: World) -> tuple[FabricReport, ...]:
    """Plan what is checked out; in a check compared with the base of the event."""
    is_check = job.decision.deed is Deed.CHECK
    base = job.occasion.base if is_check else ""
    with interruptible(world.settings.sync.timeout_seconds), _with_base(job, world, base) as there:
        request = Request(base=base or "HEAD", in_place=is_check, impact=True)
        return noted(plan_each(there, _targets(job, there), request), _settings_note(job, there))


def _settings_note(job: Job, world: World) -> str:
    """What a proposal's settings let pass that those of its base would not."""
    config = Path(job.inputs.config) if job.inputs.config else None
    return settings_note(world, job.occasion.base, config, job.inputs.overrides) if job.is_proposal else ""


@contextmanager
def _with_base(job: Job, world: World, base: str) -> Iterator[World]:
    """The world, with a commit that a shallow clone does not have fetched beside it for as long as it is needed."""
    root = world.repository.root(Path.cwd())
    if not (base and root and job.url) or has_commit(root, base):
        yield world
        return
    from fgd_sync.adapters.remote_store import RemoteStore
    from fgd_sync.adapters.scratch import temporary_folder

    with temporary_folder() as folder:
        scratch = folder / "base.git"
        store = RemoteStore(job.url, scratch, workspace=root, token=job.token, settings=world.settings.github)
        store.fetch([base])
        repository = GitRepository(scratch / "objects")
        source = DiskSource(world.workspace, repository, world.settings)
        yield replace(world, repository=repository, source=source)
