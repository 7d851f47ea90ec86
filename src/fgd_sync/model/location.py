"""Where something is: a file, a document in it, a route of keys inside that, and (looked up last) line and column."""

from fgd_sync.model.value import dataclass

Route = tuple[str | int, ...]
"""Path of mapping keys (str) and sequence indices (int, from 0) from the root of a document."""


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a text. Both numbers count from 1, in characters, from the start of the file."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a file of the fabric.

    `path` is relative to the fabric directory, with `/`; `document` counts from 0 within the file, None means the
    file as a whole. `at_key` says that the finding concerns the key that ends `route`, not its value.
    `position` and `excerpt` (the source line) are filled in by the planner once, for findings only.
    """

    path: str
    document: int | None = None
    route: Route = ()
    at_key: bool = False
    position: Position | None = None
    excerpt: str = ""


def format_route(route: Route) -> str:
    """Write a route as people and kubectl do: `spec.subnets.default.dhcp.options.dnsServers[0]`."""
    text = ""
    for step in route:
        if isinstance(step, int):
            text += f"[{step}]"
        elif "." in step or "/" in step or not step:
            text += f'["{step}"]'
        else:
            text += f".{step}" if text else step
    return text
