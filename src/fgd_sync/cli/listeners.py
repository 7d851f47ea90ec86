"""Who is told what happens in a run, besides its history: who watches it, Prometheus, Redis, as the settings say."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from fgd_sync.cli.crew import warn
from fgd_sync.model.config import MonitoringSettings, Settings
from fgd_sync.model.failure import FgdError
from fgd_sync.model.value import dataclass, replace

if TYPE_CHECKING:
    from fgd_sync.adapters.metrics import MetricsSink
    from fgd_sync.ports import EventSink


@dataclass(frozen=True, slots=True)
class Listeners:
    """The sinks of a run on this computer, the receiver outside, if any, and what has to be told when it is over."""

    sinks: Sequence["EventSink"] = ()
    metrics: "MetricsSink | None" = None
    redis: "EventSink | None" = None

    @property
    def every(self) -> Sequence["EventSink"]:
        """All sinks."""
        return [*self.sinks, *([self.redis] if self.redis else ())]

    def finish(self, queue_depth: int = 0) -> None:
        """The run is over, and so many reports wait to be delivered. Warns if somebody could not be told."""
        if self.metrics is None:
            return
        try:
            self.metrics.finish(queue_depth)
        except FgdError as failure:
            warn(f"{failure.message}. {failure.remedy}")


def listeners(settings: Settings, progress: str) -> Listeners:
    """The listeners that the settings and the command line ask for. Raises FgdError for settings that lead nowhere."""
    sinks = list(_watchers(progress, debug=settings.debug_mode))
    metrics = metrics_of(settings.monitoring)
    if metrics:
        sinks.append(metrics)
    return Listeners(sinks, metrics, _redis(settings.events.redis_url))


@contextmanager
def listening(settings: Settings, progress: str, events: Path | None) -> Iterator[Listeners]:
    """The same, with a file that all events are appended to, if one is named; closed at the end. Raises FgdError."""
    told = listeners(settings, progress)
    if events is None:
        yield told
        return
    from fgd_sync.adapters.json_lines import JsonLinesFile

    with JsonLinesFile(events) as file:
        yield replace(told, sinks=[*told.sinks, file])


def _redis(url: str) -> "EventSink | None":
    if not url:
        return None
    from fgd_sync.adapters.redis_sink import RedisSink

    return RedisSink(url)


def _watchers(progress: str, *, debug: bool) -> Sequence["EventSink"]:
    if progress == "none" and not debug:
        return ()
    from fgd_sync.adapters.log_sink import DebugSink, LogSink, ProgressSink

    watch: dict[str, EventSink] = {
        "log": LogSink(sys.stderr),
        "groups": LogSink(sys.stderr, groups=True),
        "json": ProgressSink(sys.stderr),
    }
    return [item for item in (watch.get(progress), DebugSink(sys.stderr) if debug else None) if item]


def metrics_of(settings: MonitoringSettings) -> "MetricsSink | None":
    """The sink for Prometheus; None if nothing is to be told."""
    if not settings.metrics_file and not settings.pushgateway_url:
        return None
    from fgd_sync.adapters.metrics import MetricsSink, Pushgateway

    file = Path(settings.metrics_file) if settings.metrics_file else None
    return MetricsSink(file, Pushgateway(settings.pushgateway_url, _instance()) if settings.pushgateway_url else None)


def _instance() -> str:
    """Who pushes metrics, the same in every run: the repository on GitHub, else this computer."""
    import socket

    return os.environ.get("GITHUB_REPOSITORY", "") or socket.gethostname()
