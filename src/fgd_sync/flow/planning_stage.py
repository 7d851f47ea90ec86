"""The stage that plans: one fabric after the other, or several at once on all cores; each isolated from the others.

Several fabrics are planned side by side, each by one process; a single one is spread over the processes itself.
Planning is pure, so that it does not matter where it is done; what is told of it is told here, in order.
"""

from collections.abc import Sequence

from fgd_sync.flow.ground import Run
from fgd_sync.flow.run import World, plan_any
from fgd_sync.flow.telling import Timer, Watch, tell_planned
from fgd_sync.model.code import CODES, PLAN_TOO_DESTRUCTIVE
from fgd_sync.model.failure import FgdError, as_failure
from fgd_sync.model.plan import Fate, Plan
from fgd_sync.model.tree import Tree
from fgd_sync.model.value import dataclass
from fgd_sync.planning.archive_log import Stamp, seal, seal_form
from fgd_sync.planning.place import ARCHIVE_LOG
from fgd_sync.planning.recalled import Recalled


@dataclass(frozen=True, slots=True)
class Planned:
    """The outcome of planning, as it is sent between processes: a plan, or what went wrong in words.

    `seconds`: how long each file took to read.
    """

    plan: Plan | None
    seconds: dict[str, float]
    code: str = ""
    message: str = ""
    remedy: str = ""

    def unwrap(self) -> Plan:
        """The plan. Raises FgdError."""
        if self.plan is None:
            raise FgdError(CODES[self.code], self.message, remedy=self.remedy)
        return self.plan


def plan_one(world: World, run: Run, planned: Planned | None = None) -> None:
    """Plan a run, or take the plan that was made already, and refuse one too destructive. Raises FgdError."""
    assert run.options, "the files are read before they are planned from"
    if planned:
        _take(world, run, planned.unwrap(), planned.seconds)
        return
    watch = Watch(run, world.clock, world.track)
    _take(world, run, plan_any(run.tree, run.options, watch, spread=world.spread), watch.seconds)


def plan_several(world: World, runs: Sequence[Run]) -> dict[str, Planned]:
    """Plan runs side by side, at most `sync.max_concurrent_syncs` at once; gives what came of each sync, by its id."""
    most = world.settings.sync.max_concurrent_syncs
    found: dict[str, Planned] = {}
    for start in range(0, len(runs), most):
        some = runs[start : start + most]
        costs = [_cost(run.tree) for run in some]
        outcomes = world.spread(lambda run: _planned(world, run), some, costs)
        found.update(zip((run.sync_id for run in some), outcomes, strict=True))
    return found


def _cost(tree: Tree) -> int:
    """About how many bytes planning goes through."""
    files = tree.files
    if isinstance(files, Recalled) and files.resting:
        return sum(len(files[path]) for path in files.changed)
    return sum(map(len, files.values()))


def _planned(world: World, run: Run) -> Planned:
    assert run.options, "the files are read before they are planned from"
    timer = Timer(world.clock)
    try:
        return Planned(plan_any(run.tree, run.options, timer), timer.seconds)
    except Exception as error:
        failure = as_failure(error)
        return Planned(None, {}, failure.code.id, failure.message, failure.remedy)


def _take(world: World, run: Run, made: Plan, seconds: dict[str, float]) -> None:
    run.tell(plan=made)
    risk = made.risk(world.settings.ingestion.limits)
    stamp = Stamp(world.clock.now(), run.sync_id)
    log = run.tree.files.get(ARCHIVE_LOG) if _does_something(made) else None  # large in a large fabric
    run.changes = run.form = ()
    tell_planned(run, made, seconds)
    if not risk:
        run.changes, run.form = seal(made, stamp, log), seal_form(made, stamp, log)
    run.course.note(unchanged=not run.changes)
    if risk:
        raise FgdError(PLAN_TOO_DESTRUCTIVE, f"the plan was refused: {risk}")


def _does_something(made: Plan) -> bool:
    return bool(made.changes or made.form or any(item.fate is not Fate.IGNORED for item in made.sources))
