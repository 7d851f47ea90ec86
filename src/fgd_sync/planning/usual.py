"""Documents as most are, to candidates: of an outline that was looked into before, valid, and in the usual form.

Takes a document in which no secret was seen; gives what `judge` gives, or None: then that has to look. What does not
depend on the values of a document is found once for its outline.
"""

from fgd_sync.model.kinds import KIND_BY_ID, Kind
from fgd_sync.model.resource import JsonObject, Origin, Ref
from fgd_sync.planning.clean import is_clean
from fgd_sync.planning.foreign import foreign_finding, group_of
from fgd_sync.planning.headers import without_headers
from fgd_sync.planning.judge import Candidate, Verdict, identity_findings, lacks_label, written_of
from fgd_sync.planning.options import Options
from fgd_sync.planning.suppress import is_about_silence
from fgd_sync.rules.plain import form_of
from fgd_sync.yamldoc.document import Document


def usual(document: Document, path: str, options: Options, *, write: bool) -> Candidate | None:
    """The candidate of a document, with `write` also its bytes; None if it is not as most are."""
    body, filled = document.value, document.filled
    if filled is None or "\\" in document.text or type(body) is not dict or not is_clean(body, filled):
        return None
    kind: Kind | None = filled.outline.once(_kind_of, body["kind"], body["apiVersion"])
    if kind is None or identity_findings(body) or not options.catalogue.is_valid(kind, body, filled):
        return None
    if lacks_label(body, options):
        return None
    form = None
    if not options.schemas_only:
        form = form_of(kind.name, body)
        if form is None or not form.suits(options.context.settings):
            return None
    metadata, origin = body["metadata"], Origin(path, document.index)
    ref = Ref(kind.group, kind.name, metadata["namespace"], metadata["name"])
    notes = document.notes and without_headers(document.notes)
    written = written_of(body, notes, origin, options, filled=filled) if write else b""
    content = (body, notes)
    return Candidate(origin, (), Verdict.VALID, "", (), ref, content, written, options.form.shape, None, form)


def _kind_of(blank: JsonObject, kind: str, version: str) -> Kind | None:
    """The kind of the documents of an outline that say so; None if they have to be looked at one by one."""
    body = {**blank, "kind": kind, "apiVersion": version}
    if foreign_finding(body) or is_about_silence(body):
        return None
    return KIND_BY_ID.get((group_of(body), kind))
