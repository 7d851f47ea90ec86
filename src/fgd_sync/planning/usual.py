"""Documents as most are, told at a glance: of an outline that was looked into before, valid, and in the usual form.

Takes a document in which no secret was seen; gives what makes the candidate that `judge` gives, or None: then that has
to look. What does not depend on the values of a document is found once for its outline. Each step is done for many
documents in a row: it takes three quarters of the time while the processor has its code at hand.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from fgd_sync.model.kinds import KIND_BY_ID, Kind
from fgd_sync.model.resource import JsonObject, Origin, Ref
from fgd_sync.planning.clean import are_clean, may_change
from fgd_sync.planning.foreign import foreign_finding, group_of
from fgd_sync.planning.headers import without_headers
from fgd_sync.planning.judge import Candidate, Content, Verdict, identity_findings, lacks_label, written_of
from fgd_sync.planning.options import Options
from fgd_sync.planning.suppress import is_about_silence
from fgd_sync.rules.plain import Form, form_of
from fgd_sync.yamldoc.document import Document
from fgd_sync.yamldoc.outline import Filled, Outline, mark
from fgd_sync.yamldoc.remarks import Unplaced


class Told(NamedTuple):
    """What is told of a valid resource of which there is nothing to say, in plain values but for its content."""

    document: int
    ref: tuple[str, str, str, str]
    form: Form | None
    written: bytes
    content: Content

    def candidate(self, path: str, options: Options) -> Candidate:
        """The resource as a candidate from this file."""
        document, ref, form, written, content = self
        origin, shape = Origin(path, document), options.form.shape
        return Candidate(origin, (), Verdict.VALID, "", (), Ref(*ref), content, written, shape, None, form)


class _Known(NamedTuple):
    """A document of which nothing but its values has to be looked at."""

    kind: Kind
    body: JsonObject
    filled: Filled


def usual(documents: Sequence[tuple[str, Document]], options: Options, *, write: bool) -> list[Told | None]:
    """What is told of each of some documents, given with their paths; None for one that is not as most are.

    With `write` also their bytes.
    """
    known = [_known(document) for _, document in documents]
    valid = [item if item and _is_valid(item, options) else None for item in known]
    formed = [_formed(item, options) if item else None for item in valid]
    return [
        _told(*item, *given, options=options, write=write) if item else None
        for item, given in zip(formed, documents, strict=True)
    ]


def _known(document: Document) -> _Known | None:
    body, filled = document.value, document.filled if "\\" not in document.text else None
    kind = _kind_of(body, filled)
    if kind is None and filled and not isinstance(document.notes, Unplaced):
        filled = _in_namespace(filled)
        body = filled and filled.outline.filled(filled.values)
        kind = _kind_of(body, filled)
    return _Known(kind, body, filled) if filled and kind and are_clean(body, filled) else None


def _is_valid(item: _Known, options: Options) -> bool:
    return options.catalogue.is_valid(*item) and not lacks_label(item.body, options)


def _formed(item: _Known, options: Options) -> tuple[_Known, Form | None] | None:
    """The document with its form, if it has one; None: rules have to look at it, or at its name."""
    if options.schemas_only:
        return None if identity_findings(item.body) else (item, None)
    form = form_of(item.kind.name, item.body)  # looks at the name, too
    return None if form is None or not form.suits(options.context.settings) else (item, form)


def _told(known: _Known, form: Form | None, path: str, document: Document, *, options: Options, write: bool) -> Told:
    kind, body, filled = known
    metadata, notes = body["metadata"], document.notes and without_headers(document.notes)
    ref = kind.group, kind.name, metadata["namespace"], metadata["name"]
    written = written_of(body, notes, Origin(path, document.index), options, filled=filled) if write else b""
    return Told(document.index, ref, form, written, (body, notes))


def _kind_of(body: Any, filled: Filled | None) -> Kind | None:
    """The kind of a document of which nothing but its values has to be looked at; None: there is more."""
    kind, version = (body.get("kind"), body.get("apiVersion")) if type(body) is dict else (None, None)
    if filled is None or type(kind) is not str or type(version) is not str:
        return None
    return filled.outline.once(_usual_kind, kind, version)


def _usual_kind(blank: JsonObject, kind: str, version: str) -> Kind | None:
    body = {**blank, "kind": kind, "apiVersion": version}
    if may_change(blank, kind, version) or foreign_finding(body) or is_about_silence(body):
        return None
    return KIND_BY_ID.get((group_of(body), kind))


def _in_namespace(filled: Filled) -> Filled | None:
    """A document that names no namespace, with the one that `clean` fills in; None: it names one."""
    outline = _namespaced(filled.outline)
    return Filled(outline, (*filled.values, "default")) if outline else None


@lru_cache(maxsize=1000)
def _namespaced(outline: Outline) -> Outline | None:
    cells = outline.cells
    body = outline.filled([mark(number) for number in range(cells)])
    metadata = body.get("metadata") if type(body) is dict else None
    if type(metadata) is not dict or "namespace" in metadata:
        return None
    return Outline({**body, "metadata": {**metadata, "namespace": mark(cells)}}, cells + 1, outline.mould)
