"""A sync that reads a branch of a remote repository and publishes to it: the composition of its neighbours."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from fgd_sync.adapters.remote_store import RemoteStore
from fgd_sync.adapters.signals import interrupt, interruptible, shield
from fgd_sync.cli.crew import crew_of, owner
from fgd_sync.flow.branch_targets import targets_on
from fgd_sync.flow.commit_tree import Reader
from fgd_sync.flow.guard import Custody, Guard
from fgd_sync.flow.ledger import Ledger
from fgd_sync.flow.lock_store import LockStore
from fgd_sync.flow.locks import Locks
from fgd_sync.flow.on_branch import Branch, OnBranch, Uncommitted
from fgd_sync.flow.publish_push import BOT, Authorship, Push
from fgd_sync.flow.recorder import Recorder
from fgd_sync.flow.run import Request, World, plan_each
from fgd_sync.flow.selection import choose
from fgd_sync.flow.state_refs import StateRefs
from fgd_sync.flow.sync import sync
from fgd_sync.model.context import RunContext
from fgd_sync.model.git import Signature
from fgd_sync.model.lock_note import Holder
from fgd_sync.model.report import FabricReport
from fgd_sync.ports import EventSink, GitStore
from fgd_sync.render.commit_message import SUBJECT, Wording


@dataclass(frozen=True, slots=True)
class Publication:
    """Where a run publishes and as whom.

    `url`: of the repository. `workspace`: the root of a clone whose objects need not be fetched again; None: there is
    none. `token` empty: git finds credentials as the user has set them up. `paths`, `fabrics`: what the run is about.
    `correlation_id` empty: a new one.
    """

    url: str
    branch: str
    token: str = field(default="", repr=False)
    workspace: Path | None = None
    paths: Sequence[str] = ()
    fabrics: Sequence[str] = ()
    authorship: Authorship = field(default_factory=Authorship)
    uncommitted: Uncommitted = field(default_factory=Uncommitted)
    context: RunContext = field(default_factory=RunContext)
    correlation_id: str = ""


def publish(
    world: World,
    publication: Publication,
    request: Request,
    sinks: Sequence[EventSink] = (),
    *,
    dry_run: bool = False,
) -> tuple[FabricReport, ...]:
    """Sync fabrics on a branch, or only plan them. Raises FgdError for what concerns all before any is begun."""
    with TemporaryDirectory(prefix="fgd-") as folder, interruptible(world.settings.sync.timeout_seconds):
        store = RemoteStore(
            publication.url,
            Path(folder) / "git",
            workspace=publication.workspace,
            token=publication.token,
            settings=world.settings.github,
        )
        return _publish(world, publication, request, Means(store, sinks, dry_run))


@dataclass(frozen=True, slots=True)
class Means:
    """What a run works with: the repository, who is told, and whether it only plans."""

    store: GitStore
    sinks: Sequence[EventSink]
    dry_run: bool


def _publish(world: World, publication: Publication, request: Request, means: Means) -> tuple[FabricReport, ...]:
    settings, clock, store, recorder = world.settings, world.clock, means.store, Recorder()
    refs = StateRefs(settings.sync.state_refs)
    ledger = Ledger(store, clock, refs, retention_days=settings.sync.history_retention_days)
    holder = holder_of(publication.context, publication.correlation_id or world.new_id())
    custody = Custody(holder, settings.sync.lock_timeout, interrupt, shield)
    guard = Guard(Locks(LockStore(store, clock, refs), ledger, world.new_id), ledger, custody, recorder.entry)
    branch = Branch(store, publication.branch, Reader(store, settings.ingestion), publication.uncommitted)
    ground = OnBranch(branch, guard, Push(branch, guard, clock, publication.authorship), clock)
    world = replace(world, source=ground)
    found = targets_on(branch, ground.tip, publication.paths, settings)
    targets = choose(found, publication.fabrics, lambda target: target.name)
    if means.dry_run:
        return plan_each(world, targets, request)
    crew = replace(crew_of(world, ground, holder, [recorder, *means.sinks]), shield=shield)
    return sync(world, crew, targets, request)


def authorship_of(message: str, author: Signature | None, co_author: str = "") -> Authorship:
    """How commits are worded and signed; what is empty is as by default."""
    return Authorship(author or BOT, Wording(message or SUBJECT, co_author))


def holder_of(context: RunContext, correlation_id: str) -> Holder:
    """Who holds the locks of a run, in words: the workflow's run, or a person at a desk."""
    if not context.run_id:
        return Holder(owner(), correlation_id, context.trigger)
    attempt = f", attempt {context.run_attempt}" if context.run_attempt > 1 else ""
    who = f"workflow {context.workflow or 'run'} #{context.run_id}{attempt} of {context.repository}"
    return Holder(who, correlation_id, context.trigger, context.run_url)
