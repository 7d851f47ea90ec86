"""Publishing by GitHub's API: one commit for each fabric, signed by GitHub, each only if the branch has not moved.

The call knows whole files and their removal, nothing else. A fabric that needs more is refused with the reason; nothing
is done another way in silence.
"""

from collections.abc import Iterator, Sequence

from fgd_sync.flow.guard import Guard
from fgd_sync.flow.on_branch import Branch, Part, Piece, Tip
from fgd_sync.flow.publish_push import BOT, Authorship
from fgd_sync.model.code import GITHUB_CONNECTION_FAILED, SYNC_FAILED
from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import EXECUTABLE, FILE, LINK, SUBMODULE, TreeEntry
from fgd_sync.model.github import ApiCommit
from fgd_sync.model.lock_note import UNKNOWN
from fgd_sync.model.value import replace
from fgd_sync.ports import GitHub
from fgd_sync.render.commit_message import SYNC_ID, trailers_of
from fgd_sync.render.escape import visible

MOST_BYTES = 30_000_000
"""Of the contents of one commit: in base64 they make a request of 40 MB, about what GitHub takes."""

_ATTEMPTS = 3
_MODES = {EXECUTABLE: "an executable file", LINK: "a symbolic link", SUBMODULE: "a submodule"}


class ApiCommits:
    """The publisher of commit mode `api`. Commits are by whom the token is of; another author becomes a co-author."""

    def __init__(self, branch: Branch, guard: Guard, github: GitHub, authorship: Authorship) -> None:
        self._branch, self._guard, self._github, self._authorship = branch, guard, github, authorship

    @property
    def proposes(self) -> bool:
        """Whether changes wait for somebody to merge them."""
        return False

    def publish(self, tip: Tip, pieces: Sequence[Piece]) -> str:
        """Make the commits one by one; gives the new tip. Raises FgdError, PUSH_REJECTED if the branch moved."""
        head = tip.commit
        for piece in pieces:
            if piece.files:
                head = self._published(piece, tip, head)
        return head

    def _published(self, piece: Piece, tip: Tip, head: str) -> str:
        try:
            wanted = [self._commit_of(part, tip) for part in piece.parts]
        except FgdError as refusal:
            piece.run.fail(refusal)
            return head
        with self._guard.publishing({piece.run.fabric: UNKNOWN}) as fences:
            self._branch.store.update(fences)
            for commit in wanted:
                head = self._made(replace(commit, expected=head), piece.run.sync_id)
        piece.run.tell(commit=head, applied=True)
        return head

    def _made(self, wanted: ApiCommit, sync_id: str) -> str:
        """Make the commit. If the answer is lost, the branch tells whether it was made; else asking again is safe."""
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return self._github.commit(wanted)
            except FgdError as failure:
                if failure.code is not GITHUB_CONNECTION_FAILED:
                    raise
                tip = self._branch.tip().commit
                if tip != wanted.expected and trailers_of(self._branch.store.message(tip)).get(SYNC_ID) == sync_id:
                    return tip
                if attempt == _ATTEMPTS:
                    raise
        raise AssertionError

    def _commit_of(self, part: Part, tip: Tip) -> ApiCommit:
        """The commit on the tip as the API takes it. Raises FgdError for what it does not take."""
        for path in sorted(part.files):
            _require_possible(part, path, tip.entries.get(path))
        moved = [entry.id for entry in part.files.values() if isinstance(entry, TreeEntry)]
        blobs = self._branch.store.blobs(moved) if moved else {}
        additions = {
            path: blobs[data.id] if isinstance(data, TreeEntry) else data
            for path, data in part.files.items()
            if data is not None
        }
        size = sum(map(len, additions.values()))
        if size > MOST_BYTES:
            raise _refusal(f"the commit would have {size:,} bytes, and GitHub's API takes about {MOST_BYTES:,}")
        headline, _, body = self._message(part).partition("\n\n")
        deletions = [path for path, data in part.files.items() if data is None]
        return ApiCommit(self._branch.name, tip.commit, headline, body.rstrip("\n"), additions, deletions)

    def _message(self, part: Part) -> str:
        author, wording = self._authorship.author, self._authorship.wording
        if author != BOT and not wording.co_author:
            wording = replace(wording, co_author=f"{author.name} <{author.email}>")
        return part.message(wording)


def _require_possible(part: Part, path: str, before: TreeEntry | None) -> None:
    """Raise FgdError for a path or a mode that the API cannot write."""
    data = part.files[path]
    try:
        path.encode()
    except UnicodeEncodeError:
        raise _refusal(f"{visible(path)} has a name that is not UTF-8, and GitHub's API takes no other") from None
    for mode in _modes(data, before, is_executable=path in part.executable):
        raise _refusal(
            f"{visible(path)} is {_MODES.get(mode, 'not a plain file')}, and GitHub's API makes plain files only"
        )


def _modes(data: bytes | TreeEntry | None, before: TreeEntry | None, *, is_executable: bool) -> Iterator[str]:
    """The modes, of what is there and what is to be there, that the API does not keep."""
    if isinstance(data, TreeEntry) and data.mode != FILE:
        yield data.mode
    if is_executable:
        yield EXECUTABLE
    if before and before.mode != FILE and (data is not None or before.mode == SUBMODULE):
        yield before.mode


def _refusal(reason: str) -> FgdError:
    return FgdError(
        SYNC_FAILED,
        f"this change cannot be committed by the API: {reason}",
        remedy="Use `commit_mode: push` or `pull-request` for it, or change the file by hand first.",
    )
