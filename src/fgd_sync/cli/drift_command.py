"""`fgd drift`: where git, NetBox and the cluster differ."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from fgd_sync.cli.common import make_world, targets_of, wants_color
from fgd_sync.cli.options import color_option, config_option

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fgd_sync.model.drift import FabricDrift


@click.command("drift", short_help="Show where git, NetBox and the cluster differ.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option(
    "--cluster",
    multiple=True,
    metavar="FILE",
    help="What `kubectl get … -o yaml` (or json) printed; a directory of such files; - for standard input. Repeatable.",
)
@click.option(
    "--cluster-kinds",
    metavar="KINDS",
    default="",
    help="Kinds of which the files have all objects, with commas, such as vpc,connection; all: every kind.",
)
@click.option("--no-netbox", is_flag=True, help="Leave NetBox out, although its address is known.")
@click.option("--all", "with_all", is_flag=True, help="In text, show the resources that are in sync too.")
@config_option
@click.option("--format", "output", type=click.Choice(("text", "json", "markdown")), default="text", show_default=True)
@color_option
def command(
    paths: tuple[Path, ...],
    cluster: tuple[str, ...],
    cluster_kinds: str,
    no_netbox: bool,
    with_all: bool,
    config: Path | None,
    output: str,
    color: bool | None,
) -> int:
    """Compare the fabrics at PATH, as they lie in managed/, with NetBox and a cluster. Nothing is written anywhere.

    NetBox is compared where its address is known (`netbox.url`, NETBOX_URL; the token is NETBOX_TOKEN): the records of
    the Hedgehog plugin, or without it the inventory (`netbox.inventory`).

    What a sync has not taken in from raw/ yet is not compared, and named. Values that differ only by what the
    controllers fill in or write their own way are the same, and so is what servers and tools add.

    Of the cluster only what its files tell is compared: all objects of the kinds in a list (`kind: List`, as kubectl
    prints it), and single objects by themselves. A kind of which a file has no object is not compared, unless
    --cluster-kinds names it: an empty list does not say of what. Objects of other API groups are counted.

    Exit status: 0 in sync, 1 something differs, 6 NetBox could not be read, 4 a file cannot be read or is not what
    kubectl prints, 2 wrong usage or settings.
    """
    from fgd_sync.cli.drift_sides import export_of, others
    from fgd_sync.flow.drift import drift_each

    world = make_world(config)
    targets = targets_of(world, paths)
    sides = others(world, len(targets), export_of(cluster, cluster_kinds), netbox=not no_netbox)
    if sides.is_empty:
        raise click.UsageError("there is nothing to compare with: set netbox.url (NETBOX_URL), or give --cluster")
    found = drift_each(world, targets, sides)
    text = _rendered(found, output, color=wants_color(color), with_all=with_all)
    click.echo(text, nl=not text.endswith("\n"), color=wants_color(color))
    return status(found)


def status(found: "Sequence[FabricDrift]") -> int:
    """The exit status that goes with tables: that of the worst failure, else 1 for drift."""
    failures = [int(item.failure.code.exit) for item in found if item.failure]
    return max(failures) if failures else int(any(item.drifted for item in found))


def _rendered(found: "Sequence[FabricDrift]", output: str, *, color: bool, with_all: bool) -> str:
    if output == "markdown":
        from fgd_sync.render.drift_markdown import drift_markdown

        return drift_markdown(found)
    from fgd_sync.render.drift_text import drift_payload, drift_text
    from fgd_sync.render.json_text import to_json

    if output == "json":
        return to_json({"fabrics": [drift_payload(item) for item in found]})
    return drift_text(found, color=color, with_all=with_all)
