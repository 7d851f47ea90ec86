"""Locks on fabrics, as refs that a git server creates atomically: one run at a time works on a fabric.

Takes and gives notes through `LockStore`. Locks of several fabrics are taken in the order of their refs, so that two
runs never wait for each other; what is busy when time is up is refused, and does not keep the others. A lock whose
lease has ended is taken over, and the sync that held it goes into the history in the same step.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from itertools import count

from fgd_sync.flow.bookkeeping import Entry
from fgd_sync.flow.ledger import Ledger
from fgd_sync.flow.lock_store import LockStore, foreign_note
from fgd_sync.flow.lost_sync import lost_sync
from fgd_sync.flow.state_refs import Refs
from fgd_sync.flow.tenure import Tenure
from fgd_sync.model.code import GITHUB_CONNECTION_FAILED, PUSH_REJECTED, SYNC_ALREADY_IN_PROGRESS, SYNC_NOT_FOUND
from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import RefMove
from fgd_sync.model.lock_note import CancelRequest, Holder, LockNote, Share
from fgd_sync.model.moment import later
from fgd_sync.model.sync import State
from fgd_sync.model.value import replace

_FIRST_PAUSE, _LONGEST_PAUSE, _GROWTH = 0.3, 5.0, 1.5
_TRIES = 5
"""Rounds that are made even without time to wait: a lost race says nothing about the next."""

Found = Mapping[str, tuple[str, LockNote]]
"""By fabric, the commit and note of its lock."""


class Locks:
    """The locks of one repository. The ledger works on the same `GitStore` as the store of the locks."""

    def __init__(
        self, store: LockStore, ledger: Ledger, new_id: Callable[[], str], jitter: Callable[[], float] = random.random
    ) -> None:
        self._store, self._ledger, self._new_id, self._jitter = store, ledger, new_id, jitter

    def acquire(self, wanted: Mapping[str, str], holder: Holder, wait_seconds: float) -> Tenure:
        """Take the locks of fabrics, each for the sync with the id given. Waits for those that others hold.

        What could not be had stands in `refused` of the result. Raises FgdError where the repository fails.
        """
        now = self._store.clock.now()
        now_in = State.INITIALIZING.value
        shares = {name: Share(sync_id, now_in, now_in) for name, sync_id in wanted.items()}
        tenure = Tenure(self._store, LockNote(holder, self._new_id(), now, now, now, shares))
        try:
            self._collect(tenure, sorted(wanted, key=self._store.refs.lock), wait_seconds)
        except BaseException:
            with suppress(FgdError):  # What went wrong first is what people are told.
                self.give_back(tenure)
            raise
        return tenure

    def give_back(self, tenure: Tenure) -> None:
        """Release the locks of a run that has nothing to record. Raises FgdError."""
        moves = tenure.release(self._store.git.refs(self._store.refs.locks))
        if moves:
            self._store.git.update(moves)

    def cancel(self, fabric: str, by: str, reason: str) -> LockNote:
        """Ask the holder of a lock to stop; gives its note. Raises FgdError SYNC_NOT_FOUND if nobody holds it."""
        for _ in range(_TRIES):
            commit, note = self._held_by(fabric)
            request = CancelRequest(by, reason, self._store.clock.now())
            new = self._store.write(replace(note, cancel=request))
            if self._moved([RefMove(self._store.refs.lock(fabric), commit, new)]):
                return note
            self._pause(0, _FIRST_PAUSE)
        raise _restless(fabric)

    def unlock(self, fabric: str, by: str, reason: str) -> LockNote:
        """Take a lock away from its holder, on record; gives its note. Raises FgdError SYNC_NOT_FOUND."""
        for _ in range(_TRIES):
            commit, note = self._held_by(fabric)
            why = f": {reason}" if reason else ""
            lost = lost_sync(fabric, note, self._store.clock.now(), end=f"unlocked by {by}{why}")
            if self._replaced({fabric: (commit, note)}, "", [Entry(fabric, lost)]):
                return note
            self._pause(0, _FIRST_PAUSE)
        raise _restless(fabric)

    def _held_by(self, fabric: str) -> tuple[str, LockNote]:
        found = self._look([fabric])
        if fabric not in found:
            raise FgdError(SYNC_NOT_FOUND, f"no sync of fabric {fabric} is running: nobody holds its lock")
        return found[fabric]

    def _look(self, fabrics: Sequence[str]) -> Found:
        """The locks that fabrics have. Looks again where one is gone before it could be read."""
        for last in (False, False, True) if fabrics else ():
            refs = self._store.git.refs(self._store.refs.locks)
            commits = {name: refs[ref] for name in fabrics if (ref := self._store.refs.lock(name)) in refs}
            try:
                notes = self._store.read_all(set(commits.values()))
            except FgdError:
                if last:
                    raise
                continue
            return {name: (commit, notes.get(commit) or foreign_note()) for name, commit in commits.items()}
        return {}

    def _collect(self, tenure: Tenure, wanted: Sequence[str], wait_seconds: float) -> None:
        deadline = self._store.clock.monotonic() + wait_seconds
        rejections = 0
        for turn in count():
            missing = [name for name in wanted if name not in tenure.fabrics and name not in tenure.lost]
            found = self._look(missing)
            self._adopt(tenure, found)
            late = self._store.clock.monotonic() >= deadline
            ready = [name for name in missing if name not in tenure.fabrics and self._is_free(found.get(name))]
            taken = self._take(tenure, _in_order(missing, ready, tenure) if not late else ready, found)
            rejections += not taken
            missing = [name for name in missing if name not in tenure.fabrics]
            if not missing or (late and (taken or rejections >= _TRIES)):
                tenure.refused.update(self._refusals(missing, found))
                return
            self._keep(tenure)
            left = deadline - self._store.clock.monotonic()
            self._pause(turn if taken else 0, max(left, _FIRST_PAUSE))

    def _refusals(self, missing: Sequence[str], found: Found) -> Mapping[str, FgdError]:
        """Why each of these locks is not to be had."""
        known = {**self._look([name for name in missing if name not in found]), **found}
        return {name: _busy(name, self._store, known[name][1] if name in known else foreign_note()) for name in missing}

    def _adopt(self, tenure: Tenure, found: Found) -> None:
        """Locks that are ours already: the server took them, only its answer was lost."""
        for name, (commit, note) in found.items():
            if tenure.owns(note):
                tenure.hold([name], commit)

    def _is_free(self, lock: tuple[str, LockNote] | None) -> bool:
        return lock is None or lock[1].has_expired(self._store.clock.now(), self._store.margin_seconds)

    def _take(self, tenure: Tenure, names: Sequence[str], found: Found) -> bool:
        """Take free locks in one step, and those of dead holders in another; whether no race was lost."""
        if not names:
            return True
        commit = tenure.written()
        free = [name for name in names if name not in found]
        dead = {name: found[name] for name in names if name in found}
        fine = True
        if free:
            fine = self._moved([RefMove(self._store.refs.lock(name), "", commit) for name in free])
            tenure.hold(free if fine else (), commit)
        if dead:
            now = self._store.clock.now()
            end = f"killed or lost; its lock was taken over by {tenure.holder.owner}"
            entries = [Entry(name, lost_sync(name, note, now, end=end)) for name, (_, note) in dead.items()]
            over = self._replaced(dead, commit, entries)
            tenure.hold(dead if over else (), commit)
            fine = fine and over
        return fine

    def _replaced(self, locks: Found, new: str, entries: Sequence[Entry]) -> bool:
        """Move locks that others hold, and write what became of their syncs; False if the locks changed meanwhile."""
        steps = [RefMove(self._store.refs.lock(name), commit, new) for name, (commit, _) in locks.items()]

        def moves(refs: Refs) -> Sequence[RefMove]:
            changed = [step.ref for step in steps if refs.get(step.ref) != step.old]
            if changed:
                raise FgdError(PUSH_REJECTED, "the lock changed hands", details={"refs": changed})
            return steps

        try:
            self._ledger.write(entries, moves)
        except FgdError as failure:
            if failure.code is PUSH_REJECTED:
                return False
            if failure.code is GITHUB_CONNECTION_FAILED:
                raise  # The lock still has what is to be written; who comes next can write it.
            # The history cannot be written: the lock is moved all the same.
            return self._moved(steps)
        return True

    def _moved(self, moves: Sequence[RefMove]) -> bool:
        try:
            self._store.git.update(moves)
        except FgdError as failure:
            if failure.code is not PUSH_REJECTED:
                raise
            return False
        return True

    def _keep(self, tenure: Tenure) -> None:
        """While we wait for one lock the others must not run out."""
        if tenure.fabrics and tenure.seconds_left < self._store.lease_seconds * 2 / 3:
            tenure.renew()

    def _pause(self, turn: int, most: float) -> None:
        pause = min(_FIRST_PAUSE * _GROWTH ** min(turn, 20), _LONGEST_PAUSE)
        self._store.clock.sleep(min(pause * (0.5 + self._jitter()), most))


def _in_order(missing: Sequence[str], ready: Sequence[str], tenure: Tenure) -> list[str]:
    """The free locks that come before the first busy one: who takes them in order never waits in a circle."""
    first_busy = next((name for name in missing if name not in ready and name not in tenure.fabrics), None)
    return [name for name in ready if first_busy is None or missing.index(name) < missing.index(first_busy)]


def _busy(name: str, store: LockStore, note: LockNote) -> FgdError:
    share = note.fabrics.get(name, Share(""))
    since = f" since {note.acquired_at}" if note.acquired_at else ""
    stage = f", now in stage {share.stage}" if share.stage else ""
    run = f"; its run: {note.holder.run_url}" if note.holder.run_url else ""
    message = f"fabric {name} is being synced by {note.holder.owner}{since}{stage}{run}"
    if not note.nonce:
        remedy = f"Look at the ref {store.refs.lock(name)}; `fgd unlock {name} --reason …` removes it."
        return FgdError(SYNC_ALREADY_IN_PROGRESS, message, remedy=remedy)
    dead = later(note.expires_at, store.margin_seconds)
    remedy = (
        f"Wait for it to end, raise `sync.lock_timeout`, or ask it to stop with `fgd cancel {name}`. "
        f"Should it be dead, the next run takes over from {dead} on."
    )
    details = {"sync_id": share.sync_id, "owner": note.holder.owner, "expires_at": note.expires_at}
    return FgdError(SYNC_ALREADY_IN_PROGRESS, message, remedy=remedy, details=details)


def _restless(fabric: str) -> FgdError:
    return FgdError(PUSH_REJECTED, f"the lock of fabric {fabric} changed while it was to be changed; try again")
