"""Documents that are not resources of a fabric: what they are instead, in words."""

from typing import Any

from fgd_sync.model import code
from fgd_sync.model.code import Code
from fgd_sync.model.finding import Finding
from fgd_sync.model.kinds import CONTROLLER_OWNED, KINDS
from fgd_sync.model.location import Route
from fgd_sync.model.resource import JsonObject

_GROUPS = frozenset(kind.group for kind in KINDS)
_REMOVED_KINDS = frozenset({"Rack", "ControlNode", "NAT", "VPCSummary", "SwitchPort", "ServerPort", "ControlAgent"})


def group_of(body: JsonObject) -> str:
    """The API group of a document that has an apiVersion."""
    return str(body["apiVersion"]).partition("/")[0]


def foreign_finding(value: Any) -> Finding | None:
    """What a document is that does not belong to a fabric; None if its API group is one of a fabric's."""
    if not isinstance(value, dict):
        shape = "a list" if isinstance(value, list) else "a single value"
        return _notice(f"the document is {shape}, not a Kubernetes resource", ())
    kind, api_version = value.get("kind"), value.get("apiVersion")
    if not isinstance(kind, str) or not isinstance(api_version, str):
        return _incomplete(value, "kind" if not isinstance(kind, str) else "apiVersion")
    group = api_version.partition("/")[0]
    if (group, kind) in CONTROLLER_OWNED:
        return _notice(f"{kind} objects are written by the fabric's controllers", ("kind",), code.CONTROLLER_OWNED)
    if group in _GROUPS:
        return None
    return _notice(f"{kind} of {api_version} is not a kind of a Hedgehog fabric", ("kind",))


def unknown_kind(body: JsonObject) -> Finding:
    """Say that the group of a document has no such kind, with what was meant if that can be guessed."""
    group, name = group_of(body), body["kind"]
    home = next((kind for kind in KINDS if kind.name == name), None)
    if home:
        text = f"{name} belongs to {home.api_version}, not {body['apiVersion']}"
        return _error(text, ("apiVersion",), f"Write `apiVersion: {home.api_version}`.")
    if name in _REMOVED_KINDS:
        remedy = "Delete the document: the fabric has no successor for it."
        return _error(f"the kind {name} does not exist any more", ("kind",), remedy)
    known = [kind.name for kind in KINDS if kind.group == group]
    from fgd_sync.schema.nearest import nearest  # only where a name means nothing

    near = nearest(name, known)
    remedy = f"Did you mean {near}?" if near else f"The kinds of this group are {', '.join(known)}."
    return _error(f"{group} has no kind {name}", ("kind",), remedy)


def _incomplete(body: JsonObject, missing: str) -> Finding:
    text = f"the document has no {missing}, so it is no Kubernetes resource"
    is_ours = str(body.get("apiVersion")).partition("/")[0] in _GROUPS
    is_ours = is_ours or any(item.name == body.get("kind") for item in KINDS)
    return _error(text, (), "Add apiVersion and kind.") if is_ours else _notice(text, ())


def _notice(message: str, route: Route, which: Code = code.UNSUPPORTED_RESOURCE) -> Finding:
    return Finding(message, route, which, severity=which.severity)


def _error(message: str, route: Route, remedy: str) -> Finding:
    return Finding(message, route, code.UNSUPPORTED_RESOURCE, remedy=remedy)
