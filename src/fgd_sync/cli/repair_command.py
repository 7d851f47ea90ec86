"""`fgd repair`: mend the structure of fabric directories."""

from pathlib import Path

import click

from fgd_sync.cli.common import make_world, targets_of
from fgd_sync.cli.options import config_option
from fgd_sync.flow.mend import Mended, repair


@click.command("repair", short_help="Mend the structure of a fabric directory.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option("--issue", "issues", multiple=True, metavar="NAME", help="Mend this issue only; may be given repeatedly.")
@config_option
@click.option("--format", "output", type=click.Choice(("text", "json")), default="text", show_default=True)
def command(paths: tuple[Path, ...], issues: tuple[str, ...], config: Path | None, output: str) -> int:
    """Mend what is missing or damaged in the structure of the fabrics at PATH: manifest, archive log, folders.

    Resources are not touched; an interrupted sync is completed or undone.
    """
    world = make_world(config)
    mended = [repair(world, target, issues) for target in targets_of(world, paths)]
    click.echo(_json(mended) if output == "json" else "\n".join(map(_text, mended)), nl=output != "json")
    return 1 if any(item.remaining for item in mended) else 0


def _json(mended: list[Mended]) -> str:
    from fgd_sync.render import json_report

    return json_report.dumps([json_report.repair(item.repairs, item.remaining) for item in mended])


def _text(item: Mended) -> str:
    lines = [f"{item.target.display}: {repair.issue}: {repair.path} {repair.action}" for repair in item.repairs]
    lines += [f"{item.target.display}: {name} remains" for name in item.remaining]
    return "\n".join(lines) or f"{item.target.display}: nothing to mend"
