"""Documents as most are, to candidates: of an outline that was looked into before, valid, and in the usual form.

Takes a document in which no secret was seen; gives what `judge` gives, or None: then that has to look. What does not
depend on the values of a document is found once for its outline.
"""

from fgd_sync.model.kinds import KIND_BY_ID, Kind
from fgd_sync.model.resource import JsonObject, Origin, Ref
from fgd_sync.planning.clean import is_clean
from fgd_sync.planning.foreign import foreign_finding, group_of
from fgd_sync.planning.headers import without_headers
from fgd_sync.planning.judge import Candidate, Verdict, written_of
from fgd_sync.planning.options import Options
from fgd_sync.planning.place import is_safe_name
from fgd_sync.planning.suppress import is_about_silence
from fgd_sync.rules.plain import form_of
from fgd_sync.yamldoc.document import Document


def usual(document: Document, path: str, options: Options, *, write: bool) -> Candidate | None:
    """The candidate of a document, with `write` also its bytes; None if it is not as most are."""
    body, filled = document.value, document.filled
    if filled is None or "\\" in document.text or type(body) is not dict or not is_clean(body, filled):
        return None
    kind: Kind | None = filled.outline.once(_kind_of, body["kind"], body["apiVersion"])
    if kind is None or not _is_named(body["metadata"]) or not options.catalogue.is_valid(kind, body, filled):
        return None
    if options.ingestion.validation_rules.require_labels and not body["metadata"].get("labels"):
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
    if foreign_finding(body) or "name" not in body["metadata"] or is_about_silence(body):
        return None
    return KIND_BY_ID.get((group_of(body), kind))


def _is_named(metadata: JsonObject) -> bool:
    name, namespace = metadata["name"], metadata["namespace"]
    return type(name) is str and is_safe_name(name) and (namespace == "default" or _is_name(namespace))


def _is_name(value: object) -> bool:
    return type(value) is str and is_safe_name(value)
