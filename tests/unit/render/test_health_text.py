from fgd_sync.model.code import NETBOX_CONNECTION_FAILED
from fgd_sync.model.health import Finding, Health, Status
from fgd_sync.render.health import health_payload, health_text

FOUND = [
    Health("git", Finding(Status.OK, "git 2.39.5", "not shown"), 0.01),
    Health("netbox", Finding(Status.FAILED, "refused\n::error::x", "Start it.", NETBOX_CONNECTION_FAILED), 1.5),
    Health("redis", Finding(Status.SKIPPED, "events.redis_url is not set"), 0.0),
]


def test_a_table_with_what_to_do() -> None:
    assert health_text(FOUND) == (
        "ok       git     git 2.39.5\n"
        "failed   netbox  refused\\n::error::x\n"
        "                 what to do: Start it.\n"
        "skipped  redis   events.redis_url is not set\n"
    )
    assert "\x1b[31;1mfailed " in health_text(FOUND, color=True)


def test_the_payload() -> None:
    made = health_payload(FOUND, Status.FAILED)
    assert made["status"] == "failed"
    assert made["checks"][1] == {
        "name": "netbox",
        "status": "failed",
        "detail": "refused\n::error::x",
        "remedy": "Start it.",
        "code": "FGD_6001",
        "seconds": 1.5,
    }
    assert made["checks"][0]["code"] is None
