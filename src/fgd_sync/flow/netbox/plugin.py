"""Reporting to the Hedgehog plugin: the fabric's own fields, and one record for each resource of the kinds it knows.

It writes no journal there: an entry on a fabric of the plugin breaks NetBox's journal for everybody.
"""

from collections.abc import Mapping

from fgd_sync.flow.netbox.marks import ensure_fields, ensure_tag, has_tag
from fgd_sync.flow.netbox.records import PluginFabric, tell_records
from fgd_sync.flow.netbox.status import Place, write_status
from fgd_sync.flow.netbox.work import TAG_BODY, Work
from fgd_sync.model import code
from fgd_sync.model.failure import FgdError
from fgd_sync.model.netbox import NetBoxObject
from fgd_sync.model.resource import JsonObject
from fgd_sync.planning.netbox_records import named_tags
from fgd_sync.planning.netbox_status import (
    FABRIC_FIELD,
    FIELDS,
    custom_fields,
    difference,
    digests,
    is_superseded,
    plugin_fields,
    stored,
)

FABRICS = "plugins/hedgehog/fabrics"
FABRIC_TYPE = "netbox_hedgehog.hedgehogfabric"
_LONGEST_NAME = 100
_ROUNDS = 3
"""How often records are compared again because somebody else wrote them meanwhile."""


def fabrics_of(work: Work) -> list[JsonObject] | None:
    """All fabrics that the plugin has; None where there is no plugin. Raises FgdError, also if it is broken."""
    try:
        return list(work.netbox.list(FABRICS, {}))
    except FgdError as failure:
        if failure.code is code.NETBOX_NOT_FOUND and not failure.details.get("json"):
            return None
        raise


def find_fabric(work: Work, fabrics: list[JsonObject]) -> PluginFabric | None:
    """The fabric by its name; by its id if it was renamed since we told of it. Raises FgdError for another's id."""
    ours = work.outcome
    by_name = next((item for item in fabrics if item.get("name") == ours.fabric[:_LONGEST_NAME]), None)
    by_id = next((item for item in fabrics if item["id"] == ours.netbox_id), None)
    found = by_id if by_id and stored(by_id).get(FABRIC_FIELD.name) == ours.fabric else by_name
    if found is None and by_id:
        raise FgdError(
            code.NETBOX_CONFLICT,
            f"the fabric with id {ours.netbox_id} is named {by_id.get('name')} in NetBox, not {ours.fabric}",
            remedy="Correct `netbox_id` in fgd_config.yaml or `fabric_id` in .hnp/manifest.yaml; or give the fabric "
            "that name in NetBox for the first report: it can be renamed afterwards.",
        )
    return PluginFabric(NetBoxObject(found), has_tag(found)) if found else None


def ensure_fabric(work: Work, fabrics: list[JsonObject]) -> PluginFabric:
    """The fabric with our custom fields and tag, made if need be. Raises FgdError."""
    found = find_fabric(work, fabrics) or _made(work)
    lacking = [item for item in FIELDS if item.name not in stored(found.object.body)]
    if lacking:
        ensure_fields(work, lacking, [FABRIC_TYPE])
    tagged = found.tagged or bool(work.attempt(lambda: ensure_tag(work)))
    fresh = work.netbox.get(FABRICS, found.object.id) if lacking else None
    return PluginFabric(fresh or found.object, tagged, found.is_new)


def _made(work: Work) -> PluginFabric:
    name = work.outcome.fabric
    if not work.settings.create:
        raise FgdError(
            code.NETBOX_NOT_FOUND,
            f"the Hedgehog plugin has no fabric named {name}",
            remedy="Make it in NetBox, or let fgd-sync make it (`netbox.create: true`).",
        )
    before = len(work.done)

    def find() -> JsonObject | None:
        found = find_fabric(work, list(work.netbox.list(FABRICS, {})))
        return found.object.body if found else None

    body = work.create_or_find(FABRICS, "fabric", {"name": name[:_LONGEST_NAME], "status": "active"}, find)
    return PluginFabric(NetBoxObject(body), is_new=len(work.done) > before)


def tell_plugin(work: Work, fabric: PluginFabric) -> None:
    """Records and status of a sync. Raises FgdError.

    What was written is remembered in the fabric's object, by kind, so that a sync that changed nothing reads no record.
    Where somebody else wrote meanwhile, it is compared again.
    """
    for _ in range(_ROUNDS):
        known = digests(fabric.object.body)
        written = tell_records(work, fabric, known)
        if _tell_status(work, fabric, known=known, digest=written):
            return
        fresh = work.netbox.get(FABRICS, fabric.object.id)
        if fresh is None:
            return
        fabric = PluginFabric(fresh, fabric.tagged)


def _tell_status(work: Work, fabric: PluginFabric, *, known: Mapping[str, str], digest: Mapping[str, str]) -> bool:
    """Write the status; False if the records were written by somebody else since they were compared."""
    disturbed = False

    def wanted(now: JsonObject) -> JsonObject:
        nonlocal disturbed
        disturbed = bool(digest) and digests(now) not in (known, {**known, **digest})
        if disturbed:
            return {}
        if is_superseded(now, work.outcome):
            return _doubted(now, digest)
        fields = plugin_fields(work.outcome)
        tag = {"tags": _tags(now)} if fabric.tagged and "tags" in now and not has_tag(now) else {}
        return {**difference(now, fields, custom_fields(work.outcome, {**digests(now), **digest})), **tag}

    def write() -> bool:
        write_status(work, Place(FABRICS, "fabric"), fabric.object, wanted)
        return True

    return work.attempt(write) is None or not disturbed


def _doubted(now: JsonObject, digest: Mapping[str, str]) -> JsonObject:
    """After records were written for a sync that is not the latest: make the next report compare them."""
    touched = {key for key in digest if digests(now).get(key, "") != ""}
    return {"custom_fields": {"fgd_digest": {**digests(now), **dict.fromkeys(touched, "")}}} if touched else {}


def _tags(body: JsonObject) -> list[JsonObject]:
    return [*named_tags(body), TAG_BODY]
