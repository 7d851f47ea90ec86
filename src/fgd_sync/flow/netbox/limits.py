"""Whether a report may delete as much as it would."""

from collections.abc import Sequence
from dataclasses import replace

from fgd_sync.flow.netbox.work import Work
from fgd_sync.model import code
from fgd_sync.model.config import NetBoxLimits
from fgd_sync.model.failure import FgdError
from fgd_sync.model.plan import Action
from fgd_sync.planning.netbox_records import Difference


def within_limits(work: Work, differences: Sequence[Difference]) -> list[Difference]:
    """The differences; without their deletions if those are too many together, which is noted as a failure.

    As many as the sync itself deleted are never too many: its plan was allowed.
    """
    meant = work.outcome.actions.get(Action.DELETE, 0)
    risk = risk_of(differences, work.settings.limits)
    if not risk or sum(len(item.delete) for item in differences) <= meant:
        return list(differences)
    work.failures.append(FgdError(code.NETBOX_TOO_DESTRUCTIVE, f"nothing was deleted: {risk}"))
    return [replace(item, delete=()) for item in differences]


def risk_of(differences: Sequence[Difference], limits: NetBoxLimits) -> str:
    """Why the differences delete too much, in words; empty if they do not."""
    deleted = sum(len(item.delete) for item in differences)
    ours = sum(item.ours for item in differences)
    if deleted > limits.max_deletes:
        return f"the report would delete {deleted} objects; `netbox.limits.max_deletes` is {limits.max_deletes}"
    if deleted >= 5 and deleted * 100 > ours * limits.max_delete_percent:
        share, most = deleted * 100 // ours, limits.max_delete_percent
        return f"the report would delete {share} % of its objects; `netbox.limits.max_delete_percent` is {most}"
    return ""
