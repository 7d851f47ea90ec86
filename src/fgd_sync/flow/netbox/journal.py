"""The entry of a sync in the journal of its fabric's object: exactly one, however often it is delivered."""

from fgd_sync.flow.netbox.work import Work, is_doubtful
from fgd_sync.model import code
from fgd_sync.model.failure import FgdError
from fgd_sync.model.resource import JsonObject
from fgd_sync.render.netbox_journal import comments, kind_of, mark

PATH = "extras/journal-entries"


def write_entry(work: Work, object_type: str, number: int) -> None:
    """Make sure that the journal of the object has one entry of this sync. Raises FgdError.

    Where a write is in doubt because no answer came, it is left to the next delivery, which looks first: an entry that
    is still on its way would else be there twice.
    """
    if _entries(work, object_type, number):
        return
    try:
        _write(work, object_type, number)
    except FgdError as failure:
        if not is_doubtful(failure) or failure.code is code.NETBOX_CONNECTION_FAILED:
            raise
        if not _entries(work, object_type, number):
            _write(work, object_type, number)
    _drop_repeated(work, _entries(work, object_type, number))


def _write(work: Work, object_type: str, number: int) -> None:
    body = {
        "assigned_object_type": object_type,
        "assigned_object_id": number,
        "kind": kind_of(work.outcome),
        "comments": comments(work.outcome),
    }
    work.netbox.create(PATH, [body])
    work.count("journal entry", created=1)


def _entries(work: Work, object_type: str, number: int) -> list[JsonObject]:
    """The entries of this sync, oldest first."""
    filters = {"assigned_object_type": object_type, "assigned_object_id": str(number), "q": work.outcome.sync_id}
    found = work.netbox.list(PATH, filters)
    ours = [item for item in found if _is_ours(work, item, object_type, number)]
    return sorted(ours, key=lambda item: int(item["id"]))


def _is_ours(work: Work, item: JsonObject, object_type: str, number: int) -> bool:
    place = (item.get("assigned_object_type"), item.get("assigned_object_id"))
    return place == (object_type, number) and mark(work.outcome.sync_id) in str(item.get("comments"))


def _drop_repeated(work: Work, entries: list[JsonObject]) -> None:
    """Where two reporters told of the same sync at the same moment, keep the first entry."""
    if len(entries) > 1:
        work.attempt(lambda: work.netbox.delete(PATH, [int(item["id"]) for item in entries[1:]]))
