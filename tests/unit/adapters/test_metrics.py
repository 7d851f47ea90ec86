import subprocess
import sys
import threading
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from fgd_sync.adapters.metric_values import MOST_FABRICS, Samples, added
from fgd_sync.adapters.metrics import MetricsSink
from fgd_sync.model import code
from fgd_sync.model.event import Event, EventType
from fgd_sync.model.failure import FgdError
from fgd_sync.model.metric import METRICS, SYNCS
from sync_events import event, sync_of

RUN = """
import sys
from pathlib import Path
from fgd_sync.adapters.metrics import MetricsSink
from sync_events import sync_of
sink = MetricsSink(Path(sys.argv[1]), None)
for item in sync_of(sys.argv[2]):
    sink.deliver(item)
sink.finish(0)
"""

ONE_SYNC = """\
# HELP fgd_sync_total Syncs that ended, by how.
# TYPE fgd_sync_total counter
fgd_sync_total{fabric="north",status="failed",trigger="push"} 1.0
# HELP fgd_files_processed_total Files taken in.
# TYPE fgd_files_processed_total counter
fgd_files_processed_total{fabric="north",file_type="yaml",status="archived"} 1.0
# HELP fgd_sync_failures_total Syncs that failed, by code.
# TYPE fgd_sync_failures_total counter
fgd_sync_failures_total{code="FGD_4005",fabric="north"} 1.0
# HELP fgd_sync_duration_seconds Duration of syncs.
# TYPE fgd_sync_duration_seconds histogram
fgd_sync_duration_seconds_bucket{fabric="north",le="1.0",trigger="push"} 0.0
fgd_sync_duration_seconds_bucket{fabric="north",le="5.0",trigger="push"} 1.0
fgd_sync_duration_seconds_bucket{fabric="north",le="10.0",trigger="push"} 1.0
fgd_sync_duration_seconds_bucket{fabric="north",le="30.0",trigger="push"} 1.0
fgd_sync_duration_seconds_bucket{fabric="north",le="60.0",trigger="push"} 1.0
fgd_sync_duration_seconds_bucket{fabric="north",le="120.0",trigger="push"} 1.0
fgd_sync_duration_seconds_bucket{fabric="north",le="300.0",trigger="push"} 1.0
fgd_sync_duration_seconds_bucket{fabric="north",le="600.0",trigger="push"} 1.0
fgd_sync_duration_seconds_bucket{fabric="north",le="+Inf",trigger="push"} 1.0
fgd_sync_duration_seconds_count{fabric="north",trigger="push"} 1.0
fgd_sync_duration_seconds_sum{fabric="north",trigger="push"} 2.0
"""


def run(file: Path, *events: Event, queue_depth: int = 0) -> dict[str, float]:
    """The samples in the file after a run with these events."""
    sink = MetricsSink(file, None)
    for item in events:
        sink.deliver(item)
    sink.finish(queue_depth)
    return samples(file)


def samples(file: Path) -> dict[str, float]:
    return read(file.read_text())


def read(text: str) -> dict[str, float]:
    """By name and label values."""
    return {
        " ".join([sample.name, *(sample.labels[name] for name in sorted(sample.labels))]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_the_file_is_what_prometheus_reads(tmp_path: Path) -> None:
    file = tmp_path / "fgd.prom"
    run(file, *sync_of("north", EventType.SYNC_FAILED), queue_depth=3)
    text = file.read_text()
    assert text.startswith(ONE_SYNC)
    assert text.endswith("# TYPE fgd_queue_depth gauge\nfgd_queue_depth 3.0\n")
    assert file.stat().st_mode & 0o777 == 0o644
    assert [path.name for path in tmp_path.iterdir()] == ["fgd.prom"]


def test_every_metric_of_the_contract_is_there_before_anything_was_counted(tmp_path: Path) -> None:
    run(tmp_path / "fgd.prom")
    families = list(text_string_to_metric_families((tmp_path / "fgd.prom").read_text()))
    assert [(family.name, family.type) for family in families] == [
        (item.name.removesuffix("_total"), item.kind.value) for item in METRICS
    ]
    assert [item.name for item in METRICS] == [
        "fgd_sync_total",
        "fgd_files_processed_total",
        "fgd_sync_failures_total",
        "fgd_sync_duration_seconds",
        "fgd_file_processing_duration_seconds",
        "fgd_active_syncs",
        "fgd_queue_depth",
    ]


def test_counters_grow_from_run_to_run_and_gauges_say_how_it_is_now(tmp_path: Path) -> None:
    file = tmp_path / "fgd.prom"
    run(file, *sync_of("north", seconds=2), queue_depth=7)
    run(file, *sync_of("south", EventType.SYNC_CANCELLED), queue_depth=9)
    found = run(file, *sync_of("north", seconds=40))
    assert found["fgd_sync_total north completed push"] == 2
    assert found["fgd_sync_total south cancelled push"] == 1
    assert found["fgd_sync_duration_seconds_bucket north 5.0 push"] == 1
    assert found["fgd_sync_duration_seconds_bucket north 60.0 push"] == 2
    assert found["fgd_sync_duration_seconds_sum north push"] == 42
    assert found["fgd_sync_duration_seconds_count north push"] == 2
    assert found["fgd_file_processing_duration_seconds_bucket north yaml 0.005"] == 2
    assert found["fgd_queue_depth"] == 0


def test_a_sync_at_work_is_seen_while_it_is_at_work(tmp_path: Path) -> None:
    file = tmp_path / "fgd.prom"
    sink = MetricsSink(file, None)
    first, second = sync_of("north"), sync_of("south")
    for item in (*first[:3], *second[:3]):
        sink.deliver(item)
    assert samples(file)["fgd_active_syncs"] == 1
    for item in (*first[3:], *second[3:]):
        sink.deliver(item)
    sink.finish(0)
    assert samples(file)["fgd_active_syncs"] == 0


def test_labels_come_from_small_vocabularies(tmp_path: Path) -> None:
    found = run(
        tmp_path / "fgd.prom",
        *sync_of("n" * 500, trigger="issue_comment from\nsomebody"),
        event(EventType.FILE_FAILED, "north", sync_id="s", file_path="raw/weird.EXE", status="exploded"),
        event(EventType.FILE_FAILED, "north", sync_id="s", file_path="raw/B.JSON", status="unmanaged"),
        event(EventType.SYNC_FAILED, "north", sync_id="s", duration_seconds=1, code="MY_OWN"),
    )
    assert f"fgd_sync_total {'n' * 119}… completed other" in found
    assert found["fgd_sync_failures_total other north"] == 1
    assert found["fgd_files_processed_total north other other"] == 1
    assert found["fgd_files_processed_total north json unmanaged"] == 1


def test_a_file_that_was_planned_twice_counts_once_as_it_ended(tmp_path: Path) -> None:
    told = [
        event(EventType.FILE_FAILED, sync_id="s", file_path="raw/a.json", status="held", processing_time=1),
        event(EventType.FILE_PROCESSED, sync_id="s", file_path="raw/a.json", status="archived", processing_time=2),
        event(EventType.SYNC_COMPLETED, sync_id="s", duration_seconds=1),
    ]
    found = run(tmp_path / "fgd.prom", *told)
    assert [name for name in found if name.startswith("fgd_files")] == ["fgd_files_processed_total north json archived"]
    assert found["fgd_file_processing_duration_seconds_sum north json"] == 2


def test_names_of_fabrics_cannot_flood_a_server() -> None:
    name, rest = SYNCS.name, ("push", "completed")
    full: Samples = {(name, (f"fabric-{number}", *rest)): 1.0 for number in range(MOST_FABRICS)}
    new: Samples = {(name, (fabric, *rest)): 1.0 for fabric in ("one more", "and one", "fabric-7")}
    total = added(full, new)
    assert total[name, ("other", *rest)] == 2
    assert total[name, ("fabric-7", *rest)] == 2
    assert len(total) == MOST_FABRICS + 1


def test_the_duration_is_told_or_else_taken_from_the_times(tmp_path: Path) -> None:
    found = run(
        tmp_path / "fgd.prom",
        event(EventType.SYNC_STARTED, time="2026-03-01T08:30:00Z", sync_id="s", trigger="manual"),
        event(EventType.SYNC_COMPLETED, time="2026-03-01T08:30:17Z", sync_id="s"),
    )
    assert found["fgd_sync_duration_seconds_sum north manual"] == 17


def test_runs_at_the_same_time_lose_nothing(tmp_path: Path) -> None:
    file, tests = tmp_path / "fgd.prom", Path(__file__).parents[2] / "support"
    script = f"import sys; sys.path.insert(0, {str(tests)!r})\n{RUN}"
    runs = [subprocess.Popen([sys.executable, "-c", script, str(file), f"f{number % 2}"]) for number in range(8)]
    assert [item.wait() for item in runs] == [0] * 8
    found = samples(file)
    assert found["fgd_sync_total f0 completed push"] == found["fgd_sync_total f1 completed push"] == 4


def test_readers_never_see_half_a_file(tmp_path: Path) -> None:
    file, stop = tmp_path / "fgd.prom", threading.Event()
    run(file, *sync_of("north"))
    seen: list[int] = []

    def look() -> None:
        while not stop.is_set():
            text = file.read_text()
            assert text.endswith("fgd_queue_depth 0.0\n")
            seen.append(len(text))

    reader = threading.Thread(target=look)
    reader.start()
    for number in range(30):
        run(file, *sync_of(f"fabric-{number}"))
    stop.set()
    reader.join()
    assert len(set(seen)) > 1


def test_a_file_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "README.md"
    file.write_text("# About\n")
    with pytest.raises(FgdError, match="not a file of metrics") as caught:
        run(file, *sync_of("north"))
    assert caught.value.code is code.METRICS_FAILED
    assert file.read_text() == "# About\n"


def test_a_damaged_file_of_ours_is_begun_anew(tmp_path: Path) -> None:
    file = tmp_path / "fgd.prom"
    run(file, *sync_of("north"))
    file.write_bytes(file.read_bytes()[:400] + b"\xff{{{ 1 2 3")
    assert run(file, *sync_of("south"))["fgd_sync_total south completed push"] == 1


@pytest.mark.parametrize(
    ("name", "words"), [("none/fgd.prom", "it is not there"), (".", "a directory, or something else")]
)
def test_a_place_that_cannot_be_written_is_a_warning_with_what_to_do(tmp_path: Path, name: str, words: str) -> None:
    sink = MetricsSink(tmp_path / name, None)
    for item in sync_of("north"):
        sink.deliver(item)
    with pytest.raises(FgdError, match=words) as caught:
        sink.finish(0)
    assert caught.value.code is code.METRICS_FAILED
    assert "monitoring.metrics_file" in caught.value.remedy


def test_a_link_is_followed_and_stays(tmp_path: Path) -> None:
    real, link = tmp_path / "real.prom", tmp_path / "link.prom"
    link.symlink_to(real)
    run(link, *sync_of("north"))
    assert link.is_symlink()
    assert real.read_text().startswith("# HELP fgd_sync_total")


def test_a_run_without_metrics_does_not_import_the_client() -> None:
    script = (
        "import sys\n"
        "from fgd_sync.adapters.metrics import MetricsSink\n"
        "from fgd_sync.model.event import Event, EventType\n"
        "MetricsSink(None, None).deliver(Event('', EventType.SYNC_PROGRESS, '', '', None, '', {}))\n"
        "print('prometheus_client' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
