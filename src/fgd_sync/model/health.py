"""The outcome of one health check: whether a neighbour of a run is there and lets us do what a run will ask of it."""

from enum import StrEnum

from fgd_sync.model.code import Code
from fgd_sync.model.value import dataclass


class Status(StrEnum):
    """How a check ended. A warning does not keep a run from doing its work; skipped: there was nothing to check."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a probe found. `detail` says what was seen, with versions and numbers; `remedy` what to do about it.

    `code`: the failure that a run would end with, where there is one.
    """

    status: Status
    detail: str
    remedy: str = ""
    code: Code | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """One check of `fgd health` with its outcome and how many seconds it took."""

    name: str
    finding: Finding
    seconds: float
