"""Where git, NetBox and the cluster differ about the resources of one fabric: a table as a value."""

from collections.abc import Mapping
from enum import StrEnum

from fgd_sync.model.difference import Difference
from fgd_sync.model.failure import FgdError
from fgd_sync.model.resource import Ref
from fgd_sync.model.value import dataclass


class Where(StrEnum):
    """Who has resources of a fabric."""

    GIT = "git"
    NETBOX = "netbox"
    CLUSTER = "cluster"


class Standing(StrEnum):
    """How one of them stands to a resource.

    `different`: it has it, with other values than git. `unreadable`: it may have it, in a file that cannot be read.
    `not_compared`: it does not tell, as NetBox where it has no records of the kind.
    """

    PRESENT = "present"
    ABSENT = "absent"
    DIFFERENT = "different"
    UNREADABLE = "unreadable"
    NOT_COMPARED = "not_compared"


@dataclass(frozen=True, slots=True)
class Row:
    """One resource. `what`: in words; `ref` is None for an object of NetBox that stands for no resource.

    `standings` has everybody who was asked, git first; `fields` what they have otherwise than git, with git's value
    first.
    """

    what: str
    ref: Ref | None
    standings: Mapping[Where, Standing]
    fields: Mapping[Where, tuple[Difference, ...]]

    def those(self, *standings: Standing) -> tuple[Where, ...]:
        """Who stands so."""
        return tuple(where for where, standing in self.standings.items() if standing in standings)

    @property
    def is_in_sync(self) -> bool:
        """Whether all who can tell have the same."""
        return not self.those(Standing.ABSENT, Standing.DIFFERENT, Standing.UNREADABLE)


@dataclass(frozen=True, slots=True)
class FabricDrift:
    """The table of one fabric. `asked`: who was compared, git first; `netbox`: `plugin` or `core`, "" if not asked.

    `path`: its directory as the user knows it. `notes`: what was left out, in words. With a `failure` nothing is known.
    """

    fabric: str
    path: str
    asked: tuple[Where, ...] = (Where.GIT,)
    rows: tuple[Row, ...] = ()
    notes: tuple[str, ...] = ()
    netbox: str = ""
    failure: FgdError | None = None

    @property
    def drifted(self) -> tuple[Row, ...]:
        """The resources about which they differ."""
        return tuple(row for row in self.rows if not row.is_in_sync)
