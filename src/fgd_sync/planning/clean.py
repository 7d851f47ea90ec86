"""A document as its author means it today: old versions upgraded, and what servers and tools added taken out.

The order of keys and lists stays, so that routes into the cleaned body lead to the same places of the source, but for
what was upgraded. Cleaning what is clean changes nothing and costs little.
"""

from fgd_sync.model.code import Severity
from fgd_sync.model.finding import Finding
from fgd_sync.model.resource import JsonObject
from fgd_sync.model.value import dataclass
from fgd_sync.planning.draft import Draft
from fgd_sync.planning.headers import without_headers
from fgd_sync.planning.strip import may_strip, strip
from fgd_sync.planning.upgrade import may_upgrade, upgrade
from fgd_sync.planning.voids import has_voids, may_be_emptied, remove_empties, remove_nulls
from fgd_sync.yamldoc.comments import Comments
from fgd_sync.yamldoc.outline import Filled
from fgd_sync.yamldoc.remarks import Notes, comments_of


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A cleaned document. `notes` say what was upgraded or deserves a look; `problems` are errors.

    A document with problems cannot be managed. Routes of both lead into the source document.
    """

    body: JsonObject
    remarks: Notes
    notes: tuple[Finding, ...] = ()
    problems: tuple[Finding, ...] = ()

    @property
    def comments(self) -> Comments | None:
        """Its comments as a tree."""
        return comments_of(self.remarks)


def clean(body: JsonObject, comments: Notes, filled: Filled | None = None) -> Cleaned:
    """Clean one document. Neither argument is changed; what needs no change is shared with the result.

    `filled`: how the document is made of an outline, where that is known.
    """
    kept = comments and without_headers(comments)
    if filled and is_clean(body, filled):
        return Cleaned(body, kept)
    draft = Draft(body, kept, filled.outline if filled else None)
    findings: list[Finding] = []
    voids = has_voids(body) if filled is None or _may_be_void(body, filled) else False
    if voids:
        findings += remove_nulls(draft)
    findings += upgrade(draft)
    findings += strip(draft)
    if voids:
        remove_empties(draft)
    if not findings:
        return Cleaned(draft.body, draft.notes)
    problems = tuple(item for item in findings if item.severity is Severity.ERROR)
    notes = tuple(item for item in findings if item.severity is not Severity.ERROR)
    return Cleaned(draft.body, draft.notes, notes, problems)


def is_clean(body: JsonObject, filled: Filled) -> bool:
    """Whether a document is clean for sure: nothing of its outline is to be changed, and no value."""
    kind, version = body.get("kind"), body.get("apiVersion")
    if type(kind) is not str or type(version) is not str or filled.outline.once(may_change, kind, version):
        return False
    return are_clean(body, filled)


def may_change(blank: JsonObject, kind: str, version: str) -> bool:
    """Whether something of a document of that kind and version may be changed for its keys, whatever its values are."""
    body = {**blank, "kind": kind, "apiVersion": version}
    return has_voids(blank) or may_upgrade(body) or may_strip(body)


def are_clean(body: JsonObject, filled: Filled) -> bool:
    """Whether nothing of a document may be changed for its values, if nothing may be for its keys."""
    if all(filled.values):  # as in most documents
        return True
    metadata = body["metadata"]
    return bool(metadata["namespace"]) and {} not in metadata.values() and not _may_be_void(body, filled)


def _may_be_void(body: JsonObject, filled: Filled) -> bool:
    """Whether a null or an empty object may have to be taken out."""
    values = filled.values
    return filled.outline.once(has_voids) or None in values or ({} in values and may_be_emptied(body))
