"""A step of a workflow that works on a branch: the composition of a publishing run from the inputs and the event."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from fgd_sync.adapters.checkout import checked_out
from fgd_sync.adapters.report_files import open_report
from fgd_sync.adapters.work_tree import uncommitted
from fgd_sync.cli.common import targets_of
from fgd_sync.cli.crew import warn_of_sink
from fgd_sync.cli.job import Job
from fgd_sync.cli.listeners import listeners
from fgd_sync.cli.publishing import Audience, Publication, authorship_of, publish
from fgd_sync.cli.receivers import receivers, source_of_pulls
from fgd_sync.cli.step_cache import memory_of
from fgd_sync.flow.modes import Deed
from fgd_sync.flow.on_branch import Uncommitted
from fgd_sync.flow.reporter import Receiver
from fgd_sync.flow.run import Request, World
from fgd_sync.model.code import CONFIGURATION_INVALID
from fgd_sync.model.context import PULL as PULL_TRIGGER
from fgd_sync.model.failure import FgdError
from fgd_sync.model.report import FabricReport
from fgd_sync.model.value import replace
from fgd_sync.planning.place import MANIFEST
from fgd_sync.ports import EventSink


def planned(job: Job, world: World) -> tuple[FabricReport, ...]:
    """Plan the fabrics of a branch. Raises FgdError for what concerns all of them."""
    return publish(world, _publication(job, world), _request(job), Audience(), dry_run=True)


def published(job: Job, world: World, run_id: str, sinks: Sequence[EventSink]) -> tuple[FabricReport, ...]:
    """Sync the fabrics of a branch and publish the result. Raises FgdError for what concerns all fabrics.

    `run_id`: by which the locks are known as those of this run. `sinks`: who is told of events besides.
    """
    told = listeners(world.settings, "groups")
    with _events(job) as events:
        audience = Audience([*told.sinks, *sinks, *events], told.redis, _receivers(job, world))
        reports = publish(world, _publication(job, world, run_id), _request(job), audience)
    told.finish(sum(report.waiting for report in reports))
    return reports


def _receivers(job: Job, world: World) -> Sequence[Receiver]:
    """Who is told what became of each fabric. NetBox is not told of a fix: it is not accepted yet."""
    context = job.occasion.context
    found = [] if job.is_proposal else receivers(world, context, _netbox_token(job))
    if not (job.decision.speaks and job.token and context.api_url):
        return found
    from fgd_sync.adapters.github import GitHubClient
    from fgd_sync.flow.feedback import StatusReceiver

    return [*found, StatusReceiver(lambda: GitHubClient(job.token, context, world.settings.github))]


def _netbox_token(job: Job) -> str:
    return job.inputs.netbox_token or job.step.environment.get("NETBOX_TOKEN", "")


def _request(job: Job) -> Request:
    """A fix is compared with the base of its pull request, a sync with what the last one left behind."""
    base = job.occasion.base if job.decision.deed is Deed.FIX else ""
    return Request(base=base or "HEAD", impact=True)


@contextmanager
def _events(job: Job) -> Iterator[Sequence[EventSink]]:
    """Who writes the file of events, if there is to be one. That it cannot be written is no reason to fail."""
    if not job.inputs.events_file:
        yield ()
        return
    from fgd_sync.adapters.log_sink import DebugSink

    with ExitStack() as opened:
        sink = DebugSink(opened.enter_context(open_report(job.step.workspace, job.inputs.events_file)))
        yield (sink,)
        try:
            opened.close()
        except FgdError as failure:
            warn_of_sink(sink.name, failure)


def _publication(job: Job, world: World, run_id: str = "") -> Publication:
    """Where and as whom the step publishes. Raises FgdError."""
    if not job.url:
        raise FgdError(CONFIGURATION_INVALID, "GITHUB_SERVER_URL and GITHUB_REPOSITORY do not say where to commit")
    inputs, root = job.inputs, world.repository.root(Path.cwd())
    is_pull = job.decision.deed is Deed.PULL
    return Publication(
        job.url,
        job.occasion.context.branch,
        job.token,
        root,
        inputs.paths,
        job.fabrics,
        authorship_of(inputs.commit_message, inputs.commit_author, job.occasion.context.person),
        _uncommitted(world, root, inputs.paths) if root and not is_pull else Uncommitted(),
        replace(job.occasion.context, trigger=PULL_TRIGGER) if is_pull else job.occasion.context,
        run_id,
        source_of_pulls(world, _netbox_token(job)) if is_pull else None,
        partial(memory_of, job, root, world.settings),
    )


def _uncommitted(world: World, root: Path, paths: tuple[str, ...]) -> Uncommitted:
    """What earlier steps of the job left in the fabrics without committing it."""
    head = checked_out(root)
    folders = sorted(_folders(world, root, paths))
    if not (head and folders):
        return Uncommitted(head)
    return Uncommitted(head, uncommitted(root, folders, world.settings.ingestion))


def _folders(world: World, root: Path, paths: tuple[str, ...]) -> set[str]:
    """The folders in the work tree that the run is about, from the root; none where there is no fabric yet."""
    here = tuple(path for path in map(Path, paths) if path.is_dir())
    found = [] if paths and not here else targets_of(world, here)
    wanted = [target.directory.resolve() for target in found if paths or (target.directory / MANIFEST).is_file()]
    return {"" if folder == root else folder.relative_to(root).as_posix() for folder in wanted}
