"""A push with a condition for every ref: its arguments, and what its report means (`git push --porcelain`)."""

import re
from collections.abc import Iterator, Sequence

from fgd_sync.adapters.git_command import Completed
from fgd_sync.adapters.git_failures import classify
from fgd_sync.model.code import GITHUB_CONNECTION_FAILED, PUSH_REJECTED
from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import RefMove
from fgd_sync.model.pattern import pattern
from fgd_sync.model.value import dataclass

_OVERTAKEN = pattern(
    r"fetch first|stale info|non-fast-forward|already exists|needs force|failed to update ref|cannot lock ref"
    r"|unable to lock|failed to lock|incorrect old value|reference (?:already exists|does not exist)"
    r"|reference conflict|remote ref updated since checkout|unable to resolve reference|is at [0-9a-f]+ but expected",
    re.IGNORECASE,
)
"""What git and servers say of a ref that is not what it was thought to be."""

_TOGETHER = pattern(r"atomic push failure|atomic push failed|atomic transaction failed|transaction failed")
"""What they say of the other refs of the same push."""

_LASTING = pattern(r"; cannot create|permission denied|read-only file system|no space left|quota", re.IGNORECASE)
"""Why a ref cannot be moved now or later: one of its name is in the way, or the server's disk."""

_RIVAL = pattern(r"is at ([0-9a-f]+) but expected")
_GONE = pattern(r"unable to delete '(?P<ref>[^']+)': remote ref does not exist")


@dataclass(frozen=True, slots=True)
class _Result:
    """What became of one ref: git's flag, its name, the summary in brackets and the reason."""

    flag: str
    ref: str
    summary: str


def push_words(moves: Sequence[RefMove], remote: str) -> tuple[str, ...]:
    """The arguments of the one push that moves refs, all or none, each only from what it is thought to be."""
    leases = (f"--force-with-lease={move.ref}:{move.old}" for move in moves)
    specs = (f"{move.new}:{move.ref}" for move in moves)
    together = ("--atomic",) if len(moves) > 1 else ()
    return ("push", "--porcelain", *together, *leases, remote, *specs)


def check_push(done: Completed, moves: Sequence[RefMove]) -> None:
    """Raise FgdError if a push did not move what it was to move."""
    results = list(_results(done.output.decode("utf-8", "backslashreplace")))
    if done.status == 0 and not results:
        words = "git did not say what became of the push"
        raise FgdError(GITHUB_CONNECTION_FAILED, words, details={"answer_lost": True})
    if done.status == 0:
        _check_moved(results, moves)
        return
    late = _overtaken(done.errors, results, moves)
    if late is not None:
        failure = overtaken_by(late)
        if _may_be_ours(done.errors, results, moves):
            failure.details["was_sent"] = True
        raise failure
    refused = [item for item in results if item.flag == "!"]
    alone = [item for item in refused if not _TOGETHER.search(item.summary)]
    reasons = (f"{item.ref} {item.summary}" for item in alone or refused)
    raise classify("\n".join((done.errors, *reasons)), "push")


def _overtaken(said: str, results: Sequence[_Result], moves: Sequence[RefMove]) -> list[str] | None:
    """The refs that somebody else had moved, as far as it is told; None if the push failed for another reason."""
    gone = [match["ref"] for match in _GONE.finditer(said)]
    refused = [item for item in results if item.flag == "!" and not _TOGETHER.search(item.summary)]
    is_race = all(_OVERTAKEN.search(item.summary) for item in refused)
    if not gone and (not results or not is_race or _LASTING.search(said)):
        return None
    named = {*gone, *refs_overtaken(said), *(item.ref for item in refused)}
    return sorted(named & {move.ref for move in moves})


def _may_be_ours(said: str, results: Sequence[_Result], moves: Sequence[RefMove]) -> bool:
    """Whether the server may have found the work of this very push done: a broken connection is made anew unasked."""
    rivals = set(_RIVAL.findall(said)) - {move.new for move in moves}
    return not rivals and any(item.summary.startswith("[remote") for item in results)


def refs_overtaken(said: str) -> list[str]:
    """The refs that `git update-ref` found to be something else than they were thought to be."""
    if _LASTING.search(said) or ".lock'" in said:
        return []
    return re.findall(r"cannot lock ref '([^']+)'", said)


def overtaken_by(refs: Sequence[str]) -> FgdError:
    """The failure of a move that came too late."""
    names = ", ".join(refs)
    message = f"somebody else moved {names} meanwhile" if refs else "somebody else moved a ref meanwhile"
    return FgdError(PUSH_REJECTED, message, details={"refs": list(refs)})


def _check_moved(results: Sequence[_Result], moves: Sequence[RefMove]) -> None:
    """Raise FgdError if every ref was there already, and by somebody else: git takes that for a success."""
    wanted = {move.ref for move in moves if move.old != move.new}
    there = {item.ref for item in results if item.flag == "="}
    if wanted and wanted <= there:
        raise overtaken_by(sorted(wanted))


def _results(output: str) -> Iterator[_Result]:
    for line in output.splitlines():
        flag, _, rest = line.partition("\t")
        refs, _, summary = rest.partition("\t")
        if len(flag) == 1 and summary:
            yield _Result(flag, refs.partition(":")[2], summary)
