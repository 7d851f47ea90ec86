"""The custom fields and the tag by which NetBox holds what is ours: made on first use, if that is allowed."""

from collections.abc import Iterable, Sequence

from fgd_sync.flow.netbox.work import TAG_BODY, Work
from fgd_sync.model import code
from fgd_sync.model.failure import FgdError
from fgd_sync.model.resource import JsonObject
from fgd_sync.planning.netbox_records import TAG
from fgd_sync.planning.netbox_status import FABRIC_FIELD, Field

CUSTOM_FIELDS, TAGS = "extras/custom-fields", "extras/tags"
_GROUP = "fgd-sync"


def ensure_fields(work: Work, fields: Sequence[Field], types: Iterable[str]) -> None:
    """Make the custom fields that are missing, for objects of the types.

    What may not be made or is there in another form is noted as unsupported. Raises FgdError if NetBox is not there.
    """
    there = {str(item.get("name")): item for item in _listed(work, fields)}
    wanted = sorted(set(types))
    missing = [item for item in fields if item.name not in there]
    bodies = [_extended(there[item.name], wanted) for item in fields if item.name in there and _fits(work, item, there)]
    bodies = [item for item in bodies if item]
    if not (missing or bodies):
        return
    if not work.settings.create:
        names = ", ".join(item.name for item in missing)
        work.unsupported.append(f"custom fields {names}: not there, and `netbox.create` does not allow to make them")
        return
    if missing:
        work.attempt(lambda: _make(work, missing, wanted))
    if bodies:
        work.attempt(lambda: work.netbox.update(CUSTOM_FIELDS, bodies))


def _listed(work: Work, fields: Sequence[Field]) -> Sequence[JsonObject]:
    names = {item.name for item in fields}
    found = work.netbox.list(CUSTOM_FIELDS, {"name": sorted(names)})
    return [item for item in found if item.get("name") in names]


def _fits(work: Work, field: Field, there: dict[str, JsonObject]) -> bool:
    old = there[field.name].get("type")
    kind = old.get("value") if isinstance(old, dict) else old
    if kind != field.type:
        work.unsupported.append(f"custom field {field.name}: it is of type {kind}, not {field.type}")
    return bool(kind == field.type)


def _extended(old: JsonObject, types: Sequence[str]) -> JsonObject:
    have = [str(item) for item in old.get("object_types") or ()]
    return {} if set(types) <= set(have) else {"id": old["id"], "object_types": sorted({*have, *types})}


def _make(work: Work, fields: Sequence[Field], types: Sequence[str]) -> None:
    try:
        work.create(CUSTOM_FIELDS, "extras.customfield", [_body(item, types) for item in fields])
    except FgdError as failure:
        names = {item["name"] for item in _listed(work, fields)}
        if failure.code is code.NETBOX_PERMISSION_DENIED or not names >= {item.name for item in fields}:
            raise


def _body(field: Field, types: Sequence[str]) -> JsonObject:
    return {
        "name": field.name,
        "type": field.type,
        "label": field.label,
        "description": field.description,
        "group_name": _GROUP,
        "object_types": list(types),
        "ui_visible": field.visible,
        "ui_editable": "no",
        "filter_logic": "exact",
    }


def has_tag(body: JsonObject) -> bool:
    """Whether an object carries our tag."""
    return any(tag.get("slug") == TAG for tag in body.get("tags") or ())


def ensure_tag(work: Work) -> bool:
    """Make the tag if it is missing; whether it is there. Raises FgdError if NetBox is not there."""
    if _tag(work):
        return True
    if not work.settings.create:
        work.unsupported.append(f"tag {TAG}: not there, and `netbox.create` does not allow to make it")
        return False
    body = {**TAG_BODY, "color": "3f51b5", "description": "Kept by fgd-sync"}
    return work.attempt(lambda: work.create_or_find(TAGS, "extras.tag", body, lambda: _tag(work))) is not None


def are_marks_there(work: Work) -> bool:
    """Whether objects of the inventory can be marked as ours already. Raises FgdError."""
    return _tag(work) is not None and bool(_listed(work, [FABRIC_FIELD]))


def _tag(work: Work) -> JsonObject | None:
    found = work.netbox.list(TAGS, {"slug": TAG})
    return next((item for item in found if item.get("slug") == TAG), None)
