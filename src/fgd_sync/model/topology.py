"""The cabling of a fabric and what runs over it, as a picture needs it: devices, links, and where VPCs are."""

from fgd_sync.model.value import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Plug:
    """What a server, gateway or External is plugged into: a switch, by the connection of this name and type."""

    device: str
    switch: str
    connection: str
    type: str


@dataclass(frozen=True, slots=True)
class SwitchNode:
    """One switch. `group` is its redundancy group with the kind of redundancy, such as `mclag-1 (mclag)`, or "".

    `links` has the number of cables to every other switch that it is joined with.
    """

    name: str
    role: str
    group: str = ""
    profile: str = ""
    links: tuple[tuple[str, int], ...] = ()

    @property
    def is_spine(self) -> bool:
        """Whether it belongs into the upper row."""
        return self.role == "spine"


@dataclass(frozen=True, slots=True, order=True)
class Membership:
    """One subnet of a VPC (`vpc/subnet`) on one connection. `vlan` is 0 where none is set."""

    vpc: str
    subnet: str
    vlan: int
    cidr: str
    connection: str
    servers: tuple[str, ...]
    switches: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Topology:
    """A fabric as one picture. Everything is in the order of names; switches of one redundancy group stand together."""

    switches: tuple[SwitchNode, ...] = ()
    servers: tuple[Plug, ...] = ()
    gateways: tuple[Plug, ...] = ()
    externals: tuple[Plug, ...] = ()
    memberships: tuple[Membership, ...] = ()

    @property
    def spines(self) -> tuple[SwitchNode, ...]:
        """The switches of the upper row."""
        return tuple(item for item in self.switches if item.is_spine)

    @property
    def leaves(self) -> tuple[SwitchNode, ...]:
        """All other switches."""
        return tuple(item for item in self.switches if not item.is_spine)
