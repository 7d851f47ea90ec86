"""All resources of one fabric, found by identity and by kind, with the webhook's defaults filled in.

Takes resources as users wrote them. References resolve in the referring resource's own namespace.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from fgd_sync.fabric.defaults import with_defaults
from fgd_sync.model.resource import JsonObject, Ref, Resource

Table = TypeVar("Table")


class Index:
    """Resources by (kind, namespace, name). Of resources with the same ref the last one counts.

    `written` has the bodies as users wrote them; everything else the index gives has the defaults filled in.
    """

    def __init__(self, resources: Iterable[Resource]) -> None:
        self.written: Mapping[Ref, Resource] = {resource.ref: resource for resource in resources}
        self._by_kind: dict[str, list[Resource]] = {}
        self._by_name: dict[tuple[str, str, str], Resource] = {}
        self._names: dict[tuple[str, str], list[str]] = {}
        self._tables: dict[Callable[[Index], Any], Any] = {}
        for ref in sorted(self.written):
            full = Resource(ref, with_defaults(self.written[ref]), self.written[ref].origin)
            self._by_kind.setdefault(ref.kind, []).append(full)
            self._names.setdefault((ref.kind, ref.namespace), []).append(ref.name)
            self._by_name[ref.kind, ref.namespace, ref.name] = full

    def body(self, ref: Ref) -> JsonObject:
        """The body of a resource with the defaults filled in. Raises KeyError if it is not in the index."""
        return self._by_name[ref.kind, ref.namespace, ref.name].body

    def of(self, kind: str) -> list[Resource]:
        """Every resource of a kind, in the order of namespace and name."""
        return self._by_kind.get(kind, [])

    def find(self, kind: str, name: str, near: Ref) -> Resource | None:
        """Return the resource that `near` means by a name; None if there is none."""
        return self._by_name.get((kind, near.namespace, name))

    def spec(self, kind: str, name: str, near: Ref) -> JsonObject | None:
        """Return the spec of the resource that `near` means by a name ({} if it has none); None: no such resource."""
        found = self.find(kind, name, near)
        if found is None:
            return None
        spec = found.body.get("spec")
        return spec if isinstance(spec, dict) else {}

    def names(self, kind: str, near: Ref) -> list[str]:
        """The names that a resource can mean when it refers to a kind."""
        return self._names.get((kind, near.namespace), [])

    def once(self, build: Callable[["Index"], Table]) -> Table:
        """Return what `build` makes of this index, made on the first call only."""
        if build not in self._tables:
            self._tables[build] = build(self)
        table: Table = self._tables[build]
        return table
