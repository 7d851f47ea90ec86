"""`fgd matrix`: the fabrics as the matrix of a workflow."""

from pathlib import Path

import click

from fgd_sync.cli.common import make_world, targets_of
from fgd_sync.cli.options import config_option
from fgd_sync.flow.run import World
from fgd_sync.flow.selection import MOST_JOBS, changed_among, name_of, share_out
from fgd_sync.flow.targets import Target
from fgd_sync.render.matrix import matrix


@click.command("matrix", short_help="Print the fabrics as the matrix of a workflow.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@config_option
@click.option(
    "--jobs",
    type=click.IntRange(1, MOST_JOBS),
    default=MOST_JOBS,
    show_default=True,
    help="Most jobs of the matrix; with more fabrics than jobs, several fabrics share one.",
)
@click.option("--since", metavar="REV", default="", help="Only fabrics with files that changed since this revision.")
def command(paths: tuple[Path, ...], config: Path | None, jobs: int, since: str) -> int:
    """Print the fabrics at PATH as JSON for `strategy.matrix` of a workflow: one entry for each job.

    An entry has `fabric`, the name, and `path`. GitHub runs 256 jobs of a matrix at most: where there are more fabrics,
    an entry has several, one a line, as the inputs `fabrics` and `paths` of the action take them. Without a fabric the
    matrix is empty, `{"include":[]}`, which GitHub refuses: let the job depend on it.
    """
    world = make_world(config)
    targets = targets_of(world, paths)
    chosen = _changed(world, targets, since) if since else targets
    click.echo(matrix_text(world, chosen, jobs))
    if len(chosen) > jobs:
        click.echo(f"{len(chosen)} fabrics share {jobs} jobs; GitHub runs {MOST_JOBS} of a matrix at most", err=True)
    return 0


def _changed(world: World, targets: list[Target], since: str) -> list[Target]:
    from fgd_sync.adapters.checkout import changed_files
    from fgd_sync.adapters.configuration import FILE_NAME

    root = world.repository.root(Path.cwd())
    return targets if root is None else changed_among(targets, root, changed_files(root, since), FILE_NAME)


def matrix_text(world: World, targets: list[Target], jobs: int = MOST_JOBS) -> str:
    """The matrix of fabrics, as JSON. Raises FgdError for a manifest that cannot be read."""
    shares = share_out(targets, lambda target: name_of(world, target), jobs)
    return matrix((share.fabrics, share.paths) for share in shares)
