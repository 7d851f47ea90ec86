"""What a run needs of the world outside, as Protocols: time, files, git repositories, GitHub, NetBox, who listens."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from fgd_sync.model.change import Change
from fgd_sync.model.config import IngestionSettings
from fgd_sync.model.event import Event
from fgd_sync.model.git import NewCommit, RefMove, TreeEntry
from fgd_sync.model.github import (
    ApiCommit,
    CheckOutput,
    Comment,
    CommitStatus,
    Conclusion,
    NewCheck,
    NewPull,
    Pull,
    RateLimit,
    RepositoryFacts,
)
from fgd_sync.model.netbox import Filters, NetBoxObject
from fgd_sync.model.resource import JsonObject
from fgd_sync.model.tree import Tree


class Clock(Protocol):
    """Time, as far as a run may know it."""

    def now(self) -> str:
        """The time in UTC, RFC 3339, to the second: `2026-03-01T08:30:00Z`."""

    def monotonic(self) -> float:
        """Seconds since some moment; never goes back."""

    def sleep(self, seconds: float) -> None:
        """Do nothing for a while."""


class Workspace(Protocol):
    """Fabric directories on a file system."""

    def read(self, directory: Path, settings: IngestionSettings) -> Tree:
        """The files of a fabric directory, as they are once an interrupted run is completed. Raises FgdError."""

    def read_file(self, directory: Path, path: str) -> bytes | None:
        """The bytes of one file of a fabric, of any size; None if it is not there. Raises FgdError."""

    def make_directory(self, directory: Path) -> None:
        """Make an empty directory, with its parents, unless it is there. Raises FgdError."""

    def hold(self, directory: Path, wait_seconds: float, clock: Clock) -> AbstractContextManager[None]:
        """Be alone at work on a fabric directory. Raises FgdError SYNC_ALREADY_IN_PROGRESS."""

    def recover(self, directory: Path) -> bool:
        """Complete what an interrupted run began; whether there was anything. Raises FgdError."""

    def make(self, directory: Path, changes: Sequence[Change], keep: frozenset[str]) -> None:
        """Make the changes, all or none. `keep`: folders that stay when they are empty. Raises FgdError."""


class Repository(Protocol):
    """The git repository that fabric directories lie in, if they do."""

    def root(self, path: Path) -> Path | None:
        """The root of the work tree around `path`; None outside of a repository."""

    def earlier(
        self, directory: Path, revision: str, files: Mapping[str, bytes], *, folder: str, endings: tuple[str, ...]
    ) -> Mapping[str, bytes]:
        """The files of a revision that are different in `files` (those of today), or no longer there. Raises FgdError.

        Only those below `folder` (empty: all) whose names have one of the endings.
        """


class Memory(Protocol):
    """What earlier runs found in the fabrics of a repository."""

    def recall(self, folder: str, ids: Mapping[str, str], read: "Read", whole: "Whole") -> Tree:
        """The files of a fabric in a commit, with what is remembered of them. Raises FgdError.

        `ids`: of all files that are read, in git. Where something is remembered, only what differs from that is read.
        """

    def leave(self) -> None:
        """Leave what was found where later runs find it, if it is not there yet. Never raises FgdError."""


Read = Callable[[Iterable[str]], Mapping[str, bytes | None]]
"""Gives the bytes of some files; without those that are too large."""

Whole = Callable[[], Tree]
"""Gives the tree with all files read."""


class GitStore(Protocol):
    """Objects and refs of one git repository: a remote one, or the one on this disk. Its work tree is never touched.

    Every method raises FgdError where git, the network or the token fails.
    """

    @property
    def name(self) -> str:
        """The repository in words for messages, without secrets: `https://github.com/acme/fabrics`."""

    def refs(self, prefix: str) -> Mapping[str, str]:
        """The refs whose full names start with `prefix`, with the ids they point to, as they are at this moment."""

    def gather(self, prefix: str) -> Mapping[str, str]:
        """The refs as `refs` gives them, with what they point to made available here as by `fetch`: at one go."""

    def fetch(self, wanted: Sequence[str]) -> None:
        """Make refs (full names) or commits (ids) available here, without their history. Raises FgdError."""

    def entries(self, commit: str, folder: str = "") -> Mapping[str, TreeEntry]:
        """All entries of a commit's tree below a folder, by path from the root of the repository; {} if it has none."""

    def sizes(self, ids: Sequence[str]) -> Mapping[str, int]:
        """The sizes of blobs in bytes, by id; they are not read."""

    def blobs(self, ids: Sequence[str]) -> Mapping[str, bytes]:
        """The contents of blobs by id."""

    def commit(self, new: NewCommit) -> str:
        """Make a commit and give its id. No ref points to it yet. A commit without changes is made all the same."""

    def message(self, commit: str) -> str:
        """The message of a commit."""

    def update(self, moves: Sequence[RefMove]) -> None:
        """Move refs, all or none, each only if it still is what `old` says; the commits' objects go along.

        Raises FgdError PUSH_REJECTED if a ref is something else by now, with their names in `details["refs"]` as far
        as the server told them; other codes where the server refuses: BRANCH_PROTECTED, COMMIT_UNSIGNED,
        GITHUB_AUTHENTICATION_FAILED, GITHUB_NOT_FOUND, GITHUB_CONNECTION_FAILED.
        """


class GitHub(Protocol):
    """One repository on GitHub, or on a server that speaks its language.

    Every method raises FgdError where the network, the token or the server fails: GITHUB_CONNECTION_FAILED,
    GITHUB_AUTHENTICATION_FAILED (naming the line under `permissions:` that is missing), GITHUB_RATE_LIMITED (with
    `reset` or `retry_after` in its details), GITHUB_NOT_FOUND, GITHUB_REFUSED. What a server does not offer at all, as
    Forgejo has no check runs, is told by None. Doing a thing twice does no harm but for `start_check`, `add_comment`,
    `open_pull` and `commit`.
    """

    def start_check(self, check: NewCheck) -> int | None:
        """Begin a check run and give its id; None: the server has no check runs."""

    def update_check(self, check: int, output: CheckOutput) -> None:
        """Show in title and summary what a check run has got to so far; annotations come at the end."""

    def complete_check(self, check: int, conclusion: Conclusion, output: CheckOutput) -> None:
        """End a check run, with any number of annotations. Those that were sent before stay."""

    def unfinished_checks(self, commit: str, name: str) -> Mapping[int, str]:
        """The check runs of a name on a commit that have not ended: id to external id."""

    def set_status(self, status: CommitStatus) -> None:
        """Put a status on a commit in place of the one of the same context."""

    def find_comment(self, pull: int, marker: str) -> Comment | None:
        """The first comment on a pull request that begins with the marker and is by this token's identity."""

    def add_comment(self, pull: int, body: str) -> Comment:
        """Write a comment on a pull request."""

    def edit_comment(self, comment: int, body: str) -> None:
        """Replace the text of a comment."""

    def pulls(self, branch: str) -> Sequence[Pull]:
        """The pull requests from a branch of this repository, open and closed, the newest first."""

    def open_pull(self, pull: NewPull) -> Pull:
        """Open a pull request. Raises FgdError GITHUB_REFUSED if there is one, or nothing to merge."""

    def edit_pull(self, number: int, *, title: str, body: str, is_open: bool = True) -> None:
        """Replace title and text of a pull request, or close it."""

    def label_pull(self, number: int, labels: Sequence[str]) -> None:
        """Add labels to a pull request."""

    def commit(self, commit: ApiCommit) -> str:
        """Make a commit, signed by GitHub, and give its id.

        Raises FgdError PUSH_REJECTED if the branch points elsewhere by now; BRANCH_PROTECTED where a rule forbids it.
        """

    def facts(self) -> RepositoryFacts:
        """What the token can learn of the repository."""

    def is_protected(self, branch: str) -> bool:
        """Whether rules protect a branch."""

    def rate_limit(self) -> RateLimit | None:
        """What is left of the token's requests; None: the server does not count them."""


class EventSink(Protocol):
    """Somebody who wants to know what happens. What it raises is reported and stops nothing."""

    @property
    def name(self) -> str:
        """The sink in messages: `log`, `metrics`, `redis`."""

    @property
    def most_files(self) -> int:
        """Of how many files in a sync it takes note (`file.processed`, `file.failed`): 0, a number, or `EVERY_FILE`."""

    def deliver(self, event: Event) -> None:
        """Take note of an event."""


class NetBox(Protocol):
    """The REST API of one NetBox, with one token. Paths are those below /api/, without slashes at the ends.

    Every call raises FgdError; its details have `doubtful: true` where a write may have been carried out all the same.
    """

    @property
    def requests(self) -> int:
        """How many requests were sent so far, repeated ones included."""

    def status(self) -> JsonObject:
        """What NetBox says of itself: versions and plugins."""

    def list(self, path: str, filters: Filters) -> Sequence[JsonObject]:
        """All objects that NetBox gives for the filters. It ignores filters that it does not know: check them again."""

    def get(self, path: str, number: int) -> NetBoxObject | None:
        """One object; None if there is none with this number that the token may see."""

    def create(self, path: str, bodies: Sequence[JsonObject]) -> Sequence[JsonObject]:
        """Make objects, all or none."""

    def update(self, path: str, bodies: Sequence[JsonObject]) -> Sequence[JsonObject]:
        """Change fields of objects, each body with its `id`; gives those that the token was allowed to change."""

    def change(self, path: str, number: int, fields: JsonObject, etag: str) -> NetBoxObject:
        """Change fields of one object, unless somebody else changed it since: then FgdError NETBOX_CONFLICT."""

    def delete(self, path: str, numbers: Sequence[int]) -> None:
        """Delete objects. Those that are gone already count as deleted."""

    def allowed(self, path: str) -> frozenset[str]:
        """What the token may do with objects of this path: some of `view`, `add`, `change`."""
