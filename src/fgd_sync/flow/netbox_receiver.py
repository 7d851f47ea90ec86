"""NetBox as a receiver of reports: the outcome of each sync, and the fabric's records as they are after it."""

from collections.abc import Callable, Mapping

from fgd_sync.flow.course import finding_of
from fgd_sync.flow.ground import Run
from fgd_sync.flow.netbox.pact import Pact
from fgd_sync.flow.netbox.report import report
from fgd_sync.model.code import NETBOX_CONNECTION_FAILED, Severity
from fgd_sync.model.config import NetBoxSettings
from fgd_sync.model.context import RunContext
from fgd_sync.model.event import EventType
from fgd_sync.model.failure import FgdError
from fgd_sync.model.netbox import NetBoxResult, Outcome
from fgd_sync.model.report import FabricReport
from fgd_sync.model.resource import JsonObject, Ref
from fgd_sync.model.undelivered import Undelivered
from fgd_sync.model.value import replace
from fgd_sync.planning.managed import managed_records, resources_in
from fgd_sync.planning.netbox_outcome import outcome_of
from fgd_sync.planning.netbox_records import Records, records_of
from fgd_sync.planning.three_ways import Policy
from fgd_sync.ports import Clock, NetBox

TARGET = "netbox"
_MOST_NOTES = 10
"""So many remarks of NetBox are shown in a report."""


class NetBoxReceiver:
    """Tells NetBox of syncs. `connect` gives a client for one report; its time runs from then on.

    `policy` says who wins, in a fabric, where NetBox and git changed the same field.
    """

    target = TARGET

    def __init__(
        self,
        connect: Callable[[], NetBox],
        settings: NetBoxSettings,
        context: RunContext,
        clock: Clock,
        *,
        policy: Callable[[str], str] = lambda _: Policy.ASK,
    ) -> None:
        self._connect, self._settings, self._context, self._clock = connect, settings, context, clock
        self._policy = policy
        self._failures: dict[str, FgdError] = {}

    def post(self, run: Run) -> Undelivered:
        """The outcome of a run; one that is still at work is about to be completed."""
        subject, now = run.course.subject, self._clock.now()
        outcome = outcome_of(
            _ended(run, now),
            self._context,
            netbox_id=subject.fabric_id,
            commit=run.report.commit or run.course.operation.tip,
            correlation_id=subject.correlation_id,
        )
        identity = f"{TARGET}-{run.sync_id}"
        return Undelivered(identity, TARGET, now, outcome.to_json(), run.sync_id, subject.correlation_id)

    def deliver(self, run: Run, item: Undelivered) -> None:
        """Tell NetBox of this run, or of an earlier one of the fabric, of which it gets no records. Raises FgdError."""
        mine = item.sync_id == run.sync_id
        outcome = Outcome.from_json(item.body)
        known = self._agreed(run)
        pact = self._pact(run, known or {})
        records = _records(run) if mine else None
        result = report(self._connect(), outcome, self._settings, records, full=run.is_pull, pact=pact)
        if mine:
            run.agreement = pact.files if known is not None else None
            self._tell(run, result)
        if not result.delivered:
            if mine:
                self._failures[run.sync_id] = result.failures[0]
            raise result.failures[0]

    def _agreed(self, run: Run) -> Mapping[str, bytes] | None:
        """The files that keep what was agreed on with NetBox; None where they cannot be read."""
        try:
            return run.agreed()
        except FgdError:
            return None

    def _pact(self, run: Run, files: Mapping[str, bytes]) -> Pact:
        policy = Policy(self._policy(run.fabric))
        return Pact(files, self._settings.url.rstrip("/"), policy, lambda: _earlier(run))

    def failed(self, run: Run, reason: str) -> None:
        """The report waits: a warning, or the end of the run if the settings want that."""
        failure = self._failures.get(run.sync_id) or FgdError(
            NETBOX_CONNECTION_FAILED, reason or "an earlier report could not be delivered yet"
        )
        run.course.emit(EventType.NETBOX_FAILED, sync_id=run.sync_id, code=failure.code.id, message=failure.message)
        if self._settings.on_failure == "fail" and run.is_live:
            run.fail(failure)
            return
        run.course.add(finding_of(failure, Severity.WARNING))
        note = f"NetBox was not told, the next run will: {failure.message}. {failure.remedy}"
        run.tell(notes=(*run.report.notes, note))

    def _tell(self, run: Run, result: NetBoxResult) -> None:
        what = (*result.waiting, *(f"conflict: {item}" for item in result.conflicts), *result.unsupported)
        if what:
            run.tell(notes=(*run.report.notes, *(f"NetBox: {item}" for item in what[:_MOST_NOTES])))
        if result.delivered:
            counts = {
                name: sum(getattr(item, name) for item in result.done) for name in ("created", "updated", "deleted")
            }
            run.course.emit(
                EventType.NETBOX_REPORTED, sync_id=run.sync_id, target=result.target, requests=result.requests, **counts
            )


def _ended(run: Run, now: str) -> FabricReport:
    return replace(run.report, failure=run.failure, completed_at=now)


def _records(run: Run) -> Records | None:
    """The resources as they are on the branch; None where the run did not get so far: NetBox keeps what it has."""
    plan = run.report.plan
    if plan is None or run.failure:
        return None
    tree = run.tree.after(run.changes) if run.report.applied else run.tree
    if run.options and (run.is_pull or not run.report.applied):
        return managed_records(tree, run.options)
    return records_of(plan, tree)


def _earlier(run: Run) -> Mapping[Ref, JsonObject]:
    """What the branch held after the sync before, as far as that is known."""
    return resources_in({**run.tree.files, **(run.options.base if run.options else {})})
