"""Writing the status of a fabric to its object, so that no reporter undoes another's."""

from collections.abc import Callable

from fgd_sync.flow.netbox.work import Work, is_doubtful
from fgd_sync.model import code
from fgd_sync.model.failure import FgdError
from fgd_sync.model.netbox import NetBoxObject
from fgd_sync.model.resource import JsonObject
from fgd_sync.model.value import dataclass

_ROUNDS = 25
"""Most tries against others who write to the same object; each try means that one of them got through."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an object is, and what it is called when told of."""

    path: str
    what: str


def write_status(work: Work, place: Place, first: NetBoxObject, wanted: Callable[[JsonObject], JsonObject]) -> None:
    """Bring an object to what `wanted` makes of its present state: the fields to change, none to end.

    `first` is the object as it was read last. Each write is meant for the version that was read; where the server knows
    no versions it is read again afterwards. Raises FgdError.
    """
    there: NetBoxObject | None = first
    for _ in range(_ROUNDS):
        if there is None:
            raise FgdError(code.NETBOX_NOT_FOUND, f"{place.what} {first.id} is not there any more")
        fields = wanted(there.body)
        if not fields:
            return
        if not there.etag:
            there = work.netbox.get(place.path, there.id)
            fields = wanted(there.body) if there else {}
            if not fields or there is None:
                continue
        there = _written(work, place, there, fields)
    raise FgdError(code.NETBOX_CONFLICT, f"{place.what} {first.id}: others keep changing it")


def _written(work: Work, place: Place, there: NetBoxObject, fields: JsonObject) -> NetBoxObject | None:
    """Write once; the object as it is then."""
    try:
        after = work.netbox.change(place.path, there.id, work.logged(fields), there.etag)
    except FgdError as failure:
        if failure.code is code.NETBOX_CONFLICT or is_doubtful(failure):
            work.repeats(failure)
            return work.netbox.get(place.path, there.id)
        raise
    work.count(place.what, updated=1)
    return after if there.etag else work.netbox.get(place.path, there.id)
