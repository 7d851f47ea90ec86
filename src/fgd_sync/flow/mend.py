"""Mending the structure of a fabric directory, and nothing else."""

from collections.abc import Sequence

from fgd_sync.flow.on_disk import KEPT_FOLDERS
from fgd_sync.flow.run import Request, World, options_for
from fgd_sync.flow.targets import Target
from fgd_sync.model import code
from fgd_sync.model.failure import FgdError
from fgd_sync.model.structure import Repair
from fgd_sync.model.value import dataclass
from fgd_sync.planning.form_change import is_older
from fgd_sync.planning.place import MANIFEST
from fgd_sync.planning.plan import plan
from fgd_sync.planning.structure import StructureIssue, inspect

INTERRUPTED = "interrupted_sync"
"""The issue that a sync was interrupted; it is mended by completing or undoing it."""

OUTDATED_FORM = "outdated_normal_form"
"""The issue that managed files are in an older version of the normal form; they are written anew."""


@dataclass(frozen=True, slots=True)
class Mended:
    """What was mended and what is left, for one fabric."""

    target: Target
    repairs: tuple[Repair, ...]
    remaining: tuple[str, ...]


def repair(world: World, target: Target, names: Sequence[str]) -> Mended:
    """Mend the issues of those names (none: all that are found). Raises FgdError."""
    with world.workspace.hold(target.directory, world.settings.sync.lock_timeout, world.clock):
        repairs = []
        if world.workspace.recover(target.directory):
            repairs.append(Repair(INTERRUPTED, "completed or undone", target.display))
        issues = _issues(world, target)
        chosen = [issue for issue in issues if not names or issue.name in names]
        _refuse_unknown(names, issues, repairs)
        changes = tuple(change for issue in chosen for change in issue.changes)
        if changes:
            world.workspace.make(target.directory, changes, KEPT_FOLDERS)
        repairs += [Repair(issue.name, issue.action, issue.path) for issue in chosen]
        return Mended(target, tuple(repairs), tuple(issue.name for issue in _issues(world, target)))


def _issues(world: World, target: Target) -> list[StructureIssue]:
    tree = world.workspace.read(target.directory, world.settings.ingestion)
    options = options_for(world, target, tree, Request(base=""))
    issues = inspect(tree, options)
    form = plan(tree, options).form if is_older(tree, options) else None
    if form is None:
        return issues
    words = f"managed files are in normal form {form.old}"
    action = f"names normal form {form.new}, managed files written anew: {form.files}"
    others = (issue for issue in issues if issue.path != MANIFEST)
    return [*others, StructureIssue(OUTDATED_FORM, MANIFEST, words, action, form.writes)]


def _refuse_unknown(names: Sequence[str], issues: Sequence[StructureIssue], repairs: Sequence[Repair]) -> None:
    known = {issue.name for issue in issues} | {item.issue for item in repairs}
    unknown = [name for name in names if name not in known]
    if unknown:
        there = ", ".join(sorted(known)) or "none"
        raise FgdError(
            code.DIRECTORY_REPAIR_FAILED,
            f"there is no issue {unknown[0]!r}; the issues here are: {there}",
            remedy="Run `fgd repair` without --issue to mend all that is found.",
        )
