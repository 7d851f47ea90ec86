"""Metrics for Prometheus: the port `EventSink` for a text file and a Pushgateway.

Takes events; writes the file when the first sync begins and when the run is over, and pushes at the same moments.
Counters go on from what is there: in the file, or else what the Pushgateway has of this instance. Prometheus' client is
slow to import; it is imported when the first value is written.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from fgd_sync.adapters.metric_values import Samples, Tally, added, families, read_samples
from fgd_sync.adapters.metrics_file import check_writable, update
from fgd_sync.adapters.net_errors import cause
from fgd_sync.model.code import METRICS_FAILED
from fgd_sync.model.event import EVERY_FILE, Event, EventType
from fgd_sync.model.failure import FgdError
from fgd_sync.model.health import Finding, Status
from fgd_sync.model.metric import ACTIVE, QUEUE
from fgd_sync.model.value import dataclass

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry
    from prometheus_client import Metric as Family

JOB = "fgd-sync"
"""The job under which metrics are pushed."""

TIMEOUT = 5.0
"""Seconds to wait for the Pushgateway."""


_LARGEST_ANSWER = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Pushgateway:
    """Where metrics are pushed to. `instance`: who pushes, such as `acme/fabrics`: the same in every run."""

    url: str
    instance: str
    timeout: float = TIMEOUT


class MetricsSink:
    """Counts events and tells Prometheus. `file`: None for none; its folder must be there."""

    name = "metrics"
    most_files = EVERY_FILE

    def __init__(self, file: Path | None, gateway: Pushgateway | None) -> None:
        self._file, self._gateway = file, gateway
        self._tally = Tally()
        self._begun = False

    def deliver(self, event: Event) -> None:
        """Count the event, and tell of the first sync that begins. Never raises: `finish` says what cannot be told."""
        self._tally.take(event)
        if event.type is EventType.SYNC_STARTED and not self._begun:
            self._begun = True
            with suppress(FgdError):
                self._tell()

    def finish(self, queue_depth: int) -> None:
        """The run is over, and so many reports wait to be delivered. Raises FgdError METRICS_FAILED."""
        self._tally.queue_depth = queue_depth
        self._tell()

    def probe(self) -> Finding:
        """Whether the file can be written and the Pushgateway answers, for `fgd health`. Raises FgdError."""
        told = []
        if self._file:
            check_writable(self._file)
            told.append(f"{self._file} can be written")
        if self._gateway:
            _pushed_before(self._gateway)
            told.append(f"{_place(self._gateway)} answers")
        return Finding(Status.OK, "; ".join(told))

    def _tell(self) -> None:
        """Add what is new to what is there. Raises FgdError; what could not be told is new the next time too."""
        new, gateway = self._tally, self._gateway
        if self._file:
            text = update(self._file, lambda before: _text(added(read_samples(before, {}), new.samples), new))
            new.forget()
            if gateway:
                _push(gateway, read_samples(text, {}), new)
        elif gateway:
            _push(gateway, added(_pushed_before(gateway), new.samples), new)
            new.forget()


class _Collector:
    """What Prometheus' client asks for values."""

    def __init__(self, samples: Samples, tally: Tally) -> None:
        self._samples, self._gauges = samples, {ACTIVE.name: tally.active, QUEUE.name: tally.queue_depth}

    def collect(self) -> Iterable["Family"]:
        return families(self._samples, self._gauges)


def _registry(samples: Samples, tally: Tally) -> "CollectorRegistry":
    from prometheus_client import CollectorRegistry

    registry = CollectorRegistry()
    registry.register(_Collector(samples, tally))
    return registry


def _text(samples: Samples, tally: Tally) -> str:
    from prometheus_client import generate_latest

    return generate_latest(_registry(samples, tally)).decode()


def _push(gateway: Pushgateway, samples: Samples, tally: Tally) -> None:
    from prometheus_client import push_to_gateway

    grouping = {"instance": gateway.instance}
    with _in_words(gateway):
        push_to_gateway(gateway.url, JOB, _registry(samples, tally), grouping_key=grouping, timeout=gateway.timeout)


def _pushed_before(gateway: Pushgateway) -> Samples:
    """What the Pushgateway has now."""
    from urllib.request import urlopen

    with _in_words(gateway), urlopen(f"{gateway.url.rstrip('/')}/metrics", timeout=gateway.timeout) as answer:  # noqa: S310 - the settings allow http and https only
        text: bytes = answer.read(_LARGEST_ANSWER + 1)
    if len(text) > _LARGEST_ANSWER:
        raise FgdError(METRICS_FAILED, f"{_place(gateway)} answers with more than a Pushgateway has")
    return read_samples(text.decode("utf-8", "replace"), {"job": JOB, "instance": gateway.instance})


@contextmanager
def _in_words(gateway: Pushgateway) -> Iterator[None]:
    from http.client import HTTPException
    from urllib.error import HTTPError

    place = _place(gateway)
    try:
        yield
    except HTTPError as error:
        error.close()
        raise FgdError(METRICS_FAILED, f"{place} answered with status {error.code}") from None
    except TimeoutError:
        raise FgdError(METRICS_FAILED, f"{place} did not answer within {gateway.timeout:g} s") from None
    except (OSError, HTTPException) as error:
        raise FgdError(METRICS_FAILED, f"{place} cannot be reached: {cause(error) or type(error).__name__}") from None


def _place(gateway: Pushgateway) -> str:
    return f"the Pushgateway at {urlsplit(gateway.url).netloc}"
