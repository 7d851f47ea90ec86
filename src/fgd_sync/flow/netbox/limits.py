"""Whether a report may delete as much as it would."""

from collections.abc import Sequence

from fgd_sync.flow.netbox.work import Work
from fgd_sync.model import code
from fgd_sync.model.config import NetBoxLimits
from fgd_sync.model.failure import FgdError
from fgd_sync.model.plan import Action
from fgd_sync.model.value import replace
from fgd_sync.planning.netbox_records import Difference


def within_limits(work: Work, differences: Sequence[Difference]) -> list[Difference]:
    """The differences; without their deletions if those are too many together, which is noted as a failure."""
    deleted, ours = sum(len(item.delete) for item in differences), sum(item.ours for item in differences)
    if refuse_deletions(work, deleted, ours):
        return [replace(item, delete=()) for item in differences]
    return list(differences)


def refuse_deletions(work: Work, deleted: int, ours: int) -> bool:
    """Whether so many deletions, out of so many objects of ours, are too many; that is noted as a failure.

    As many as the sync itself deleted are never too many: its plan was allowed.
    """
    risk = risk_of(deleted, ours, work.settings.limits)
    if not risk or deleted <= work.outcome.actions.get(Action.DELETE, 0):
        return False
    work.failures.append(FgdError(code.NETBOX_TOO_DESTRUCTIVE, f"nothing was deleted: {risk}"))
    return True


def risk_of(deleted: int, ours: int, limits: NetBoxLimits) -> str:
    """Why so many deletions are too many, in words; empty if they are not."""
    if deleted > limits.max_deletes:
        return f"the report would delete {deleted} objects; `netbox.limits.max_deletes` is {limits.max_deletes}"
    if deleted >= 5 and deleted * 100 > ours * limits.max_delete_percent:
        share, most = deleted * 100 // ours, limits.max_delete_percent
        return f"the report would delete {share} % of its objects; `netbox.limits.max_delete_percent` is {most}"
    return ""
