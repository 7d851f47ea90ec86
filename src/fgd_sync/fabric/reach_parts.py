"""Who can reach whom, in values: parties, what is between two of them, and the ends that a policy names."""

from collections.abc import Iterator
from enum import StrEnum

from fgd_sync.fabric.index import Index
from fgd_sync.fabric.values import mappings, text
from fgd_sync.model.resource import Ref, Resource
from fgd_sync.model.value import dataclass

VPC, EXTERNAL, CONNECTION = "VPC", "External", "Connection"


class Means(StrEnum):
    """By what two ends reach one another."""

    WITHIN = "within the VPC"
    FABRIC = "by the switches"
    GATEWAY = "through a gateway, subject to its NAT and ACL"


@dataclass(frozen=True, slots=True, order=True)
class Party:
    """A VPC, an External or a static external connection."""

    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        """The name of a VPC; kind and name of others."""
        name = self.name if self.namespace == "default" else f"{self.namespace}/{self.name}"
        return name if self.kind == VPC else f"{self.kind} {name}"


@dataclass(frozen=True, slots=True, order=True)
class Border:
    """Two parties in their order, or one and the same, and the means by which traffic passes between them."""

    left: Party
    right: Party
    means: Means


@dataclass(frozen=True, slots=True)
class Permit:
    """Every end on the left may exchange traffic with every one on the right. `by` is the resource that says so."""

    by: str
    left: frozenset[str]
    right: frozenset[str]


def between(
    means: Means, by: str, one: tuple[Party, frozenset[str]], other: tuple[Party, frozenset[str]]
) -> Iterator[tuple[Border, Permit]]:
    """What is permitted between two different parties; nothing if a side has no ends."""
    (left, left_ends), (right, right_ends) = sorted((one, other), key=lambda side: side[0])
    if left != right and left_ends and right_ends:
        yield Border(left, right, means), Permit(by, left_ends, right_ends)


def party(resource: Resource) -> Party:
    """A resource as a party."""
    return Party(resource.ref.kind, resource.ref.namespace, resource.ref.name)


def named(index: Index, kind: str, name: str, near: Ref) -> Party | None:
    """The party that a name means; None if there is none."""
    found = index.find(kind, name, near)
    return party(found) if found else None


def subnet_ends(index: Index) -> dict[Party, dict[str, str]]:
    """The subnets of every VPC: their name in it, and as they are shown."""
    return {party(vpc): _ends(vpc) for vpc in index.of(VPC)}


def _ends(vpc: Resource) -> dict[str, str]:
    return {name: f"{party(vpc)}/{name}" for name, _ in mappings(vpc.body, "spec", "subnets")}


def all_ends(index: Index) -> dict[Party, frozenset[str]]:
    """All subnets of every VPC as they are shown."""
    return {vpc: frozenset(ends.values()) for vpc, ends in index.once(subnet_ends).items()}


def attached_externals(index: Index) -> frozenset[Party]:
    """The Externals that are attached to a switch somewhere: nothing reaches the others."""
    attachments = index.of("ExternalAttachment")
    found = (named(index, EXTERNAL, text(item.body, "spec", "external"), item.ref) for item in attachments)
    return frozenset(filter(None, found))
