import threading
import time

import pytest

from fgd_sync.adapters.clock import SystemClock
from fgd_sync.flow.health import Check, check_all, exit_of, overall, with_warning
from fgd_sync.model import code
from fgd_sync.model.code import Code
from fgd_sync.model.failure import FgdError
from fgd_sync.model.health import Finding, Health, Status

OK = Finding(Status.OK, "all is well")


def health(status: Status, of: Code | None = None) -> Health:
    return Health("x", Finding(status, "", code=of), 0.0)


def test_outcomes_stand_in_the_order_of_the_checks_however_long_each_takes() -> None:
    def slow() -> Finding:
        time.sleep(0.1)
        return OK

    found = check_all([Check("slow", slow), Check("quick", lambda: OK)], 5, SystemClock())
    assert [(item.name, item.finding) for item in found] == [("slow", OK), ("quick", OK)]
    assert found[0].seconds >= 0.1


def test_all_are_asked_at_the_same_time() -> None:
    together = threading.Barrier(10)

    def probe() -> Finding:
        together.wait(5)
        return OK

    found = check_all([Check(str(number), probe) for number in range(10)], 6, SystemClock())
    assert all(item.finding == OK for item in found)


def test_one_that_fails_disturbs_no_other() -> None:
    def refused() -> Finding:
        raise FgdError(code.NETBOX_CONNECTION_FAILED, "connection refused", remedy="Start it.")

    def broken() -> Finding:
        raise LookupError("spec")

    found = check_all([Check("a", refused), Check("b", broken), Check("c", lambda: OK)], 5, SystemClock())
    assert found[0].finding == Finding(Status.FAILED, "connection refused", "Start it.", code.NETBOX_CONNECTION_FAILED)
    assert found[1].finding.detail == "the check itself failed: LookupError: spec"
    assert found[1].finding.code is code.INTERNAL_ERROR
    assert found[2].finding == OK


def test_one_that_does_not_come_back_is_not_waited_for() -> None:
    never = threading.Event()

    def hang() -> Finding:
        never.wait(30)
        return OK

    start = time.monotonic()
    found = check_all([Check("hang", hang), Check("quick", lambda: OK)], 0.2, SystemClock())
    assert time.monotonic() - start < 5
    assert found[0].finding.status is Status.FAILED
    assert found[0].finding.detail == "no answer within 0.2 s"
    assert found[1].finding == OK
    never.set()


@pytest.mark.parametrize(
    ("found", "status", "exit_status"),
    [
        ([], Status.OK, 0),
        ([health(Status.OK), health(Status.SKIPPED)], Status.OK, 0),
        ([health(Status.WARNING, code.NETBOX_CONNECTION_FAILED)], Status.WARNING, 0),
        ([health(Status.FAILED, code.CONFIGURATION_INVALID), health(Status.WARNING)], Status.FAILED, 2),
        ([health(Status.FAILED, code.CONFIGURATION_INVALID), health(Status.FAILED, code.DIRECTORY_NOT_FOUND)], Status.FAILED, 4),
        ([health(Status.FAILED, code.REDIS_CONNECTION_FAILED)], Status.FAILED, 6),
        ([health(Status.FAILED)], Status.FAILED, 6),
    ],
)  # fmt: skip
def test_the_whole_is_as_good_as_its_worst_part(found: list[Health], status: Status, exit_status: int) -> None:
    assert (overall(found), exit_of(found)) == (status, exit_status)


def test_a_warning_does_not_hide_a_failure() -> None:
    bad = Finding(Status.FAILED, "gone", "Find it.")
    assert with_warning(OK, "old", "Renew it.") == Finding(Status.WARNING, "all is well; old", "Renew it.")
    assert with_warning(bad, "old", "Renew it.") == Finding(Status.FAILED, "gone; old", "Find it.")
