"""What a command depends on, in one digest taken from outside: names, sizes and times of files; none is opened.

Takes a scope: directories, single files, and whether the commit that is checked out counts. Two equal digests mean that
nothing was touched in between: a change of content changes the time of change, which nobody can set. That holds for
changes made after the clock of the file system has moved on, so a digest comes with the newest time that it saw, and
`is_settled` says whether all of it was old when somebody began to read. Covers more than `fgd_sync.adapters.walk`
reads, so that it needs to know little; imports next to nothing, since it runs before everything else.
"""

import os
import sys
from array import array
from hashlib import sha256

from fgd_sync.adapters.head import commit_at, repository_around
from fgd_sync.adapters.listing import Look, is_settled

_CONFIGURATION, _GITHUB, _MANIFEST = "fgd_config.yaml", ".github", ".hnp/manifest.yaml"
_COMPILED = "__pycache__"
PROGRAM = os.path.dirname(os.path.dirname(__file__))  # noqa: PTH120 - a Path would cost more than all the rest
SCHEMAS = os.path.join(os.path.dirname(os.path.dirname(PROGRAM)), "schemas")  # noqa: PTH118, PTH120 - in a checkout
"""Where the files of this program lie."""

_INSTALLED = ".dist-info"


class Scope:
    """What a digest covers.

    `roots`: directories with all in them but what hidden folders hold. `files`: single files. `spots`: paths where it
    counts whether anything is there. `is_at_head`: the commits count that are checked out around the roots.
    """

    __slots__ = ("files", "is_at_head", "roots", "spots")

    def __init__(self, roots: list[str], files: list[str], spots: list[str], *, is_at_head: bool) -> None:
        self.roots, self.files, self.spots, self.is_at_head = roots, files, spots, is_at_head


class Fingerprint:
    """A digest, and the newest time of change of all that it covers, in nanoseconds."""

    __slots__ = ("digest", "newest")

    def __init__(self, digest: str, newest: int) -> None:
        self.digest, self.newest = digest, newest

    def is_settled(self, since: int) -> bool:
        """Whether nothing covered can have changed at `since` or later without another digest."""
        return is_settled(self.newest, since)


def fingerprint(scope: Scope, look: Look | None = None) -> Fingerprint | None:
    """What is there now, the program itself included; None where looking from outside cannot tell.

    `look`: what was looked at already counts as it was then.
    """
    seen = _Seen(look or Look())
    try:
        seen.take(program_mark(seen.look))
        for root in scope.roots:
            seen.root(root)
        for place in dict.fromkeys(os.path.realpath(path) for path in (os.curdir, *scope.roots)):
            seen.surroundings(place, is_at_head=scope.is_at_head)
        for file in scope.files:
            seen.file(file)
        seen.say(*(f"{path}={os.path.lexists(path)}" for path in scope.spots))
        return seen.fingerprint()
    except (OSError, OverflowError, _UnclearError):
        return None


def program_mark(look: Look | None = None) -> Fingerprint:
    """What tells whether this program is still the same, looked at once in a look. Raises OSError."""
    seen = _Seen(look or Look())
    known = seen.look.program
    if known is None:
        seen.program()
        mark = seen.fingerprint()
        known = seen.look.program = mark.digest, mark.newest
    return Fingerprint(*known)


class _UnclearError(Exception):
    """Looking from outside cannot tell."""


class _Seen:
    """A digest of what was seen so far: words and numbers in the order of seeing."""

    def __init__(self, look: Look) -> None:
        self.look, self._digest, self._newest = look, sha256(), 0

    def say(self, *words: str) -> None:
        """Note words."""
        text = "\0".join(words).encode("utf-8", "surrogateescape")
        self._digest.update(b"%d %d\0%b" % (len(words), len(text), text))

    def count(self, *numbers: int) -> None:
        """Note numbers."""
        self._digest.update(array("q", numbers))

    def take(self, part: Fingerprint) -> None:
        """Note what was seen of a part."""
        self.say(part.digest)
        self._newest = max(self._newest, part.newest)

    def program(self) -> None:
        """Note the program: its files, and the versions of Python and of what else is installed."""
        self.say(sys.version)
        self.folders(PROGRAM, besides=_COMPILED)
        if os.path.isdir(SCHEMAS):  # noqa: PTH112 - see above
            self.folders(SCHEMAS)
        for place in filter(os.path.isdir, sys.path):
            self.say(*sorted(name for name in os.listdir(place) if name.endswith(_INSTALLED)))  # noqa: PTH208

    def root(self, path: str) -> None:
        """Note a directory with all that is in it, and where it really is."""
        self.say(path, os.path.realpath(path))
        self.count(os.stat(path).st_dev)  # noqa: PTH116 - see above
        self.folders(path)

    def folders(self, root: str, besides: str = "") -> None:
        """Note all that is in a folder; of hidden ones, and of those named `besides`, only that they are there."""
        for prefix, folder in self.look.below(root, besides):
            self._digest.update(b"%d %b\0" % (len(folder.marks), folder.listed))
            self._digest.update(folder.marks)
            self._newest = max(self._newest, folder.newest)
            for name in folder.links:
                self.say(os.path.realpath(f"{root}/{prefix}{name}"))

    def file(self, path: str) -> None:
        """Note a file that is opened by its path, links followed; that it is not there, too."""
        try:
            status = os.stat(path)  # noqa: PTH116 - see above
        except (FileNotFoundError, NotADirectoryError):
            self.say("")
            return
        self.count(status.st_mode, status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
        self._newest = max(self._newest, status.st_ctime_ns)

    def surroundings(self, place: str, *, is_at_head: bool) -> None:
        """Note what decides where settings and repository of a place are: what lies in the folders around it."""
        repository = repository_around(place)
        self.say(repository)
        if is_at_head and repository:
            commit = commit_at(repository)
            if commit is None:
                raise _UnclearError
            self.say(commit)
        folder, inner = place, ""
        while folder != inner:
            for name in (_CONFIGURATION, f"{_GITHUB}/{_CONFIGURATION}", _MANIFEST):
                self.file(f"{folder}/{name}")
            folder, inner = os.path.dirname(folder), folder  # noqa: PTH120 - see above

    def fingerprint(self) -> Fingerprint:
        """The digest of all."""
        return Fingerprint(self._digest.hexdigest(), self._newest)
