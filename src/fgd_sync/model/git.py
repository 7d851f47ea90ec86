"""Values that git keeps and moves: entries of a tree, commits to be made, moves of refs."""

from collections.abc import Mapping

from fgd_sync.model.pattern import pattern
from fgd_sync.model.value import dataclass, field

_SIGNATURE = pattern(r"([^<>\r\n]*[^<>\s])\s*<([^<>\s]+@[^<>\s]+)>")

FILE = "100644"
EXECUTABLE = "100755"
LINK = "120000"
SUBMODULE = "160000"


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One entry of a git tree that is not a tree itself. `id`: the object's id in hex; `mode` as git writes it."""

    mode: str
    id: str


@dataclass(frozen=True, slots=True)
class Signature:
    """Who a commit is by."""

    name: str
    email: str

    @classmethod
    def of(cls, text: str) -> "Signature":
        """The signature that is written as `Name <address>`. Raises ValueError for any other text."""
        found = _SIGNATURE.fullmatch(text.strip())
        if not found:
            raise ValueError(f"{text!r} is not of the form `Name <address>`")
        return cls(found[1], found[2])


@dataclass(frozen=True, slots=True)
class NewCommit:
    """A commit to be made.

    `parent`: id of the commit it follows; "" for one without a parent, whose tree then holds `files` alone. `files`:
    by path from the root of the repository, the new bytes, an entry that exists already (a file that was moved), or
    None for one that is to go. `executable`: those of them, given as bytes, that are to be executable. `time`: RFC 3339
    in UTC, for author and committer.
    """

    message: str
    author: Signature
    committer: Signature
    time: str
    files: Mapping[str, bytes | TreeEntry | None] = field(default_factory=dict)
    parent: str = ""
    executable: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class WorkTree:
    """A work tree as a run finds it.

    `head`: id of the commit it is at, "" before the first one. `branch`: full name of the branch, "" if HEAD is
    detached. `operation`: what is half done in it (`a merge`), or "". `is_shallow`: its history is cut off.
    `is_submodule`: it is one. `origin`: the URL it was cloned from without credentials, or "". `owner`: user id.
    """

    head: str
    branch: str
    operation: str
    is_shallow: bool
    is_submodule: bool
    origin: str
    owner: int


@dataclass(frozen=True, slots=True)
class RefMove:
    """A ref is to be changed from `old` to `new`, both commit ids; "" stands for: the ref is not there."""

    ref: str
    old: str
    new: str
