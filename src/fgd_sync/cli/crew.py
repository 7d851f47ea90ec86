"""Who takes part in a sync: the composition of the engine's neighbours, at a desk and for a branch."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from fgd_sync.cli.people import runner
from fgd_sync.flow.alerts import watch
from fgd_sync.flow.bus import Bus, Subject
from fgd_sync.flow.course import Course
from fgd_sync.flow.ground import Ground, Run
from fgd_sync.flow.on_disk import OnDisk
from fgd_sync.flow.recorder import Recorder
from fgd_sync.flow.run import World
from fgd_sync.flow.sync import Crew
from fgd_sync.model.failure import FgdError
from fgd_sync.model.lock_note import Holder
from fgd_sync.render.escape import visible

if TYPE_CHECKING:
    from fgd_sync.ports import EventSink


def desk_crew(world: World, sinks: Sequence["EventSink"] = ()) -> Crew:
    """The crew of a sync of files on this computer; its history is kept in the repository around them, if any."""
    recorder = Recorder()
    holder = Holder(runner(), world.new_id(), "manual")

    def chronicle(runs: Sequence[Run]) -> str:
        done = [run for run in runs if run.changes or run.failure or run.report.notes]
        return _write_history(world, recorder, done)

    ground = OnDisk(world.workspace, world.settings, world.clock, chronicle)
    return crew_of(world, ground, holder, [recorder, *sinks])


def crew_of(world: World, ground: Ground, holder: Holder, sinks: Sequence["EventSink"]) -> Crew:
    """The crew on a ground, with sinks that are told all that happens."""
    bus = Bus(sinks, world.clock, world.new_id, warn_of_sink)

    def course(fabric: str, fabric_id: int | None, sync_id: str) -> Course:
        return Course(bus, Subject(fabric, fabric_id, holder.correlation_id, sync_id), world.clock, holder)

    return Crew(ground, course, reconcile=watch(world.settings.monitoring, world.clock))


def warn_of_sink(name: str, error: Exception) -> None:
    """Tell people that somebody was not told what happened."""
    what = error.message if isinstance(error, FgdError) else f"{type(error).__name__}: {error}"
    warn(f"events are no longer told to {name}: {what}")


def warn(notice: str) -> None:
    """Show a notice beside the report, if there is one."""
    if notice:
        sys.stderr.write(f"warning: {visible(notice)}\n")


def _write_history(world: World, recorder: Recorder, runs: Sequence[Run]) -> str:
    """Write into the repository around the fabrics what became of them; gives a notice if that could not be done."""
    roots = {root for run in runs if (root := world.repository.root(run.target.directory))}
    if not roots:
        return ""
    from fgd_sync.adapters.local_store import LocalStore
    from fgd_sync.flow.state import State

    notices = []
    for root in roots:
        entries = [recorder.entry(run) for run in runs if world.repository.root(run.target.directory) == root]
        notices.append(State.of(LocalStore(root), world.clock, world.settings).ledger.record(entries))
    return " ".join(filter(None, notices))
