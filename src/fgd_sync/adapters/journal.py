"""Changes to a fabric directory, all or none, whatever happens: an error, a kill, a power failure.

1. Every path is compared with what the plan expects of it.
2. New contents are written to `.hnp/.journal/` under their final mode and owner, and what they replace gets a second
   name there: all that needs room on the disk has it now.
3. The file `index` appears in the journal by one rename: from here on the changes are decided.
4. Files are renamed into their places. An error takes the renames back; after a kill the next run completes them.
5. `index` is removed, then the rest of the journal.

Each of these is made durable before the next, also when it is done by a recovery or taken back: a loss of power may
keep any later change and drop any earlier one that was not synced.

Takes changes; raises FgdError. The caller holds the lock. What a recovery does with files that somebody edited in
between is said in `carry_out`.
"""

from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from fgd_sync.adapters.as_planned import compare, compare_files, files_in, refuse_new
from fgd_sync.adapters.carry_out import COST, DRAFT, CarryOut, Team, mark
from fgd_sync.adapters.intent import (
    Content,
    Dropped,
    Effect,
    Intent,
    Moved,
    Put,
    Unread,
    effect,
    encode,
)
from fgd_sync.adapters.leftovers import INDEX, has_leftovers, pending
from fgd_sync.adapters.os_errors import failure, readable
from fgd_sync.adapters.root import Root, open_root
from fgd_sync.adapters.shares import Shares
from fgd_sync.adapters.staging import Staging
from fgd_sync.model.change import Change
from fgd_sync.model.code import PLAN_OUTDATED
from fgd_sync.model.failure import FgdError
from fgd_sync.model.pattern import pattern
from fgd_sync.model.spread import Spread
from fgd_sync.planning.archive_log import sha256
from fgd_sync.planning.place import META
from fgd_sync.planning.readable import JOURNAL

_OURS = pattern(r"(?:new|old)-\d+")


def make(
    directory: Path, changes: Sequence[Change], keep: frozenset[str] = frozenset(), spread: Spread | None = None
) -> None:
    """Make the changes, all or none. Folders that they leave empty are removed, but for the top ones and `keep`.

    `spread` may do part of much work beside; the lock of the directory has to hold till the last process has ended.
    Raises FgdError: PLAN_OUTDATED if a path does not hold what its change says, else what the system refused.
    """
    wanted = effect(changes)
    with open_root(directory, "write") as root:
        if root.stat(JOURNAL) is not None and pending(root):
            raise FgdError(PLAN_OUTDATED, "an interrupted run has to be completed first")
        intent = _intent(root, wanted, keep)
        if intent.moves or intent.puts or intent.drops:
            _run(root, wanted, intent, spread)
        else:
            compare(root, wanted.before)


def recover(directory: Path) -> bool:
    """Complete what a killed run had decided, and remove what it left; whether there was anything. Raises FgdError."""
    with open_root(directory, "repair") as root:
        if not has_leftovers(root):
            return root.stat(META) is not None and not root.names(META) and root.remove_folder(META)
        intent = pending(root)
        if intent:
            root.sync((JOURNAL, META, ""))  # The run may have been killed before it did.
            CarryOut(root, intent, recovering=True).run()
            root.unlink(INDEX)
        _close(root)
        return True


def _intent(root: Root, wanted: Effect, keep: frozenset[str]) -> Intent:
    moves, contents, digests = wanted.moves, wanted.after, wanted.digests
    moved = [Moved(old, new, digests.get(new) or _mark(root, old, wanted.before[old])) for old, new in moves.items()]
    puts, drops = [], []
    for path in wanted.others:
        after, before = contents[path], None if path in moves else wanted.before[path]
        if after == before:
            continue
        if isinstance(after, Unread) or isinstance(before, Unread):
            raise FgdError(PLAN_OUTDATED, f"{readable(path)} would be replaced by, or lose, a file that was never read")
        if after is not None:
            puts.append(Put(path, None if before is None else sha256(before), sha256(after)))
        elif before is not None:
            drops.append(Dropped(path, sha256(before)))
    return Intent(tuple(moved), tuple(puts), tuple(drops), tuple(sorted(keep)))


def _mark(root: Root, path: str, content: Content) -> str:
    return sha256(content) if isinstance(content, bytes) else mark(root, path, by_size=True) or ""


def _run(root: Root, wanted: Effect, intent: Intent, spread: Spread | None) -> None:
    work = CarryOut(root, intent)
    try:
        if spread:
            _work_in_team(work, wanted, spread)
        else:
            _work_alone(work, wanted)
        root.unlink(INDEX)
    except BaseException:
        _abandon(root, work)
        raise
    with suppress(OSError):  # The changes are made; the next run removes what is left of the journal.
        _close(root)


def _work_alone(work: CarryOut, wanted: Effect) -> None:
    work.seen = compare(work.root, wanted.before)
    _stage_and_decide(work.root, wanted, work.intent)
    work.run()


def _stage_and_decide(root: Root, wanted: Effect, intent: Intent) -> None:
    _open(root)
    staging = Staging(root, wanted, intent)
    staging.write(range(len(intent.puts)))
    staging.settle()
    _draft(root, intent)
    _decide(root)


def _work_in_team(work: CarryOut, wanted: Effect, spread: Spread) -> None:
    """The same with another process: one begins with the files that are there, this one with the new contents."""
    root, intent, there = work.root, work.intent, files_in(wanted.before)
    root.renames_many = True
    staging = Staging(root, wanted, intent)
    _open(root)
    with Shares(len(there)) as looks, Shares(len(intent.puts)) as puts, Shares(len(intent.moves)) as moves:

        def look(numbers: Iterable[int]) -> None:
            work.seen.update(compare_files(root, (there[number] for number in numbers)))

        def prepare() -> tuple[Collection[int], Collection[int]]:
            _draft(root, intent)
            refuse_new(root, wanted.before)
            look(looks)
            staging.write(puts)
            return looks.done, puts.done

        def move() -> Collection[int]:
            work.move(moves)
            return moves.done

        with spread.steps((prepare, move), (len(there) + len(intent.puts)) * COST) as steps:
            steps.start()
            staging.write(puts)
            look(looks)
            looked, written = steps.result()
            look(looks.left(looked))
            staging.write_again(puts.left(written))
            staging.settle()
            _decide(root)
            work.run(Team(steps, moves))


def _open(root: Root) -> None:
    """Make the folder of the journal; what an earlier run left in it goes."""
    if has_leftovers(root):
        _clear(root)
    root.make_folder(META)
    root.make_folder(JOURNAL)


def _draft(root: Root, intent: Intent) -> None:
    """Write the index; it decides nothing yet."""
    if root.stat(DRAFT) is not None:
        root.unlink(DRAFT)  # of a process that was killed
    root.create(DRAFT, encode(intent), durable=True)


def _decide(root: Root) -> None:
    # The names of the new contents, too: an index without them could not be carried out.
    root.sync((JOURNAL,))
    root.rename(DRAFT, INDEX)
    root.sync((JOURNAL, META, ""))


def _abandon(root: Root, work: CarryOut) -> None:
    """Take everything back, unless all is done, and remove the journal. What fails here is left to the next run."""
    try:
        if root.stat(INDEX) is not None:
            work.take_back()
            root.unlink(INDEX)
            with suppress(OSError):
                _close(root)
    except OSError as error:
        reason = failure(error, "undo a change to", error.filename or JOURNAL)
        raise FgdError(
            reason.code,
            f"{reason.message}; the changes are made in part",
            remedy="When the cause is mended, run `fgd repair` or any sync: it completes them.",
        ) from error
    with suppress(OSError):
        _clear(root)


def _close(root: Root) -> None:
    """Make it last that the index is gone, which must not come back after an edit; then remove the leftovers."""
    root.sync((JOURNAL,))
    _clear(root)


def _clear(root: Root) -> None:
    """Remove the leftovers in the journal; whatever else lies there is not ours and stays."""
    if root.stat(DRAFT) is not None:
        root.unlink(DRAFT)
    for name in root.names(JOURNAL):
        if _OURS.fullmatch(name):
            root.unlink(f"{JOURNAL}/{name}")
    root.remove_folder(JOURNAL)
    root.remove_folder(META)
