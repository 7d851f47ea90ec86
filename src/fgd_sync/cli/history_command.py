"""`fgd history`: the syncs that were."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from fgd_sync.cli.common import wants_color
from fgd_sync.cli.options import color_option
from fgd_sync.cli.state import Place, books_of, open_state, state_options
from fgd_sync.model.sync import State

if TYPE_CHECKING:
    from fgd_sync.flow.standing import Query


def _moment(context: click.Context, option: click.Parameter, value: str) -> str:
    """A time of RFC 3339, a date, or a span before now (`12h`, `7d`) as RFC 3339 in UTC."""
    from fgd_sync.adapters.clock import SystemClock
    from fgd_sync.model.moment import later

    sizes = {"m": 60, "h": 3600, "d": 86_400}
    number, unit = value[:-1], value[-1:]
    try:
        if number.isdigit() and unit in sizes:
            return later(SystemClock().now(), -int(number) * sizes[unit])
        return later(value, 0) if value else ""
    except (ValueError, OverflowError):
        words = f"{value!r} is no time such as 2026-03-01, 2026-03-01T08:00:00Z, 12h or 7d"
        raise click.BadParameter(words, context, option) from None


def _query_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say which syncs are meant; the command is given them as one argument."""

    @wraps(command)
    def with_query(states: tuple[str, ...], since: str, until: str, **rest: Any) -> Any:
        from fgd_sync.flow.standing import Query

        return command(query=Query(frozenset(states), since, until), **rest)

    for add in (
        click.option("--until", default="", metavar="TIME", callback=_moment, help="Those that began then or earlier."),
        click.option(
            "--since",
            default="",
            metavar="TIME",
            callback=_moment,
            help="Only those that began then or later: 2026-03-01, 2026-03-01T08:00:00Z, 12h, 7d.",
        ),
        click.option("--status", "states", type=click.Choice([item.value for item in State]), multiple=True),
    ):
        add(with_query)
    return with_query


@click.command("history", short_help="List the syncs that were.")
@click.argument("fabrics", nargs=-1, metavar="[FABRIC]...")
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="So many at most.")
@click.option("--offset", type=click.IntRange(0), default=0, help="Leave out so many of the newest.")
@_query_options
@state_options
@color_option
def command(
    fabrics: tuple[str, ...],
    limit: int,
    offset: int,
    query: "Query",
    place: Place,
    output: str,
    color: bool | None,
) -> int:
    """List the syncs of the FABRICs, or of all, the newest first."""
    from fgd_sync.flow.standing import history

    with open_state(place) as state:
        found = history(books_of(state, fabrics), query)
    page = found[offset : offset + limit]
    if output == "json":
        from fgd_sync.render import json_report, state_json

        click.echo(json_report.dumps(state_json.history(len(found), page)), nl=False)
        return 0
    from fgd_sync.render import state_text

    text = state_text.history(len(found), page, offset=offset, color=wants_color(color))
    click.echo(text, color=wants_color(color))
    return 0
