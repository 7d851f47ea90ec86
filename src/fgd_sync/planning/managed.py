"""A fabric without what waits to be taken in: the managed files alone, and the resources that they hold."""

from collections.abc import Iterator, Mapping

from fgd_sync.model.kinds import KIND_BY_ID, ref_of
from fgd_sync.model.resource import JsonObject, Ref
from fgd_sync.model.tree import Tree
from fgd_sync.model.value import replace
from fgd_sync.planning.foreign import foreign_finding, group_of
from fgd_sync.planning.netbox_records import Records, records_of
from fgd_sync.planning.options import Options
from fgd_sync.planning.place import MANAGED, META
from fgd_sync.planning.plan import plan
from fgd_sync.planning.tracking import without_tracking
from fgd_sync.yamldoc.parse import parse


def managed_only(tree: Tree) -> Tree:
    """The tree with nothing but the managed files and our own."""
    return Tree({path: data for path, data in tree.files.items() if is_kept(path)}, tree.obstacles)


def is_kept(path: str) -> bool:
    """Whether a path is that of a managed file, or of one of our own."""
    return path.partition("/")[0] in (MANAGED, META)


def managed_records(tree: Tree, options: Options) -> Records:
    """The resources of the managed files as they are, with the errors that are in them."""
    kept = managed_only(tree)
    found = plan(kept, replace(options, incoming=None, impact=False, base={}, only=""))
    return records_of(found, kept.after(found.changes))


def resources_in(files: Mapping[str, bytes]) -> dict[Ref, JsonObject]:
    """The resources that the managed files among some files hold by their own words, without our annotations."""
    return {ref: body for path in sorted(files) if path.startswith(f"{MANAGED}/") for ref, body in _in(files[path])}


def _in(data: bytes) -> Iterator[tuple[Ref, JsonObject]]:
    for document in parse(data).documents:
        body = document.value
        if document.problem or foreign_finding(body):
            continue
        kind = KIND_BY_ID.get((group_of(body), body["kind"]))
        ref = ref_of(kind, body) if kind else None
        if ref:
            yield ref, without_tracking(body)
