"""Where what planning found in a fabric directory is kept in a cache: one sealed file, for one version of this program.

What is kept: the entries of the directory where it was read from a disk, the ids of its files, and the result. Large
tables in it are parts by themselves, of which a run reads those that it needs.
"""

from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from fgd_sync.adapters.file_ids import FileIds
from fgd_sync.adapters.listing import Look
from fgd_sync.adapters.program import program_digest
from fgd_sync.adapters.sealed import Sealed
from fgd_sync.adapters.sealed_parts import Some, closed_parts, opened_parts
from fgd_sync.model.stowed import LostError, Stowed
from fgd_sync.model.value import dataclass
from fgd_sync.planning.resting import Resting

if TYPE_CHECKING:  # A desk has no such refs.
    from fgd_sync.adapters.ref_memory import RefMemory

KIND = "fabrics"
"""The folder of the cache that holds it."""


@dataclass(frozen=True, slots=True)
class Cache:
    """Where is remembered what was found, and the look that all of a run share.

    `root`: what is below goes by its path from there, so that a cache serves wherever that is; None: by the whole path.
    `refs`: where what large fabrics held is found besides, if the files have nothing.
    """

    files: Sealed
    look: Look
    root: Path | None = None
    refs: "RefMemory | None" = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What was kept of a directory. `entries` is empty where it was read from a commit."""

    entries: Stowed
    ids: FileIds
    resting: Resting


@dataclass(frozen=True, slots=True)
class Shelf:
    """What is kept of the fabric that has its place in one directory, be it read there or from a commit."""

    cache: Cache
    directory: Path

    @property
    def _name(self) -> str:
        place, root = self.directory.resolve(), self.cache.root
        name = place.relative_to(root) if root and place.is_relative_to(root) else place
        return sha256(str(name).encode("utf-8", "surrogateescape")).hexdigest()

    def keeps(self, files: int) -> bool:
        """Whether what is put here serves later runs, of a fabric of so many files."""
        refs = self.cache.refs
        return bool(self.cache.files.folder) or (refs is not None and refs.keeps and refs.serves(files))

    def take(self, files: int) -> Kept | None:
        """What is there for this version of the program, of a fabric that has so many files now."""
        refs = self.cache.refs
        kept = self._understood(partial(self.cache.files.some, KIND, self._name))
        if kept or refs is None or not refs.serves(files):
            return kept
        data = refs.read(self._name)
        return None if data is None else self._understood(lambda start, length: data[start : start + length])

    def _understood(self, some: Some) -> Kept | None:
        parts = opened_parts(self.cache.files, KIND, self._name, some)
        try:
            if parts is None or parts[0]() != self._program:
                return None
            from fgd_sync.adapters.pickled import unpickled

            kept: Kept = unpickled(parts[1:])
            kept.entries()  # What every run needs is fetched at once.
        except LostError:
            return None
        return kept

    @property
    def _program(self) -> bytes:
        return program_digest(self.cache.files, self.cache.look).encode()

    def put(self, entries: bytes, ids: FileIds, resting: Resting) -> None:
        """Keep what was found, instead of what was kept before. Raises LostError."""
        if not ids.are_lines:
            return
        from fgd_sync.adapters.pickled import pickled

        files, parts = self.cache.files, pickled(Kept(Stowed(entries), ids, resting))
        data = closed_parts(files, KIND, self._name, [self._program, *parts])
        files.put(KIND, self._name, data)
        if self.cache.refs and self.cache.refs.serves(len(ids)):
            self.cache.refs.keep(self._name, data)
