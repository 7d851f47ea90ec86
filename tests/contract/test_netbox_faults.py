"""Whatever breaks at whatever request of a report: the next report brings NetBox to the right state, nothing twice.

The short campaign spreads the requests over the faults, `--campaign long` breaks each request in each way.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest
from netbox_models import FABRICS, Json
from netbox_runs import client, idle, outcome, records, resource, vpc
from netbox_server import TOKEN, Fake, serving

from fgd_sync.flow.netbox.report import report
from fgd_sync.model import code
from fgd_sync.model.config import NetBoxSettings
from fgd_sync.model.netbox import NetBoxResult
from fgd_sync.planning.netbox_records import Records

FAULTS = ("cut before", "cut after", "fail after", "down from")
LEAF = resource("Switch", "leaf-1", {"role": "server-leaf", "profile": "dell-s5232f-on"})
SPINE = resource("Switch", "spine-1", {"role": "spine", "profile": "dell-s5232f-on"})
LINK = resource(
    "Connection",
    "spine-1--leaf-1",
    {"fabric": {"links": [{"spine": {"port": "spine-1/E1/1"}, "leaf": {"port": "leaf-1/E1/1"}}]}},
)
VLANS = resource("VLANNamespace", "default", {"ranges": [{"from": 1000, "to": 2999}]})
OLD = records(vpc("web"), vpc("gone"), LEAF)
NEW = records(vpc("web", 1002), vpc("db", 1003), LEAF, SPINE, LINK, VLANS)


@dataclass(frozen=True)
class Way:
    """A way of reporting. `every`: how far apart the requests are that one fault breaks in the short campaign."""

    name: str
    plugin: bool
    settings: NetBoxSettings
    first: bool
    every: int = 3


WAYS = [
    Way("core at first", False, NetBoxSettings(), True),
    Way("core later", False, NetBoxSettings(), False),
    Way("plugin at first", True, NetBoxSettings(), True),
    Way("plugin later", True, NetBoxSettings(), False),
    Way("inventory later", False, NetBoxSettings(inventory=True), False, every=8),
]


def tell(fake: Fake, way: Way, number: int, wanted: Records) -> NetBoxResult:
    what = outcome(number, actions={"create": 1, "delete": 5})
    return report(client(fake.url, TOKEN), what, way.settings, wanted)


@contextmanager
def world(way: Way) -> Iterator[Fake]:
    """A NetBox that, unless it is the first report, knows an earlier state."""
    with serving(plugin=way.plugin) as fake:
        if not way.first:
            assert not tell(fake, way, 1, OLD).failures
        fake.asked.clear()
        yield fake


def requests_of(way: Way) -> int:
    with world(way) as fake:
        assert not tell(fake, way, 2, NEW).failures
        return len(fake.asked)


def breaking(fault: str, at: int) -> Callable[[int, str, str], str]:
    if fault == "down from":
        return lambda number, *_: "cut before" if number >= at else ""
    return lambda number, *_: fault if number == at else ""


def assert_right(fake: Fake, way: Way, note: str) -> None:
    path = FABRICS if way.plugin else "virtualization/clusters"
    homes = [item for item in fake.rows(path) if item["name"] == "north"]
    assert len(homes) == 1, note
    assert homes[0]["custom_fields"]["fgd_sync_id"] == outcome(2).sync_id, note
    if way.plugin:
        assert sorted(live(fake, "vpcs")) == ["db", "web"], note
        assert sorted(live(fake, "switches")) == ["leaf-1", "spine-1"], note
        assert live(fake, "vpcs")["web"]["spec"] == vpc("web", 1002)["spec"], note
    else:
        texts = [item["comments"] for item in fake.rows("extras/journal-entries")]
        assert sum(outcome(2).sync_id in text for text in texts) == 1, note
    if way.settings.inventory:
        assert inventory(fake) == INVENTORY, note


def live(fake: Fake, plural: str) -> dict[str, Json]:
    return {item["name"]: item for item in fake.rows(f"plugins/hedgehog/{plural}")}


INVENTORY = {
    "dcim/devices": ["leaf-1", "spine-1"],
    "dcim/interfaces": ["E1/1", "E1/1"],
    "ipam/vrfs": ["db", "web"],
    "ipam/vlans": ["db/main", "web/main"],
    "dcim/cables": ["spine-1--leaf-1"],
}


def inventory(fake: Fake) -> dict[str, list[str]]:
    return {path: sorted(item.get("name") or item["label"] for item in fake.rows(path)) for path in INVENTORY}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_a_report_that_broke_at_any_request_is_made_good_by_the_next(
    way: Way, fault: str, request: pytest.FixtureRequest
) -> None:
    is_long = request.config.getoption("--campaign") == "long"
    first, step = (1, 1) if is_long else (1 + FAULTS.index(fault) * way.every // len(FAULTS), way.every)
    for at in range(first, requests_of(way) + 1, step):
        with world(way) as fake:
            fake.fault = breaking(fault, at)
            broken = tell(fake, way, 2, NEW)
            fake.fault = lambda *_: ""
            note = f"{fault} at request {at}: {[item.message for item in broken.failures]}"
            after = tell(fake, way, 2, NEW)
            assert not after.failures, (note, [item.message for item in after.failures])
            assert_right(fake, way, note)
            assert not tell(fake, way, 2, NEW).changed, note


def test_a_time_out_of_a_journal_entry_that_arrives_all_the_same_makes_no_second_one() -> None:
    way = WAYS[1]
    with world(way) as fake:
        fake.fault = lambda _, method, path: "cut after" if (method, path) == ("POST", "extras/journal-entries") else ""
        broken = tell(fake, way, 2, NEW)
        assert [item.code for item in broken.failures] == [code.NETBOX_CONNECTION_FAILED]
        fake.fault = lambda *_: ""
        assert not tell(fake, way, 2, NEW).failures
        assert_right(fake, way, "")


def test_reports_that_waited_are_told_in_order_and_the_last_one_stays() -> None:
    with serving() as fake:
        settings = NetBoxSettings()
        for number in (1, 2, 3):
            assert not report(client(fake.url, TOKEN), outcome(number), settings).failures
        assert not report(client(fake.url, TOKEN), idle(4, commit="d" * 40), settings).failures
        (home,) = fake.rows("virtualization/clusters")
        assert home["custom_fields"]["fgd_commit"] == "d" * 40
        assert len(fake.rows("extras/journal-entries")) == 3


@pytest.mark.parametrize("plugin", [False, True])
def test_without_versions_of_objects_reports_arrive_too(plugin: bool) -> None:
    """NetBox before 4.6 has no ETags."""
    way = replace(WAYS[2 if plugin else 0], first=True)
    with serving(plugin=plugin, etags=False) as fake:
        for _ in range(2):
            assert not tell(fake, way, 2, NEW).failures
        assert_right(fake, way, "")
