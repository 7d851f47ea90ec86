"""`fgd events`: the events of past syncs, shown or delivered again; and the reports that wait or were given up."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from fgd_sync.cli.common import wants_color
from fgd_sync.cli.options import color_option
from fgd_sync.cli.state import Place, books_of, open_state, state_options
from fgd_sync.model.config import Settings
from fgd_sync.ports import EventSink

_SYNC = click.argument("sync_id", metavar="[SYNC]", default="")
_FABRIC = click.option(
    "--fabric", "fabrics", multiple=True, metavar="NAME", help="Only among the syncs of this fabric."
)


@click.group("events", short_help="Show the events of a past sync, or deliver them again.")
def command() -> None:
    """Show the events of a past sync, or deliver them again."""


@command.command("show", short_help="Show the events of a past sync.")
@_SYNC
@_FABRIC
@click.option("--undelivered", is_flag=True, help="Show the reports that wait or were given up instead.")
@state_options
@color_option
def show(
    sync_id: str,
    fabrics: tuple[str, ...],
    undelivered: bool,
    place: Place,
    output: str,
    color: bool | None,
) -> int:
    """Show the events of the sync whose id is or begins with SYNC; without it, of the newest one."""
    from fgd_sync.flow.standing import events_of
    from fgd_sync.render import json_report, state_json, state_text

    with open_state(place) as state:
        books = books_of(state, fabrics)
        if undelivered:
            waiting = [item for book in books for item in book.outbox()]
            dead = [item for book in books for item in book.dead()]
            payload, text = (
                state_json.reports(waiting, dead),
                state_text.reports(waiting, dead, color=wants_color(color)),
            )
        else:
            record, found = events_of(books, sync_id)
            payload, text = state_json.events(found), state_text.events(record, found, color=wants_color(color))
    click.echo(json_report.dumps(payload).rstrip("\n") if output == "json" else text, color=wants_color(color))
    return 0


@command.command("replay", short_help="Deliver the events of a past sync again.")
@_SYNC
@_FABRIC
@click.option(
    "--to",
    "receiver",
    default="-",
    metavar="WHERE",
    help="`-`: JSON lines on the standard output (default); `redis`: the stream of `events.redis_url`; else a file.",
)
@state_options
def replay(
    sync_id: str,
    fabrics: tuple[str, ...],
    receiver: str,
    place: Place,
    output: str,
) -> int:
    """Deliver the events of the sync whose id is or begins with SYNC again; without it, of the newest one.

    They keep their ids: a receiver that had them already can tell.
    """
    from fgd_sync.flow.standing import events_of

    with open_state(place) as state:
        record, found = events_of(books_of(state, fabrics), sync_id)
        with _sink(receiver, state.settings) as sink:
            for event in found:
                sink.deliver(event)
    if receiver == "-":
        return 0
    if output == "json":
        from fgd_sync.render import json_report

        click.echo(json_report.dumps({"sync_id": record.sync_id, "delivered": len(found), "to": sink.name}), nl=False)
        return 0
    click.echo(f"{len(found)} events of sync {record.sync_id} were delivered to {sink.name}.")
    return 0


@contextmanager
def _sink(receiver: str, settings: Settings) -> Iterator[EventSink]:
    """Where events go. Raises FgdError."""
    if receiver == "-":
        from fgd_sync.adapters.json_lines import JsonLinesStream

        yield JsonLinesStream(lambda text: click.echo(text, nl=False))
    elif receiver == "redis":
        with _redis(settings) as redis:
            yield redis
    else:
        from fgd_sync.adapters.json_lines import JsonLinesFile

        with JsonLinesFile(Path(receiver)) as file:
            yield file


@contextmanager
def _redis(settings: Settings) -> Iterator[EventSink]:
    from fgd_sync.adapters.redis_sink import RedisSink

    if not settings.events.redis_url:
        raise click.UsageError("No Redis is set: see `events.redis_url` and HEDGEHOG_FGD_REDIS_URL.")
    sink = RedisSink(settings.events.redis_url)
    try:
        yield sink
    finally:
        sink.close()
