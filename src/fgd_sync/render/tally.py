"""Counts of a report, and the words for them that every renderer uses."""

from collections import Counter
from collections.abc import Iterable

from fgd_sync.model.code import Severity
from fgd_sync.model.plan import Action
from fgd_sync.model.report import FabricReport
from fgd_sync.model.value import dataclass, field

DONE: dict[Action, str] = {
    Action.CREATE: "created",
    Action.UPDATE: "updated",
    Action.REWRITE: "rewritten",
    Action.MOVE: "moved",
    Action.DELETE: "deleted",
    Action.KEEP: "unchanged",
}
"""What has happened to a resource."""

PLANNED: dict[Action, str] = {
    Action.CREATE: "to create",
    Action.UPDATE: "to update",
    Action.REWRITE: "to rewrite",
    Action.MOVE: "to move",
    Action.DELETE: "to delete",
    Action.KEEP: "unchanged",
}
"""What would happen to a resource."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many findings of each severity, files with findings, failed fabrics, and resources by action."""

    severities: Counter[Severity] = field(default_factory=Counter)
    files: int = 0
    failures: int = 0
    actions: Counter[Action] = field(default_factory=Counter)
    applied: bool = False


def tally(fabrics: Iterable[FabricReport]) -> Tally:
    """Count over fabrics."""
    severities: Counter[Severity] = Counter()
    actions: Counter[Action] = Counter()
    files: set[str] = set()
    failures, applied = 0, False
    for fabric in fabrics:
        severities.update(item.severity for item in fabric.diagnostics)
        files.update(fabric.display(item.location.path) for item in fabric.diagnostics)
        actions.update(fabric.plan.counts if fabric.plan else ())
        failures += fabric.failure is not None
        applied = applied or fabric.applied
    return Tally(severities, len(files), failures, actions, applied)


def number(count: int, noun: str) -> str:
    """`1 error`, `3 errors`, `2 fabrics`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def findings_phrase(counts: Tally) -> str:
    """`3 errors, 1 warning in 2 files`, or `no findings`."""
    parts = [number(count, level) for level in Severity if (count := counts.severities[level])]
    failed = f"{number(counts.failures, 'fabric')} failed" if counts.failures else ""
    found = f"{', '.join(parts)} in {number(counts.files, 'file')}" if parts else ""
    return ", ".join(filter(None, (failed, found))) or "no findings"


def resources_phrase(counts: Tally) -> str:
    """`46 resources: 40 created, 6 unchanged`; `no resources`."""
    words = DONE if counts.applied else PLANNED
    parts = [f"{counts.actions[action]} {words[action]}" for action in Action if counts.actions[action]]
    total = number(counts.actions.total(), "resource")
    return f"{total}: {', '.join(parts)}" if parts else "no resources"


def summary(fabrics: Iterable[FabricReport]) -> str:
    """One line on the outcome of a run."""
    counts = tally(fabrics)
    return f"{findings_phrase(counts)}; {resources_phrase(counts)}"
