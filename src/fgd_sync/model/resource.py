"""Identity and content of one Kubernetes object of a fabric."""

from typing import Any, NamedTuple

from fgd_sync.model.value import dataclass

JsonObject = dict[str, Any]
"""A JSON object as the API server sees it: str keys; None, bool, int, float, str, list and dict values."""


class Ref(NamedTuple):
    """The identity of a resource; the version is not part of it. A tuple, since nothing is compared as often."""

    group: str
    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        """`Kind name`, or `Kind namespace/name` outside the namespace `default`."""
        place = "" if self.namespace == "default" else f"{self.namespace}/"
        return f"{self.kind} {place}{self.name}"


class Origin(NamedTuple):
    """The document a resource came from: a path in the fabric directory, and its number in the file, from 0."""

    path: str
    document: int


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource and where it was read. `body` is shared: whoever changes it copies first."""

    ref: Ref
    body: JsonObject
    origin: Origin
