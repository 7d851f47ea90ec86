"""Where state lies in a repository: the refs of a fabric below the prefix of the setting `sync.state_refs`."""

from collections.abc import Callable, Mapping, Sequence

from fgd_sync.model.git import RefMove, Signature
from fgd_sync.model.slug import slug
from fgd_sync.model.value import dataclass

SIGNATURE = Signature("fgd-sync", "fgd-sync@users.noreply.github.com")
"""Who commits of locks and state are by: no person made them."""

Refs = Mapping[str, str]
"""Refs with the ids that they point to, as they were at one moment."""

Moves = Callable[[Refs], Sequence[RefMove]]
"""Given the refs as they are, the moves to be made together with others. May raise FgdError to call it all off."""


@dataclass(frozen=True, slots=True)
class StateRefs:
    """The names of refs below a prefix such as `refs/fgd`."""

    prefix: str = "refs/fgd"

    @property
    def all(self) -> str:
        """What every ref of ours starts with."""
        return f"{self.prefix}/"

    @property
    def locks(self) -> str:
        """What the locks start with."""
        return f"{self.prefix}/lock/"

    @property
    def states(self) -> str:
        """What the refs with the state start with."""
        return f"{self.prefix}/state/"

    def lock(self, fabric: str) -> str:
        """The lock of a fabric."""
        return f"{self.locks}{slug(fabric)}"

    def state(self, fabric: str) -> str:
        """The ref that holds the state of a fabric."""
        return f"{self.states}{slug(fabric)}"


def no_moves(refs: Refs) -> Sequence[RefMove]:  # noqa: ARG001 - the shape of Moves
    """Nothing to be moved besides."""
    return ()
