"""A sync that reads a branch of a remote repository and publishes to it: the composition of its neighbours."""

import random
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path

from fgd_sync.adapters.remote_store import RemoteStore
from fgd_sync.adapters.scratch import temporary_folder
from fgd_sync.adapters.signals import interrupt, interruptible, over_at, shield
from fgd_sync.cli.crew import crew_of, warn, warn_of_sink
from fgd_sync.cli.people import runner
from fgd_sync.flow.alerts import watch
from fgd_sync.flow.bookkeeping import Entry
from fgd_sync.flow.branch_targets import targets_on
from fgd_sync.flow.breaker import Breaker
from fgd_sync.flow.commit_tree import Reader
from fgd_sync.flow.course import Course
from fgd_sync.flow.event_channel import EventChannel
from fgd_sync.flow.ground import Run
from fgd_sync.flow.guard import Custody, Guard
from fgd_sync.flow.on_branch import Branch, OnBranch, Publisher, Tip, Uncommitted
from fgd_sync.flow.outbox import Outbox
from fgd_sync.flow.proposals import Proposals
from fgd_sync.flow.publish_api import ApiCommits
from fgd_sync.flow.publish_pulls import PullRequests
from fgd_sync.flow.publish_push import BOT, Authorship, Push
from fgd_sync.flow.puller import Puller, keep_agreed
from fgd_sync.flow.recorder import Recorder
from fgd_sync.flow.reporter import Receiver, Reporter
from fgd_sync.flow.resilience import Retries, Retry
from fgd_sync.flow.resilient_store import ResilientStore
from fgd_sync.flow.run import Request, World, plan_each
from fgd_sync.flow.selection import choose
from fgd_sync.flow.state import State
from fgd_sync.flow.sync import Crew, sync
from fgd_sync.flow.targets import Target
from fgd_sync.model.code import CONFIGURATION_INVALID, Severity
from fgd_sync.model.context import RunContext
from fgd_sync.model.event import EventType
from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import Signature
from fgd_sync.model.lock_note import Holder
from fgd_sync.model.report import FabricReport
from fgd_sync.model.sync import ENDS
from fgd_sync.model.value import dataclass, field, replace
from fgd_sync.ports import EventSink, GitHub, GitStore, Memory, NetBox
from fgd_sync.render.commit_message import SUBJECT, Wording
from fgd_sync.render.proposal import PULL, SYNC, Manner


def nothing_remembered(git: GitStore) -> None:
    """No memory of earlier runs."""


@dataclass(frozen=True, slots=True)
class Publication:
    """Where a run publishes and as whom.

    `url`: of the repository. `workspace`: the root of a clone whose objects need not be fetched again; None: there is
    none. `token` empty: git finds credentials as the user has set them up. `paths`, `fabrics`: what the run is about.
    `correlation_id` empty: a new one. `pull_from`: gives clients of the NetBox to pull from; None: it is a sync.
    `memory`: what earlier runs found, also in the repository.
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
    pull_from: Callable[[], NetBox] | None = None
    memory: Callable[[GitStore], Memory | None] = nothing_remembered


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is told of a run: `sinks` as it happens; `channel` too, but what it does not take is kept for the next run.

    `receivers` are told what became of each fabric.
    """

    sinks: Sequence[EventSink] = ()
    channel: EventSink | None = None
    receivers: Sequence[Receiver] = ()


def publish(
    world: World, publication: Publication, request: Request, audience: Audience, *, dry_run: bool = False
) -> tuple[FabricReport, ...]:
    """Sync fabrics on a branch, or only plan them. Raises FgdError for what concerns all before any is begun."""
    with temporary_folder() as folder, interruptible(world.settings.sync.timeout_seconds):
        store = RemoteStore(
            publication.url,
            folder / "git",
            workspace=publication.workspace,
            token=publication.token,
            settings=world.settings.github,
        )
        return publish_to(store, world, publication, request, audience=audience, dry_run=dry_run)


def publish_to(
    store: GitStore,
    world: World,
    publication: Publication,
    request: Request,
    *,
    audience: Audience,
    dry_run: bool = False,
) -> tuple[FabricReport, ...]:
    """The same on a repository that is open. Raises FgdError."""
    return _Publishing(world, publication, audience, store).run(request, dry_run=dry_run)


class _Publishing:
    """The neighbours of one run, made as they are needed."""

    def __init__(self, world: World, publication: Publication, audience: Audience, store: GitStore) -> None:
        self._world, self._publication, self._audience = world, publication, audience
        self._settings, self._clock = world.settings, world.clock
        settings, self._courses = world.settings.sync, list[Course]()
        end = world.clock.monotonic() + settings.timeout_seconds
        retries = Retries(settings.retry_policy, world.clock, random.random, end, hook=self._tell_retry, over=over_at)
        self._memory = publication.memory(store)
        self._store = ResilientStore(store, Breaker(store.name, world.clock), retries)
        self._recorder = Recorder()
        self._holder = holder_of(publication.context, publication.correlation_id or world.new_id())

    def run(self, request: Request, *, dry_run: bool) -> tuple[FabricReport, ...]:
        """Sync, or only plan."""
        reports = self._reports(request, dry_run=dry_run)
        if self._memory and not dry_run:
            self._memory.leave()
        return reports

    def _reports(self, request: Request, *, dry_run: bool) -> tuple[FabricReport, ...]:
        settings, given = self._settings, self._publication
        reader = Reader(self._store, settings.ingestion, self._memory)
        branch = Branch(self._store, given.branch, reader, given.uncommitted)
        if given.pull_from is None:
            ground = self._ground(branch, settings.github.commit_mode, SYNC)
            return self._done(ground, self._targets(branch, ground.tip), request, dry_run=dry_run)
        puller = Puller(given.pull_from, settings, self._agreed)
        self._world = replace(self._world, prepare=puller.prepare)
        targets = self._targets(branch, branch.tip())
        reports: list[FabricReport] = []
        for mode in ("push", "pull-request"):
            some = [target for target in targets if settings.pull_of(target.name).mode == mode]
            if some:
                is_signed = mode == "push" and settings.github.commit_mode == "api"
                ground = self._ground(branch, "api" if is_signed else mode, PULL)
                reports += self._done(ground, some, request, dry_run=dry_run)
        return tuple(sorted(reports, key=lambda report: report.path))

    def _targets(self, branch: Branch, tip: Tip) -> list[Target]:
        given = self._publication
        return choose(targets_on(branch, tip, given.paths, self._settings), given.fabrics, lambda target: target.name)

    def _done(
        self, ground: OnBranch, targets: Sequence[Target], request: Request, *, dry_run: bool
    ) -> tuple[FabricReport, ...]:
        world = replace(self._world, source=ground)
        return plan_each(world, targets, request) if dry_run else sync(world, self._crew(ground), targets, request)

    def _ground(self, branch: Branch, mode: str, manner: Manner) -> OnBranch:
        return OnBranch(branch, self._guard, self._publisher(branch, mode, manner), self._clock)

    def _publisher(self, branch: Branch, mode: str, manner: Manner) -> Publisher:
        """Who makes the commits, in this mode, and in no other."""
        given = self._publication
        if mode == "api":
            return ApiCommits(branch, self._guard, self._github(mode), given.authorship)
        if mode == "pull-request":
            proposals = Proposals(self._github(mode), branch.name, given.context, manner)
            return PullRequests(branch, self._guard, self._clock, given.authorship, proposals=proposals)
        return Push(branch, self._guard, self._clock, given.authorship)

    def _github(self, mode: str) -> GitHub:
        """The API that a mode needs. Raises FgdError where nothing says where it is, or there is no token."""
        given = self._publication
        if not (given.context.api_url and given.context.repository and given.token):
            raise FgdError(
                CONFIGURATION_INVALID,
                f"the commit mode {mode} needs GitHub's API, and a token for it",
                remedy="Use it in a workflow of GitHub; elsewhere use `github.commit_mode: push`, `pull.mode: push`.",
            )
        from fgd_sync.adapters.github import GitHubClient

        return GitHubClient(given.token, given.context, self._settings.github)

    def _crew(self, ground: OnBranch) -> Crew:
        sinks = [self._recorder, self._guard, *self._audience.sinks, *([self._channel] if self._channel else ())]
        crew = crew_of(self._world, ground, self._holder, sinks)

        def course(fabric: str, fabric_id: int | None, sync_id: str) -> Course:
            self._courses.append(crew.course(fabric, fabric_id, sync_id))
            return self._courses[-1]

        return replace(crew, course=course, begun=self._begun, reconcile=self._reconcile, shield=shield)

    def _tell_retry(self, retry: Retry) -> None:
        """A call to the repository is made again: the syncs at work tell so, or we do where there are none."""
        live = [course for course in self._courses if course.sync.state not in ENDS]
        words = {"code": retry.failure.code.id, "severity": Severity.WARNING.value, "message": retry.message}
        for course in live:
            course.emit(EventType.SYNC_WARNING, sync_id=course.sync.id, **words)
        if not live:
            warn(retry.message)

    @cached_property
    def _guard(self) -> Guard:
        custody = Custody(self._holder, self._settings.sync.lock_timeout, interrupt, shield)
        state = State.of(self._store, self._clock, self._settings)
        return Guard(state.locks, state.ledger, custody, self._entry)

    @cached_property
    def _outbox(self) -> Outbox:
        settings = self._settings.sync
        return Outbox(
            self._clock, most_refusals=settings.retry_policy.max_attempts, days=settings.history_retention_days
        )

    @cached_property
    def _reporter(self) -> Reporter:
        return Reporter(self._outbox, self._audience.receivers, lambda fabric: self._guard.book(fabric).outbox())

    @cached_property
    def _channel(self) -> EventChannel | None:
        receiver = self._audience.channel
        if receiver is None:
            return None
        return EventChannel(
            receiver,
            self._outbox,
            lambda fabric: self._guard.book(fabric).outbox(receiver.name),
            lambda failure: warn_of_sink(receiver.name, failure),
        )

    def _begun(self, runs: Sequence[Run]) -> None:
        for run in runs:
            run.agreed = partial(self._agreed, run.fabric)
        if self._channel:
            self._channel.open([run.fabric for run in runs])

    def _agreed(self, fabric: str) -> Mapping[str, bytes]:
        """The files that keep what git and NetBox agreed on last. Raises FgdError."""
        return self._guard.book(fabric).base()

    def _reconcile(self, runs: Sequence[Run]) -> None:
        for run in runs:
            keep_agreed(run)
        self._reporter.report(runs)
        watch(self._settings.monitoring, self._clock, self._depth)(runs)

    def _depth(self, run: Run) -> int:
        """How many reports of a fabric wait, as far as is known before the run ends."""
        try:
            return sum(self._guard.book(run.fabric).depth().values())
        except FgdError:
            return 0

    def _entry(self, run: Run) -> Entry:
        """What goes into the history of a run's fabric."""
        entry = self._reporter.entry(run, self._recorder.entry(run))
        entry = self._channel.entry(entry) if self._channel else entry
        run.tell(waiting=self._depth(run) + len(entry.posts) - len(entry.delivered) - len(entry.dead))
        return entry


def authorship_of(message: str, author: Signature | None, co_author: str = "") -> Authorship:
    """How commits are worded and signed; what is empty is as by default."""
    return Authorship(author or BOT, Wording(message or SUBJECT, co_author))


def holder_of(context: RunContext, correlation_id: str) -> Holder:
    """Who holds the locks of a run, in words: the workflow's run, or a person at a desk."""
    if not context.run_id:
        return Holder(runner(), correlation_id, context.trigger)
    attempt = f", attempt {context.run_attempt}" if context.run_attempt > 1 else ""
    who = f"workflow {context.workflow or 'run'} #{context.run_id}{attempt} of {context.repository}"
    return Holder(who, correlation_id, context.trigger, context.run_url)
