"""Health checks: asks each neighbour of a run at the same time, each for a limited time, and none disturbs another.

Takes checks, which are names with probes; gives what each found, in their order. A probe that fails, is at fault, or
does not come back is a finding like any other.
"""

from collections.abc import Callable, Sequence
from queue import Empty, Queue
from threading import Thread

from fgd_sync.model.code import INTERNAL_ERROR, Exit
from fgd_sync.model.failure import FgdError
from fgd_sync.model.health import Finding, Health, Status
from fgd_sync.model.value import dataclass, replace
from fgd_sync.ports import Clock

Probe = Callable[[], Finding]
"""Looks at one neighbour. May raise FgdError: then the check has failed."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check of `fgd health`."""

    name: str
    probe: Probe


def check_all(checks: Sequence[Check], seconds: float, clock: Clock) -> tuple[Health, ...]:
    """Make all checks at once; one that is not done after so many seconds has failed and is not waited for."""
    start, answers = clock.monotonic(), Queue[tuple[int, Health]]()
    for number, check in enumerate(checks):
        Thread(target=_answer, args=(number, check, clock, answers), daemon=True, name=check.name).start()
    found: dict[int, Health] = {}
    while len(found) < len(checks):
        left = start + seconds - clock.monotonic()
        try:
            number, health = answers.get(timeout=max(0.0, left))
        except Empty:
            break
        found[number] = health
    late = Finding(
        Status.FAILED,
        f"no answer within {seconds:g} s",
        "Check the network between this computer and that one; `--timeout` waits longer.",
    )
    return tuple(found.get(number) or Health(check.name, late, seconds) for number, check in enumerate(checks))


def _answer(number: int, check: Check, clock: Clock, answers: "Queue[tuple[int, Health]]") -> None:
    start = clock.monotonic()
    try:
        finding = check.probe()
    except FgdError as failure:
        finding = failed(failure)
    except Exception as error:
        finding = Finding(
            Status.FAILED, f"the check itself failed: {type(error).__name__}: {error}", code=INTERNAL_ERROR
        )
    answers.put((number, Health(check.name, finding, round(clock.monotonic() - start, 3))))


def failed(failure: FgdError) -> Finding:
    """The finding that a failure is."""
    return Finding(Status.FAILED, failure.message, failure.remedy, failure.code)


def overall(found: Sequence[Health]) -> Status:
    """The worst of all: failed, warning, or ok."""
    statuses = {item.finding.status for item in found}
    return next((status for status in (Status.FAILED, Status.WARNING) if status in statuses), Status.OK)


def exit_of(found: Sequence[Health]) -> int:
    """0 if no check failed; else the highest status that a run with one of these failures would end with."""
    failures = [item.finding.code for item in found if item.finding.status is Status.FAILED]
    return max((int(code.exit) or int(Exit.REMOTE) if code else int(Exit.REMOTE) for code in failures), default=0)


def with_warning(finding: Finding, detail: str, remedy: str) -> Finding:
    """The finding with something more to say, as a warning unless it is worse."""
    status = Status.WARNING if finding.status is Status.OK else finding.status
    return replace(finding, status=status, detail=f"{finding.detail}; {detail}", remedy=finding.remedy or remedy)
