"""The plan: what a sync of one fabric would do, as a value that every output renders and that alone is made."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from fgd_sync.model.change import Change, Delete, Move, Write
from fgd_sync.model.config import Limits
from fgd_sync.model.diagnostic import Diagnostic
from fgd_sync.model.resource import Ref
from fgd_sync.model.value import dataclass

if TYPE_CHECKING:
    from fgd_sync.model.impact import Impact
    from fgd_sync.model.late import Late
    from fgd_sync.model.pulled import Pulled


class Action(StrEnum):
    """What happens to one resource."""

    CREATE = "create"
    UPDATE = "update"
    REWRITE = "rewrite"
    MOVE = "move"
    DELETE = "delete"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class ResourceChange:
    """One resource of the fabric: its file under managed/ after the plan, and what happens to it.

    `rewrite` brings the bytes to normal form without a change of meaning. `sources` are the files it was read from.
    """

    ref: Ref
    action: Action
    path: str
    sources: tuple[str, ...] = ()


class Inventory(Sequence[ResourceChange]):
    """The resources of a plan that changes few: those that it keeps are made when somebody looks at them.

    Equal to a tuple with the same resources.
    """

    def __init__(
        self, others: Sequence[ResourceChange], kept: Callable[[], Iterable[ResourceChange]], number: int
    ) -> None:
        """`others`: what is not kept as it is, or not by that file. `number`: how many `kept` gives."""
        self._others, self._kept, self._number = others, kept, number

    @cached_property
    def _all(self) -> tuple[ResourceChange, ...]:
        return tuple(sorted((*self._kept(), *self._others), key=lambda item: (item.ref, item.path)))

    def __getitem__(self, index: Any) -> Any:
        return self._all[index]

    def __len__(self) -> int:
        return self._number + len(self._others)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._all == tuple(other)

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        return tuple, (self._all,)

    @property
    def counts(self) -> Counter[Action]:
        """How many resources each action happens to."""
        return Counter([item.action for item in self._others]) + Counter({Action.KEEP: self._number})


class Fate(StrEnum):
    """What becomes of a source file."""

    ARCHIVED = "archived"
    PARTLY = "archived, in part set aside"
    SET_ASIDE = "set aside"
    HELD = "left in raw/"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class SourceOutcome:
    """What became of one source file: its documents (total, valid), the files made from it, where it went.

    `sha256` is that of its bytes, in hex; empty if they were not read.
    """

    path: str
    fate: Fate
    documents: int
    valid: int
    sha256: str = ""
    targets: tuple[str, ...] = ()
    moved_to: str = ""


@dataclass(frozen=True, slots=True)
class FormChange:
    """Managed files that are rewritten because the normal form has a new version, and the manifest that says so.

    `writes` bring what is there from the version `old` to `new`; they change no resource. The manifest is the last.
    """

    old: int
    new: int
    writes: tuple[Write, ...]

    @property
    def files(self) -> int:
        """How many managed files are rewritten."""
        return len(self.writes) - 1


@dataclass(frozen=True)
class Plan:
    """What a sync would do to one fabric, computed from bytes alone.

    `base` is the digest of the tree it was computed from. `changes` are in a safe order to make them. `inventory` has
    every resource of the fabric as it would be, deleted ones included. `impact`: what the change touches, if asked for.
    `form`: what a new version of the normal form rewrites; the rest of `changes` can be made after it, apart.
    `pulled`: of a pull, what was changed in NetBox.
    """

    fabric: str
    base: "str | Late"
    changes: tuple[Change, ...]
    diagnostics: tuple[Diagnostic, ...]
    inventory: Sequence[ResourceChange]
    sources: tuple[SourceOutcome, ...]
    impact: "Impact | None" = None
    form: FormChange | None = None
    pulled: "tuple[Pulled, ...]" = ()

    @cached_property
    def digest(self) -> str:
        """SHA-256 over base and changes, in hex: what apply is asked to make is what was shown."""
        digest = hashlib.sha256(str(self.base).encode())
        for change in (*(self.form.writes if self.form else ()), *self.changes):
            for part in _parts(change):
                digest.update(len(part).to_bytes(8, "big"))
                digest.update(part)
        return digest.hexdigest()

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The findings that fail the run."""
        return tuple(item for item in self.diagnostics if item.is_error)

    @cached_property
    def counts(self) -> Counter[Action]:
        """How many resources each action happens to."""
        if isinstance(self.inventory, Inventory):
            return self.inventory.counts
        return Counter(item.action for item in self.inventory)

    def count(self, action: Action) -> int:
        """How many resources the action happens to."""
        return self.counts[action]

    def risk(self, limits: Limits) -> str:
        """Why the plan is too destructive to make without being asked, in words; empty: it is not."""
        deleted, most = self.count(Action.DELETE), limits.max_delete_percent
        before = len(self.inventory) - self.count(Action.CREATE)
        if deleted and deleted == before and most < 100:
            return f"it would delete all {deleted} resources of the fabric; `limits.max_delete_percent` is {most}"
        if deleted > limits.max_deletes:
            return f"it would delete {deleted} resources; `limits.max_deletes` is {limits.max_deletes}"
        if deleted >= 5 and deleted * 100 > before * most:
            share = deleted * 100 // before
            return f"it would delete {share} % of the resources; `limits.max_delete_percent` is {most}"
        return ""


def _parts(change: Change) -> Iterator[bytes]:
    match change:
        case Write(path=path, data=data):
            yield from (b"write", _path(path), data)
        case Move(source=source, target=target):
            yield from (b"move", _path(source), _path(target))
        case Delete(path=path):
            yield from (b"delete", _path(path))


def _path(path: str) -> bytes:
    return path.encode("utf-8", "surrogateescape")
