"""`fgd cancel`: ask the sync that is at work to stop."""

import click

from fgd_sync.cli.people import asker
from fgd_sync.cli.state import Place, names_of, open_state, state_options, tell
from fgd_sync.render import state_json


@click.command("cancel", short_help="Ask the sync that is at work on a fabric to stop.")
@click.argument("fabric")
@click.option("--reason", default="", help="Why; the sync tells it, and the history keeps it.")
@state_options
def command(
    fabric: str,
    reason: str,
    place: Place,
    output: str,
) -> int:
    """Ask the sync that is at work on FABRIC to stop.

    From now on it cannot publish. It notices within a minute, leaves everything as it was, and ends as cancelled.
    """
    by = asker()
    with open_state(place) as state:
        (fabric,) = names_of([fabric], state.settings)
        note = state.locks.cancel(fabric, by, reason)
        expired = note.has_expired(state.clock.now(), state.lock_store.margin_seconds)
    words = [f"{note.holder.owner} was asked to stop the sync of fabric {fabric}."]
    if expired:
        words.append(f"It seems to be dead: its lease ended at {note.expires_at}. The next sync takes over.")
    return tell(output, state_json.asked(fabric, note, by=by, reason=reason), *words)
