"""`fgd schemas`: the schemas of the kinds, and those of a release that a user's CRDs describe."""

import json
from pathlib import Path

import click

from fgd_sync.cli.common import make_world


@click.group("schemas", short_help="List, show and import schemas.")
def command() -> None:
    """List and show the schemas that resources are checked against, and import those of another release."""


@command.command("list")
@click.option("--format", "output", type=click.Choice(("text", "json")), default="text", show_default=True)
def list_command(output: str) -> int:
    """List the kinds with their apiVersion, plural and number of fields."""
    from fgd_sync.schema.listing import schema_rows

    rows = schema_rows(make_world(None).catalogue)
    if output == "json":
        click.echo(json.dumps([row._asdict() for row in rows], indent=2))
        return 0
    for row in rows:
        click.echo(f"{row.kind:<19}{row.api_version:<38}{row.plural:<21}{row.fields:>4} fields  {row.title}")
    return 0


@command.command("show")
@click.argument("kind")
@click.option(
    "--format",
    "output",
    type=click.Choice(("text", "json")),
    default="text",
    show_default=True,
    help="Fields in a table, or the JSON Schema itself, for an editor.",
)
def show_command(kind: str, output: str) -> int:
    """Show the fields of KIND: a kind, its plural or its short name, such as VPC, vpcs or vpcattach."""
    from fgd_sync.model.kinds import KINDS, find_kind
    from fgd_sync.schema.listing import outline
    from fgd_sync.schema.nearest import nearest

    found = find_kind(kind)
    if found is None:
        names = [item.name for item in KINDS]
        near = nearest(kind, names)
        raise click.BadParameter(
            f"There is no kind {kind!r}. " + (f"Did you mean {near}?" if near else f"The kinds are {', '.join(names)}.")
        )
    schema = make_world(None).catalogue.schema(found)
    if output == "json":
        click.echo(json.dumps(schema, indent=2))
        return 0
    rows = outline(schema)
    wide, kinds = (
        max(len(column) for column in columns) for columns in ([row.path for row in rows], [row.type for row in rows])
    )
    for row in rows:
        need = "required" if row.required else ""
        click.echo(f"{row.path:<{wide}}  {row.type:<{kinds}}  {need:<8}  {row.title}".rstrip())
    return 0


@command.command("import")
@click.argument("sources", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE|DIRECTORY...")
@click.option(
    "--fabric",
    type=click.Path(path_type=Path),
    default=Path(),
    metavar="DIRECTORY",
    help="The fabric directory that is pinned to these schemas; default: the current directory.",
)
def import_command(sources: tuple[Path, ...], fabric: Path) -> int:
    """Pin a fabric to the schemas of another release, made from its CustomResourceDefinition files.

    They are written to .hnp/schemas/ of the fabric and take the place of the built-in ones of the same kinds. To go
    back to the built-in ones, delete that folder.
    """
    from fgd_sync.flow.pin import pin_schemas

    for name in pin_schemas(make_world(None), sources, fabric):
        click.echo(name)
    return 0
