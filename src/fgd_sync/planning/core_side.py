"""The resources of a fabric as core NetBox has them: as they were reported, with what people edited since. Pure.

Objects of core NetBox hold only a part of a resource. So NetBox's side is what was agreed on last, and the edits of its
objects in there; what of NetBox is no edit of a resource changes nothing.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from fgd_sync.model.difference import ABSENT
from fgd_sync.model.resource import JsonObject, Ref
from fgd_sync.planning.draft import Draft
from fgd_sync.planning.netbox_edits import Edit, Inspection
from fgd_sync.planning.netbox_inventory import KINDS
from fgd_sync.planning.sides import Side


def side_of_core(reported: Mapping[Ref, JsonObject], found: Inspection) -> Side:
    """NetBox's side of resources of which it was told; `found` compares its objects with those."""
    edits: dict[Ref, list[Edit]] = defaultdict(list)
    for item in found.edits:
        edits[item.ref].append(item)
    return Side({ref: edited(body, edits[ref]) for ref, body in reported.items()}, beyond_the_inventory)


def beyond_the_inventory(ref: Ref, body: JsonObject) -> str:  # noqa: ARG001 - the shape of `Side.cannot_hold`
    """Why the inventory cannot have a resource, in words; "" if it can."""
    return "" if ref.kind in KINDS else f"{ref}: the inventory has no objects of this kind"


def edited(body: JsonObject, edits: Sequence[Edit]) -> JsonObject:
    """A resource with edits in it."""
    draft = Draft(body, None)
    for item in edits:
        if item.value is not ABSENT:
            draft.put(item.route, item.value)
        elif draft.get(item.route) is not None:
            draft.remove(item.route)
    return draft.body
