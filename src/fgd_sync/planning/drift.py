"""The table of where git, NetBox and the cluster differ about a fabric. Pure.

Takes what git has and a view for everybody else; gives a row for each resource that anybody has. Who cannot tell of a
resource is not compared: what is not known never looks like drift.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from types import MappingProxyType
from typing import Protocol

from fgd_sync.model.difference import Difference, differences
from fgd_sync.model.drift import Row, Standing, Where
from fgd_sync.model.plan import Plan
from fgd_sync.model.resource import JsonObject, Ref
from fgd_sync.model.tree import Tree
from fgd_sync.model.value import dataclass, field
from fgd_sync.planning.cluster import Export
from fgd_sync.planning.meaning import meaning
from fgd_sync.planning.netbox_records import Records
from fgd_sync.planning.place import MANAGED, managed_path

_NAMESPACE = "default"
"""The namespace whose resources have short file names."""

Verdict = tuple[Standing, tuple[Difference, ...]]
"""How somebody stands to a resource, and what is different."""


@dataclass(frozen=True, slots=True)
class GitView:
    """What git has. `hidden`: resources that may be there, in files that cannot be read."""

    resources: Mapping[Ref, JsonObject]
    hidden: Callable[[Ref], bool]


class View(Protocol):
    """What somebody else has of a fabric."""

    @property
    def where(self) -> Where:
        """Who it is."""

    @property
    def refs(self) -> AbstractSet[Ref]:
        """The resources that it has."""

    def verdict(self, ref: Ref, body: JsonObject | None) -> Verdict:
        """How it stands to a resource that git has as `body`, or does not have."""

    def strays(self) -> Sequence[str]:
        """What it has besides that stands for no resource, in words."""


@dataclass(frozen=True, slots=True)
class DocumentView:
    """Somebody who has resources as documents. `tells`: whether it is known if it has one, given git's document."""

    where: Where
    resources: Mapping[Ref, JsonObject]
    tells: Callable[[Ref, JsonObject | None], bool]

    @property
    def refs(self) -> AbstractSet[Ref]:
        """The resources that it has."""
        return self.resources.keys()

    def verdict(self, ref: Ref, body: JsonObject | None) -> Verdict:
        """Compares what the two documents mean."""
        own = self.resources.get(ref)
        if own is None:
            return (Standing.ABSENT if self.tells(ref, body) else Standing.NOT_COMPARED), ()
        found = () if body is None else tuple(differences(meaning(ref, body), meaning(ref, own)))
        return (Standing.DIFFERENT if found else Standing.PRESENT), found

    def strays(self) -> Sequence[str]:
        """Documents are resources."""
        return ()


@dataclass(frozen=True, slots=True)
class _Line:
    """What is put together for one row."""

    standings: dict[Where, Standing] = field(default_factory=dict)
    fields: dict[Where, tuple[Difference, ...]] = field(default_factory=dict)


def drift(git: GitView, views: Sequence[View]) -> tuple[Row, ...]:
    """The rows, in the order of the resources; what stands for none comes last."""
    refs = sorted({*git.resources, *(ref for view in views for ref in view.refs)})
    return (*(_row(ref, git, views) for ref in refs), *_stray_rows(views))


def _row(ref: Ref, git: GitView, views: Sequence[View]) -> Row:
    body = git.resources.get(ref)
    line = _Line()
    hidden = Standing.UNREADABLE if git.hidden(ref) else Standing.ABSENT
    line.standings[Where.GIT] = hidden if body is None else Standing.PRESENT
    for view in views:
        standing, found = view.verdict(ref, body)
        line.standings[view.where] = standing
        if found:
            line.fields[view.where] = found
    return Row(str(ref), ref, line.standings, line.fields)


def _stray_rows(views: Sequence[View]) -> Iterator[Row]:
    for view in views:
        for words in view.strays():
            yield Row(words, None, {Where.GIT: Standing.ABSENT, view.where: Standing.PRESENT}, MappingProxyType({}))


def git_view(records: Records, plan: Plan, tree: Tree) -> GitView:
    """What a fabric's managed files have: `tree` has them as they are after the plan, which takes in nothing."""
    held = {item.path for item in plan.inventory}
    silent = {path for path in (*tree.files, *tree.obstacles) if path.startswith(f"{MANAGED}/")} - held
    found = records.of({ref.kind for ref in records.sources})
    return GitView({item.ref: item.body for item in found}, lambda ref: managed_path(ref, _NAMESPACE) in silent)


def cluster_view(export: Export) -> DocumentView:
    """What a cluster has, as far as its export tells."""
    return DocumentView(Where.CLUSTER, export.resources, lambda ref, _: export.tells(ref))
