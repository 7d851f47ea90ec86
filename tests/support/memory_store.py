"""A git repository in memory that keeps the promises of the port `GitStore`, and can be out of reach or refuse pushes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha1
from threading import Lock

from fgd_sync.model.code import GITHUB_AUTHENTICATION_FAILED, GITHUB_CONNECTION_FAILED, GITHUB_NOT_FOUND, PUSH_REJECTED
from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import FILE, NewCommit, RefMove, TreeEntry


@dataclass
class Server:
    """What all stores on one repository share. `moves` are those that were made, `pushes` counts updates."""

    refs: dict[str, str] = field(default_factory=dict)
    commits: dict[str, tuple[NewCommit, dict[str, TreeEntry]]] = field(default_factory=dict)
    blobs: dict[str, bytes] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)
    moves: list[RefMove] = field(default_factory=list)
    pushes: int = 0
    down: bool = False
    read_only: str = ""


class MemoryStore:
    """One program's store on a server: it knows the commits that it made or fetched, and no others."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._here: set[str] = set()

    @property
    def name(self) -> str:
        return "a repository in memory"

    def refs(self, prefix: str) -> Mapping[str, str]:
        self._reach()
        with self.server.lock:
            return {ref: commit for ref, commit in self.server.refs.items() if ref.startswith(prefix)}

    def gather(self, prefix: str) -> Mapping[str, str]:
        refs = self.refs(prefix)
        self.fetch(list(refs.values()))
        return refs

    def fetch(self, wanted: Sequence[str]) -> None:
        self._reach()
        with self.server.lock:
            for name in wanted:
                commit = self.server.refs.get(name, name)
                if commit not in self.server.commits:
                    raise FgdError(GITHUB_NOT_FOUND, f"there is no {name}")
                self._here.add(commit)

    def entries(self, commit: str, folder: str = "") -> Mapping[str, TreeEntry]:
        start = f"{folder}/" if folder else ""
        return {path: entry for path, entry in self._commit(commit)[1].items() if path.startswith(start)}

    def sizes(self, ids: Sequence[str]) -> Mapping[str, int]:
        return {name: len(self.server.blobs[name]) for name in ids}

    def blobs(self, ids: Sequence[str]) -> Mapping[str, bytes]:
        return {name: self.server.blobs[name] for name in ids}

    def commit(self, new: NewCommit) -> str:
        tree = dict(self._commit(new.parent)[1]) if new.parent else {}
        for path, content in new.files.items():
            if content is None:
                tree.pop(path, None)
            else:
                tree[path] = self._blob(content) if isinstance(content, bytes) else content
        identity = sha1(
            repr((new.message, new.author, new.time, new.parent, sorted(tree.items()))).encode()
        ).hexdigest()
        self.server.commits[identity] = (new, tree)
        self._here.add(identity)
        return identity

    def message(self, commit: str) -> str:
        return self._commit(commit)[0].message

    def update(self, moves: Sequence[RefMove]) -> None:
        self._reach()
        with self.server.lock:
            if self.server.read_only and any(move.ref.startswith(self.server.read_only) for move in moves):
                raise FgdError(GITHUB_AUTHENTICATION_FAILED, "the token may not write to a repository in memory")
            unknown = [move.new for move in moves if move.new and move.new not in self._here]
            if unknown:
                raise FgdError(GITHUB_NOT_FOUND, f"{unknown[0]} is not in this store")
            changed = [move.ref for move in moves if self.server.refs.get(move.ref, "") != move.old]
            if changed:
                raise FgdError(PUSH_REJECTED, "refs changed", details={"refs": changed})
            for move in moves:
                self.server.refs[move.ref] = move.new
            self.server.refs = {ref: commit for ref, commit in self.server.refs.items() if commit}
            self.server.moves += moves
            self.server.pushes += 1

    def _reach(self) -> None:
        if self.server.down:
            raise FgdError(GITHUB_CONNECTION_FAILED, "a repository in memory cannot be reached")

    def _commit(self, commit: str) -> tuple[NewCommit, dict[str, TreeEntry]]:
        if commit not in self._here:
            raise FgdError(GITHUB_NOT_FOUND, f"{commit} was not fetched")
        return self.server.commits[commit]

    def _blob(self, data: bytes) -> TreeEntry:
        identity = sha1(b"blob %d\0%b" % (len(data), data)).hexdigest()
        self.server.blobs[identity] = data
        return TreeEntry(FILE, identity)
