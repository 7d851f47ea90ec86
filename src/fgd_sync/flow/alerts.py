"""The thresholds of monitoring: what was measured in, what is beyond its threshold out; and the stage that looks."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from fgd_sync.flow.course import finding_of
from fgd_sync.flow.ground import Run
from fgd_sync.model.code import THRESHOLD_EXCEEDED, Severity
from fgd_sync.model.config import AlertThresholds, MonitoringSettings
from fgd_sync.model.failure import FgdError
from fgd_sync.model.moment import seconds_between
from fgd_sync.model.value import dataclass

if TYPE_CHECKING:  # At a desk nobody needs what the other ports are about.
    from fgd_sync.ports import Clock

FEWEST_FILES = 20
"""From so many files on there is a rate of errors: of fewer, one alone would be beyond any threshold."""

_PATH = "monitoring.alert_thresholds"


@dataclass(frozen=True, slots=True)
class Measured:
    """What a sync of one fabric came to. `files`: those taken in, `failed`: those of them with errors.

    `queue_depth`: reports that wait to be delivered.
    """

    seconds: float = 0.0
    files: int = 0
    failed: int = 0
    queue_depth: int = 0

    @property
    def error_rate(self) -> float:
        """Files with errors, in per cent; 0 where there are too few files to speak of a rate."""
        return 100 * self.failed / self.files if self.files >= FEWEST_FILES else 0.0


def alerts(thresholds: AlertThresholds, measured: Measured) -> Iterator[FgdError]:
    """What is beyond its threshold. Whether that fails the sync, `monitoring.on_alert` says."""
    if measured.seconds > thresholds.sync_duration_seconds:
        yield _alert(
            f"the sync took {measured.seconds:.0f} s, more than {thresholds.sync_duration_seconds} s",
            f"See which stage took long (`fgd history`), or raise `{_PATH}.sync_duration_seconds`.",
            metric="sync_duration_seconds",
        )
    if measured.error_rate > thresholds.error_rate_percent:
        share = f"{measured.failed} of {measured.files} files have errors ({measured.error_rate:.1f} %)"
        yield _alert(
            f"{share}, more than {thresholds.error_rate_percent} %",
            f"Correct the files that the report lists, or raise `{_PATH}.error_rate_percent`.",
            metric="error_rate_percent",
        )
    if measured.queue_depth > thresholds.queue_depth:
        yield _alert(
            f"{measured.queue_depth} reports wait to be delivered, more than {thresholds.queue_depth}",
            f"See which neighbour does not answer (`fgd health`), or raise `{_PATH}.queue_depth`.",
            metric="queue_depth",
        )


def _alert(message: str, remedy: str, *, metric: str) -> FgdError:
    return FgdError(THRESHOLD_EXCEEDED, message, remedy=remedy, details={"metric": metric})


def watch(
    settings: MonitoringSettings, clock: "Clock", queue_depth: Callable[[Run], int] = lambda _: 0
) -> Callable[[Sequence[Run]], None]:
    """A stage that looks at the thresholds of each run; what is beyond is a warning in its record, or fails it."""

    def stage(runs: Sequence[Run]) -> None:
        for run in runs:
            if run.is_live:
                for alert in list(alerts(settings.alert_thresholds, _measured(run, clock, queue_depth(run)))):
                    _raise_alarm(run, alert, fails=settings.on_alert == "fail")

    return stage


def _raise_alarm(run: Run, alert: FgdError, *, fails: bool) -> None:
    if fails and run.is_live:
        run.fail(alert)
        return
    run.course.add(finding_of(alert, Severity.WARNING))
    run.tell(notes=(*run.report.notes, f"{alert.message}. {alert.remedy}"))


def _measured(run: Run, clock: "Clock", queue_depth: int) -> Measured:
    sources = {item.path for item in (run.report.plan.sources if run.report.plan else ())}
    wrong = {item.location.path for item in run.report.diagnostics if item.is_error}
    start, now = run.course.operation.started_at, clock.now()
    seconds = seconds_between(start, now) if start != now else 0.0
    return Measured(seconds, len(sources), len(sources & wrong), queue_depth)
