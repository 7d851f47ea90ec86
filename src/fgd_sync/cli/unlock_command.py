"""`fgd unlock`: take the lock on a fabric away from a sync that is dead."""

import click

from fgd_sync.cli.state import Place, names_of, open_state, state_options, whoami


@click.command("unlock", short_help="Take the lock on a fabric away from a sync that is dead.")
@click.argument("fabric")
@click.option("--reason", required=True, help="Why; the history keeps it.")
@state_options
def command(
    fabric: str,
    reason: str,
    place: Place,
    output: str,
) -> int:
    """Take the lock on FABRIC away from whoever holds it.

    Seldom needed: the next sync takes over by itself a minute after a dead one's lease ended. Should the sync be alive
    after all, it cannot publish any more. The history says who did this, and why.
    """
    by = whoami()
    with open_state(place) as state:
        (fabric,) = names_of([fabric], state.settings)
        note = state.locks.unlock(fabric, by, reason)
    if output == "json":
        from fgd_sync.render import json_report, state_json

        click.echo(json_report.dumps(state_json.asked(fabric, note, by=by, reason=reason)), nl=False)
        return 0
    from fgd_sync.render.escape import visible

    click.echo(f"The lock on fabric {visible(fabric)} was taken from {visible(note.holder.owner)}.")
    return 0
