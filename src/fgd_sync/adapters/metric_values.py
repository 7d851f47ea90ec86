"""The values of the metrics: events in, numbers by labels out; numbers of earlier runs can be added.

A run is one process, and counters must outlive it: what an earlier run wrote is read back and added to. Labels come
from a small vocabulary each, or are cut short and limited in number, so that no repository can flood a server.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from math import inf
from typing import TYPE_CHECKING, Any

from fgd_sync.model import metric
from fgd_sync.model.code import CODES
from fgd_sync.model.event import Event, EventType
from fgd_sync.model.metric import METRICS, Metric, MetricKind
from fgd_sync.render.escape import cut
from fgd_sync.render.json_report import FATES

if TYPE_CHECKING:
    from prometheus_client import Metric as Family

TRIGGERS = frozenset({
    "manual", "push", "schedule", "workflow_dispatch", "repository_dispatch", "pull_request", "pull_request_target",
    "merge_group", "workflow_run", "workflow_call",
})  # fmt: skip
FILE_STATUSES = frozenset(FATES.values())
MOST_FABRICS = 1000
OTHER = "other"
"""The label of what is not in the vocabulary, and of fabrics beyond the limit."""

_LONGEST = 120
_TYPES = {"yaml": "yaml", "yml": "yaml", "json": "json"}
_ENDS = {
    EventType.SYNC_COMPLETED: "completed",
    EventType.SYNC_FAILED: "failed",
    EventType.SYNC_CANCELLED: "cancelled",
}

Labels = tuple[str, ...]
Samples = dict[tuple[str, Labels], float]
"""Values by the name of the sample, such as `fgd_sync_total`, and its labels in the metric's order; `le` comes last."""


class Tally:
    """Counts what events tell. `active`: syncs that have begun and not ended; `queue_depth`: as the run says."""

    def __init__(self) -> None:
        self.queue_depth = 0
        self._samples: Samples = {}
        self._begun: dict[str, tuple[str, str]] = {}
        self._running: set[str] = set()
        self._files: dict[tuple[str, str], Event] = {}

    @property
    def active(self) -> int:
        """How many syncs are at work."""
        return len(self._running)

    @property
    def samples(self) -> Samples:
        """What was counted since the last `forget`."""
        return self._samples

    def forget(self) -> None:
        """Begin to count anew; syncs at work stay at work."""
        self._samples = {}

    def take(self, event: Event) -> None:
        """Count an event; those that no metric is about are left alone."""
        match event.type:
            case EventType.SYNC_REQUESTED | EventType.SYNC_STARTED:
                self._begin(event)
            case EventType.SYNC_COMPLETED | EventType.SYNC_FAILED | EventType.SYNC_CANCELLED:
                self._end(event)
            case EventType.FILE_PROCESSED | EventType.FILE_FAILED:
                self._files[_sync(event), str(event.payload.get("file_path", ""))] = event

    def _begin(self, event: Event) -> None:
        sync = _sync(event)
        self._begun.setdefault(sync, (event.timestamp, _word(event.payload.get("trigger"), TRIGGERS)))
        if event.type is EventType.SYNC_STARTED:
            self._running.add(sync)

    def _end(self, event: Event) -> None:
        sync, fabric = _sync(event), cut(event.fabric, _LONGEST)
        begun, trigger = self._begun.pop(sync, (event.timestamp, OTHER))
        self._running.discard(sync)
        self._count(metric.SYNCS.name, (fabric, trigger, _ENDS[event.type]))
        seconds = event.payload.get("duration_seconds", _seconds(begun, event.timestamp))
        self._observe(metric.SYNC_SECONDS, (fabric, trigger), float(seconds))
        if event.type is EventType.SYNC_FAILED:
            self._count(metric.FAILURES.name, (fabric, _word(event.payload.get("code"), CODES)))
        for key in [key for key in self._files if key[0] == sync]:
            self._file(key[1], self._files.pop(key))

    def _file(self, path: str, event: Event) -> None:
        """Count a file; one that was planned twice, because the branch moved on, counts once."""
        fabric = cut(event.fabric, _LONGEST)
        kind = _TYPES.get(path.rpartition(".")[2].lower(), OTHER)
        self._count(metric.FILES.name, (fabric, kind, _word(event.payload.get("status"), FILE_STATUSES)))
        seconds = event.payload.get("processing_time")
        if seconds is not None:
            self._observe(metric.FILE_SECONDS, (fabric, kind), float(seconds))

    def _observe(self, of: Metric, labels: Labels, value: float) -> None:
        for bound in (*of.buckets, inf):
            self._count(f"{of.name}_bucket", (*labels, _bound(bound)), value <= bound)
        self._count(f"{of.name}_sum", labels, value)

    def _count(self, name: str, labels: Labels, by: float = 1) -> None:
        self._samples[name, labels] = self._samples.get((name, labels), 0.0) + by


def added(earlier: Samples, new: Samples) -> Samples:
    """The sum of two runs. Fabrics beyond the limit are counted together."""
    total = dict(earlier)
    fabrics = {labels[0] for _, labels in earlier}
    for (name, (fabric, *others)), value in new.items():
        if fabric not in fabrics and len(fabrics) >= MOST_FABRICS:
            fabric = OTHER  # noqa: PLW2901
        fabrics.add(fabric)
        sample = (name, (fabric, *others))
        total[sample] = total.get(sample, 0.0) + value
    return total


def read_samples(text: str, where: Mapping[str, str]) -> Samples:
    """The samples of ours in a text of Prometheus' form that have the labels `where`; none in any other text."""
    from prometheus_client.parser import text_string_to_metric_families

    found: Samples = {}
    with suppress(ValueError):
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                names = KEPT.get(sample.name)
                if names and where.items() <= sample.labels.items() and sample.labels.keys() >= set(names):
                    found[sample.name, _kept(names, sample.labels)] = float(sample.value)
    return found


def _kept(names: Labels, labels: Mapping[str, str]) -> Labels:
    return tuple(_bound(float(labels[name])) if name == "le" else labels[name] for name in names)


KEPT: dict[str, Labels] = {
    **{item.name: item.labels for item in METRICS if item.kind is MetricKind.COUNTER},
    **{f"{item.name}_sum": item.labels for item in METRICS if item.kind is MetricKind.HISTOGRAM},
    **{f"{item.name}_bucket": (*item.labels, "le") for item in METRICS if item.kind is MetricKind.HISTOGRAM},
}
"""The samples that are kept from run to run, with the names of their labels."""


def families(samples: Samples, gauges: Mapping[str, float]) -> Iterator["Family"]:
    """All metrics, as Prometheus' client writes them. `gauges`: by the names of the metrics."""
    for item in METRICS:
        match item.kind:
            case MetricKind.HISTOGRAM:
                yield _histogram(item, samples)
            case MetricKind.COUNTER:
                rows = [(labels, value) for (name, labels), value in sorted(samples.items()) if name == item.name]
                yield _plain(item, rows)
            case MetricKind.GAUGE:
                yield _plain(item, [((), gauges[item.name])])


def _histogram(item: Metric, samples: Samples) -> "Family":
    from prometheus_client.core import HistogramMetricFamily

    family = HistogramMetricFamily(item.name, item.help, labels=item.labels)
    bounds = [_bound(bound) for bound in (*item.buckets, inf)]
    for labels in sorted(labels for name, labels in samples if name == f"{item.name}_sum"):
        buckets = [(bound, samples.get((f"{item.name}_bucket", (*labels, bound)), 0.0)) for bound in bounds]
        family.add_metric(labels, buckets, samples[f"{item.name}_sum", labels])
    return family


def _plain(item: Metric, rows: Iterable[tuple[Labels, float]]) -> "Family":
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

    make = CounterMetricFamily if item.kind is MetricKind.COUNTER else GaugeMetricFamily
    family = make(item.name.removesuffix("_total"), item.help, labels=item.labels)
    for labels, value in rows:
        family.add_metric(labels, value)
    return family


def _bound(value: float) -> str:
    return "+Inf" if value == inf else str(float(value))


def _sync(event: Event) -> str:
    return str(event.payload.get("sync_id", ""))


def _word(value: Any, known: Iterable[str]) -> str:
    return value if isinstance(value, str) and value in known else OTHER


def _seconds(start: str, end: str) -> float:
    return max(0.0, (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds())
