"""One document to one or more candidates: whether it is a resource of the fabric, and whether the fabric would take it.

Takes a read document and the options; gives candidates with their findings. Knows nothing of other documents.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from fgd_sync.model import code
from fgd_sync.model.code import Code, Severity
from fgd_sync.model.finding import Finding
from fgd_sync.model.kinds import CONTROLLER_OWNED, KIND_BY_ID, KINDS, Kind
from fgd_sync.model.location import Route
from fgd_sync.model.resource import JsonObject, Origin, Ref, Resource
from fgd_sync.planning.canonical import canonical
from fgd_sync.planning.clean import clean
from fgd_sync.planning.options import Options
from fgd_sync.planning.place import is_safe_name
from fgd_sync.rules.registry import run_local
from fgd_sync.schema.check import check
from fgd_sync.schema.nearest import nearest
from fgd_sync.yamldoc.comments import Comments
from fgd_sync.yamldoc.document import Document
from fgd_sync.yamldoc.emit import emit

GROUPS = frozenset(kind.group for kind in KINDS)
_REMOVED_KINDS = frozenset({"Rack", "ControlNode", "NAT", "VPCSummary", "SwitchPort", "ServerPort", "ControlAgent"})
_REQUIRE_LABELS = "require_labels"


class Verdict(Enum):
    """What a document is to the fabric."""

    VALID = auto()
    INVALID = auto()
    FOREIGN = auto()


@dataclass(frozen=True, slots=True)
class Candidate:
    """One would-be resource of a document; a `kind: List` gives one for each item.

    `cleaned` is in source order, so that routes of findings lead into the source behind `prefix`; `body` is canonical.
    Both are empty unless there is a `ref`. `text` is what is set aside if it cannot be managed.
    """

    origin: Origin
    prefix: Route
    verdict: Verdict
    text: str
    findings: tuple[Finding, ...] = ()
    ref: Ref | None = None
    cleaned: JsonObject | None = None
    body: JsonObject | None = None
    comments: Comments | None = None

    @property
    def resource(self) -> Resource:
        """The resource as rules see it; only for candidates with a ref."""
        assert self.ref is not None
        assert self.cleaned is not None
        return Resource(self.ref, self.cleaned, self.origin)


def judge(document: Document, path: str, options: Options) -> Iterator[Candidate]:
    """Give the candidates of a document that was read without a problem."""
    origin = Origin(path, document.index)
    items = _list_items(document.value)
    if items is None:
        yield _judge_body(
            document.value, document.comments, Candidate(origin, (), Verdict.FOREIGN, document.text), options
        )
        return
    inner = document.comments.children.get("items") if document.comments else None
    for number, item in enumerate(items):
        comments = inner.children.get(number) if inner else None
        blank = Candidate(origin, ("items", number), Verdict.FOREIGN, "---\n" + emit(item, comments))
        yield _judge_body(item, comments, blank, options)


def _list_items(value: Any) -> list[Any] | None:
    if isinstance(value, dict) and str(value.get("kind", "")).endswith("List") and isinstance(value.get("items"), list):
        items: list[Any] = value["items"]
        return items
    return None


def _judge_body(value: Any, comments: Comments | None, blank: Candidate, options: Options) -> Candidate:
    foreign = _foreign(value)
    if foreign:
        return _with(blank, _verdict((foreign,), Verdict.FOREIGN), (foreign,))
    cleaned = clean(value, comments)
    body = cleaned.body
    findings = (*cleaned.notes, *cleaned.problems)
    kind = KIND_BY_ID.get((_group(body), body["kind"]))
    if kind is None:
        return _with(blank, Verdict.INVALID, (*findings, *(() if cleaned.problems else (_unknown_kind(body),))))
    nameless = tuple(_identity_findings(body))
    if cleaned.problems or nameless:
        mismatches = () if cleaned.problems else check(options.catalogue, kind, body)
        return _with(blank, Verdict.INVALID, (*findings, *nameless, *mismatches), _ref(kind, body))
    return _judge_resource(
        kind, body, cleaned.comments, _with(blank, Verdict.VALID, findings, _ref(kind, body)), options
    )


def _judge_resource(
    kind: Kind, cleaned: JsonObject, comments: Comments | None, blank: Candidate, options: Options
) -> Candidate:
    assert blank.ref is not None
    resource = Resource(blank.ref, cleaned, blank.origin)
    mismatches = check(options.catalogue, kind, cleaned)
    findings = (
        *blank.findings,
        *(_relaxed(item, options) for item in mismatches),
        *run_local(resource, options.context),
        *_missing_labels(cleaned, options),
    )
    body, kept = canonical(cleaned, comments)
    return Candidate(
        blank.origin,
        blank.prefix,
        _verdict(findings, Verdict.VALID),
        blank.text,
        findings,
        blank.ref,
        cleaned,
        body,
        kept,
    )


def _with(blank: Candidate, verdict: Verdict, findings: tuple[Finding, ...], ref: Ref | None = None) -> Candidate:
    return Candidate(blank.origin, blank.prefix, verdict, blank.text, findings, ref)


def _verdict(findings: tuple[Finding, ...], otherwise: Verdict) -> Verdict:
    return Verdict.INVALID if any(item.severity is Severity.ERROR for item in findings) else otherwise


def _foreign(value: Any) -> Finding | None:
    if not isinstance(value, dict):
        return _finding(code.UNSUPPORTED_RESOURCE, f"the document is {_shape(value)}, not a Kubernetes resource", ())
    kind, api_version = value.get("kind"), value.get("apiVersion")
    if not isinstance(kind, str) or not isinstance(api_version, str):
        missing = "kind" if not isinstance(kind, str) else "apiVersion"
        severity = Severity.ERROR if _looks_like_ours(value) else Severity.NOTICE
        return _finding(
            code.UNSUPPORTED_RESOURCE,
            f"the document has no {missing}, so it is no Kubernetes resource",
            (),
            severity,
            "Add apiVersion and kind." if severity is Severity.ERROR else "",
        )
    group = api_version.partition("/")[0]
    if (group, kind) in CONTROLLER_OWNED:
        return _finding(code.CONTROLLER_OWNED, f"{kind} objects are written by the fabric's controllers", ("kind",))
    if group in GROUPS:
        return None
    return _finding(code.UNSUPPORTED_RESOURCE, f"{kind} of {api_version} is not a kind of a Hedgehog fabric", ("kind",))


def _looks_like_ours(value: JsonObject) -> bool:
    api_version, kind = value.get("apiVersion"), value.get("kind")
    return str(api_version).partition("/")[0] in GROUPS or any(item.name == kind for item in KINDS)


def _shape(value: Any) -> str:
    if isinstance(value, list):
        return "a list"
    return "a single value"


def _unknown_kind(body: JsonObject) -> Finding:
    group, name = _group(body), body["kind"]
    elsewhere = next((kind for kind in KINDS if kind.name == name), None)
    if elsewhere:
        return _finding(
            code.UNSUPPORTED_RESOURCE,
            f"{name} belongs to {elsewhere.api_version}, not {body['apiVersion']}",
            ("apiVersion",),
            Severity.ERROR,
            f"Write `apiVersion: {elsewhere.api_version}`.",
        )
    if name in _REMOVED_KINDS:
        return _finding(
            code.UNSUPPORTED_RESOURCE,
            f"the kind {name} does not exist any more",
            ("kind",),
            Severity.ERROR,
            "Delete the document: the fabric has no successor for it.",
        )
    known = [kind.name for kind in KINDS if kind.group == group]
    near = nearest(name, known)
    return _finding(
        code.UNSUPPORTED_RESOURCE,
        f"{group} has no kind {name}",
        ("kind",),
        Severity.ERROR,
        f"Did you mean {near}?" if near else f"The kinds of this group are {', '.join(known)}.",
    )


def _identity_findings(body: JsonObject) -> Iterator[Finding]:
    metadata = body.get("metadata")
    if not isinstance(metadata, dict) or not isinstance(metadata.get("name"), str) or not metadata["name"]:
        yield Finding(
            "the resource has no name", ("metadata",), rule="META-001", remedy="Write its name under metadata.name."
        )
        return
    for field in ("name", "namespace"):
        value = metadata.get(field, "default")
        if not isinstance(value, str) or not is_safe_name(value):
            text = f"metadata.{field} {value!r} is not a Kubernetes name"
            yield Finding(
                text,
                ("metadata", field),
                rule="META-001",
                remedy=(
                    "Use lower-case letters, digits, '-' and '.' only, beginning and ending with a letter or digit."
                ),
            )


def _ref(kind: Kind, body: JsonObject) -> Ref | None:
    metadata = body.get("metadata")
    if not isinstance(metadata, dict) or not isinstance(metadata.get("name"), str):
        return None
    return Ref(kind.group, kind.name, str(metadata.get("namespace", "default")), metadata["name"])


def _group(body: JsonObject) -> str:
    return str(body["apiVersion"]).partition("/")[0]


def _relaxed(finding: Finding, options: Options) -> Finding:
    if options.directory.validation_mode == "strict" or finding.rule != "META-007":
        return finding
    return Finding(
        finding.message, finding.route, finding.code, finding.rule, Severity.WARNING, finding.at_key, finding.remedy
    )


def _missing_labels(body: JsonObject, options: Options) -> Iterator[Finding]:
    if options.ingestion.validation_rules.require_labels and not body["metadata"].get("labels"):
        yield Finding(
            "the resource has no label, and the configuration demands one",
            ("metadata",),
            rule=_REQUIRE_LABELS,
            remedy="Add a label, or set `ingestion.validation_rules.require_labels: false`.",
        )


def _finding(which: Code, message: str, route: Route, severity: Severity | None = None, remedy: str = "") -> Finding:
    return Finding(message, route, which, severity=severity or which.severity, remedy=remedy)
