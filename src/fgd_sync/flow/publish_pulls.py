"""Publishing by pull requests: for each fabric a branch with one commit on the tip, and a pull request for it.

All branches move in one push together with the locks. A branch is moved only if its changes are new, and only if the
commit at its end is ours.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256

from fgd_sync.flow.guard import Guard
from fgd_sync.flow.on_branch import Branch, Piece, Tip
from fgd_sync.flow.proposals import Proposals, Standing
from fgd_sync.flow.publish_push import Authorship, made
from fgd_sync.model.code import GITHUB_REFUSED
from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import RefMove, TreeEntry
from fgd_sync.model.value import dataclass
from fgd_sync.planning.place import ARCHIVE_LOG
from fgd_sync.ports import Clock
from fgd_sync.render.commit_message import FABRIC, PLAN, trailers_of
from fgd_sync.render.escape import visible
from fgd_sync.render.proposal import MANNERS, Mark, mark_of

_HEADS = "refs/heads/"
_DIGEST = 20


@dataclass(frozen=True, slots=True)
class _Case:
    """One fabric: its branch, where that points ("" for nowhere) and what made that commit, and how things stand."""

    piece: Piece
    branch: str
    current: str
    trailers: Mapping[str, str]
    mark: Mark
    standing: Standing


class PullRequests:
    """The publisher of commit mode `pull-request`."""

    def __init__(
        self, branch: Branch, guard: Guard, clock: Clock, authorship: Authorship, *, proposals: Proposals
    ) -> None:
        self._branch, self._guard, self._clock, self._authorship = branch, guard, clock, authorship
        self._proposals = proposals

    @property
    def proposes(self) -> bool:
        """Whether changes wait for somebody to merge them."""
        return True

    def publish(self, tip: Tip, pieces: Sequence[Piece]) -> str:
        """Propose what the pieces change; the tip stays. Raises FgdError PUSH_REJECTED if a branch or lock moved."""
        if self._branch.name.startswith(tuple(manner.branches for manner in MANNERS)):
            for piece in pieces:
                _note(piece, f"nothing is proposed for {self._branch.name}: it is a proposal itself")
            return tip.commit
        heads = self._branch.store.refs(f"{_HEADS}{self._proposals.branches}")
        cases = [case for piece in pieces if (case := self._case(piece, tip, heads))]
        done = [case for case in cases if not case.piece.files and self._withdrawn(case)]
        commits = self._push(tip, [case for case in cases if self._is_new(case)], done)
        for case in cases:
            if case.piece.files and not case.standing.refused:
                self._conclude(case, tip, commits.get(case.branch, case.current))
        return tip.commit

    def _case(self, piece: Piece, tip: Tip, heads: Mapping[str, str]) -> _Case | None:
        """How things stand with a fabric; None if there is nothing to do, or it failed, which its run says then."""
        branch = self._proposals.branch(piece.run.fabric)
        current = heads.get(f"{_HEADS}{branch}", "")
        if not piece.files and not current:
            return None
        mark = Mark(_digest_of_changes(piece, tip), _digest_of_findings(piece))
        try:
            standing = self._proposals.standing(branch, mark.changes)
            trailers = self._trailers(branch, current, piece.run.fabric, standing)
        except FgdError as failure:
            piece.run.fail(failure)
            return None
        return _Case(piece, branch, current, trailers, mark, standing)

    def _trailers(self, branch: str, current: str, fabric: str, standing: Standing) -> Mapping[str, str]:
        """Those of the commit at the end of a branch. Raises FgdError if it is somebody else's: it must not be lost."""
        if not current:
            return {}
        self._branch.store.fetch([current])
        trailers = trailers_of(self._branch.store.message(current))
        if trailers.get(FABRIC) == visible(fabric):
            return trailers
        where = f", pull request {standing.open.number}" if standing.open else ""
        raise FgdError(
            GITHUB_REFUSED,
            f"the last commit of the branch {branch}{where} is not ours, and is not overwritten",
            remedy="Merge the pull request, or delete the branch; the next sync proposes what is left then.",
        )

    def _is_new(self, case: _Case) -> bool:
        """Whether a branch is to be pushed for a fabric."""
        if not case.piece.files or (case.current and self._is_proposed(case)):
            return False
        refused = case.standing.refused
        if refused:
            _note(
                case.piece,
                f"the same changes were refused when pull request {refused.number} was closed, and are not proposed "
                "again; reopen it to have them after all",
            )
        return refused is None

    def _is_proposed(self, case: _Case) -> bool:
        """Whether the open pull request has these changes: by its mark; by its commit if a person wrote the text."""
        pull, plan = case.standing.open, case.piece.run.report.plan
        if pull is None or mark_of(pull.body):
            return case.standing.proposes(case.mark)
        return plan is not None and case.trailers.get(PLAN) == plan.digest

    def _withdrawn(self, case: _Case) -> bool:
        """Close the pull request of a fabric for which there is nothing left; whether its branch may go."""
        if case.standing.open:
            try:
                self._proposals.withdraw(case.standing.open)
            except FgdError as failure:
                case.piece.run.fail(failure)
                return False
        return True

    def _push(self, tip: Tip, new: Sequence[_Case], done: Sequence[_Case]) -> dict[str, str]:
        """Move the branches in one push; the new commits by branch. Branches with nothing left go. Raises FgdError."""
        store = self._branch.store
        commits = {
            case.branch: made(store, case.piece, tip.commit, self._authorship, now=self._clock.now()) for case in new
        }
        moves = [
            RefMove(f"{_HEADS}{case.branch}", case.current, commits.get(case.branch, "")) for case in (*new, *done)
        ]
        if moves:
            held = {case.piece.run.fabric: commits.get(case.branch, "") for case in (*new, *done)}
            with self._guard.publishing(held) as fences:
                store.update([*moves, *fences])
        return commits

    def _conclude(self, case: _Case, tip: Tip, commit: str) -> None:
        """Bring the pull request in line with the branch."""
        run, pull = case.piece.run, case.standing.open
        try:
            if pull:
                self._proposals.update(pull, run.report, case.mark, tip.commit)
            else:
                pull = self._proposals.propose(run.report, case.branch, case.mark, tip.commit)
        except FgdError as failure:
            run.fail(failure)
            return
        run.tell(commit=commit, pull_request=pull.number)


def _note(piece: Piece, text: str) -> None:
    piece.run.tell(notes=(*piece.run.report.notes, text))


def _digest_of_changes(piece: Piece, tip: Tip) -> str:
    """The digest of what is proposed, and of what it is proposed instead of; without the record of when."""
    log = f"{piece.folder}/{ARCHIVE_LOG}" if piece.folder else ARCHIVE_LOG
    parts = []
    for path, data in sorted(piece.files.items()):
        if path != log:
            before = tip.entries.get(path, TreeEntry("", ""))
            now = f"{data.mode} {data.id}".encode() if isinstance(data, TreeEntry) else data
            parts += [path.encode("utf-8", "surrogateescape"), before.id.encode(), b"-" if now is None else b"+" + now]
    return _digest(parts)


def _digest_of_findings(piece: Piece) -> str:
    found = (f"{item.code.id} {item.rule} {item.location.path} {item.message}" for item in piece.run.report.diagnostics)
    return _digest([text.encode("utf-8", "surrogatepass") for text in sorted(found)])


def _digest(parts: Sequence[bytes]) -> str:
    digest = sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()[:_DIGEST]
