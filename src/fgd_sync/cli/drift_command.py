"""`fgd drift`: where git, NetBox and the cluster differ."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fgd_sync.cli.common import color_option, config_option, make_world, targets_of, wants_color
from fgd_sync.cli.netbox_client import connect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fgd_sync.flow.targets import Target
    from fgd_sync.model.drift import FabricDrift
    from fgd_sync.model.kinds import Kind
    from fgd_sync.planning.cluster import Export


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
    from fgd_sync.flow.drift import Others, drift_each

    world = make_world(config)
    targets = targets_of(world, paths)
    settings = world.settings.netbox
    with_netbox = bool(settings.url) and settings.target != "off" and not no_netbox
    if not (with_netbox or cluster):
        raise click.UsageError("there is nothing to compare with: set netbox.url (NETBOX_URL), or give --cluster")
    client = partial(connect, world) if with_netbox else None
    found = drift_each(world, targets, Others(client, _export(cluster, cluster_kinds, targets)))
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


def _export(names: tuple[str, ...], kinds: str, targets: "Sequence[Target]") -> "Export | None":
    """What the files tell of the cluster; None without files. Raises FgdError where one cannot be read."""
    if not names:
        return None
    if len(targets) > 1:
        words = f"files of one cluster cannot be compared with {len(targets)} fabrics: name the fabric"
        raise click.UsageError(words)
    from fgd_sync.adapters.cluster_files import cluster_files
    from fgd_sync.planning.cluster import read_export

    return read_export(cluster_files(names), _kinds(kinds))


def _kinds(words: str) -> "tuple[Kind, ...]":
    from fgd_sync.model.kinds import KINDS, find_kind

    if words.strip() == "all":
        return KINDS
    named = [word for item in words.split(",") if (word := item.strip())]
    unknown = [word for word in named if find_kind(word) is None]
    if unknown:
        raise click.UsageError(f"--cluster-kinds: there is no kind {unknown[0]!r}")
    return tuple(kind for word in named if (kind := find_kind(word)))
