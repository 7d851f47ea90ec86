"""Publishing by a push: one commit for each fabric, chained on the tip, all in one push together with the locks."""

from collections.abc import Sequence

from fgd_sync.flow.guard import Guard
from fgd_sync.flow.on_branch import Branch, Piece, Tip
from fgd_sync.model.git import NewCommit, RefMove, Signature
from fgd_sync.model.value import dataclass, field
from fgd_sync.ports import Clock, GitStore
from fgd_sync.render.commit_message import Wording

BOT = Signature("github-actions[bot]", "41898282+github-actions[bot]@users.noreply.github.com")
"""Who commits are by unless the user says otherwise; GitHub shows it with a picture."""


@dataclass(frozen=True, slots=True)
class Authorship:
    """Who commits are by, and how they are worded."""

    author: Signature = BOT
    wording: Wording = field(default_factory=Wording)


class Push:
    """The publisher of commit mode `push`."""

    def __init__(self, branch: Branch, guard: Guard, clock: Clock, authorship: Authorship) -> None:
        self._branch, self._guard, self._clock, self._authorship = branch, guard, clock, authorship

    @property
    def proposes(self) -> bool:
        """Whether changes wait for somebody to merge them."""
        return False

    def publish(self, tip: Tip, pieces: Sequence[Piece]) -> str:
        """Push the pieces that change something; gives the new tip. Raises FgdError: then nothing was published."""
        head, commits = tip.commit, {}
        for piece in pieces:
            if piece.files:
                head = made(self._branch.store, piece, head, self._authorship, now=self._clock.now())
                commits[piece.run.fabric] = head
        if not commits:
            return head
        with self._guard.publishing(commits) as fences:
            self._branch.store.update([RefMove(self._branch.ref, tip.commit, head), *fences])
        for piece in pieces:
            if piece.files:
                piece.run.tell(commit=commits[piece.run.fabric])
        return head


def made(store: GitStore, piece: Piece, parent: str, authorship: Authorship, *, now: str) -> str:
    """Make the commits of a piece on a parent, to be pushed; the id of the last. Raises FgdError."""
    for part in piece.parts:
        message = part.message(authorship.wording)
        parent = store.commit(NewCommit(message, authorship.author, BOT, now, part.files, parent, part.executable))
    return parent
