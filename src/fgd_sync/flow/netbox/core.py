"""Reporting to NetBox as it is without the Hedgehog plugin: one object stands for the fabric."""

from fgd_sync.flow.netbox.journal import write_entry
from fgd_sync.flow.netbox.marks import ensure_fields, ensure_tag, has_tag
from fgd_sync.flow.netbox.status import Place, write_status
from fgd_sync.flow.netbox.work import TAG_BODY, Work
from fgd_sync.model import code
from fgd_sync.model.failure import FgdError
from fgd_sync.model.netbox import NetBoxObject
from fgd_sync.model.resource import JsonObject
from fgd_sync.model.value import dataclass
from fgd_sync.planning.netbox_objects import CLUSTER, CLUSTER_TYPE, Sought, endpoint, slug_of, sought
from fgd_sync.planning.netbox_records import named_tags
from fgd_sync.planning.netbox_status import (
    FIELDS,
    custom_fields,
    difference,
    digests,
    is_superseded,
    state_differs,
    stored,
)

CLUSTERS, CLUSTER_TYPES, CLUSTER_GROUPS = (
    "virtualization/clusters", "virtualization/cluster-types", "virtualization/cluster-groups",
)  # fmt: skip
_TYPE: JsonObject = {"name": "Hedgehog fabric", "slug": CLUSTER_TYPE}
_GROUP: JsonObject = {"name": "Hedgehog fabrics", "slug": "hedgehog-fabrics"}


@dataclass(frozen=True, slots=True)
class Home:
    """The object that stands for the fabric."""

    path: str
    type: str
    object: NetBoxObject


def find_home(work: Work) -> Home | None:
    """The fabric's object; None if there is none yet. Raises FgdError, also if there are several."""
    wanted = sought(work.settings.object, work.outcome.fabric)
    path = endpoint(wanted.type)
    found = [item for item in work.netbox.list(path, wanted.filters) if wanted.matches(item)]
    by_id = [item for item in found if item["id"] == work.outcome.netbox_id]
    marked = [item for item in found if has_tag(item)]
    likely = [item for item in found if wanted.is_evident(item) or has_tag(item)]
    choice = next((group for group in (by_id, marked, likely) if len(group) == 1), [])
    if likely and not choice:
        ids = ", ".join(str(item["id"]) for item in likely)
        raise FgdError(
            code.NETBOX_CONFLICT,
            f"{len(likely)} objects of type {wanted.type} are named {wanted.name} (ids {ids})",
            remedy="Set `netbox_id` of the fabric in fgd_config.yaml, or rename the others.",
        )
    return Home(path, wanted.type, NetBoxObject(choice[0])) if choice else None


def ensure_home(work: Work) -> Home:
    """The fabric's object with our fields and tag, made if need be. Raises FgdError."""
    home = find_home(work) or _made(work)
    work.url = str(home.object.body.get("display_url") or "")
    lacking = [item for item in FIELDS if item.name not in stored(home.object.body)]
    if lacking:
        ensure_fields(work, lacking, [home.type])
        fresh = work.netbox.get(home.path, home.object.id)
        return Home(home.path, home.type, fresh) if fresh else home
    return home


def _made(work: Work) -> Home:
    wanted = sought(work.settings.object, work.outcome.fabric)
    if not work.settings.create or not wanted.can_be_made:
        why = "" if wanted.can_be_made else f"; objects of type {wanted.type} are not made by fgd-sync"
        raise FgdError(
            code.NETBOX_NOT_FOUND,
            f"there is no object of type {wanted.type} named {wanted.name}{why}",
            remedy="Make it in NetBox, or let fgd-sync make it (`netbox.create: true`, `netbox.object`).",
        )
    body = _cluster(work, wanted) if wanted.type == CLUSTER else _site(wanted)
    work.create_or_find(endpoint(wanted.type), wanted.type, body, lambda: _body(find_home(work)))
    home = find_home(work)
    if home is None:
        raise FgdError(code.NETBOX_PERMISSION_DENIED, f"the token may not view the {wanted.type} that it made")
    return home


def _body(home: Home | None) -> JsonObject | None:
    return home.object.body if home else None


def _cluster(work: Work, wanted: Sought) -> JsonObject:
    """A cluster in a group of its own: in a group, names are unique, so that two reporters cannot make two."""
    group = _by_slug(work, CLUSTER_GROUPS, "virtualization.clustergroup", _GROUP)
    kind = _by_slug(work, CLUSTER_TYPES, "virtualization.clustertype", _TYPE)
    return {"name": wanted.name, "type": kind["id"], "group": group["id"], "status": "active"}


def _site(wanted: Sought) -> JsonObject:
    return {"name": wanted.name, "slug": wanted.slug or slug_of(wanted.name), "status": "active"}


def _by_slug(work: Work, path: str, what: str, body: JsonObject) -> JsonObject:
    def find() -> JsonObject | None:
        found = work.netbox.list(path, {"slug": body["slug"]})
        return next((item for item in found if item.get("slug") == body["slug"]), None)

    return find() or work.create_or_find(path, what, body, find)


def tell_core(work: Work, home: Home) -> None:
    """Journal and status of a sync, each if there is something to tell. Raises FgdError."""
    body, outcome = home.object.body, work.outcome
    if outcome.changed or (state_differs(body, outcome) and not is_superseded(body, outcome)):
        work.attempt(lambda: write_entry(work, home.type, home.object.id))
    if "tags" in body and not has_tag(body) and work.attempt(lambda: ensure_tag(work)):
        work.attempt(lambda: write_status(work, Place(home.path, home.type), home.object, _with_tag))

    def wanted(now: JsonObject) -> JsonObject:
        if is_superseded(now, outcome):
            return {}
        return difference(now, {}, custom_fields(outcome, digests(now)))

    work.attempt(lambda: write_status(work, Place(home.path, home.type), home.object, wanted))


def _with_tag(body: JsonObject) -> JsonObject:
    if has_tag(body):
        return {}
    return {"tags": [*named_tags(body), TAG_BODY]}
