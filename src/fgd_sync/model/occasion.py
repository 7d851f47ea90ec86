"""What the event of a workflow asks for: where and why a run happens, and what it says besides.

Built once from the environment and the payload of the event; knows neither.
"""

from fgd_sync.model.context import RunContext
from fgd_sync.model.value import dataclass, field


@dataclass(frozen=True, slots=True)
class Occasion:
    """One event.

    `is_tag`: the event is about a tag. `deleted`: its branch was deleted. `closed`: its pull request was closed.
    `by_dependabot`: the token can only read, as on a fork. `trusted`: what was checked out is the base branch, not what
    somebody proposes. `base`: the commit that a check compares with; "" for the commit that was checked out. `mode` and
    `fabrics`: what a dispatch asks for.
    """

    context: RunContext = field(default_factory=RunContext)
    is_tag: bool = False
    deleted: bool = False
    closed: bool = False
    by_dependabot: bool = False
    trusted: bool = True
    base: str = ""
    mode: str = ""
    fabrics: tuple[str, ...] = ()

    @property
    def read_only(self) -> bool:
        """Whether GitHub gives the run a token that can only read."""
        return self.context.is_fork or self.by_dependabot
