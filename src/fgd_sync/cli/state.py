"""What the commands on state share: where it lies, options for that, and how they answer."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from fgd_sync.cli.options import config_option
from fgd_sync.flow.book import Book
from fgd_sync.flow.state import State
from fgd_sync.model.config import Settings
from fgd_sync.model.value import dataclass

if TYPE_CHECKING:  # Questions are answered faster without the values of all other ports.
    from fgd_sync.ports import GitStore

_DEFAULT_REMOTE = "origin"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the user wants state to be looked for."""

    remote: str | None
    local: bool
    config: Path | None


def place_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say where state lies; the command is given the place as one argument."""

    @wraps(command)
    def at_place(remote: str | None, local: bool, config: Path | None, **rest: Any) -> Any:
        return command(place=Place(remote, local, config), **rest)

    for add in reversed(
        (
            click.option("--remote", metavar="NAME", help="Remote or address to look at.  [default: origin]"),
            click.option("--local", is_flag=True, help="Look at this clone: syncs at a desk keep their history there."),
            config_option,
        )
    ):
        add(at_place)
    return at_place


def state_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of every command that looks at state."""
    form = click.option("--format", "output", type=click.Choice(("text", "json")), default="text", show_default=True)
    return place_options(form(command))


@contextmanager
def open_state(place: Place, settings: Settings | None = None) -> Iterator[State]:
    """The state of the remote `origin` or the one named, or of this clone if asked or without a remote.

    `settings`: None for those in force. Raises FgdError.
    """
    from fgd_sync.adapters.clock import SystemClock
    from fgd_sync.adapters.configuration import load_settings

    if place.remote and place.local:
        raise click.UsageError("--remote and --local exclude each other.")
    settings = settings or load_settings(Path.cwd(), place.config, {}, os.environ)
    with ExitStack() as leave:
        yield State.of(_store(settings, place, leave), SystemClock(), settings)


def _store(settings: Settings, place: Place, leave: ExitStack) -> "GitStore":
    from fgd_sync.adapters.git import work_tree_root
    from fgd_sync.adapters.local_store import LocalStore
    from fgd_sync.adapters.remotes import configured_url, remote_url, token_for

    root, remote = work_tree_root(Path.cwd()), place.remote or _DEFAULT_REMOTE
    url = configured_url(root, remote) if root and not place.local else ""
    if root and not url and not place.remote:
        return LocalStore(root)
    if place.local:
        raise click.UsageError("This directory is in no git repository.")
    url = url or remote_url(root, remote)
    from fgd_sync.adapters.remote_store import RemoteStore
    from fgd_sync.adapters.scratch import temporary_folder

    scratch = leave.enter_context(temporary_folder()) / "git"
    return RemoteStore(url, scratch, workspace=root, token=token_for(url, os.environ), settings=settings.github)


def books_of(state: State, fabrics: Sequence[str]) -> Sequence[Book]:
    """The books of the fabrics that the user named, or of all. Raises FgdError."""
    names = names_of(fabrics, state.settings)
    return list(state.ledger.books(names).values()) if names else state.ledger.all_books()


def names_of(fabrics: Sequence[str], settings: Settings) -> list[str]:
    """The names of fabrics that the user named, or whose directories. Raises FgdError."""
    return [_name_of(fabric, settings) for fabric in fabrics]


def _name_of(fabric: str, settings: Settings) -> str:
    from fgd_sync.adapters.git import work_tree_root
    from fgd_sync.model.tree import Tree
    from fgd_sync.planning.place import MANIFEST
    from fgd_sync.planning.structure import fabric_name

    place = Path(fabric)
    if not (place / MANIFEST).is_file():
        return fabric
    root = work_tree_root(place)
    for entry in settings.fabrics if root else ():
        if root and (root / entry.path).resolve() == place.resolve():
            return entry.name
    return fabric_name(Tree({MANIFEST: (place / MANIFEST).read_bytes()})) or place.resolve().name


def tell(output: str, facts: dict[str, Any], *lines: str) -> int:
    """Say what was done, as JSON or in words; the exit status."""
    if output == "json":
        from fgd_sync.render.json_report import dumps

        click.echo(dumps(facts), nl=False)
        return 0
    from fgd_sync.render.escape import visible

    for line in lines:
        click.echo(visible(line))
    return 0
