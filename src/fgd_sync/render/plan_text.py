"""What a plan changes, as lines for people: resources, sources, and the content of the changes if asked for."""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from fgd_sync.model.change import Change, Delete, Write
from fgd_sync.model.plan import Action, Fate, Plan, ResourceChange, SourceOutcome
from fgd_sync.model.report import FabricReport
from fgd_sync.render.escape import visible
from fgd_sync.render.style import Paint
from fgd_sync.render.tally import DONE, PLANNED, number

SIGNS: dict[Action, tuple[str, str]] = {
    Action.CREATE: ("+", "add"),
    Action.UPDATE: ("~", "change"),
    Action.REWRITE: ("=", "dim"),
    Action.MOVE: ("»", "change"),
    Action.DELETE: ("-", "remove"),
}
"""The sign and style of each action; what is kept is not listed."""

_WIDEST = 60


class Diff(StrEnum):
    """Whose content is shown: of no file, of those that are there already and change, or of all."""

    NONE = "none"
    CHANGED = "changed"
    ALL = "all"


def plan_lines(fabric: FabricReport, plan: Plan, paint: Paint, *, diff: Diff) -> Iterator[Sequence[str]]:
    """Blocks of lines for the resources, what was changed in NetBox, the sources, the diffs; a block is never empty."""
    resources = list(_resources(fabric, plan, paint))
    if resources:
        yield resources
    asked = list(_asked(plan))
    if asked:
        yield asked
    sources = list(_sources(fabric, plan))
    if sources:
        yield sources
    shown = [_styled(line, paint) for line in _diffs(fabric, list(_compared(plan, diff)))]
    if shown:
        yield shown


def _asked(plan: Plan) -> Iterator[str]:
    if plan.pulled:
        from fgd_sync.render.pulled_words import pulled_lines

        for item in plan.pulled:
            yield from pulled_lines(item)


def _diffs(fabric: FabricReport, changes: list[Change]) -> Iterator[str]:
    if changes:
        from fgd_sync.render.diff import diffs

        yield from diffs(changes, fabric.display)


def _compared(plan: Plan, diff: Diff) -> Iterator[Change]:
    """The changes whose content is shown."""
    for change in plan.changes if diff is not Diff.NONE else ():
        if diff is Diff.ALL or (isinstance(change, Write) and change.before is not None):
            yield change


def source_fate(fabric: FabricReport, item: SourceOutcome, deleted: frozenset[str]) -> str:
    """What becomes of a source, in words: `archived as raw/x.yaml.archived`. `deleted`: paths the plan removes.

    The words hold the path as it is: escape them for where they go.
    """
    ingested = item.fate in (Fate.ARCHIVED, Fate.PARTLY)
    part = ", in part set aside" if item.fate is Fate.PARTLY else ""
    if item.moved_to:
        return f"{'archived as' if ingested else 'set aside in'} {fabric.display(item.moved_to)}{part}"
    if ingested:
        return f"taken in{part}, {'then removed' if item.path in deleted else 'left in place'}"
    return str(item.fate)


def deleted_paths(plan: Plan) -> frozenset[str]:
    """The paths that the plan removes."""
    return frozenset(change.path for change in plan.changes if isinstance(change, Delete))


def document_count(item: SourceOutcome) -> str:
    """`46 documents`, with the valid ones if not all are."""
    total = number(item.documents, "document")
    if item.valid > item.documents:
        return f"{total} with {number(item.valid, 'resource')}"
    return total if item.valid == item.documents else f"{total}, {item.valid} valid"


def told_sources(plan: Plan) -> list[SourceOutcome]:
    """The sources worth a line; an ignored file has its own notice."""
    return [item for item in plan.sources if item.fate is not Fate.IGNORED]


def _resources(fabric: FabricReport, plan: Plan, paint: Paint) -> Iterator[str]:
    changed = [item for item in plan.inventory if item.action is not Action.KEEP]
    if not changed:
        return
    words = DONE if fabric.applied else PLANNED
    names = [visible(str(item.ref)) for item in changed]
    verb_width = max(len(words[item.action]) for item in changed)
    name_width = min(_WIDEST, max(map(len, names)))
    for item, name in zip(changed, names, strict=True):
        sign, style = SIGNS[item.action]
        verb = words[item.action].ljust(verb_width)
        yield f"{paint(f'{sign} {verb}', style)}  {name.ljust(name_width)}  {_journey(fabric, item)}"


def _journey(fabric: FabricReport, item: ResourceChange) -> str:
    path = visible(fabric.display(item.path))
    if item.action is Action.DELETE:
        return path
    others = ", ".join(visible(fabric.display(source)) for source in item.sources if source != item.path)
    return f"→ {path}{f'  from {others}' if others else ''}"


def _sources(fabric: FabricReport, plan: Plan) -> Iterator[str]:
    told = told_sources(plan)
    if not told:
        return
    deleted = deleted_paths(plan)
    paths = [visible(fabric.display(item.path)) for item in told]
    counts = [document_count(item) for item in told]
    path_width, count_width = min(_WIDEST, max(map(len, paths))), max(map(len, counts))
    for item, path, count in zip(told, paths, counts, strict=True):
        fate = visible(source_fate(fabric, item, deleted))
        yield f"{path.ljust(path_width)}  {count.ljust(count_width)}  → {fate}"


def _styled(line: str, paint: Paint) -> str:
    if line.startswith(("--- ", "+++ ", "rename ")):
        return paint(line, "bold")
    style = {"+": "add", "-": "remove", "@": "notice"}.get(line[:1])
    return paint(line, style) if style else line
