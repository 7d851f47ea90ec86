"""What becomes of each source once its resources have their place: archived, set aside, or left to wait."""

from collections.abc import Iterable, Sequence

from fgd_sync.model import code
from fgd_sync.model.change import Change, Delete, Move, Write
from fgd_sync.model.diagnostic import Diagnostic, diagnose
from fgd_sync.model.location import Location
from fgd_sync.model.plan import Fate, SourceOutcome
from fgd_sync.model.tree import Tree
from fgd_sync.model.value import dataclass, field
from fgd_sync.planning.archive_log import sha256
from fgd_sync.planning.judge import Candidate, Verdict
from fgd_sync.planning.options import Options
from fgd_sync.planning.place import archive_path, beside, unmanaged_path
from fgd_sync.planning.read import Reading, read
from fgd_sync.planning.reconcile import Outcome, meaning
from fgd_sync.yamldoc.split import join_texts


@dataclass(slots=True)
class Settlement:
    """Changes outside managed/, and the outcome of every source."""

    changes: list[Change] = field(default_factory=list)
    outcomes: list[SourceOutcome] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)


class Settler:
    """Settles the sources of one fabric, one after the other, in the order of their paths."""

    def __init__(self, tree: Tree, options: Options, reconciled: Outcome) -> None:
        self._tree, self._options, self._reconciled = tree, options, reconciled
        self._files = dict(tree.files)
        self._out = Settlement()
        self._digests: dict[str, str] = {}

    def run(self, sources: Sequence[Reading], oversized: Sequence[str], kept: Iterable[str]) -> Settlement:
        """Settle sources that were read, those that were too large to read, and those `kept` by an earlier sync."""
        self._digests = {item.path: item.sha256 for item in sources if item.sha256}
        for path, data in self._reconciled.saved.items():
            self._save(path, data)
        whole = self._whole(sources)
        for reading in sources:
            if reading.path in whole:
                move, outcome = whole[reading.path]
                self._change(move)
                self._out.outcomes.append(outcome)
            else:
                self._settle(reading)
        for path in sorted(kept):
            self._leave(path)
        for path in oversized:
            target = unmanaged_path(path)
            if target not in self._files and target not in self._tree.obstacles:
                self._change(Move(path, target, None))
                self._out.outcomes.append(SourceOutcome(path, Fate.SET_ASIDE, 0, 0, moved_to=target))
        return self._out

    def _whole(self, sources: Sequence[Reading]) -> dict[str, tuple[Move, SourceOutcome]]:
        """What becomes of sources all of which is taken in, by their paths, where nothing is in the way of any.

        Each step is done for many in a row: it takes less time while the processor has its code at hand.
        """
        files, targets = self._tree.files, self._reconciled.targets
        if self._options.ingestion.archive != "rename" or self._tree.obstacles:
            return {}
        clean = [item for item in sources if item.is_clean and item.sha256 and item.path not in self._reconciled.held]
        archived = [archive_path(item.path) for item in clean]
        old = [unmanaged_path(item.path) for item in clean]
        if len({*archived}) < len(archived) or not self._files.keys().isdisjoint((*archived, *old)):
            return {}
        moves = [Move(item.path, to, files[item.path], item.sha256) for item, to in zip(clean, archived, strict=True)]
        made = [tuple(dict.fromkeys(targets.get(item.path, ()))) for item in clean]
        outcomes = [
            SourceOutcome(item.path, Fate.ARCHIVED, item.documents, len(item.candidates), item.sha256, some, to)
            for item, some, to in zip(clean, made, archived, strict=True)
        ]
        return {move.source: (move, outcome) for move, outcome in zip(moves, outcomes, strict=True)}

    def _leave(self, path: str) -> None:
        """Take nothing in from a source that is kept; archive it if sources are no longer kept."""
        if self._options.ingestion.archive == "keep":
            self._out.outcomes.append(SourceOutcome(path, Fate.IGNORED, 0, 0))
            return
        digest, moved_to = self._digest(path), self._archive(path)
        self._out.outcomes.append(SourceOutcome(path, Fate.ARCHIVED, 0, 0, digest, moved_to=moved_to))

    def _settle(self, reading: Reading) -> None:
        valid = len(reading.having(Verdict.VALID))
        if reading.path in self._reconciled.held:
            self._outcome(reading, Fate.HELD, "", valid)
        elif valid:
            is_whole = valid == len(reading.candidates) and reading.is_readable
            texts = [] if is_whole else _set_aside_texts(reading)
            if texts:
                self._set_aside_part(reading, texts)
            else:
                self._forget_old_copy(reading)
            self._outcome(reading, Fate.PARTLY if texts else Fate.ARCHIVED, self._archive(reading.path), valid)
        elif reading.is_empty:
            self._out.diagnostics.append(
                diagnose(code.NO_RESOURCES, "the file is empty or holds only comments", Location(reading.path))
            )
            self._outcome(reading, Fate.ARCHIVED, self._archive(reading.path), 0)
        else:
            self._outcome(reading, Fate.SET_ASIDE, self._set_aside_whole(reading), 0)

    def _outcome(self, reading: Reading, fate: Fate, moved_to: str, valid: int) -> None:
        path = reading.path
        targets = tuple(dict.fromkeys(self._reconciled.targets.get(path, ())))
        outcome = SourceOutcome(path, fate, reading.documents, valid, self._digest(path), targets, moved_to)
        self._out.outcomes.append(outcome)

    def _digest(self, path: str) -> str:
        """The digest of a source, which its move and its outcome need."""
        found = self._digests.get(path)
        if found is None:
            found = self._digests[path] = sha256(self._tree.files[path])
        return found

    def _archive(self, path: str) -> str:
        data, strategy = self._tree.files[path], self._options.ingestion.archive
        if strategy == "keep":
            return ""
        if strategy == "remove":
            self._change(Delete(path, data))
            return ""
        return self._move(path, archive_path(path), data)

    def _move(self, path: str, target: str, data: bytes) -> str:
        """Move a source where it is kept; bytes that are kept there already are not kept twice."""
        target = self._free(target, data)
        self._change(Delete(path, data) if target in self._files else Move(path, target, data, self._digest(path)))
        return target

    def _free(self, target: str, data: bytes) -> str:
        """A path for these bytes: `target`, or one beside it where something else is there."""
        is_taken = self._files.get(target, data) != data or target in self._tree.obstacles
        return beside(target, data) if is_taken else target

    def _save(self, path: str, data: bytes) -> None:
        target = self._free(unmanaged_path(path), data)
        if target not in self._files:
            self._change(Write(target, data, None))

    def _change(self, change: Change) -> None:
        self._out.changes.append(change)
        if isinstance(change, Move):
            self._files.pop(change.source, None)
            self._files[change.target] = change.before or b""
        elif isinstance(change, Write):
            self._files[change.path] = change.data
        else:
            del self._files[change.path]

    def _set_aside_whole(self, reading: Reading) -> str:
        path, data, target = reading.path, self._tree.files[reading.path], unmanaged_path(reading.path)
        old = self._files.get(target)
        if old is not None and old != data and self._is_superseded(old, reading):
            self._change(Write(target, data, old))
        return self._move(path, target, data)

    def _set_aside_part(self, reading: Reading, texts: list[str]) -> None:
        target, data = unmanaged_path(reading.path), join_texts(texts).encode()
        old = self._files.get(target)
        if (old is not None and not self._is_superseded(old, reading)) or target in self._tree.obstacles:
            target = beside(target, data)
            old = self._files.get(target)
        if old != data:
            self._change(Write(target, data, old))
        self._reconciled.targets[reading.path].append(target)

    def _forget_old_copy(self, reading: Reading) -> None:
        """Remove what was set aside under this name once, if all of it is managed now."""
        target = unmanaged_path(reading.path)
        old = self._files.get(target)
        if old is not None and self._is_superseded(old, reading):
            self._change(Delete(target, old))

    def _is_superseded(self, old: bytes, reading: Reading) -> bool:
        """Whether nothing in an older set-aside copy would be lost with it.

        What was refused gives way to its correction in the same file, not to an older version that is managed. What is
        valid by now was put there by somebody, or refused by rules that are no longer on: it goes only where the
        resource says the same.
        """
        copy = read(unmanaged_path(reading.path), old, self._options)
        brought = {item.ref for item in reading.candidates if item.ref}
        return not copy.having(Verdict.FOREIGN) and all(
            self._is_managed(item) if item.verdict is Verdict.VALID else item.ref in brought for item in copy.candidates
        )

    def _is_managed(self, item: Candidate) -> bool:
        """Whether a resource is managed as a candidate has it."""
        there = self._reconciled.current.get(item.ref) if item.ref else None
        return there is not None and there.body is not None and meaning(there) == meaning(item)


def _set_aside_texts(reading: Reading) -> list[str]:
    refused = (*reading.having(Verdict.INVALID), *reading.having(Verdict.FOREIGN))
    numbered = [*reading.unread, *((item.origin.document, item.text) for item in refused)]
    return [text for _, text in sorted(numbered, key=lambda pair: pair[0])]
