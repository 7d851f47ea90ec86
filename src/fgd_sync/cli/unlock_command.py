"""`fgd unlock`: take the lock on a fabric away from a sync that is dead."""

import click

from fgd_sync.cli.people import asker
from fgd_sync.cli.state import Place, names_of, open_state, state_options, tell
from fgd_sync.render import state_json


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
    by = asker()
    with open_state(place) as state:
        (fabric,) = names_of([fabric], state.settings)
        note = state.locks.unlock(fabric, by, reason)
    words = f"The lock on fabric {fabric} was taken from {note.holder.owner}."
    return tell(output, state_json.asked(fabric, note, by=by, reason=reason), words)
