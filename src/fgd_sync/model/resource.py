"""Identity and content of one Kubernetes object of a fabric."""

from typing import Any

from fgd_sync.model.value import dataclass

JsonObject = dict[str, Any]
"""A JSON object as the API server sees it: str keys; None, bool, int, float, str, list and dict values."""


@dataclass(frozen=True, slots=True, order=True)
class Ref:
    """The identity of a resource; the version is not part of it."""

    group: str
    kind: str
    namespace: str
    name: str

    @property
    def order(self) -> tuple[str, str, str, str]:
        """What refs are sorted by: quicker to compare than the refs themselves."""
        return self.group, self.kind, self.namespace, self.name

    def __str__(self) -> str:
        """`Kind name`, or `Kind namespace/name` outside the namespace `default`."""
        place = "" if self.namespace == "default" else f"{self.namespace}/"
        return f"{self.kind} {place}{self.name}"


@dataclass(frozen=True, slots=True)
class Origin:
    """The document a resource came from: a path in the fabric directory, and its number in the file, from 0."""

    path: str
    document: int


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource and where it was read. `body` is shared: whoever changes it copies first."""

    ref: Ref
    body: JsonObject
    origin: Origin
