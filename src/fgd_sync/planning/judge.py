"""One document to one or more candidates: whether it is a resource of the fabric, and whether the fabric would take it.

Takes a read document and the options; gives candidates with their findings. Knows nothing of other documents.
"""

from collections.abc import Iterator
from enum import Enum, auto
from typing import Any, NamedTuple, Protocol

from fgd_sync.model import code
from fgd_sync.model.code import Severity
from fgd_sync.model.finding import Finding
from fgd_sync.model.kinds import KIND_BY_ID, ref_of
from fgd_sync.model.location import Route
from fgd_sync.model.resource import JsonObject, Origin, Ref, Resource
from fgd_sync.model.value import replace
from fgd_sync.planning import secrecy
from fgd_sync.planning.canonical import canonical
from fgd_sync.planning.clean import clean
from fgd_sync.planning.foreign import foreign_finding, group_of, unknown_kind
from fgd_sync.planning.normal_form import NORMAL_FORM, Canonical, Shape
from fgd_sync.planning.options import Options
from fgd_sync.planning.place import is_safe_name
from fgd_sync.planning.stencil import stencilled
from fgd_sync.planning.suppress import misuse, silenced
from fgd_sync.planning.written import written_alone
from fgd_sync.rules.plain import Form, form_of
from fgd_sync.rules.registry import run_local
from fgd_sync.schema.check import check
from fgd_sync.yamldoc.comments import Comments
from fgd_sync.yamldoc.document import Document
from fgd_sync.yamldoc.emit import emit
from fgd_sync.yamldoc.outline import Filled
from fgd_sync.yamldoc.remarks import Notes, comments_of

_UNKNOWN_FIELD = "META-007"
_NO_NAME = Finding(
    "the resource has no name", ("metadata",), rule="META-001", remedy="Write its name under metadata.name."
)
_NO_LABEL = Finding(
    "the resource has no label, and the configuration demands one",
    ("metadata",),
    remedy="Add a label, or set `ingestion.validation_rules.require_labels: false`.",
)


class Verdict(Enum):
    """What a document is to the fabric."""

    VALID = auto()
    INVALID = auto()
    FOREIGN = auto()


Content = tuple[JsonObject, Notes]
"""What a resource says, cleaned and in source order, and its comments."""


class Left(Protocol):
    """Where the content of documents is found that was let go."""

    def content(self, origin: Origin, /) -> Content:
        """The content of a document."""


class Candidate(NamedTuple):
    """One would-be resource of a document; a `kind: List` gives one for each item.

    `content` is in source order, so that routes of findings lead into the source behind `prefix`; it may have been let
    go, and there is none unless there is a `ref`. `text` is what is set aside: empty for what is valid.
    `written`: the bytes of the resource if nothing else describes it, where they were asked for. `final`: its canonical
    form where that is not what `shape` makes of the two. `form`: what rules on several resources look at, if it is of a
    usual form.
    """

    origin: Origin
    prefix: Route
    verdict: Verdict
    text: str
    findings: tuple[Finding, ...] = ()
    ref: Ref | None = None
    content: Content | Left | None = None
    written: bytes = b""
    shape: Shape = NORMAL_FORM.shape
    final: Canonical | None = None
    form: Form | None = None

    @property
    def is_usable(self) -> bool:
        """Whether there is a content."""
        return self.content is not None

    @property
    def is_let_go(self) -> bool:
        """Whether the content has to be read again."""
        return self.content is not None and type(self.content) is not tuple

    @property
    def _content(self) -> Content | None:
        content = self.content
        return content if content is None or isinstance(content, tuple) else content.content(self.origin)

    @property
    def cleaned(self) -> JsonObject | None:
        """What the resource says; None if that could not be made out."""
        content = self._content
        return content[0] if content else None

    @property
    def notes(self) -> Notes:
        """Its comments."""
        content = self._content
        return content[1] if content else None

    @property
    def resource(self) -> Resource:
        """The resource as rules see it; only for candidates with a ref."""
        content = self._content
        assert self.ref is not None
        assert content is not None
        return Resource(self.ref, content[0], self.origin)

    @property
    def canonical(self) -> Canonical:
        """The resource in canonical form and its comments, made at each call; only for what is usable."""
        content = self._content
        assert content is not None
        return self.final or self.shape(content[0], comments_of(content[1]))

    @property
    def body(self) -> JsonObject | None:
        """The resource in canonical form; None unless there is a content."""
        return self.canonical[0] if self.is_usable else None

    @property
    def comments(self) -> Comments | None:
        """The comments of `body`."""
        return self.canonical[1] if self.is_usable else None


def judge(
    document: Document, path: str, options: Options, *, write: bool = False, suspect: bool = False
) -> Iterator[Candidate]:
    """Give the candidates of a document that was read without a problem; with `write` also their bytes.

    `suspect`: a secret was seen in the document.
    """
    origin = Origin(path, document.index)
    items = _list_items(document.value)
    if items is None:
        blank = Candidate(origin, (), Verdict.FOREIGN, document.text)
        found = _judge_body(document.value, document.notes, blank, options, write=write, filled=document.filled)
        yield _guarded(found, blank.text, suspect=suspect)
        return
    around = document.comments
    inner = around.children.get("items") if around else None
    for number, item in enumerate(items):
        comments = inner.children.get(number) if inner else None
        blank = Candidate(origin, ("items", number), Verdict.FOREIGN, "---\n" + emit(item, comments))
        yield _guarded(_judge_body(item, comments, blank, options, write=write), blank.text, suspect=suspect)


def _guarded(found: Candidate, text: str, *, suspect: bool) -> Candidate:
    """The candidate; one with a secret, as it is written or as it would be, is not valid unless it is let off."""
    may_hold = found.verdict is Verdict.VALID and (suspect or "\\" in text)
    if not may_hold or secrecy.reason_of(found) or not (secrecy.is_secret(text) or secrecy.holds_secret(found)):
        return found
    return found._replace(verdict=Verdict.INVALID, text=text)


def _list_items(value: Any) -> list[Any] | None:
    if isinstance(value, dict) and str(value.get("kind", "")).endswith("List") and isinstance(value.get("items"), list):
        items: list[Any] = value["items"]
        return items
    return None


def _judge_body(
    value: Any,
    comments: Notes,
    blank: Candidate,
    options: Options,
    *,
    write: bool,
    filled: Filled | None = None,
) -> Candidate:
    foreign = foreign_finding(value)
    if foreign:
        return blank._replace(verdict=_verdict((foreign,), Verdict.FOREIGN), findings=(foreign,))
    cleaned = clean(value, comments, filled)
    body, findings = cleaned.body, cleaned.notes + cleaned.problems
    kind = KIND_BY_ID.get((group_of(body), body["kind"]))
    if kind is None:
        unknown = () if cleaned.problems else (unknown_kind(body),)
        return blank._replace(verdict=Verdict.INVALID, findings=(*findings, *unknown))
    ref = ref_of(kind, body)
    if cleaned.problems and any(item.code is code.UPGRADE_IMPOSSIBLE for item in cleaned.problems):
        return blank._replace(ref=ref, verdict=Verdict.INVALID, findings=findings)
    known = filled if body is value else None
    findings += _graded(check(options.catalogue, kind, body, known), options)
    nameless = identity_findings(body)
    if nameless or ref is None:
        return blank._replace(ref=ref, verdict=Verdict.INVALID, findings=(*findings, *nameless))
    resource = Resource(ref, body, blank.origin)
    form = None if options.schemas_only else form_of(ref.kind, body)
    broken = [] if options.schemas_only else run_local(resource, form, options.context)
    if broken:
        findings += tuple(silenced(_not_said(broken, findings), body))
    if lacks_label(body, options):
        findings += (_NO_LABEL,)
    verdict = _verdict(findings, Verdict.VALID, kind.name)
    findings += tuple(misuse(body))
    text = "" if verdict is Verdict.VALID else blank.text
    notes, shape = cleaned.remarks, options.form.shape
    may_be_written = write and verdict is Verdict.VALID
    written = written_of(body, notes, blank.origin, options, filled=known) if may_be_written else b""
    return Candidate(blank.origin, blank.prefix, verdict, text, findings, ref, (body, notes), written, shape, form=form)


def written_of(body: JsonObject, notes: Notes, origin: Origin, options: Options, *, filled: Filled | None) -> bytes:
    """The bytes of a resource that is described in one place only; `filled`: how its body is made of an outline."""
    written = b""
    if filled and options.form.shape is canonical and not isinstance(notes, Comments):
        written = stencilled(filled, notes, body, origin=origin, fabric=options.fabric)
    return written or written_alone(options.form.shape(body, comments_of(notes)), origin, options.fabric)


def _not_said(broken: list[Finding], said: tuple[Finding, ...]) -> Iterator[Finding]:
    """The broken rules that the schema has not reported, at the same place or the object around it."""
    for item in broken:
        same = (other for other in said if other.rule == item.rule)
        if not any(_covers(other.route, item.route) or _covers(item.route, other.route) for other in same):
            yield item


def _covers(outer: Route, inner: Route) -> bool:
    return inner[: len(outer)] == outer


def _verdict(findings: tuple[Finding, ...], otherwise: Verdict, kind: str = "") -> Verdict:
    return Verdict.INVALID if findings and any(_is_by_itself(item, kind) for item in findings) else otherwise


def _is_by_itself(finding: Finding, kind: str) -> bool:
    """Whether a finding makes the document invalid wherever it is; what the settings say may change."""
    from fgd_sync.rules.coverage import is_about_settings  # only where something is wrong

    return finding.severity is Severity.ERROR and not is_about_settings(finding.rule, kind)


def lacks_label(body: JsonObject, options: Options) -> bool:
    """Whether the settings demand a label of a resource, and it has none."""
    return options.ingestion.validation_rules.require_labels and not body["metadata"].get("labels")


def identity_findings(body: JsonObject) -> tuple[Finding, ...]:
    """What is wrong with the name and the namespace of a resource."""
    metadata = body.get("metadata")
    if not isinstance(metadata, dict) or not isinstance(metadata.get("name"), str) or not metadata["name"]:
        return (_NO_NAME,)
    if _is_name(metadata["name"]) and _is_name(metadata.get("namespace", "default")):
        return ()
    wrong = [field for field in ("name", "namespace") if not _is_name(metadata.get(field, "default"))]
    return tuple([_unsafe(field, metadata[field]) for field in wrong])


def _is_name(value: Any) -> bool:
    return value == "default" or (isinstance(value, str) and is_safe_name(value))


def _unsafe(field: str, value: Any) -> Finding:
    return Finding(
        f"metadata.{field} {value!r} is not a Kubernetes name",
        ("metadata", field),
        rule="META-001",
        remedy="Use lower-case letters, digits, '-' and '.' only, beginning and ending with a letter or digit.",
    )


def _graded(findings: list[Finding], options: Options) -> tuple[Finding, ...]:
    """What the schema found, as severe as the settings want it."""
    if not findings:
        return ()
    lenient = {} if options.directory.validation_mode == "strict" else {_UNKNOWN_FIELD: "warning"}
    wanted = {**lenient, **options.context.severities}
    severities = [(item, wanted.get(item.rule, str(item.severity))) for item in findings]
    return tuple([replace(item, severity=Severity(severity)) for item, severity in severities if severity != "off"])
