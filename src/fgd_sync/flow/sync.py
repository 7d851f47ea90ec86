"""The engine: takes fabrics through the stages of a sync together, each isolated from the others.

Plans purely, hands the plans to the ground, and leaves the ground whatever happens. Knows nothing of files and git.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from fgd_sync.flow.ground import Run
from fgd_sync.flow.run import WHOLE_RUN, Request, World, plan_tree
from fgd_sync.flow.targets import Target
from fgd_sync.model.code import INTERNAL_ERROR, PLAN_TOO_DESTRUCTIVE
from fgd_sync.model.failure import FgdError
from fgd_sync.model.report import FabricReport
from fgd_sync.model.sync import State, Sync
from fgd_sync.planning.archive_log import Stamp, seal
from fgd_sync.planning.place import ARCHIVE_LOG

Stage = Callable[[list[Run]], None]


def sync(world: World, targets: Sequence[Target], request: Request) -> tuple[FabricReport, ...]:
    """Sync fabrics and give a report of each, in their order; what goes wrong stands in the reports."""
    runs = [_run(world, target) for target in targets]
    try:
        for state, work in _stages(world, request):
            live = [run for run in runs if run.is_live]
            for run in live:
                run.enter(state)
            work(live)
        for run in runs:
            if run.is_live:
                run.enter(State.COMPLETED)
    except FgdError as end:
        for run in runs:
            if run.is_live:
                run.fail(end)
    finally:
        world.ground.end(runs)
    return tuple(replace(run.report, failure=run.failure, completed_at=world.clock.now()) for run in runs)


def _run(world: World, target: Target) -> Run:
    new = Sync(world.new_id())
    name = target.name or target.display
    return Run(target, new, FabricReport(name, target.display, None, sync_id=new.id, started_at=world.clock.now()))


def _stages(world: World, request: Request) -> Iterable[tuple[State, Stage]]:
    def read_one(run: Run) -> None:
        run.tree = world.ground.read(run.target)

    def plan_one(run: Run) -> None:
        _plan(world, run, request)

    def again(run: Run) -> None:
        read_one(run)
        plan_one(run)

    return (
        (State.INITIALIZING, world.ground.begin),
        (State.VALIDATING, _nothing),
        (State.DISCOVERING, each(read_one)),
        (State.PROCESSING, each(plan_one)),
        (State.SYNCING, lambda runs: world.ground.publish(runs, isolated(again))),
        (State.RECONCILING, _nothing),
    )


def _nothing(runs: list[Run]) -> None:
    """A stage without work of its own."""


def each(work: Callable[[Run], None]) -> Stage:
    """A stage that does the same for every run, each isolated from the others."""
    alone = isolated(work)

    def stage(runs: list[Run]) -> None:
        for run in runs:
            alone(run)

    return stage


def isolated(work: Callable[[Run], None]) -> Callable[[Run], None]:
    """The work with its failures noted in the run; raises only what ends all runs, such as a cancel."""

    def alone(run: Run) -> None:
        try:
            work(run)
        except FgdError as failure:
            if failure.code in WHOLE_RUN:
                raise
            run.fail(failure)
        except Exception as error:
            fault = FgdError(INTERNAL_ERROR, f"{type(error).__name__}: {error}")
            fault.__cause__ = error
            run.fail(fault)

    return alone


def _plan(world: World, run: Run, request: Request) -> None:
    """Plan, and refuse a plan too destructive. Raises FgdError."""
    planned = plan_tree(world, run.target, run.tree, request)
    plan = planned.plan
    assert plan is not None
    run.tell(fabric=planned.fabric, plan=plan, structure=planned.structure)
    risk = plan.risk(world.settings.ingestion.limits)
    if risk:
        raise FgdError(PLAN_TOO_DESTRUCTIVE, f"the plan was refused: {risk}")
    run.changes = seal(plan, Stamp(world.clock.now(), run.sync.id), run.tree.files.get(ARCHIVE_LOG))
