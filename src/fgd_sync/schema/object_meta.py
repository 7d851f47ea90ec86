"""`metadata` of every Kubernetes object, as a schema: what a manifest may say there, and what exports contain besides.

Source of the field names: ObjectMeta of the Kubernetes API, version 1.34.
"""

from fgd_sync.model.resource import JsonObject


def _text(title: str, description: str, **more: object) -> JsonObject:
    return {"title": title, "description": description, "type": "string", **more}


def _server(title: str, description: str, kind: object) -> JsonObject:
    return {"title": title, "description": f"{description} Written by the cluster; not kept in git.", "type": kind}


OBJECT_META: JsonObject = {
    "title": "Metadata",
    "description": "Name, labels and annotations of the object.",
    "type": "object",
    "properties": {
        "name": _text(
            "Name",
            "Name of the object, unique among those of its kind, by which others refer to it. "
            "Lower-case letters, digits, `-` and `.`.",
        ),
        "namespace": _text(
            "Namespace",
            "Kubernetes namespace. The fabric accepts only `default`, which is also meant when the field is left out.",
            examples=["default"],
        ),
        "labels": {
            "title": "Labels",
            "description": "Labels to select objects by. Those of the fabric (`*.githedgehog.com`) are written by its "
            "controllers.",
            "type": "object",
            "additionalProperties": {"title": "Label value", "type": "string"},
        },
        "annotations": {
            "title": "Annotations",
            "description": "Notes for people and tools, as text.",
            "type": "object",
            "additionalProperties": {"title": "Annotation value", "type": "string"},
        },
        "creationTimestamp": _server("Created", "When the object was created.", ["string", "null"]),
        "deletionGracePeriodSeconds": _server("Deletion delay", "Seconds until a deletion takes effect.", "integer"),
        "deletionTimestamp": _server("Deleted", "When the deletion of the object was asked for.", ["string", "null"]),
        "finalizers": {
            **_server("Finalizers", "Who has to act before the object may vanish.", "array"),
            "items": {"title": "Finalizer", "type": "string"},
        },
        "generateName": _text(
            "Name prefix", "Prefix of a generated name. Of no use in git, where every object has its own `name`."
        ),
        "generation": _server("Generation", "Number of the version of `spec`.", "integer"),
        "managedFields": {
            **_server("Managed fields", "Which tool owns which field.", "array"),
            "items": {"title": "Owner of fields", "type": "object"},
        },
        "ownerReferences": {
            **_server("Owners", "Objects that this one is deleted with.", "array"),
            "items": {"title": "Owner", "type": "object"},
        },
        "resourceVersion": _server("Resource version", "Version of the stored object.", "string"),
        "selfLink": _server("Self link", "Path of the object in the API of old clusters.", "string"),
        "uid": _server("UID", "Identity of the stored object.", "string"),
    },
    "required": ["name"],
    "additionalProperties": False,
}
"""The schema of `metadata`. `name` is required: without it a manifest describes no object."""
