"""Strict schemas made from CustomResourceDefinition objects, for a release other than the one our schemas describe.

Takes CRDs as values (v1, v1beta1, or a List of them) and gives draft 2020-12 schemas of the same sort as our own:
unknown fields are refused, integer formats have their bounds, and what a Hedgehog webhook fills in is not demanded.
Nothing is read or written here.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from fgd_sync.model.code import CONFIGURATION_INVALID
from fgd_sync.model.failure import FgdError
from fgd_sync.model.kinds import GATEWAY_GROUP, VPC_GROUP
from fgd_sync.model.resource import JsonObject
from fgd_sync.schema.catalogue import SchemaId
from fgd_sync.schema.object_meta import OBJECT_META
from fgd_sync.schema.structural import Path, strict
from fgd_sync.schema.words import show

CRD_GROUP = "apiextensions.k8s.io"

FILLED_IN: dict[tuple[str, str], dict[Path, frozenset[str]]] = {
    (VPC_GROUP, "VPC"): {
        ("spec", "subnets", "<name>", "dhcp", "options"): frozenset({"interfaceMTU", "leaseTimeSeconds"}),
    },
    (VPC_GROUP, "ExternalAttachment"): {("spec",): frozenset({"switch", "neighbor"})},
    (GATEWAY_GROUP, "GatewayPeering"): {("spec", "acl"): frozenset({"default"})},
}
"""Fields that a CRD requires but the fabric's webhook fills in before the CRD is applied, by kind and parent object."""


def import_crds(documents: Iterable[JsonObject]) -> dict[SchemaId, JsonObject]:
    """Return a schema for every served version of every CRD.

    Raises FgdError (CONFIGURATION_INVALID) for what is not a CRD, a CRD without a schema, one that no validator can
    use, and one that is there twice with different content.
    """
    schemas: dict[SchemaId, JsonObject] = {}
    for crd in _expanded(documents):
        for key, schema in _versions(crd):
            if schemas.setdefault(key, schema) != schema:
                raise _refused(f"{key[2]} of {key[0]}/{key[1]} is defined twice, differently")
    if not schemas:
        raise _refused("no CustomResourceDefinition was found")
    return schemas


def _expanded(documents: Iterable[Any]) -> Iterator[JsonObject]:
    for document in documents:
        kind = document.get("kind") if isinstance(document, dict) else None
        if kind in ("List", "CustomResourceDefinitionList"):
            yield from _expanded(_part(document, "items", list, f"a {kind}"))
        elif kind == "CustomResourceDefinition":
            yield document
        else:
            found = f"a {kind}" if isinstance(kind, str) else "something else"
            raise _refused(f"a CustomResourceDefinition is expected, this is {found}")


def _versions(crd: JsonObject) -> Iterator[tuple[SchemaId, JsonObject]]:
    name = f"the CRD {show(_part(_part(crd, 'metadata', dict, 'a CRD'), 'name', str, 'a CRD'))}"
    if str(crd.get("apiVersion", "")).partition("/")[0] != CRD_GROUP:
        raise _refused(f"{name} has the apiVersion {show(crd.get('apiVersion'))}; {CRD_GROUP}/v1 is expected")
    spec = _part(crd, "spec", dict, name)
    group = _part(spec, "group", str, name)
    kind = _part(_part(spec, "names", dict, name), "kind", str, name)
    versions = spec.get("versions")
    for version in versions if isinstance(versions, list) and versions else [{"name": spec.get("version")}]:
        number = _part(version, "name", str, f"a version of {name}")
        if version.get("served", True):
            where = f"version {number} of {name}"
            holder = version.get("schema") or _part(spec, "validation", dict, where)
            root = _part(holder, "openAPIV3Schema", dict, where)
            _demand_schema(root, where)
            yield (group, number, kind), _schema((group, number, kind), root)


def _schema(key: SchemaId, root: JsonObject) -> JsonObject:
    group, version, kind = key
    converted = strict(root, FILLED_IN.get((group, kind), {}))
    properties = {
        **converted.get("properties", {}),
        "apiVersion": {"title": "API version", "description": "Group and version.", "const": f"{group}/{version}"},
        "kind": {"title": "Kind", "description": "What the object is.", "const": kind},
        "metadata": OBJECT_META,
        "status": {"title": "Status", "description": "What the controllers report.", "type": "object"},
    }
    required = ["apiVersion", "kind", "metadata"]
    required += [name for name in converted.get("required", []) if name not in (*required, "status")]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:fgd-sync:imported:{group}:{version}:{kind.lower()}",
        "title": kind,
        **converted,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def _demand_schema(root: JsonObject, where: str) -> None:
    """Refuse what is no schema, or has patterns that cannot be used. OpenAPI v3 is closest to draft 4."""
    from jsonschema_rs import ValidationError, meta  # 35 ms, not for `fgd --help`

    try:
        meta.validate({**root, "$schema": "http://json-schema.org/draft-04/schema#"})
    except ValueError as error:  # Of the library, or that its text cannot be written as UTF-8.
        said = error.message if isinstance(error, ValidationError) else str(error)
        raise _refused(f"the schema of {where} cannot be used: {said}") from error


def _part(holder: Any, key: str, kind: type, where: str) -> Any:
    """The value at `key`, which must be of the kind."""
    value = holder.get(key) if isinstance(holder, dict) else None
    if not isinstance(value, kind):
        raise _refused(f'{where} has no usable "{key}"')
    return value


def _refused(message: str) -> FgdError:
    return FgdError(
        CONFIGURATION_INVALID,
        f"Schemas cannot be imported: {message}.",
        remedy="Give the CRD files of the fabric's release, such as config/crd/bases of its repository.",
    )
