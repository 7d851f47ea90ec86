"""Reading and making the objects of a git repository: entries of trees, blobs, commits; one process for all asked."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path

from fgd_sync.adapters.git_command import Completed, Git, object_id, understood
from fgd_sync.adapters.git_failures import REFETCH, classify
from fgd_sync.adapters.git_import import import_stream
from fgd_sync.model.code import GITHUB_NOT_FOUND, SYNC_FAILED
from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import NewCommit, TreeEntry

_LISTINGS = 2
"""Of so many commits the entries are remembered: the tip of a branch, and the state of a fabric."""

LARGEST = 1 << 28
"""So many bytes of one object are read.

A small pack can hold a huge one, and what our refs point to is not asked for its size before. Our own are a thousand
times smaller; an archive log of that size would tell of a million files.
"""

_FIND = (
    "See which ref holds it: `git log --all --find-object=ID`. Take it out of the branch, or delete the ref of ours."
)


class GitObjects:
    """The objects of a repository, as far as they are here. Every method raises FgdError."""

    def __init__(self, git: Git, name: str) -> None:
        self.git, self.name = git, name
        self._listed: dict[str, dict[str, TreeEntry]] = {}
        self._empty = ""

    @understood
    def entries(self, commit: str, folder: str = "") -> dict[str, TreeEntry]:
        """All entries of a commit's tree below a folder, by path from the root of the repository; {} if it has none."""
        everything = self._listed.get(commit)
        if everything is None:
            everything = self._list(commit, folder)
            if not folder:
                self._listed = dict([*self._listed.items(), (commit, everything)][-_LISTINGS:])
        start = f"{folder}/" if folder else ""
        return {path: entry for path, entry in everything.items() if path.startswith(start)}

    def _list(self, commit: str, folder: str) -> dict[str, TreeEntry]:
        """The entries below a folder; a submodule is listed also if only what lies in it was asked for."""
        below = (f"{folder}/",) if folder else ()
        words = ("ls-tree", "-r", "-z", "--full-tree", "--end-of-options", commit)
        done = self.git.attempt(*words, *below)
        if done.status:
            raise self._unreadable(commit, done.errors)
        *lines, rest = done.output.split(b"\0")
        if rest:
            raise ValueError("the last entry is not whole")
        return dict(_entry(line) for line in lines)

    def _unreadable(self, commit: str, said: str) -> FgdError:
        if "Not a valid object name" in said or "not a tree object" in said:
            return FgdError(GITHUB_NOT_FOUND, f"the commit {commit} is not there, or was not fetched from {self.name}")
        return classify(said, "ls-tree")

    @understood
    def sizes(self, ids: Sequence[str]) -> dict[str, int]:
        """The sizes of blobs in bytes; they are not read."""
        found: dict[str, int] = {}
        if ids:
            output = self.git.run(
                "cat-file", "--batch-check=%(objectname) %(objectsize)", data=_lines(dict.fromkeys(ids))
            )
            for line in output.splitlines():
                blob, size = line.decode().split(" ")
                found[blob] = self._size(blob, size)
        return {name: found[name] for name in ids}

    @understood
    def blobs(self, ids: Sequence[str]) -> dict[str, bytes]:
        """The contents of objects by id. They are taken in while git goes on: its answer is never held as a whole."""
        if not ids:
            return {}
        said = self.git.pieces("cat-file", "--batch", data=_lines(dict.fromkeys(ids)), refuse=_refused)
        with closing(said) as pieces:
            found = dict(self._contents(pieces))
        return {name: found[name] for name in ids}

    def _contents(self, pieces: Iterable[bytes]) -> Iterator[tuple[str, bytes]]:
        rest = bytearray()
        for piece in pieces:
            rest += piece
            start = 0
            while (end := rest.find(b"\n", start)) >= 0:
                name, *_, size = rest[start:end].decode().split(" ")
                stop = end + 1 + self._readable_size(name, size)
                if stop >= len(rest):
                    break
                yield name, bytes(rest[end + 1 : stop])
                start = stop + 1
            del rest[:start]
        if rest:
            raise ValueError("the last object is not whole")

    def _readable_size(self, blob: str, size: str) -> int:
        found = self._size(blob, size)
        if found > LARGEST:
            message = (
                f"the object {blob} of the repository has {found >> 20} MB; more than {LARGEST >> 20} are not read"
            )
            raise FgdError(SYNC_FAILED, message, remedy=_FIND)
        return found

    def _size(self, blob: str, size: str) -> int:
        if not size.isdecimal():
            raise FgdError(SYNC_FAILED, f"the repository lacks the object {blob}", remedy=REFETCH)
        return int(size)

    @understood
    def commit(self, new: NewCommit) -> str:
        """Make a commit and give its id. No ref points to it yet. A commit without changes is made all the same."""
        no_id = "0" * len(new.parent or self.empty_tree())
        done = self.git.attempt("fast-import", "--quiet", "--date-format=raw", data=import_stream(new, no_id))
        if done.status:
            self._remove_crash_report(done.errors)
            raise classify(done.errors, "fast-import")
        return object_id(done.output.decode().strip())

    @understood
    def empty_tree(self) -> str:
        """The id of the tree without entries: as long as every id of this repository."""
        if not self._empty:
            self._empty = object_id(self.git.run("hash-object", "-t", "tree", "--stdin").decode().strip())
        return self._empty

    def _remove_crash_report(self, said: str) -> None:
        """Remove what fast-import leaves behind when it fails: a report with what it was given."""
        _, found, rest = said.partition("dumping crash report to ")
        if found:
            with suppress(OSError):
                (self.git.directory / Path(rest.splitlines()[0])).unlink()

    def message(self, commit: str) -> str:
        """The message of a commit."""
        return self.blobs([commit])[commit].partition(b"\n\n")[2].decode("utf-8", "replace")

    @understood
    def has(self, ids: Sequence[str]) -> dict[str, bool]:
        """Which objects are here."""
        output = self.git.run("cat-file", "--batch-check=%(objecttype)", data=_lines(ids))
        return {name: not line.endswith(b" missing") for name, line in zip(ids, output.splitlines(), strict=True)}


def _entry(line: bytes) -> tuple[str, TreeEntry]:
    head, _, path = line.partition(b"\t")
    mode, _, name = head.decode().split(" ")
    return os.fsdecode(path), TreeEntry(mode, name)


def _lines(ids: Iterable[str]) -> bytes:
    return "".join(f"{name}\n" for name in ids).encode()


def _refused(done: Completed) -> FgdError:
    return classify(done.errors or "missing object", "cat-file")
