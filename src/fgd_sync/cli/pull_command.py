"""`fgd pull`: bring what was changed in NetBox into the files at hand, or to a branch of a remote repository."""

import os
from pathlib import Path
from typing import Any

import click

from fgd_sync.cli.common import emit_report, make_world, targets_of
from fgd_sync.cli.crew import desk_crew
from fgd_sync.cli.listeners import Listeners, listening
from fgd_sync.cli.options import progress_option, shared_options
from fgd_sync.cli.output import render
from fgd_sync.cli.receivers import source_of_pulls
from fgd_sync.cli.state import Place, open_state
from fgd_sync.cli.sync_command import publication_of
from fgd_sync.flow.puller import Puller
from fgd_sync.flow.run import Request, World, plan_each
from fgd_sync.flow.sync import sync
from fgd_sync.model.context import PULL
from fgd_sync.model.report import FabricReport, Report
from fgd_sync.model.value import replace


@click.command("pull", short_help="Bring what was changed in NetBox.")
@shared_options
@click.option("--dry-run", is_flag=True, help="Show what was changed in NetBox; write nothing.")
@click.option("--events", type=click.Path(path_type=Path), metavar="FILE", help="Append all events, as JSON lines.")
@progress_option
@click.option("--publish", is_flag=True, help="Work on a branch of the remote, as the setting `pull.mode` says.")
@click.option(
    "--remote", metavar="NAME", help="Remote or address that has the state of the fabrics.  [default: origin]"
)
@click.option("--branch", default="", help="With --publish: the branch; default: the one that is checked out.")
def command(paths: tuple[Path, ...], config: Path | None, output: str, color: bool | None, **wishes: Any) -> int:
    """Bring what people changed in NetBox into managed/ of the fabrics at PATH.

    That is what was changed in records of the Hedgehog plugin, or without it in the inventory (`netbox.inventory`).
    Each resource is compared three ways: with what git and NetBox agreed on last, which the state of the fabric keeps
    on the remote, and with git. What only NetBox changed is taken, comments in the file stay; what schema or rules
    forbid is reported and not taken. Where both changed the same field, the setting `pull.conflicts` decides.

    Without --publish the files here are changed, to be looked at and committed; nothing is told to NetBox. The address
    is the setting `netbox.url` or NETBOX_URL, the token NETBOX_TOKEN. Exit status as of `fgd sync`; 1 also for a change
    that is not taken.
    """
    world = make_world(config)
    work = _publish if wishes["publish"] else _here
    with listening(world.settings, wishes["progress"], wishes["events"]) as told:
        reports = work(world, paths, Place(wishes["remote"], False, config), wishes=wishes, told=told)
        if not wishes["dry_run"]:
            told.finish(sum(report.waiting for report in reports))
    report = Report("pull", reports)
    return emit_report(report, render(report, output, color))


def _here(
    world: World, paths: tuple[Path, ...], place: Place, *, wishes: dict[str, Any], told: Listeners
) -> tuple[FabricReport, ...]:
    from fgd_sync.adapters.signals import interruptible, shield

    connect, request = source_of_pulls(world, os.environ.get("NETBOX_TOKEN", "")), Request(base="")
    with open_state(place, world.settings) as state, interruptible(world.settings.sync.timeout_seconds):
        puller = Puller(connect, world.settings, lambda fabric: state.ledger.book(fabric).base())
        there = replace(world, prepare=puller.prepare)
        targets = targets_of(world, paths)
        if wishes["dry_run"]:
            return plan_each(there, targets, request)
        crew = replace(desk_crew(there, told.every), shield=shield)
        return sync(there, crew, targets, request)


def _publish(
    world: World, paths: tuple[Path, ...], place: Place, *, wishes: dict[str, Any], told: Listeners
) -> tuple[FabricReport, ...]:
    from fgd_sync.cli.publishing import Audience, publish
    from fgd_sync.cli.receivers import receivers

    token = os.environ.get("NETBOX_TOKEN", "")
    publication = publication_of(world, paths, place.remote or "origin", wishes["branch"])
    context = replace(publication.context, trigger=PULL)
    publication = replace(publication, context=context, pull_from=source_of_pulls(world, token))
    audience = Audience(told.sinks, told.redis, receivers(world, context, token))
    return publish(world, publication, Request(), audience, dry_run=wishes["dry_run"])
