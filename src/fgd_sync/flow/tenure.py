"""The locks that a run holds: renewed, handed to the push that publishes, released; and what became of those it lost.

A lock belongs to the run as long as its note has the run's nonce, whichever commit holds it: an answer of the server
that got lost is no loss. Methods may be called from two threads. Knows nothing of waiting and taking over.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import RLock

from fgd_sync.flow.lock_store import LockStore
from fgd_sync.flow.state_refs import Refs
from fgd_sync.model.code import LOCK_LOST, PUSH_REJECTED, SYNC_CANCELLED
from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import RefMove
from fgd_sync.model.lock_note import Holder, LockNote, Share
from fgd_sync.model.value import replace

_RENEWALS = 5


class Tenure:
    """The locks of one run. `refused` says why locks that it asked for were not to be had.

    `on_change` is called when there is something new to be written into the locks.
    """

    def __init__(self, store: LockStore, note: LockNote) -> None:
        self._store, self._note = store, note
        self._held: dict[str, str] = {}
        self._lost: dict[str, FgdError] = {}
        self._lock = RLock()
        self._valid_until = store.clock.monotonic() + store.lease_seconds
        self._ahead = 0
        self.refused: dict[str, FgdError] = {}
        self.on_change: Callable[[], object] = lambda: None

    def hold(self, fabrics: Iterable[str], commit: str) -> None:
        """Take note that the locks of more fabrics are ours, at a commit with our note."""
        with self._lock:
            self._held.update(dict.fromkeys(fabrics, commit))

    @property
    def fabrics(self) -> tuple[str, ...]:
        """The fabrics whose locks the run still holds."""
        with self._lock:
            return tuple(name for name in self._held if name not in self._lost)

    @property
    def lost(self) -> Mapping[str, FgdError]:
        """Why the run must not go on with a fabric: its lock is gone, or somebody asked it to stop."""
        with self._lock:
            return dict(self._lost)

    @property
    def ahead(self) -> int:
        """How many locks of others came before ours, in the order of their names, at the last look."""
        return self._ahead

    @property
    def store(self) -> LockStore:
        """Where the locks lie."""
        return self._store

    @property
    def seconds_left(self) -> float:
        """How long the locks are ours without a renewal; negative when time is up."""
        return self._valid_until - self._store.clock.monotonic()

    @property
    def holder(self) -> Holder:
        """Who holds the locks."""
        return self._note.holder

    def owns(self, note: LockNote) -> bool:
        """Whether a note is this run's."""
        return note.nonce == self._note.nonce

    def written(self) -> str:
        """The id of a commit with the run's note as of now: what a lock is to point to. Raises FgdError."""
        with self._lock:
            self._note = self._store.stamped(self._note)
            return self._store.write(self._note)

    def note(self, fabric: str, state: str, stage: str) -> None:
        """Remember how far a fabric is; the next renewal writes it."""
        with self._lock:
            share = self._note.fabrics.get(fabric)
            if share is None or (share.state, share.stage) == (state, stage):
                return
            self._note = self._note.with_shares({fabric: replace(share, state=state, stage=stage)})
        self.on_change()

    def lose(self, fabric: str, failure: FgdError) -> None:
        """Stop counting on a lock; it is given back with the others if it is still ours."""
        with self._lock:
            self._lost.setdefault(fabric, failure)

    def renew(self) -> Mapping[str, FgdError]:
        """Prolong the lease of every lock; gives those that turned out to be lost. Raises FgdError of the network."""
        with self._lock:
            known = set(self._lost)
            for _ in range(_RENEWALS):
                if not self.fabrics or self._renewed():
                    break
                self._look()
            return {name: failure for name, failure in self._lost.items() if name not in known}

    def check(self) -> Mapping[str, FgdError]:
        """Look whether the locks are still ours: after a push that was rejected. Raises FgdError of the network."""
        with self._lock:
            self._look()
            return self.lost

    @contextmanager
    def publishing(self, commits: Mapping[str, str]) -> Iterator[Sequence[RefMove]]:
        """The moves that belong into the push of these commits (by fabric): it fails if a lock is no longer ours.

        "" stands for none, UNKNOWN for a commit that comes about by other means, once the moves were made. Nothing is
        renewed meanwhile. Leaving without an error says that the push was made.
        """
        with self._lock:
            for name in commits:
                if name in self._lost:
                    raise self._lost[name]
            stamped = self._store.stamped(self._note)
            shares = {name: replace(stamped.fabrics[name], commit=commit) for name, commit in commits.items()}
            note = stamped.with_shares(shares)
            new = self._store.write(note)
            start = self._store.clock.monotonic()
            yield [RefMove(self._store.refs.lock(name), self._held[name], new) for name in commits]
            self._note = note
            self._held.update(dict.fromkeys(commits, new))
            if set(commits) >= set(self.fabrics):
                self._valid_until = start + self._store.lease_seconds

    def release(self, refs: Refs) -> Sequence[RefMove]:
        """The moves that give back every lock that is still ours, given the refs as they are."""
        with self._lock:
            return self._given_up(refs, "")

    def bequeath(self, refs: Refs) -> Sequence[RefMove]:
        """The moves that end the lease of every lock that is still ours: who takes it next records how our sync ended.

        For a run that could not write its history. Raises FgdError.
        """
        with self._lock:
            return self._given_up(refs, self._store.write(self._store.ended(self._note)))

    def _given_up(self, refs: Refs, new: str) -> Sequence[RefMove]:
        now = {name: refs.get(self._store.refs.lock(name), "") for name in self._held}
        ours = {name: at for name, at in now.items() if at and (at == self._held[name] or self._is_ours(at))}
        return [RefMove(self._store.refs.lock(name), at, new) for name, at in ours.items()]

    def _renewed(self) -> bool:
        start = self._store.clock.monotonic()
        note = self._store.stamped(self._note)
        new = self._store.write(note)
        try:
            self._store.git.update(
                [RefMove(self._store.refs.lock(name), self._held[name], new) for name in self.fabrics]
            )
        except FgdError as failure:
            if failure.code is not PUSH_REJECTED:
                raise
            return False
        self._note = note
        self._held.update(dict.fromkeys(self.fabrics, new))
        self._valid_until = start + self._store.lease_seconds
        return True

    def _look(self) -> None:
        """See what became of the locks: moved by ourselves, asked to stop, taken over, or gone."""
        refs = self._store.git.refs(self._store.refs.locks)
        ours = {self._store.refs.lock(name) for name in self._held}
        self._ahead = sum(1 for ref in refs if ref not in ours and ref < min(ours, default=""))
        for name in self.fabrics:
            current = refs.get(self._store.refs.lock(name), "")
            if current == self._held[name]:
                continue
            note = self._store.read(current) if current else None
            if note is not None and self.owns(note):
                self._adopt(name, current, note)
            else:
                self._lost[name] = _gone(name, note)

    def _adopt(self, name: str, current: str, note: LockNote) -> None:
        self._held[name] = current
        share = note.fabrics.get(name, Share(""))
        if share.commit:
            self._note = self._note.with_shares({name: replace(self._note.fabrics[name], commit=share.commit)})
        if note.cancel:
            reason = f": {note.cancel.reason}" if note.cancel.reason else ""
            words = f"the sync of fabric {name} was cancelled by {note.cancel.by}{reason}"
            self._lost[name] = FgdError(SYNC_CANCELLED, words, remedy="Start it again when the reason is gone.")

    def _is_ours(self, commit: str) -> bool:
        note = self._store.read(commit)
        return note is not None and self.owns(note)


def _gone(name: str, note: LockNote | None) -> FgdError:
    by = f"taken over by {note.holder.owner}" if note else "removed, as `fgd unlock` does"
    return FgdError(LOCK_LOST, f"the lock on fabric {name} was {by}; nothing more of this sync is published")
