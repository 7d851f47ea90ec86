"""`fgd files`: list the files of fabrics with their resources."""

from pathlib import Path

import click

from fgd_sync.cli.common import make_world, targets_of
from fgd_sync.cli.options import config_option
from fgd_sync.flow.run import Request, World, options_for
from fgd_sync.flow.targets import Target
from fgd_sync.model.structure import FileEntry


@click.command("files", short_help="List the files of a fabric with their resources.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option(
    "--directory", type=click.Choice(("raw", "managed", "unmanaged", "all")), default="all", show_default=True
)
@click.option("--content", is_flag=True, help="With --format json: the text of each file.")
@config_option
@click.option("--format", "output", type=click.Choice(("text", "json")), default="text", show_default=True)
def command(paths: tuple[Path, ...], directory: str, content: bool, config: Path | None, output: str) -> int:
    """List the YAML and JSON files of the fabrics at PATH, and the resources in each."""
    world = make_world(config)
    listings = [(target, _entries(world, target, directory, content)) for target in targets_of(world, paths)]
    if output == "json":
        from fgd_sync.render import json_report

        click.echo(json_report.dumps([json_report.files(entries) for _, entries in listings]), nl=False)
        return 0
    for target, entries in listings:
        click.echo(_text(target, entries))
    return 0


def _entries(world: World, target: Target, directory: str, content: bool) -> list[FileEntry]:
    from fgd_sync.planning.survey import file_entries

    tree = world.workspace.read(target.directory, world.settings.ingestion)
    options = options_for(world, target, tree, Request(base=""))
    return list(file_entries(tree, options, directory, content))


def _text(target: Target, entries: list[FileEntry]) -> str:
    from fgd_sync.render.escape import visible

    width = max((len(visible(item.path)) for item in entries), default=0)
    rows = [
        f"{'ok     ' if item.valid else 'invalid'}  {visible(item.path).ljust(width)}  "
        + visible(", ".join(map(str, item.resources)) or "no resource")
        for item in entries
    ]
    resources = sum(len(item.resources) for item in entries)
    return "\n".join([*rows, f"{target.display}: {len(entries)} files, {resources} resources"])
