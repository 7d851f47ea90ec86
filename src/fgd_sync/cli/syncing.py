"""The work of `fgd sync` on the files at hand."""

from collections.abc import Callable, Sequence
from pathlib import Path

from fgd_sync.cli.common import make_world, targets_of
from fgd_sync.cli.crew import desk_crew
from fgd_sync.cli.listeners import Listeners, listening
from fgd_sync.cli.output import render
from fgd_sync.cli.plain_words import Asked
from fgd_sync.flow.run import Request, World, plan_each
from fgd_sync.flow.sync import sync
from fgd_sync.model.report import FabricReport, Report
from fgd_sync.model.value import replace

Work = Callable[[Request, Listeners], tuple[FabricReport, ...]]
"""Plans or syncs fabrics as it is requested, and tells who listens."""


def sync_here(asked: Asked) -> int:
    """Sync fabrics in the files at hand, print the report and give the exit status."""
    from fgd_sync.cli.memory import begin, cache_for, conclude

    memory = begin(asked.start, asked.paths, asked.config, asked.base, no_cache=asked.no_cache)
    world = make_world(asked.config, cache=cache_for(asked.start, no_cache=asked.no_cache))
    report = reported(world, asked, lambda request, told: _reports(world, asked, request, told))
    alone = _alone(world, report, asked)
    return conclude(world, report, lambda it: render(it, asked.output, asked.color), memory, alone=alone)


def reported(world: World, asked: Asked, work: Work) -> Report:
    """What some work on fabrics comes to; who listens is told of it."""
    request = Request(base=asked.base, impact=asked.output == "markdown")
    with listening(world.settings, asked.progress, asked.events) as told:
        reports = work(request, told)
        if not asked.dry_run:
            told.finish(sum(report.waiting for report in reports))
    return Report("plan" if asked.dry_run else "sync", reports)


def _reports(world: World, asked: Asked, request: Request, told: Listeners) -> tuple[FabricReport, ...]:
    targets = targets_of(world, asked.paths)
    if asked.dry_run:
        return plan_each(world, targets, request)
    from fgd_sync.adapters.signals import interruptible, shield

    with interruptible(world.settings.sync.timeout_seconds):
        crew = replace(desk_crew(world, told.every), shield=shield)
        return sync(world, crew, targets, request)


def _alone(world: World, report: Report, asked: Asked) -> Sequence[Path] | None:
    """The directories to hold so that a sync that changed nothing can be answered; None where more is to be done."""
    if asked.dry_run:
        return ()
    monitoring = world.settings.monitoring
    told = (asked.events, asked.progress != "none", monitoring.metrics_file, monitoring.pushgateway_url)
    changes = (fabric.plan is None or fabric.plan.changes for fabric in report.fabrics)
    if any(told) or world.settings.events.redis_url or any(changes):
        return None
    return [target.directory for target in targets_of(world, asked.paths)]
