"""Delivers what a run says on GitHub: the check run, the comment on a pull request, statuses on the commits it made.

Each piece is isolated from the others, and none of them fails a sync: what cannot be delivered becomes a sentence for
summary and log, and a status that is owed becomes a report for the outbox.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

from fgd_sync.flow.breaker import OUTAGES
from fgd_sync.flow.ground import Run
from fgd_sync.flow.outbox import Deliver
from fgd_sync.model.failure import FgdError
from fgd_sync.model.github import CheckOutput, CommitStatus, Conclusion, NewCheck
from fgd_sync.model.report import Report
from fgd_sync.model.undelivered import Undelivered
from fgd_sync.model.value import dataclass, replace
from fgd_sync.ports import GitHub
from fgd_sync.render.escape import cut
from fgd_sync.render.feedback import Told, check_output, comment_body, commit_status, is_worth_a_comment, marker

TARGET = "github"
"""The name of our receiver in the outbox."""

MOST_STATUSES = 20
"""Commits of one run that get a status; the last one always does."""

Call = Callable[[Callable[[], Any]], Any]
"""Does a piece of work that may be repeated, again if need be: `resilience.call` with a breaker and a policy."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user wants said, besides what needs no token."""

    comment: bool = True
    check_run: bool = True


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of it. `notes`: what could not be delivered, in sentences; `owed`: by fabric, statuses to be sent."""

    notes: tuple[str, ...] = ()
    owed: tuple[tuple[str, CommitStatus], ...] = ()


def new_check(told: Told) -> NewCheck:
    """The check run of a run, to be begun. Its external id tells it from those of other runs and attempts."""
    context = told.context
    identity = f"{context.run_id}-{context.run_attempt} {context.job} {told.key}"
    return NewCheck(told.name, context.commit, cut(identity, 200), context.run_url)


def deliver(
    told: Told, wishes: Wishes, github: GitHub, *, check: int | None = None, call: Call = lambda work: work()
) -> Delivered:
    """Deliver all that is possible. `check`: the id of a check run that has begun; it is ended in any case."""
    courier = _Courier(told, github, call)
    if check is not None or wishes.check_run:
        courier.attempt("the check run", lambda: courier.end_check(check))
    if wishes.comment and told.context.pull_request:
        courier.attempt("the comment on the pull request", courier.comment)
    for fabric, status in _statuses(told):
        courier.owe(fabric, status)
    return Delivered(tuple(courier.notes), tuple(courier.owed))


class _Courier:
    """Brings one thing after the other; after an outage the rest is not tried."""

    def __init__(self, told: Told, github: GitHub, call: Call) -> None:
        self._told, self._github, self._call = told, github, call
        self._outage: FgdError | None = None
        self.notes: list[str] = []
        self.owed: list[tuple[str, CommitStatus]] = []

    def attempt(self, name: str, work: Callable[[], None]) -> bool:
        """Whether it was delivered."""
        if self._outage:
            self._note(f"{name}: GitHub is out of reach, see above")
            return False
        try:
            work()
        except FgdError as failure:
            self._outage = failure if failure.code in OUTAGES else None
            self._note(f"{failure.message}. {failure.remedy}".rstrip(". ") + ".")
            return False
        except Exception as error:  # a fault of ours costs this piece, never the run
            self._note(f"{name}: a fault in fgd-sync ({type(error).__name__}: {error})")
            return False
        return True

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    def owe(self, fabric: str, status: CommitStatus) -> None:
        """Put a status on its commit, or keep it for later if GitHub is out of reach; a refusal stays one."""
        done = self.attempt("the status on the commit", lambda: self._call(lambda: self._github.set_status(status)))
        if not done and self._outage:
            self.owed.append((fabric, status))

    def end_check(self, check: int | None) -> None:
        """End the check run, which is begun first if it was not; nothing where the server has none."""
        number = self._github.start_check(new_check(self._told)) if check is None else check
        if number is not None:
            told = replace(self._told, notes=(*self._told.notes, *self.notes))
            output = check_output(told)
            self._call(lambda: self._github.complete_check(number, told.conclusion, output))

    def comment(self) -> None:
        """Bring our comment up to date; a new one only if there is something to say."""
        pull = self._told.context.pull_request
        assert pull is not None
        told = replace(self._told, notes=(*self._told.notes, *self.notes))
        body = comment_body(told)
        found = self._call(lambda: self._github.find_comment(pull.number, marker(told)))
        if found is None:
            if is_worth_a_comment(told.report):
                self._github.add_comment(pull.number, body)
        elif found.body != body:
            self._call(lambda: self._github.edit_comment(found.id, body))


def _statuses(told: Told) -> Iterator[tuple[str, CommitStatus]]:
    """The statuses of the commits that were made; the last commit, the new tip, has that of the whole run."""
    made: dict[str, list[Any]] = {}
    for fabric in told.report.fabrics:
        if fabric.commit:
            made.setdefault(fabric.commit, []).append(fabric)
    proposed = {fabric.commit for fabric in told.report.fabrics if fabric.pull_request}
    chain = [commit for commit in made if commit not in proposed]
    for commit in list(made)[-MOST_STATUSES:]:
        is_tip = chain and commit == chain[-1]
        report = told.report if is_tip else Report(told.report.command, tuple(made[commit]))
        yield made[commit][0].fabric, commit_status(replace(told, report=report), commit)


def undelivered(status: CommitStatus, *, item_id: str, created_at: str, sync_id: str, reason: str) -> Undelivered:
    """A status that is owed, as a report for the outbox."""
    return Undelivered(item_id, TARGET, created_at, asdict(status), sync_id, attempts=1, reason=reason)


def receiver(github: GitHub) -> Deliver:
    """What takes statuses out of the outbox. A commit or a server that no longer is there is not waited for."""

    def give(item: Undelivered) -> None:
        github.set_status(CommitStatus(**item.body))

    return give


class StatusReceiver:
    """Sets the statuses that earlier runs owed; this run's are set when it is over and all is known."""

    target = TARGET

    def __init__(self, connect: Callable[[], GitHub]) -> None:
        self._connect = connect

    def post(self, run: Run) -> Undelivered | None:
        """Nothing yet."""

    def deliver(self, run: Run, item: Undelivered) -> None:  # noqa: ARG002 - a status is for a commit, whatever the run
        """Set a status that is owed. Raises FgdError if GitHub does not take it."""
        receiver(self._connect())(item)

    def failed(self, run: Run, reason: str) -> None:
        """Nothing to be noted: what is owed stays owed."""


def end_abandoned(github: GitHub, told: Told) -> int:
    """End the check runs that this run began and left behind, as a step that was killed does; how many there were."""
    wanted = new_check(told)
    found = github.unfinished_checks(wanted.commit, wanted.name)
    ours = [check for check, external_id in found.items() if external_id == wanted.external_id]
    output = CheckOutput("cancelled", "The run was stopped before it could say what it found. Nothing is half done.")
    for check in ours:
        github.complete_check(check, Conclusion.CANCELLED, output)
    return len(ours)
