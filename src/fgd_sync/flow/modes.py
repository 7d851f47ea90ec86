"""What a step of a workflow does: the one table of events and modes, as a pure function.

Takes the occasion and what the user asked for; gives a decision with its reason. Nothing is looked up here, and what
is refused is a decision too.
"""

from enum import StrEnum

from fgd_sync.model.action import MODES
from fgd_sync.model.occasion import Occasion
from fgd_sync.model.value import dataclass, replace


class Deed(StrEnum):
    """What is done."""

    SYNC = "sync"
    CHECK = "check"
    FIX = "fix"
    DRIFT = "drift"
    PULL = "pull"
    MATRIX = "matrix"
    NOTHING = "nothing"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Decision:
    """What a step does and why.

    `writes`: files may be committed. `speaks`: comments, check runs and statuses may be sent. `reason`: in words, ""
    where the deed is what was asked for. `remedy`: what to do about a refusal. `left_out`: what is not done although
    it was asked for, with the reason. `must_be_clean`: it fails if a sync would change something, because what was
    asked for is just that change.
    """

    deed: Deed
    reason: str = ""
    remedy: str = ""
    writes: bool = False
    speaks: bool = False
    left_out: tuple[str, ...] = ()
    must_be_clean: bool = False


SYNCING = frozenset({"push", "schedule", "workflow_dispatch", "repository_dispatch"})
"""The events on which auto means sync."""
CHECKING = frozenset({"pull_request", "merge_group"})
"""The events on which auto means check."""
BASE_EVENT = "pull_request_target"
"""The event that runs with the base branch's rights and secrets, also for a pull request from a fork."""

_LOOKING = {"check": Deed.CHECK, "drift": Deed.DRIFT, "matrix": Deed.MATRIX}
_PULLING = "Start it by a schedule, by hand, or by `repository_dispatch` from a webhook of NetBox."
_CHECKOUT = "Use `on: pull_request`; or leave out `ref:` in the checkout, so that the base branch is checked."


def decide(occasion: Occasion, mode: str = "auto", *, dry_run: bool = False) -> Decision:
    """What to do. `mode`: the input; a dispatch may ask for one where the input leaves it open."""
    if occasion.mode and occasion.mode not in MODES:
        return _refuse(f"the dispatch asks for the mode {occasion.mode!r}", f"Ask for one of {', '.join(MODES)}.")
    wanted = occasion.mode if mode == "auto" and occasion.mode else mode
    decision = _by_event(occasion, wanted)
    return replace(decision, writes=False) if dry_run else decision


def _by_event(occasion: Occasion, mode: str) -> Decision:
    event = occasion.context.event
    if occasion.deleted:
        return Decision(Deed.NOTHING, "the branch was deleted")
    if occasion.closed:
        return Decision(Deed.NOTHING, "the pull request is closed")
    if event == BASE_EVENT:
        return _on_base_event(occasion, mode)
    if event in SYNCING:
        return _on_branch(occasion, mode)
    if event in CHECKING:
        return _on_proposal(occasion, mode)
    return _on_other(event, mode)


def _on_branch(occasion: Occasion, mode: str) -> Decision:
    if mode in _LOOKING:
        return _quiet(occasion, Decision(_LOOKING[mode], speaks=True))
    event = occasion.context.event
    if mode == "fix":
        return _refuse(f"mode fix is for pull requests, the event is {event}", "Use mode sync, or auto.")
    if occasion.is_tag:
        tag = occasion.context.ref.removeprefix("refs/tags/")
        return _refuse(
            f"the event is about the tag {tag}: a tag does not move, so nothing can be committed to it",
            "Start the workflow on branches only (`on: push: branches:`), name a `branch:`, or use mode check.",
        )
    if not occasion.context.branch:
        return _refuse("the event names no branch to commit to", "Name it with the input `branch`.")
    if occasion.by_dependabot:
        why = "nothing is committed: GitHub gives runs that Dependabot started a token that can only read"
        return Decision(Deed.CHECK, "Dependabot started the run", left_out=(why,))
    return Decision(Deed.PULL if mode == "pull" else Deed.SYNC, writes=True, speaks=True)


def _on_proposal(occasion: Occasion, mode: str) -> Decision:
    event = occasion.context.event
    if mode == "pull":
        return _refuse(f"mode pull is for branches, the event is {event}", _PULLING)
    if mode == "sync":
        return _refuse(
            f"mode sync commits to a branch, the event is {event}",
            "Use mode check, or mode fix to commit the managed files to the head branch of a pull request.",
        )
    if mode == "fix" and event != "pull_request":
        return _refuse(f"mode fix is for pull requests, the event is {event}", "Use mode check, or auto.")
    if mode == "fix" and not occasion.read_only:
        return Decision(Deed.FIX, writes=True, speaks=True)
    decision = _quiet(occasion, Decision(_LOOKING.get(mode, Deed.CHECK), speaks=True))
    if mode == "fix":
        why = f"the managed files are not committed: {_who(occasion)}"
        return replace(decision, left_out=(why, *decision.left_out), must_be_clean=True)
    return decision


def _quiet(occasion: Occasion, decision: Decision) -> Decision:
    """The decision as far as a token goes that can only read."""
    if not occasion.read_only:
        return decision
    why = f"no comment, check run or status: {_who(occasion)}"
    return replace(decision, speaks=False, left_out=(*decision.left_out, why))


def _who(occasion: Occasion) -> str:
    if occasion.context.is_fork:
        return "the pull request comes from another repository, so the token can only read"
    return "Dependabot started the run, so the token can only read"


def _on_base_event(occasion: Occasion, mode: str) -> Decision:
    if not occasion.trusted:
        return _refuse(
            "pull_request_target runs with the secrets of the base branch, but something else was checked out: "
            "what a stranger proposes would be read with them",
            _CHECKOUT,
        )
    if mode in ("sync", "fix", "pull"):
        return _refuse(f"mode {mode} writes, and pull_request_target only checks", "Use `on: pull_request`.")
    return Decision(_LOOKING.get(mode, Deed.CHECK), "the base branch is checked, not the pull request")


def _on_other(event: str, mode: str) -> Decision:
    if mode in _LOOKING:
        return Decision(_LOOKING[mode], f"the event {event} is not known: nothing is written or sent")
    known = ", ".join(sorted(SYNCING | CHECKING))
    return Decision(Deed.NOTHING, f"the event {event} is not known: nothing is written (known are {known})")


def _refuse(reason: str, remedy: str) -> Decision:
    return Decision(Deed.REFUSE, reason, remedy)
