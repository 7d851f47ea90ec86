"""What servers and tools write into a resource and nobody means by it: taken out here.

The lists say which keys; everything else in metadata is the user's. An annotation is removed only by its full name,
since prefixes that controllers use also carry user input (`p2p-link`, `route-summ`, Argo CD's sync options).
"""

from collections.abc import Iterator
from typing import Any

from fgd_sync.model.code import RESOURCE_UPGRADED, VALIDATION_FAILED, Severity
from fgd_sync.model.finding import Finding
from fgd_sync.model.location import Route
from fgd_sync.model.resource import JsonObject
from fgd_sync.planning.draft import Draft

SERVER_METADATA = frozenset(
    {
        "creationTimestamp",
        "uid",
        "resourceVersion",
        "generation",
        "selfLink",
        "managedFields",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "ownerReferences",
        "finalizers",
    }
)
"""Metadata that the API server or a controller sets; none of the fabric's kinds has finalizers or owners of its own."""

TOOL_ANNOTATIONS = frozenset(
    {
        "kubectl.kubernetes.io/last-applied-configuration",
        "argocd.argoproj.io/tracking-id",
        "hnp.githedgehog.com/ingested-at",
        "hnp.githedgehog.com/ingestion-version",
        "hnp.githedgehog.com/last-synced",
    }
)
"""Annotations that tools write for themselves, most of them new on every run."""

PROFILE_PORTS = "fabric.githedgehog.com/ports"
"""The summary of ports that the webhook writes on a SwitchProfile."""

ARGO_INSTANCE = "app.kubernetes.io/instance"
_ARGO_TRACKING = "argocd.argoproj.io/tracking-id"
_SIGNS_OF_EXPORT = ("uid", "resourceVersion", "managedFields")
_PORT_LOCATORS = ("spec", "portLocators")
_METADATA, _LABELS, _ANNOTATIONS = ("metadata",), ("metadata", "labels"), ("metadata", "annotations")


def strip(draft: Draft) -> Iterator[Finding]:
    """Remove what the server populates, controller labels, tool annotations; write the namespace if there is none."""
    if "status" in draft.body:
        draft.remove(("status",))
    if draft.body.get("kind") == "Switch" and draft.get(_PORT_LOCATORS) is not None:
        draft.remove(_PORT_LOCATORS)
        yield _short_lived()
    metadata = draft.body.get("metadata")
    if type(metadata) is not dict:
        return
    if "deletionTimestamp" in metadata:
        yield _being_deleted(metadata)
    _remove_from(draft, _LABELS, _unwanted_labels(metadata))
    _remove_from(draft, _ANNOTATIONS, _unwanted_annotations(draft.body, metadata))
    for key in _unwanted_metadata(metadata):
        draft.remove((*_METADATA, key))
    if not metadata.get("namespace") and metadata.get("namespace", "") in ("", None):
        draft.put(("metadata", "namespace"), "default")


def may_strip(body: JsonObject) -> bool:
    """Whether something may be removed from a document or added to it, whatever its values are but a namespace."""
    metadata = body.get("metadata")
    if "status" in body or type(metadata) is not dict or "namespace" not in metadata or _may_have_locators(body):
        return True
    inner = (metadata.get(key) for key in ("labels", "annotations"))
    keys = set(metadata).union(*(item for item in inner if type(item) is dict))
    named = SERVER_METADATA | TOOL_ANNOTATIONS | {"generateName", PROFILE_PORTS, ARGO_INSTANCE}
    return not named.isdisjoint(keys) or any(map(is_controller_label, keys))


def _may_have_locators(body: JsonObject) -> bool:
    spec = body.get("spec")
    return body.get("kind") == "Switch" and type(spec) is dict and _PORT_LOCATORS[-1] in spec


def _short_lived() -> Finding:
    return Finding(
        "portLocators hold for a limited time, and the controller rewrites them; they are left out",
        _PORT_LOCATORS,
        RESOURCE_UPGRADED,
        severity=Severity.NOTICE,
        at_key=True,
        remedy="Set port locators on the cluster, not in git.",
    )


def _being_deleted(metadata: dict[str, Any]) -> Finding:
    text = f"the object was being deleted when it was exported (deletionTimestamp {metadata['deletionTimestamp']})"
    return Finding(
        text,
        ("metadata", "deletionTimestamp"),
        VALIDATION_FAILED,
        severity=Severity.WARNING,
        at_key=True,
        remedy="Check whether the resource is still wanted; if not, delete the document.",
    )


def _remove_from(draft: Draft, route: Route, keys: list[str] | None) -> None:
    """Remove keys of a mapping, and the mapping if it is empty then; None: there is no such mapping."""
    if keys is None:
        return
    for key in keys:
        draft.remove((*route, key))
    if not draft.get(route):
        draft.remove(route)


def _unwanted_metadata(metadata: dict[str, Any]) -> list[str]:
    unwanted = [key for key in metadata if key in SERVER_METADATA]
    if metadata.get("name") and "generateName" in metadata:
        unwanted.append("generateName")
    return unwanted


def _unwanted_labels(metadata: dict[str, Any]) -> list[str] | None:
    labels = metadata.get("labels")
    if type(labels) is not dict:
        return None
    unwanted = [key for key in labels if is_controller_label(key)]
    if ARGO_INSTANCE in labels and _is_argo_label(metadata, labels):
        unwanted.append(ARGO_INSTANCE)
    return unwanted


def is_controller_label(key: str) -> bool:
    """Whether the fabric's webhook writes the label, or deletes it whoever wrote it."""
    return "fabric.githedgehog.com/" in key or ".gateway.githedgehog.com/" in f".{key}"


def _is_argo_label(metadata: dict[str, Any], labels: dict[str, Any]) -> bool:
    """Whether Argo CD set `app.kubernetes.io/instance` to track the object, rather than a chart or a person.

    Certain where Argo CD left another trace. Otherwise an export that carries no other `app.kubernetes.io` label:
    Helm and kustomize write several of them together, and Argo CD writes only this one, on the cluster.
    """
    annotations = metadata.get("annotations")
    if type(annotations) is dict and _ARGO_TRACKING in annotations:
        return True
    fields = metadata.get("managedFields")
    if type(fields) is list and any(_manager(item).startswith("argocd") for item in fields):
        return True
    alone = sum(key.startswith("app.kubernetes.io/") for key in labels) == 1
    return alone and any(key in metadata for key in _SIGNS_OF_EXPORT)


def _manager(entry: Any) -> str:
    return str(entry.get("manager", "")) if type(entry) is dict else ""


def _unwanted_annotations(body: dict[str, Any], metadata: dict[str, Any]) -> list[str] | None:
    annotations = metadata.get("annotations")
    if type(annotations) is not dict:
        return None
    is_profile = body.get("kind") == "SwitchProfile"
    return [key for key in annotations if key in TOOL_ANNOTATIONS or (is_profile and key == PROFILE_PORTS)]
