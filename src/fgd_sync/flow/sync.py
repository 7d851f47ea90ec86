"""The engine: takes fabrics through the stages of a sync together, each isolated from the others.

Plans purely, hands the plans to the ground, and leaves the ground whatever happens. Knows nothing of files and git.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext

from fgd_sync.flow.course import Course
from fgd_sync.flow.ground import Ground, Run
from fgd_sync.flow.planning_stage import plan_one, plan_several
from fgd_sync.flow.run import Request, World, options_for, require_initialized
from fgd_sync.flow.selection import name_of
from fgd_sync.flow.targets import Target
from fgd_sync.flow.telling import tell_discovered, tell_published, tell_validated
from fgd_sync.model.code import SYNC_CANCELLED, SYNC_TIMEOUT
from fgd_sync.model.failure import Interruption, as_failure
from fgd_sync.model.report import FabricReport
from fgd_sync.model.sync import State
from fgd_sync.model.value import dataclass, replace

Stage = Callable[[list[Run]], None]

_CUT_SHORT = (SYNC_CANCELLED, SYNC_TIMEOUT)
"""How runs end that no time is spent on any more: neighbours hear of them from the next run."""


@dataclass(frozen=True, slots=True)
class Crew:
    """Who takes part in a sync besides those who plan.

    `course` begins the course of a sync: name of the fabric, its id in NetBox, the sync's id. `begun` is told of the
    runs that have their locks. `reconcile` brings the neighbours in line with what was made, and notes in the runs what
    failed; it is told of failed runs too. Under the `shield` a cancel has to wait.
    """

    ground: Ground
    course: Callable[[str, int | None, str], Course]
    begun: Stage = lambda _: None
    reconcile: Stage = lambda _: None
    shield: Callable[[], AbstractContextManager[None]] = nullcontext


def sync(world: World, crew: Crew, targets: Sequence[Target], request: Request) -> tuple[FabricReport, ...]:
    """Sync fabrics and give a report of each, in their order; what goes wrong stands in the reports."""
    runs = [_run(world, crew, target) for target in targets]
    try:
        _guarded(runs, lambda: _go_through(runs, _stages(world, crew, request)))
        failed = [run for run in runs if run.failure and run.failure.code not in _CUT_SHORT]
        _guarded(runs, lambda: crew.reconcile(failed))
    finally:
        with crew.shield():
            notice = crew.ground.end(runs)
    return tuple(_reported(world, run, notice) for run in runs)


def _guarded(runs: Sequence[Run], work: Callable[[], None]) -> None:
    """Do the work; what it raises, and what breaks into it, ends the runs that are still live."""
    try:
        work()
    except (Exception, Interruption) as error:
        for run in runs:
            if run.is_live:
                run.fail(as_failure(error))


def _go_through(runs: Sequence[Run], stages: Iterable[tuple[State, Stage]]) -> None:
    """Take the runs through all stages, those that fail as far as they get."""
    for state, work in stages:
        live = [run for run in runs if run.is_live]
        for run in live:
            run.course.enter(state)
        work(live)
    for run in runs:
        if run.is_live:
            run.course.enter(State.COMPLETED)


def _reported(world: World, run: Run, notice: str) -> FabricReport:
    notes = (*run.report.notes, *([notice] if notice else ()))
    return replace(run.report, failure=run.failure, completed_at=world.clock.now(), notes=notes)


def _run(world: World, crew: Crew, target: Target) -> Run:
    name, sync_id = name_of(world, target), world.new_id()
    report = FabricReport(name, target.display, None, sync_id=sync_id, started_at=world.clock.now())
    run = Run(target, crew.course(name, target.netbox_id, sync_id), report)
    run.course.request()
    return run


def _stages(world: World, crew: Crew, request: Request) -> Iterable[tuple[State, Stage]]:
    def read(run: Run) -> None:
        run.tree = world.source.read(run.target)
        require_initialized(run.tree, run.target, world.settings, request)
        run.options = options_for(world, run.target, run.tree, request)
        tell_validated(run)

    def process(runs: list[Run]) -> None:
        made = plan_several(world, runs) if len(runs) > 1 else {}
        each(lambda run: plan_one(world, run, made.get(run.sync_id)))(runs)

    def again(run: Run) -> None:
        read(run)
        plan_one(world, run)

    def publish(runs: list[Run]) -> None:
        crew.ground.publish(runs, isolated(again))
        each(tell_published)(runs)

    def begin(runs: list[Run]) -> None:
        crew.ground.begin(runs)
        crew.begun([run for run in runs if run.is_live])

    return (
        (State.INITIALIZING, begin),
        (State.VALIDATING, each(read)),
        (State.DISCOVERING, each(tell_discovered)),
        (State.PROCESSING, process),
        (State.SYNCING, publish),
        (State.RECONCILING, crew.reconcile),
    )


def each(work: Callable[[Run], None]) -> Stage:
    """A stage that does the same for every run, each isolated from the others."""
    alone = isolated(work)

    def stage(runs: list[Run]) -> None:
        for run in runs:
            alone(run)

    return stage


def isolated(work: Callable[[Run], None]) -> Callable[[Run], None]:
    """The work with its failures noted in the run."""

    def alone(run: Run) -> None:
        try:
            work(run)
        except Exception as error:
            run.fail(as_failure(error))

    return alone
