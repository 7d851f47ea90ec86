"""What `fgd status`, `fgd history` and `fgd events` look at: the state of fabrics, read once."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from fgd_sync.flow.book import DEAD, Book
from fgd_sync.flow.ledger import Ledger
from fgd_sync.flow.lock_store import LockStore, fabric_of
from fgd_sync.flow.state_refs import Refs, StateRefs
from fgd_sync.model.code import SYNC_NOT_FOUND
from fgd_sync.model.event import Event
from fgd_sync.model.failure import FgdError
from fgd_sync.model.lock_note import UNKNOWN, LockNote, Share
from fgd_sync.model.moment import moment
from fgd_sync.model.operation import Operation
from fgd_sync.model.standing import Standing, Waiting
from fgd_sync.model.value import dataclass

SHORTEST_ID = 4
"""So many letters of a sync's id are enough, if they tell it from the others."""


@dataclass(frozen=True, slots=True)
class Query:
    """Which syncs are meant. `states`: empty for all. `since`, `until`: when they began, RFC 3339; "" for no limit."""

    states: frozenset[str] = frozenset()
    since: str = ""
    until: str = ""

    def meets(self, operation: Operation) -> bool:
        """Whether a sync is among them."""
        if self.states and operation.state not in self.states:
            return False
        if not self.since and not self.until:
            return True
        try:
            began = moment(operation.started_at)
        except ValueError:
            return False
        return (not self.since or began >= moment(self.since)) and (not self.until or began <= moment(self.until))


def standings(ledger: Ledger, locks: LockStore, fabrics: Sequence[str], *, sync_id: str = "") -> Sequence[Standing]:
    """How fabrics stand; without names, all that have a history or a lock. Raises FgdError.

    `sync_id`: the sync to show instead of the newest; fabrics that do not have it are left out.
    """
    refs = (locks.git.refs if fabrics else locks.git.gather)(locks.refs.all)
    held = locks.look(refs)
    books = _books(ledger, locks.refs, fabrics, held, refs=refs)
    found = [_standing(name, book, held.get(locks.refs.lock(name)), locks) for name, book in books]
    if not sync_id:
        return [item for item in found if fabrics or item.operation or item.lock or item.problem or item.waiting]
    operations = {name: book.operations() for name, book in books}
    chosen = one_of([item for many in operations.values() for item in many], sync_id)
    return [Standing(name, chosen) for name, many in operations.items() if chosen in many]


def _books(
    ledger: Ledger, names: StateRefs, fabrics: Sequence[str], held: Mapping[str, tuple[str, LockNote]], *, refs: Refs
) -> Sequence[tuple[str, Book]]:
    if fabrics:
        return list(ledger.books(fabrics, refs).items())
    books = {book.ref: book for book in ledger.all_books(refs)}
    named = [(_name_of(book), book) for book in books.values()]
    others = [fabric_of(ref, note) for ref, (_, note) in held.items()]
    missing = [name for name in others if names.state(name) not in books]
    return sorted([*named, *(ledger.books(missing, refs).items() if missing else ())], key=lambda item: item[0])


def _name_of(book: Book) -> str:
    """The name of a fabric, from its newest record; the ref's last part where there is none."""
    try:
        newest = next(book.syncs(), None)
    except FgdError:
        newest = None
    return newest.fabric if newest else book.ref.rpartition("/")[2]


def _standing(name: str, book: Book, held: tuple[str, LockNote] | None, locks: LockStore) -> Standing:
    problem, newest = "", None
    try:
        newest = next(book.syncs(), None)
    except FgdError as failure:
        problem = f"{failure.message}. {failure.remedy}"
    note = held[1] if held else None
    return Standing(
        name,
        _at_work(name, note) if note else newest,
        note,
        note.has_expired(locks.clock.now(), locks.margin_seconds) if note else False,
        _waiting(book),
        sum(path.startswith(f"{DEAD}/") and path.endswith(".json") for path in book.entries),
        problem,
    )


def _at_work(name: str, note: LockNote) -> Operation:
    """The sync that holds the lock, as far as the lock tells."""
    share = note.fabrics.get(name, Share(""))
    return Operation(
        share.sync_id,
        name,
        note.holder.correlation_id,
        trigger=note.holder.trigger,
        state=share.state,
        stage=share.stage,
        started_at=note.acquired_at,
        updated_at=note.seen_at,
        commit="" if share.commit == UNKNOWN else share.commit,
        owner=note.holder.owner,
        run_url=note.holder.run_url,
    )


def _waiting(book: Book) -> tuple[Waiting, ...]:
    found = []
    for target, depth in sorted(book.depth().items()):
        first = next(iter(book.outbox(target)), None)
        found.append(Waiting(target, depth, first.created_at if first else "", first.reason if first else ""))
    return tuple(found)


def history(books: Iterable[Book], query: Query) -> Sequence[Operation]:
    """The syncs of fabrics that are meant, the newest first. Raises FgdError."""
    found = [item for book in books for item in book.operations() if query.meets(item)]
    return sorted(found, key=lambda item: (item.started_at, item.completed_at), reverse=True)


def one_of(operations: Sequence[Operation], sync_id: str) -> Operation:
    """The sync with an id, or with an id that begins so. Raises FgdError SYNC_NOT_FOUND."""
    fits = [item for item in operations if item.sync_id == sync_id]
    if not fits and len(sync_id) >= SHORTEST_ID:
        fits = [item for item in operations if item.sync_id.startswith(sync_id)]
    if len(fits) == 1:
        return fits[0]
    what = f"{len(fits)} syncs have ids that begin with {sync_id}" if fits else f"no sync with the id {sync_id} is kept"
    raise FgdError(SYNC_NOT_FOUND, what)


def events_of(
    books: Sequence[Book], sync_id: str, wanted: Callable[[Event], bool] = lambda _: True
) -> tuple[Operation, Sequence[Event]]:
    """A sync (the newest for "") with those of its events that are wanted. Raises FgdError."""
    pairs = [(item, book) for book in books for item in book.operations()]
    if not pairs:
        raise FgdError(SYNC_NOT_FOUND, "no sync is kept in the history")
    newest = max((item for item, _ in pairs), key=lambda item: (item.started_at, item.completed_at))
    chosen = one_of([item for item, _ in pairs], sync_id) if sync_id else newest
    book = next(book for item, book in pairs if item is chosen)
    return chosen, [event for event in book.events(chosen.sync_id) if wanted(event)]
