"""The thresholds of monitoring: what was measured in, what is beyond its threshold out. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from fgd_sync.model.code import THRESHOLD_EXCEEDED
from fgd_sync.model.config import AlertThresholds
from fgd_sync.model.failure import FgdError

_PATH = "monitoring.alert_thresholds"


@dataclass(frozen=True, slots=True)
class Measured:
    """What a sync of one fabric came to. `files`: all that were looked at, `failed`: those with errors.

    `queue_depth`: reports that wait to be delivered.
    """

    seconds: float = 0.0
    files: int = 0
    failed: int = 0
    queue_depth: int = 0

    @property
    def error_rate(self) -> float:
        """Files with errors, in per cent."""
        return 100 * self.failed / self.files if self.files else 0.0


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
