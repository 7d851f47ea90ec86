"""One report at work: what it was asked, what it did so far, and how it writes.

Every write says in NetBox's change log which sync it belongs to. What fails is noted and does not stop the rest, unless
nothing else could work either.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from fgd_sync.flow.netbox.pact import Pact
from fgd_sync.model import code
from fgd_sync.model.config import NetBoxSettings
from fgd_sync.model.failure import FgdError
from fgd_sync.model.netbox import NetBoxResult, Outcome, Tally
from fgd_sync.model.resource import JsonObject
from fgd_sync.model.value import dataclass, field, replace
from fgd_sync.planning.netbox_records import TAG, Difference, Records
from fgd_sync.ports import NetBox

OFF, PLUGIN, CORE = "off", "plugin", "core"
"""Whom a report is told to."""

BULK, SLOW_BULK = 500, 100
"""Most objects that are written with one request: records of the plugin, and objects of core NetBox.

Those take NetBox longer, and a server that gives up on a request, often after two minutes, undoes all of it.
"""

_PIECES = 40
"""Most requests that are spent on finding out which objects of a refused bulk are at fault."""

_DOUBTS = 3
"""Most writes to a fabric's object of which it is not known whether they were carried out."""

_FATAL = frozenset({code.NETBOX_CONNECTION_FAILED, code.NETBOX_AUTHENTICATION_FAILED, code.NETBOX_UNSUPPORTED})
"""Failures after which the rest of a report would fail too."""

_Result = TypeVar("_Result")
TAG_BODY: JsonObject = {"name": TAG, "slug": TAG}
"""How an object names our tag."""


def is_doubtful(failure: FgdError) -> bool:
    """Whether what was to be written may be there all the same."""
    return bool(failure.details.get("doubtful"))


def is_unsettled(failure: FgdError) -> bool:
    """Whether reading again may show that the failure is none: somebody was faster, or it was carried out after all."""
    return is_doubtful(failure) or failure.code in (code.NETBOX_CONFLICT, code.NETBOX_REFUSED, code.NETBOX_NOT_FOUND)


@dataclass(slots=True)
class Work:
    """A report at work. `records` is None where only the outcome is known: then no resource is told of.

    `full`: compare everything with what NetBox has, also what was written before and has not changed since.
    `pact`: what was agreed on; None where that is not kept: then records are brought to what git has.
    `made` collects the objects that were made, as NetBox gave them. `pieces` and `doubts` are what is left to spend.
    """

    netbox: NetBox
    outcome: Outcome
    settings: NetBoxSettings
    records: Records | None = None
    full: bool = False
    pact: Pact | None = None
    target: str = ""
    url: str = ""
    done: dict[str, Tally] = field(default_factory=dict)
    conflicts: list[str] = field(default_factory=list)
    unsupported: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    failures: list[FgdError] = field(default_factory=list)
    pieces: int = _PIECES
    careful: bool = False
    made: list[JsonObject] = field(default_factory=list)
    doubts: int = _DOUBTS

    def result(self) -> NetBoxResult:
        """What became of it."""
        return NetBoxResult(
            self.outcome.fabric,
            self.target,
            self.url,
            self.netbox.requests,
            tuple(item for item in self.done.values() if not item.is_empty),
            tuple(dict.fromkeys(self.conflicts)),
            tuple(dict.fromkeys(self.unsupported)),
            tuple(self.failures),
            tuple(dict.fromkeys(self.waiting)),
        )

    def attempt(self, step: Callable[[], _Result]) -> _Result | None:
        """Do a step and give its result; None if it failed, which is noted. Raises FgdError if nothing can work."""
        try:
            return step()
        except FgdError as failure:
            if failure.code in _FATAL:
                raise
            self.failures.append(failure)
            return None

    def count(self, what: str, *, created: int = 0, updated: int = 0, deleted: int = 0) -> None:
        """Note what was done to objects of one sort."""
        old = self.done.get(what, Tally(what))
        self.done[what] = replace(
            old, created=old.created + created, updated=old.updated + updated, deleted=old.deleted + deleted
        )

    def repeats(self, failure: FgdError) -> None:
        """Note that a write is to be done again; raises the failure if that happened too often."""
        self.doubts -= is_doubtful(failure)
        if self.doubts < 0:
            raise failure

    def logged(self, body: JsonObject) -> JsonObject:
        """A body to write, with the sync that it belongs to for NetBox's change log."""
        ours = self.outcome
        words = f"fgd-sync {ours.fabric[:40]}: sync {ours.sync_id[:40]}"
        return {**body, "changelog_message": f"{words}, correlation {ours.correlation_id[:40]}"}

    def create(self, path: str, what: str, bodies: Sequence[JsonObject]) -> Sequence[JsonObject]:
        """Make objects with one request. Raises FgdError."""
        made = self.netbox.create(path, [self.logged(item) for item in bodies])
        self.count(what, created=len(made))
        self.made += made
        return made

    def create_or_find(
        self, path: str, what: str, body: JsonObject, find: Callable[[], JsonObject | None]
    ) -> JsonObject:
        """Make one object, or find the one that somebody else made at the same moment. Raises FgdError."""
        try:
            return self.create(path, what, [body])[0]
        except FgdError as failure:
            if failure.code in _FATAL or failure.code is code.NETBOX_PERMISSION_DENIED:
                raise
            found = find()
            if found is None:
                raise
            if is_doubtful(failure):
                self.count(what, created=1)
            return found

    def carry_out(self, difference: Difference, *, careful: bool = False) -> bool:
        """Make a difference good, deletions last; whether all of it was. What fails is noted.

        `careful`: where NetBox fails at a bulk, its parts are tried too; right only for what was read after a failure.
        """
        before = len(self.failures)
        self.careful = careful
        path, what = difference.path, difference.what
        size = BULK if path.startswith("plugins/") else SLOW_BULK
        for bodies in _chunks(difference.create, size):
            self._in_pieces(bodies, what, lambda part: self.create(path, what, part))
        for bodies in _chunks(difference.update, size):
            self._in_pieces(bodies, what, lambda part: self._update(path, what, part))
        for numbers in _chunks(difference.delete, size):
            self._in_pieces([{"id": number} for number in numbers], what, lambda part: self._delete(path, what, part))
        return len(self.failures) == before

    def _update(self, path: str, what: str, bodies: Sequence[JsonObject]) -> None:
        changed = {item.get("id") for item in self.netbox.update(path, [self.logged(item) for item in bodies])}
        self.count(what, updated=len(changed))
        left = [item for item in bodies if item["id"] not in changed]
        if left:
            words = f"{len(left)} of {len(bodies)} were not changed: the token may not change them"
            raise FgdError(code.NETBOX_PERMISSION_DENIED, f"{what}: {words}", details={"final": True})

    def _delete(self, path: str, what: str, bodies: Sequence[JsonObject]) -> None:
        self.netbox.delete(path, [int(item["id"]) for item in bodies])
        self.count(what, deleted=len(bodies))

    def _in_pieces(
        self, bodies: Sequence[JsonObject], what: str, send: Callable[[Sequence[JsonObject]], object]
    ) -> None:
        """Send a bulk; where NetBox refuses it as a whole, find the objects at fault and send the others."""
        try:
            send(bodies)
        except FgdError as failure:
            if failure.code in _FATAL:
                raise
            self.pieces -= 2
            if len(bodies) == 1 or self.pieces < 0 or not self._is_divisible(failure):
                self.failures.append(_named(failure, what, bodies))
                return
            middle = len(bodies) // 2
            self._in_pieces(bodies[:middle], what, send)
            self._in_pieces(bodies[middle:], what, send)

    def _is_divisible(self, failure: FgdError) -> bool:
        """Whether a part of the bulk may be taken where the whole was not."""
        kinds = (code.NETBOX_REFUSED, code.NETBOX_CONFLICT, code.NETBOX_NOT_FOUND)
        return (failure.code in kinds and not is_doubtful(failure)) or (self.careful and is_doubtful(failure))


def _named(failure: FgdError, what: str, bodies: Sequence[JsonObject]) -> FgdError:
    """The failure with the objects that it is about."""
    names = [str(item.get("name") or item.get("id") or "") for item in bodies[:3]]
    more = f" and {len(bodies) - 3} more" if len(bodies) > 3 else ""
    words = f"{what} {', '.join(names)}{more}: {failure.message}"
    return FgdError(failure.code, words, remedy=failure.remedy, details=failure.details)


def _chunks(items: Sequence[_Result], size: int) -> list[Sequence[_Result]]:
    return [items[start : start + size] for start in range(0, len(items), size)]
