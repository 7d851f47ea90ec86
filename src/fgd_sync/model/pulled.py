"""What becomes of the changes that somebody made in NetBox when they are pulled, resource by resource."""

from enum import StrEnum
from typing import Any

from fgd_sync.model.location import Route
from fgd_sync.model.plan import Action
from fgd_sync.model.resource import Ref
from fgd_sync.model.value import dataclass


class Verdict(StrEnum):
    """Whether a change is taken into git; `asked`: a person has to decide; `refused`: git's rules forbid it."""

    TAKEN = "taken"
    ASKED = "asked"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Editor:
    """Who changed something in NetBox, when, and by which request, as its change log says."""

    user: str
    time: str
    request: str = ""


@dataclass(frozen=True, slots=True)
class PulledField:
    """A field as it was agreed last, as NetBox has it now, and as git has it; ABSENT where there is none."""

    route: Route
    base: Any
    netbox: Any
    git: Any
    who: Editor | None = None


@dataclass(frozen=True, slots=True)
class Pulled:
    """One resource that was changed in NetBox: what that does to git, and the fields that it is about.

    `who` made the latest of the changes; None: NetBox does not tell. `reason`: why it is not taken, in words.
    """

    ref: Ref
    verdict: Verdict
    action: Action
    fields: tuple[PulledField, ...] = ()
    who: Editor | None = None
    reason: str = ""
