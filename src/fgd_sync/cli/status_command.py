"""`fgd status`: how fabrics stand: what runs, what ran, what waits."""

import click

from fgd_sync.cli.common import wants_color
from fgd_sync.cli.options import color_option
from fgd_sync.cli.state import Place, names_of, open_state, state_options


@click.command("status", short_help="Show what runs, what ran last, and what waits to be reported.")
@click.argument("fabrics", nargs=-1, metavar="[FABRIC]...")
@click.option("--sync", "sync_id", metavar="ID", default="", help="Show this sync instead of the newest.")
@state_options
@color_option
def command(
    fabrics: tuple[str, ...],
    sync_id: str,
    place: Place,
    output: str,
    color: bool | None,
) -> int:
    """Show for the FABRICs, or for all that have a history, the sync at work or the newest one.

    Also who works on a fabric and until when its lease lasts, and what waits to be reported to NetBox and others.
    """
    from fgd_sync.flow.standing import standings

    with open_state(place) as state:
        names = names_of(fabrics, state.settings)
        found = standings(state.ledger, state.lock_store, names, sync_id=sync_id)
        now = state.clock.now()
    if output == "json":
        from fgd_sync.render import json_report, state_json

        click.echo(json_report.dumps([state_json.status(item) for item in found]), nl=False)
        return 0
    from fgd_sync.render import state_text

    click.echo(state_text.status(found, now, color=wants_color(color)), color=wants_color(color))
    return 0
