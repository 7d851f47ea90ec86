"""The entries of one fabric in GitHub Markdown: findings, changed resources, source files; a piece of text for each.

Which of them are shown, and how much, is decided by `markdown`. Nothing that comes from files can make markup.
"""

from fgd_sync.model.change import Write
from fgd_sync.model.diagnostic import Diagnostic
from fgd_sync.model.failure import FgdError
from fgd_sync.model.impact import Impact
from fgd_sync.model.location import Location
from fgd_sync.model.plan import Action, ResourceChange, SourceOutcome
from fgd_sync.model.report import FabricReport
from fgd_sync.render.escape import cut
from fgd_sync.render.excerpt import excerpt
from fgd_sync.render.field_changes import FieldChange, field_changes
from fgd_sync.render.impact_markdown import impact_markdown
from fgd_sync.render.links import Link
from fgd_sync.render.markdown_text import anchor, code, fenced, prose
from fgd_sync.render.plan_text import deleted_paths, document_count, source_fate
from fgd_sync.render.tally import DONE, PLANNED

IMPACT_BYTES = 20_000
"""Room for the impact summary of one fabric."""

_FIELDS, _VALUE = 4, 80
_COMPARED = 200
"""Resources of a fabric whose fields are compared; of further ones it is only said that they change."""

_NOTHING_TO_DO = "Nothing to do"
_SAME_MEANING = {Action.REWRITE: "layout only, same meaning", Action.MOVE: "same content, other file"}


def table(*columns: str) -> str:
    """The head of a table."""
    return f"\n| {' | '.join(columns)} |\n|{' --- |' * len(columns)}\n"


def row(*cells: str) -> str:
    """A row of a table."""
    return f"| {' | '.join(cells)} |\n"


class Page:
    """Renders the entries of one fabric.

    `found` links into the files that were read, `made` into those of the commit; None: there is no commit. `level`: of
    headings.
    """

    def __init__(self, fabric: FabricReport, found: Link, made: Link | None, *, level: int = 3) -> None:
        self.fabric, self._found, self._made, self._level = fabric, found, made, level
        self._said = {""}
        self._words = DONE if fabric.applied else PLANNED
        changes = fabric.plan.changes if fabric.plan else ()
        self._deleted = deleted_paths(fabric.plan) if fabric.plan else frozenset()
        self._writes = {change.path: change for change in changes if isinstance(change, Write)}
        self._left_to_compare = _COMPARED

    def failure(self, failure: FgdError) -> str:
        """Why the fabric could not be worked on, and what to do."""
        remedy = f"\n_What to do:_ {prose(failure.remedy)}\n" if failure.remedy else ""
        return f"\n**error** {prose(failure.message)} ({failure.code.id})\n{remedy}"

    def finding(self, item: Diagnostic) -> str:
        """One finding: severity, place, message and rule, the source line, what to do unless it was said before."""
        head = f"\n**{item.severity}** in {self._place(item.location)}: {prose(item.message)} ({_name(item)})\n"
        notes = [f"_What to do:_ {prose(item.remedy)}"] if self._is_new(item.remedy) else []
        notes += [f"_Also:_ {self._place(other.location)} {prose(other.message)}" for other in item.related[:5]]
        return head + _source(item.location) + "".join(f"\n{note}\n" for note in notes)

    def notice(self, item: Diagnostic) -> str:
        """A finding of the least severity, on one line."""
        remedy = f"; {prose(item.remedy)}" if self._is_new(item.remedy) else ""
        return f"- {self._place(item.location)}: {prose(item.message)}{remedy} ({_name(item)})\n"

    def change(self, item: ResourceChange) -> str:
        """One row: a resource, what happens to it in words, and its file."""
        words = self._words[item.action]
        details = self._details(item)
        path = self.fabric.display(item.path)
        link = self._made if self._made and item.action is not Action.DELETE else self._found
        is_there = self._made or item.action not in (Action.CREATE, Action.MOVE)
        shown = anchor(code(path), link(path, 0)) if is_there else code(path)
        separator = "" if not details else " " if item.action is Action.CREATE else ": "
        return row(code(str(item.ref)), f"{words}{separator}{details}", shown)

    def source(self, item: SourceOutcome) -> str:
        """One row: a source file and what becomes of it."""
        fate = prose(source_fate(self.fabric, item, self._deleted))
        return row(code(self.fabric.display(item.path)), document_count(item), fate)

    def impact(self, impact: Impact) -> str:
        """What the change touches."""
        return "\n" + impact_markdown(impact, limit_bytes=IMPACT_BYTES, level=self._level)

    def _is_new(self, remedy: str) -> bool:
        """Whether a remedy is worth a line: it asks for something, and was not given before."""
        if remedy in self._said or remedy.startswith(_NOTHING_TO_DO):
            return False
        self._said.add(remedy)
        return True

    def _details(self, item: ResourceChange) -> str:
        if item.action in _SAME_MEANING:
            return _SAME_MEANING[item.action]
        if item.action is Action.CREATE:
            sources = [code(self.fabric.display(path)) for path in item.sources[:5] if path != item.path]
            return f"from {', '.join(sources)}" if sources else ""
        return self._fields(item) if item.action is Action.UPDATE else ""

    def _fields(self, item: ResourceChange) -> str:
        write = self._writes.get(item.path)
        if write is None or write.before is None or self._left_to_compare <= 0:
            return ""
        self._left_to_compare -= 1
        changes = field_changes(write.before, write.data)
        more = [f"and {len(changes) - _FIELDS} more"] if len(changes) > _FIELDS else []
        return ", ".join([*map(_field, changes[:_FIELDS]), *more])

    def _place(self, location: Location) -> str:
        path, position = self.fabric.display(location.path), location.position
        shown = f"{path}:{position.line}:{position.column}" if position else path
        return anchor(code(shown), self._found(path, position.line if position else 0))


def _field(change: FieldChange) -> str:
    name, old, new = code(change.field), code(cut(change.old, _VALUE)), code(cut(change.new, _VALUE))
    if not old:
        return f"{name} added: {new}"
    return f"{name} {old} → {new}" if new else f"{name} removed: {old}"


def _name(item: Diagnostic) -> str:
    return f"{prose(item.rule)}, {item.code.id}" if item.rule else item.code.id


def _source(location: Location) -> str:
    if not location.position or not location.excerpt.strip():
        return ""
    shown, carets = excerpt(location.excerpt, location.position.column)
    line = str(location.position.line)
    below = " " * len(line)
    return f"\n{fenced(f'{line} | {shown}', f'{below} | {carets}')}\n"
