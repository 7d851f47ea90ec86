"""Notes of locks in a git repository: written as commits without a parent, read back, given a lease. No policy."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from fgd_sync.flow.state_refs import SIGNATURE, Refs, StateRefs
from fgd_sync.model.git import NewCommit
from fgd_sync.model.lock_note import Holder, LockNote, from_message, to_message
from fgd_sync.model.moment import later
from fgd_sync.model.slug import slug
from fgd_sync.model.value import dataclass, replace

if TYPE_CHECKING:  # Questions are answered faster without the values of all other ports.
    from fgd_sync.ports import Clock, GitStore

LEASE_SECONDS = 120.0
"""So long a lock is good without a renewal."""

MARGIN_SECONDS = 30.0
"""So long after its end a lease is still respected. A living holder renews at a third of the lease, so that clocks may
differ by two thirds of it and this margin. A clock further off costs the other run its sync, never data: a holder whose
lock was taken over cannot publish."""

_FOREIGN = "somebody unknown (the lock holds something that fgd-sync did not write)"


@dataclass(frozen=True, slots=True)
class LockStore:
    """The locks of one repository. It may be used by a thread of its own: give it a `git` that bears that."""

    git: "GitStore"
    clock: "Clock"
    refs: StateRefs
    lease_seconds: float = LEASE_SECONDS
    margin_seconds: float = MARGIN_SECONDS

    def stamped(self, note: LockNote) -> LockNote:
        """The note, seen now, with a whole lease before it."""
        now = self.clock.now()
        return replace(note, seen_at=now, expires_at=later(now, self.lease_seconds))

    def ended(self, note: LockNote) -> LockNote:
        """The note, seen now, with a lease that anybody may take over at once."""
        now = self.clock.now()
        return replace(note, seen_at=now, expires_at=later(now, -self.margin_seconds - 1))

    def write(self, note: LockNote) -> str:
        """The id of a commit that holds the note. Raises FgdError."""
        return self.git.commit(NewCommit(to_message(note), SIGNATURE, SIGNATURE, self.clock.now()))

    def read(self, commit: str) -> LockNote | None:
        """The note that a commit holds; None if it holds something else. Raises FgdError."""
        return self.read_all({commit}).get(commit)

    def read_all(self, commits: set[str]) -> Mapping[str, LockNote]:
        """The notes that commits hold, without those that hold something else. Raises FgdError."""
        if not commits:
            return {}
        self.git.fetch(sorted(commits))
        found = {}
        for commit in commits:
            try:
                found[commit] = from_message(self.git.message(commit))
            except ValueError:
                continue
        return found

    def look(self, refs: Refs | None = None) -> Mapping[str, tuple[str, LockNote]]:
        """By its ref, the commit and note of every lock; `refs` if they are known already. Raises FgdError."""
        known = self.git.refs(self.refs.locks) if refs is None else refs
        locks = {ref: commit for ref, commit in known.items() if ref.startswith(self.refs.locks)}
        notes = self.read_all(set(locks.values()))
        return {ref: (commit, notes.get(commit) or foreign_note()) for ref, commit in locks.items()}


def foreign_note() -> LockNote:
    """Stands for a lock that we cannot read: it never ends by itself."""
    return LockNote(Holder(_FOREIGN), "", "", "", "9999-12-31T23:59:59Z")


def fabric_of(ref: str, note: LockNote) -> str:
    """The name of the fabric that a lock ref is for; the ref's last part where the note does not know it."""
    last = ref.rpartition("/")[2]
    return next((name for name in note.fabrics if slug(name) == last), last)
