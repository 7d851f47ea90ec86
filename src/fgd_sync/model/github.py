"""What is said to GitHub and read from it: check runs, commit statuses, comments, pull requests, commits by its API.

The words are GitHub's; how a request looks is the adapter's business. Texts are complete and safe when they are here.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from fgd_sync.model.code import Severity
from fgd_sync.model.value import dataclass


class Conclusion(StrEnum):
    """How a check run ends."""

    SUCCESS = "success"
    FAILURE = "failure"
    NEUTRAL = "neutral"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"


@dataclass(frozen=True, slots=True)
class Annotation:
    """A remark at lines of a file, which is named from the root of the repository. Lines count from 1.

    Columns are for a remark on one line only; 0: none. `details` is shown on demand.
    """

    path: str
    start_line: int
    end_line: int
    level: Severity
    message: str
    title: str = ""
    details: str = ""
    start_column: int = 0
    end_column: int = 0


@dataclass(frozen=True, slots=True)
class NewCheck:
    """A check run to be begun on a commit. `external_id` tells the runs of one name apart; `url` leads to the log."""

    name: str
    commit: str
    external_id: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class CheckOutput:
    """What a check run shows: a title of one line, Markdown of at most 65,535 characters, and remarks at lines."""

    title: str
    summary: str
    annotations: Sequence[Annotation] = ()


@dataclass(frozen=True, slots=True)
class CommitStatus:
    """A status on a commit. `state`: `error`, `failure`, `pending` or `success`; `context` names what it is about."""

    commit: str
    state: str
    context: str
    description: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment of our own on a pull request."""

    id: int
    body: str
    url: str


@dataclass(frozen=True, slots=True)
class NewPull:
    """A pull request to be opened. `head` and `base` are branches of this repository."""

    head: str
    base: str
    title: str
    body: str


@dataclass(frozen=True, slots=True)
class Pull:
    """A pull request as it stands. `head_commit`: id of the commit at its head."""

    number: int
    url: str
    title: str
    body: str
    base: str
    head_commit: str
    is_open: bool
    is_merged: bool = False


@dataclass(frozen=True, slots=True)
class ApiCommit:
    """A commit to be made on a branch by GitHub, if the branch still points to `expected`.

    `headline` and `body` are the message. `additions`: whole files by path from the root of the repository.
    """

    branch: str
    expected: str
    headline: str
    body: str
    additions: Mapping[str, bytes]
    deletions: Sequence[str]


@dataclass(frozen=True, slots=True)
class RepositoryFacts:
    """What a token can learn of the repository. `can_push`: None if the server does not say."""

    default_branch: str
    is_archived: bool
    can_push: bool | None = None


@dataclass(frozen=True, slots=True)
class RateLimit:
    """How many requests are left of how many, and when the count begins anew (RFC 3339 in UTC)."""

    remaining: int
    limit: int
    reset: str
