"""`fgd site`: the fabrics as static pages."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from fgd_sync.cli.common import make_world, targets_of
from fgd_sync.cli.state import Place, open_state, place_options
from fgd_sync.model.failure import FgdError
from fgd_sync.model.value import replace
from fgd_sync.render.tally import number

if TYPE_CHECKING:
    from fgd_sync.flow.site import Past


@click.command("site", short_help="Render fabrics as static pages.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("site"),
    show_default=True,
    help="Directory for the pages; made if it is not there. Other files in it stay.",
)
@click.option("--title", default="Fabrics", show_default=True, help="Heading of the first page.")
@click.option("--cluster", multiple=True, metavar="FILE", help="What `kubectl get … -o yaml` printed, to compare with.")
@click.option(
    "--drift/--no-drift", default=True, help="Compare with NetBox, where its address is known.  [default: drift]"
)
@place_options
def command(
    paths: tuple[Path, ...], output: Path, title: str, cluster: tuple[str, ...], drift: bool, place: Place
) -> int:
    """Render the fabrics at PATH (default: those found here) as pages for a web server or GitHub Pages.

    Fabrics with state and age, history, resources, topology, open problems and drift; nothing runs on a server.
    In a workflow files are linked to their place in the repository. Exit status: 0 also for fabrics with errors, since
    the pages show them; that of the failure where a fabric cannot be read.
    """
    from fgd_sync.cli.drift_sides import export_of, others
    from fgd_sync.cli.pages import write_pages
    from fgd_sync.flow.drift import drift_each
    from fgd_sync.flow.site import gather
    from fgd_sync.model.context import RunContext

    world = make_world(place.config)
    targets = targets_of(world, paths)
    sides = others(world, len(targets), export_of(cluster, ""), netbox=drift)
    compared = {} if sides.is_empty else {item.fabric: item for item in drift_each(world, targets, sides)}
    site = gather(world, targets, replace(_past(place), drift=compared), title=title)
    server, repository, commit = (os.environ.get(f"GITHUB_{name}", "") for name in ("SERVER_URL", "REPOSITORY", "SHA"))
    world.workspace.make_directory(output)
    write_pages(site, output, "", RunContext(server_url=server, repository=repository, sha=commit))
    click.echo(f"{output / 'index.html'} shows {number(len(site.fabrics), 'fabric')}")
    return max((int(item.report.failure.code.exit) for item in site.fabrics if item.report.failure), default=0)


def _past(place: Place) -> "Past":
    """The history of the fabrics; pages can be made without it, and then it is said why it is missing."""
    from fgd_sync.flow.site import Past, remembered

    try:
        with open_state(place) as state:
            return remembered(state.ledger, state.lock_store)
    except (FgdError, click.UsageError) as failure:
        click.echo(f"The pages show no history: {failure}", err=True)
        return Past()
