"""What is to be known beside a table of drift: what waits to be taken in, and what was not compared. Pure, in words."""

from collections import Counter
from collections.abc import Iterable, Iterator

from fgd_sync.model.drift import Row, Standing, Where
from fgd_sync.model.kinds import KINDS
from fgd_sync.model.tree import Tree
from fgd_sync.planning.archive_log import LogMemory
from fgd_sync.planning.cluster import Export
from fgd_sync.planning.discover import discover
from fgd_sync.planning.options import Options
from fgd_sync.planning.place import ARCHIVE_LOG

_NAMED = 5
"""So many things are named in a note."""


def pending(tree: Tree, options: Options) -> Iterator[str]:
    """The sources that a sync has not taken in yet: what is in them is not in git for us."""
    sources = discover(tree, options).sources
    kept = LogMemory(tree.files.get(ARCHIVE_LOG)).kept(tree, sources, options.ingestion)
    paths = [path for path in sources if path not in kept]
    if paths:
        yield f"not compared, since no sync has taken it in yet: {_named(paths)}"


def not_compared(rows: Iterable[Row], where: Where) -> Iterator[str]:
    """The resources of which somebody cannot tell, by kind."""
    kinds = Counter(row.ref.kind for row in rows if row.ref and row.standings.get(where) is Standing.NOT_COMPARED)
    if kinds:
        told = ", ".join(f"{kinds[kind.name]} {kind.name}" for kind in KINDS if kind.name in kinds)
        yield f"not compared with {_REASONS[where].format(told)}"


_REASONS = {
    Where.NETBOX: "NetBox, which cannot hold them: {}",
    Where.CLUSTER: "the cluster, of which no list has them: {}",
}


def remarks(export: Export) -> Iterator[str]:
    """What an export of the cluster does not say, and what in it is none of ours."""
    if export.empty:
        yield "a list in the cluster's file is empty, and does not say of which kinds: name them with --cluster-kinds"
    if export.ignored:
        told = ", ".join(f"{count} {kind}" for kind, count in sorted(export.ignored.items()))
        yield f"in the cluster's file, but none of the resources that git holds: {told}"


def _named(paths: list[str]) -> str:
    more = f" and {len(paths) - _NAMED} more" if len(paths) > _NAMED else ""
    return f"{', '.join(paths[:_NAMED])}{more}"
