"""The metrics of a sync: names, labels and buckets are a contract with dashboards and alerts."""

from enum import StrEnum

from fgd_sync.model.value import dataclass


class MetricKind(StrEnum):
    """What Prometheus makes of a metric."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric. `buckets`: upper bounds of a histogram, without the last, which is infinite."""

    name: str
    kind: MetricKind
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()


SYNCS = Metric("fgd_sync_total", MetricKind.COUNTER, "Syncs that ended, by how.", ("fabric", "trigger", "status"))
FILES = Metric(
    "fgd_files_processed_total", MetricKind.COUNTER, "Files taken in.", ("fabric", "file_type", "status")
)  # fmt: skip
FAILURES = Metric("fgd_sync_failures_total", MetricKind.COUNTER, "Syncs that failed, by code.", ("fabric", "code"))
SYNC_SECONDS = Metric(
    "fgd_sync_duration_seconds",
    MetricKind.HISTOGRAM,
    "Duration of syncs.",
    ("fabric", "trigger"),
    (1, 5, 10, 30, 60, 120, 300, 600),
)
FILE_SECONDS = Metric(
    "fgd_file_processing_duration_seconds",
    MetricKind.HISTOGRAM,
    "Time that a file took.",
    ("fabric", "file_type"),
    (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5),
)
ACTIVE = Metric("fgd_active_syncs", MetricKind.GAUGE, "Syncs at work in the run that wrote this last.")
QUEUE = Metric("fgd_queue_depth", MetricKind.GAUGE, "Reports that could not be delivered yet.")

METRICS = (SYNCS, FILES, FAILURES, SYNC_SECONDS, FILE_SECONDS, ACTIVE, QUEUE)
"""Every metric, in the order in which they are written."""
