"""The annotations that say where a managed resource came from. They never change while the resource does not."""

from fgd_sync.model.resource import JsonObject
from fgd_sync.yamldoc.natural import key_order

PREFIX = "hnp.githedgehog.com/"
MANAGED_BY, FABRIC = f"{PREFIX}managed-by", f"{PREFIX}fabric"
ORIGINAL_FILE, ORIGINAL_INDEX = f"{PREFIX}original-file", f"{PREFIX}original-document-index"
OWN_NAME = "fgd-sync"
PREDECESSOR = "hedgehog-netbox-plugin"
_OWN = (MANAGED_BY, FABRIC, ORIGINAL_FILE, ORIGINAL_INDEX)


def with_tracking(body: JsonObject, fabric: str, file: str, document: int | str) -> JsonObject:
    """The resource marked as read from document number `document` (from 0) of `file` (relative to raw/)."""
    marks = {FABRIC: fabric, MANAGED_BY: OWN_NAME, ORIGINAL_FILE: file, ORIGINAL_INDEX: str(document)}
    return _annotated(body, {**_annotations(body), **marks})


def adopted(body: JsonObject) -> JsonObject:
    """The resource with the predecessor's name replaced by ours where it stands as the manager."""
    annotations = _annotations(body)
    if annotations.get(MANAGED_BY) != PREDECESSOR:
        return body
    return _annotated(body, {**annotations, MANAGED_BY: OWN_NAME})


def without_tracking(body: JsonObject) -> JsonObject:
    """The resource as its author means it, for comparing."""
    return _annotated(body, {key: value for key, value in _annotations(body).items() if key not in _OWN})


def tracking_of(body: JsonObject) -> JsonObject:
    """Our annotations of a resource."""
    return {key: value for key, value in _annotations(body).items() if key in _OWN}


def is_tracked(body: JsonObject) -> bool:
    """Whether the resource carries our mark."""
    return MANAGED_BY in _annotations(body)


def _annotations(body: JsonObject) -> JsonObject:
    annotations = body.get("metadata", {}).get("annotations")
    return annotations if isinstance(annotations, dict) else {}


def _annotated(body: JsonObject, annotations: JsonObject) -> JsonObject:
    old = body["metadata"]
    metadata = {key: old[key] for key in ("name", "namespace", "labels") if key in old}
    if annotations:
        metadata["annotations"] = {key: annotations[key] for key in key_order(tuple(annotations))}
    metadata |= {key: value for key, value in old.items() if key not in metadata and key != "annotations"}
    return {**body, "metadata": metadata}
