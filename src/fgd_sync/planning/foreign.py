"""Documents that are not resources of a fabric: what they are instead, in words."""

from typing import Any

from fgd_sync.model import code
from fgd_sync.model.code import Code, Severity
from fgd_sync.model.finding import Finding
from fgd_sync.model.kinds import CONTROLLER_OWNED, KINDS
from fgd_sync.model.location import Route
from fgd_sync.model.resource import JsonObject
from fgd_sync.schema.nearest import nearest

_GROUPS = frozenset(kind.group for kind in KINDS)
_REMOVED_KINDS = frozenset({"Rack", "ControlNode", "NAT", "VPCSummary", "SwitchPort", "ServerPort", "ControlAgent"})


def group_of(body: JsonObject) -> str:
    """The API group of a document that has an apiVersion."""
    return str(body["apiVersion"]).partition("/")[0]


def foreign_finding(value: Any) -> Finding | None:
    """What a document is that does not belong to a fabric; None if its API group is one of a fabric's."""
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
    if group in _GROUPS:
        return None
    return _finding(code.UNSUPPORTED_RESOURCE, f"{kind} of {api_version} is not a kind of a Hedgehog fabric", ("kind",))


def _looks_like_ours(value: JsonObject) -> bool:
    api_version, kind = value.get("apiVersion"), value.get("kind")
    return str(api_version).partition("/")[0] in _GROUPS or any(item.name == kind for item in KINDS)


def _shape(value: Any) -> str:
    if isinstance(value, list):
        return "a list"
    return "a single value"


def unknown_kind(body: JsonObject) -> Finding:
    """Say that the group of a document has no such kind, with what was meant if that can be guessed."""
    group, name = group_of(body), body["kind"]
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


def _finding(which: Code, message: str, route: Route, severity: Severity | None = None, remedy: str = "") -> Finding:
    return Finding(message, route, which, severity=severity or which.severity, remedy=remedy)
