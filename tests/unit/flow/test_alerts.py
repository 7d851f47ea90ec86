import pytest

from fgd_sync.flow.alerts import Measured, alerts
from fgd_sync.model.code import THRESHOLD_EXCEEDED
from fgd_sync.model.config import AlertThresholds

LIMITS = AlertThresholds(sync_duration_seconds=300, error_rate_percent=5, queue_depth=100)


@pytest.mark.parametrize(
    ("measured", "message"),
    [
        (Measured(seconds=300.6), "the sync took 301 s, more than 300 s"),
        (Measured(files=20, failed=2), "2 of 20 files have errors (10.0 %), more than 5 %"),
        (Measured(queue_depth=101), "101 reports wait to be delivered, more than 100"),
    ],
)
def test_beyond_a_threshold(measured: Measured, message: str) -> None:
    (found,) = alerts(LIMITS, measured)
    assert found.message == message
    assert found.code is THRESHOLD_EXCEEDED
    assert f"monitoring.alert_thresholds.{found.details['metric']}" in found.remedy


@pytest.mark.parametrize(
    "measured", [Measured(), Measured(300, 20, 1, 100), Measured(files=0, failed=0), Measured(files=19, failed=19)]
)
def test_at_a_threshold_nobody_speaks_up(measured: Measured) -> None:
    assert not list(alerts(LIMITS, measured))


def test_all_is_said_at_once() -> None:
    assert len(list(alerts(LIMITS, Measured(1000, 20, 10, 1000)))) == 3


def test_a_threshold_of_nothing_speaks_up_at_the_first() -> None:
    none = AlertThresholds(error_rate_percent=0, queue_depth=0)
    assert len(list(alerts(none, Measured(files=1000, failed=1, queue_depth=1)))) == 2
