"""`fgd netbox`: look at what reports to NetBox do and need, and report without a sync."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fgd_sync.cli.common import make_world, targets_of, wants_color
from fgd_sync.cli.netbox_client import connect
from fgd_sync.cli.options import color_option, config_option
from fgd_sync.model.value import replace

if TYPE_CHECKING:
    from fgd_sync.flow.run import World
    from fgd_sync.flow.targets import Target
    from fgd_sync.model.netbox import Outcome
    from fgd_sync.planning.netbox_records import Records


def _options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that these commands share."""
    form = click.option("--format", "output", type=click.Choice(("text", "json")), default="text", show_default=True)
    for add in (color_option, form, config_option):
        command = add(command)
    return command


_paths = click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")


@click.group("netbox", short_help="Check and preview reports to NetBox, and report.")
def command() -> None:
    """Check what reports to NetBox need, show what they would change, and report without a sync.

    The address is the setting `netbox.url` or NETBOX_URL, the token NETBOX_TOKEN.
    """


@command.command("check")
@_options
def check_command(config: Path | None, output: str, color: bool | None) -> int:
    """Show the version of NetBox, whether there is a Hedgehog plugin, and what the token may not do.

    Nothing is written. Exit status: 0 all is well, 6 reports would fail, 2 wrong usage or settings.
    """
    from fgd_sync.flow.netbox.examine import examine
    from fgd_sync.render.json_text import to_json
    from fgd_sync.render.netbox_text import examined_payload, examined_text

    world = make_world(config)
    found = examine(connect(world), world.settings.netbox)
    _say(
        to_json(examined_payload(found)) if output == "json" else examined_text(found, color=wants_color(color)), color
    )
    return 0 if found.is_ready else 6


@command.command("diff")
@_paths
@_options
def diff_command(paths: tuple[Path, ...], config: Path | None, output: str, color: bool | None) -> int:
    """Show what a report of the fabrics at PATH would make, change and delete in NetBox; write nothing.

    Compared is what lies in managed/, whether it is committed or not. Objects that others own are listed.
    Exit status: 0 nothing to do, 1 there is a difference, 6 NetBox could not be asked, 2 wrong usage or settings.
    """
    from fgd_sync.flow.netbox.preview import preview
    from fgd_sync.render.json_text import to_json
    from fgd_sync.render.netbox_text import preview_payload, preview_text

    world = make_world(config)
    found = [
        preview(connect(world), *_told(world, target)) for target in targets_of(world, paths)
    ]  # fmt: skip
    text = to_json([preview_payload(item) for item in found]) if output == "json" else ""
    _say(text or preview_text(found, color=wants_color(color)), color)
    return max((6 if item.failures else int(bool(item.steps)) for item in found), default=0)


@command.command("report")
@_paths
@_options
def report_command(paths: tuple[Path, ...], config: Path | None, output: str, color: bool | None) -> int:
    """Tell NetBox of the fabrics at PATH as they lie in managed/, and mend what was changed there by hand.

    A sync that publishes reports by itself; this is for the first time, and after a change of settings.
    Exit status: 0 delivered, 6 something was not, 2 wrong usage or settings.
    """
    from fgd_sync.flow.netbox.report import report
    from fgd_sync.render.json_text import to_json
    from fgd_sync.render.netbox_text import result_payload, result_text

    world = make_world(config)
    done = [report(connect(world), *_told(world, target), full=True) for target in targets_of(world, paths)]
    text = to_json([result_payload(item) for item in done]) if output == "json" else ""
    _say(text or result_text(done, color=wants_color(color)), color)
    return 0 if all(item.delivered for item in done) else 6


def _say(text: str, color: bool | None) -> None:
    click.echo(text, nl=not text.endswith("\n"), color=wants_color(color))


def _told(world: "World", target: "Target") -> "tuple[Outcome, Any, Records]":
    """What NetBox is told of a fabric as it lies in managed/."""
    from fgd_sync.adapters.runner_context import read_occasion
    from fgd_sync.flow.run import Request, plan_tree
    from fgd_sync.model.context import RunContext
    from fgd_sync.model.tree import Tree
    from fgd_sync.planning.netbox_outcome import outcome_of
    from fgd_sync.planning.netbox_records import records_of
    from fgd_sync.planning.place import RAW

    tree = world.source.read(target)
    kept = Tree({path: data for path, data in tree.files.items() if not path.startswith(f"{RAW}/")}, tree.obstacles)
    found = plan_tree(world, target, kept, Request(base=""))
    now = world.clock.now()
    found = replace(found, sync_id=world.new_id(), started_at=now, completed_at=now)
    context = read_occasion(os.environ).context if os.environ.get("GITHUB_EVENT_NAME") else RunContext()
    outcome = outcome_of(found, context, netbox_id=target.netbox_id, commit=_head(world))
    assert found.plan is not None
    nothing_changed = replace(outcome, actions={}, changes=(), changes_left_out=0)
    return nothing_changed, world.settings.netbox, records_of(found.plan, kept.after(found.plan.changes))


def _head(world: "World") -> str:
    """The commit that is checked out; empty where there is none."""
    from fgd_sync.adapters.checkout import checked_out

    root = world.repository.root(Path.cwd())
    return checked_out(root) if root else ""
