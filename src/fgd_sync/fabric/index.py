"""All resources of one fabric, found by identity and by kind, with the webhook's defaults filled in.

Takes resources as users wrote them. References resolve in the referring resource's own namespace. Fills in defaults
when they are first asked for, and can tell what of it was consulted.
"""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeVar

from fgd_sync.fabric.defaults import with_defaults
from fgd_sync.model.kinds import KINDS
from fgd_sync.model.resource import JsonObject, Ref, Resource

Table = TypeVar("Table")

_GROUPS = {kind.name: kind.group for kind in KINDS}


class Index:
    """Resources by (kind, namespace, name). Of resources with the same ref the last one counts.

    A mapping may read a resource when it is first asked for.

    `written` has the bodies as users wrote them; everything else the index gives has the defaults filled in.
    `consulted`: while it is a set, whatever the index is asked for is noted there: `Kind/namespace/name` for one
    resource, be it there or not, `Kind` for all of a kind. `calm`: resources that are known not to get in the way of
    any other; tables of what gets in each other's way leave them out. `forms`: gives the forms of all resources of a
    kind by name, where they are known already, see `fgd_sync.rules.forms`. `of_kind` gives all refs of a kind, where
    that takes less than to go through all of the mapping.
    """

    def __init__(
        self,
        resources: Iterable[Resource] | Mapping[Ref, Resource],
        *,
        is_watched: bool = False,
        of_kind: Callable[[str], Iterable[Ref]] | None = None,
    ) -> None:
        by_ref = resources if isinstance(resources, Mapping) else {resource.ref: resource for resource in resources}
        self.written: Mapping[Ref, Resource] = by_ref
        self.consulted: set[str] | None = set() if is_watched else None
        self.calm: Container[Ref] = ()
        self.forms: Callable[[str], dict[str, Any]] | None = None
        self._of_kind = of_kind
        self._sorted: dict[str, list[Ref]] = {}
        self._full: dict[Ref, Resource] = {}
        self._kinds: dict[str, list[Resource]] = {}
        self._names: dict[tuple[str, str], list[str]] = {}
        self._tables: dict[Callable[[Index], Any], tuple[Any, set[str]]] = {}

    @cached_property
    def _by_kind(self) -> dict[str, list[Ref]]:
        found: dict[str, list[Ref]] = {}
        for ref in sorted(self.written):
            found.setdefault(ref.kind, []).append(ref)
        return found

    def _refs(self, kind: str) -> Sequence[Ref]:
        if self._of_kind is None:
            return self._by_kind.get(kind, ())
        if kind not in self._sorted:
            self._sorted[kind] = sorted(self._of_kind(kind))
        return self._sorted[kind]

    def _filled(self, ref: Ref) -> Resource:
        found = self._full.get(ref)
        if found is None:
            written = self.written[ref]
            found = self._full[ref] = Resource(ref, with_defaults(written), written.origin)
        return found

    def body(self, ref: Ref) -> JsonObject:
        """The body of a resource with the defaults filled in. Raises KeyError if it is not in the index."""
        if self.consulted is not None:
            self.consulted.add(key_of(ref))
        return self._filled(ref).body

    def given(self, kind: str) -> list[Resource]:
        """Every resource of a kind as it was written, in the order of namespace and name."""
        return [self.written[ref] for ref in self.refs(kind)]

    def refs(self, kind: str) -> Sequence[Ref]:
        """The refs of all resources of a kind, in the order of namespace and name; none is read for that."""
        if self.consulted is not None:
            self.consulted.add(kind)
        return self._refs(kind)

    def of(self, kind: str) -> list[Resource]:
        """Every resource of a kind, in the order of namespace and name."""
        if self.consulted is not None:
            self.consulted.add(kind)
        found = self._kinds.get(kind)
        if found is None:
            found = self._kinds[kind] = [self._filled(ref) for ref in self._refs(kind)]
        return found

    def find(self, kind: str, name: str, near: Ref) -> Resource | None:
        """Return the resource that `near` means by a name; None if there is none."""
        if self.consulted is not None:
            self.consulted.add(f"{kind}/{near.namespace}/{name}")
        ref = Ref(_GROUPS.get(kind, ""), kind, near.namespace, name)
        return self._filled(ref) if ref in self.written else None

    def has(self, kind: str, name: str, near: Ref) -> bool:
        """Whether there is a resource that `near` means by a name; it is not read for that."""
        if self.consulted is not None:
            self.consulted.add(f"{kind}/{near.namespace}/{name}")
        return Ref(_GROUPS.get(kind, ""), kind, near.namespace, name) in self.written

    def spec(self, kind: str, name: str, near: Ref) -> JsonObject | None:
        """Return the spec of the resource that `near` means by a name ({} if it has none); None: no such resource."""
        found = self.find(kind, name, near)
        if found is None:
            return None
        spec = found.body.get("spec")
        return spec if isinstance(spec, dict) else {}

    def names(self, kind: str, near: Ref) -> list[str]:
        """The names that a resource can mean when it refers to a kind."""
        if self.consulted is not None:
            self.consulted.add(names_key(kind))
        found = self._names.get((kind, near.namespace))
        if found is None:
            refs = self._refs(kind)
            found = self._names[kind, near.namespace] = [ref.name for ref in refs if ref.namespace == near.namespace]
        return found

    def once(self, build: Callable[["Index"], Table]) -> Table:
        """Return what `build` makes of this index, made on the first call only.

        Whoever asks for it counts as having asked for all that it was made of; of that only the kinds are noted.
        """
        known = self._tables.get(build)
        if known is None:
            outer, self.consulted = self.consulted, None if self.consulted is None else set()
            try:
                made = build(self)
                asked = {key.partition("/")[0] for key in self.consulted or ()}
            finally:
                self.consulted = outer
            known = self._tables[build] = made, asked
        if self.consulted is not None:
            self.consulted |= known[1]
        table: Table = known[0]
        return table

    def unnoted(self, find: Callable[[], Table]) -> Table:
        """Return what `find` finds; what it asks the index for is not noted."""
        outer, self.consulted = self.consulted, None
        try:
            return find()
        finally:
            self.consulted = outer


def names_key(kind: str) -> str:
    """The key under which it is noted that no more was consulted of a kind than which resources there are."""
    return f"{kind} names"


def key_of(ref: Ref) -> str:
    """The key under which it is noted that a resource was consulted."""
    return f"{ref.kind}/{ref.namespace}/{ref.name}"
