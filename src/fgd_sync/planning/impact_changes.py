"""Which resources differ between two fabrics in what matters to the network."""

from fgd_sync.fabric.index import Index
from fgd_sync.fabric.values import mapping
from fgd_sync.model.impact import How
from fgd_sync.model.resource import JsonObject, Ref, Resource
from fgd_sync.model.value import dataclass

_ANNOTATIONS = "fabric.githedgehog.com/"


@dataclass(frozen=True, slots=True)
class Changed:
    """A resource before and after; None where it does not exist."""

    ref: Ref
    before: Resource | None
    after: Resource | None

    @property
    def how(self) -> How:
        """What happens to it."""
        return How.CREATED if self.before is None else How.DELETED if self.after is None else How.CHANGED

    @property
    def versions(self) -> tuple[Resource, ...]:
        """Those of the two that exist."""
        return tuple(item for item in (self.before, self.after) if item)


def changes(before: Index, after: Index) -> list[Changed]:
    """The resources that differ, in the order of their refs.

    The fabric acts on specs and on annotations of its own; other labels and annotations do not count. Values count
    with the webhook's defaults, so that writing a default down changes nothing.
    """
    olds, news = _all(before), _all(after)
    pairs = (Changed(ref, olds.get(ref), news.get(ref)) for ref in sorted(olds.keys() | news.keys()))
    return [item for item in pairs if _substance(item.before) != _substance(item.after)]


def _all(index: Index) -> dict[Ref, Resource]:
    return {ref: Resource(ref, index.body(ref), resource.origin) for ref, resource in index.written.items()}


def _substance(resource: Resource | None) -> tuple[JsonObject, JsonObject] | None:
    if resource is None:
        return None
    annotations = mapping(resource.body, "metadata", "annotations")
    own = {key: value for key, value in annotations.items() if key.startswith(_ANNOTATIONS)}
    return mapping(resource.body, "spec"), own
