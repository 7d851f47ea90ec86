"""What a report would do to NetBox, and whether the token may do it: what is shown before anything is written."""

from fgd_sync.model.failure import FgdError
from fgd_sync.model.value import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One object that a report would `create`, `update` or `delete`; `detail`: which fields."""

    action: str
    what: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a report of one fabric would do. Empty `steps`: NetBox has what it should have.

    `target` is `plugin`, `core` or `off`. `conflicts` are objects of others, `unsupported` what this NetBox cannot
    hold, `refusal` says why the deletions would be refused.
    """

    fabric: str
    target: str = ""
    requests: int = 0
    steps: tuple[Step, ...] = ()
    conflicts: tuple[str, ...] = ()
    unsupported: tuple[str, ...] = ()
    refusal: str = ""
    failures: tuple[FgdError, ...] = ()


@dataclass(frozen=True, slots=True)
class Permission:
    """What reports need to do with objects of one path, and which of that the token may not do.

    `optional`: without it, part of a report is left out, and the rest is told.
    """

    path: str
    purpose: str
    lacking: tuple[str, ...]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found out about NetBox and the token. `missing` would be made by the first report."""

    version: str
    plugin: str
    target: str
    permissions: tuple[Permission, ...]
    missing: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def is_ready(self) -> bool:
        """Whether reports will be delivered."""
        return not any(item.lacking and not item.optional for item in self.permissions)
