"""What a resource means, in a form in which two descriptions of it can be compared: in git, in NetBox, on a cluster.

Values are as the controllers write them and with the defaults that they fill in; what servers and tools add, and our
bookkeeping, is left out. Fields that are false, zero or empty are left out too, as Go's encoder does, unless they mean
something else than a field that is not there.
"""

from typing import Any

from fgd_sync.fabric.defaults import with_defaults
from fgd_sync.model.resource import JsonObject, Origin, Ref, Resource
from fgd_sync.planning.canonical import canonical
from fgd_sync.planning.clean import clean
from fgd_sync.planning.draft import Draft
from fgd_sync.planning.tracking import without_tracking
from fgd_sync.planning.voids import remove_empties

_BOOKKEEPING = (
    "hnp.githedgehog.com/",
    "kustomize.toolkit.fluxcd.io/",
    "helm.toolkit.fluxcd.io/",
    "meta.helm.sh/",
    "argocd.argoproj.io/tracking-id",
)
"""Beginnings of labels and annotations that we, and tools that bring manifests to a cluster, write for themselves."""

_OPTIONAL = frozenset({"isolated", "restricted", "icmpType", "icmpCode"})
"""Fields in which false or zero says something: without them something else holds."""

_BY_NAME = frozenset({
    "labels", "annotations", "portAutoNegs", "portSpeeds", "portGroupSpeeds", "portBreakouts", "portFECs", "tags",
})  # fmt: skip
"""Mappings whose keys are names, so that a key says something whatever its value."""

_NAMED = ("labels", "annotations")
_NOWHERE = Origin("", 0)


def meaning(ref: Ref, body: JsonObject) -> JsonObject:
    """Labels, annotations and spec of a resource, as far as they mean something. The body is not changed.

    Routes lead to the same places as in the canonical form of the resource.
    """
    cleaned = clean(body, None).body
    final, _ = canonical(with_defaults(Resource(ref, cleaned, _NOWHERE)), None)
    draft = Draft({"kind": ref.kind, "spec": _kept(final.get("spec") or {})}, None)
    remove_empties(draft)
    return {"metadata": {name: _named(_metadata(final), name) for name in _NAMED}, "spec": draft.body["spec"]}


def tidied(body: JsonObject) -> JsonObject:
    """Labels, annotations and spec of a resource as a managed file has them: where the values are that are meant."""
    made, _ = canonical(clean(body, None).body, None)
    metadata = _metadata(made) and without_tracking(made)["metadata"]
    said = {key: metadata[key] for key in _NAMED if metadata.get(key)}
    return {"metadata": said, **({"spec": made["spec"]} if made.get("spec") is not None else {})}


def _metadata(body: JsonObject) -> JsonObject:
    metadata = body.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


def _named(metadata: JsonObject, name: str) -> Any:
    given = metadata.get(name) or {}
    if not isinstance(given, dict):
        return given
    return {key: value for key, value in given.items() if not str(key).startswith(_BOOKKEEPING)}


def _kept(value: Any, *, is_by_name: bool = False) -> Any:
    if isinstance(value, list):
        return [_kept(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: _kept(item, is_by_name=key in _BY_NAME)
        for key, item in value.items()
        if is_by_name or key in _OPTIONAL or not _is_zero(item)
    }


def _is_zero(value: Any) -> bool:
    """Whether Go leaves a field of this value out; an empty mapping may declare something."""
    if isinstance(value, dict):
        return False
    return value is None or value is False or value in ([], "", 0)
