"""What there was before the plan: the earlier versions of the resources that change, and of those that are deleted.

The version before is that of the base revision; else the one that is managed now and that a source replaces.
"""

from collections.abc import Collection, Container, Iterator, Mapping, Sequence

from fgd_sync.model.plan import Action, ResourceChange
from fgd_sync.model.resource import Ref
from fgd_sync.model.tree import Tree
from fgd_sync.planning.judge import Candidate, Verdict
from fgd_sync.planning.options import Options
from fgd_sync.planning.read import Reading, read

ABSENT = b""
"""The old bytes of a file that the base revision does not have."""


def earlier_versions(
    managed: Sequence[Reading],
    current: Container[Ref],
    tree: Tree,
    options: Options,
    *,
    replaced: Collection[Ref] = (),
) -> dict[Ref, Candidate]:
    """The earlier versions of resources whose file changed, that are `replaced`, or that are not `current` any more.

    A resource of the base revision is deleted if it is not current and its file is gone, or can be read and has it no
    more: a file that cannot be read now may hold it still.
    """
    readings = {item.path: item for item in managed}
    earlier = dict(_versions(managed, replaced)) if replaced else {}
    for path in sorted(path for path, data in options.base.items() if data != ABSENT):
        may_hold_more = path in tree.files and not _tells_all(readings.get(path))
        for item in read(path, options.base[path], options).candidates:
            if item.ref and item.is_usable and (item.ref in current or not may_hold_more):
                earlier[item.ref] = item
    return earlier


def deletions(current: Container[Ref], earlier: Mapping[Ref, Candidate]) -> list[ResourceChange]:
    """The resources that a user deleted since the base revision."""
    return [ResourceChange(ref, Action.DELETE, item.origin.path) for ref, item in earlier.items() if ref not in current]


def _versions(managed: Sequence[Reading], wanted: Container[Ref]) -> Iterator[tuple[Ref, Candidate]]:
    """What managed files hold of some resources."""
    for reading in managed:
        for item in reading.candidates:
            if item.ref in wanted and item.ref and item.is_usable:
                yield item.ref, item


def _tells_all(reading: Reading | None) -> bool:
    """Whether it is known which resources a file holds."""
    if reading is None or not reading.is_readable:
        return False
    return all(item.is_usable or item.verdict is Verdict.FOREIGN for item in reading.candidates)
