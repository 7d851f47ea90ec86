"""What docs/netbox.md has people set up in NetBox tells GitHub of each change: in the stand-in, and in a real NetBox.

A real one (FGD_TEST_NETBOX_URL, FGD_TEST_NETBOX_TOKEN) needs a worker: `manage.py rqworker high default low`.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

import pytest
from netbox_models import Json
from netbox_runs import outcome, records, vpc
from netbox_site import Site
from netbox_webhook import Webhook, in_place, webhook_of

from forge.desk import Desk
from forge.forge import Forge

_SECONDS = 60.0
Page = Callable[..., Webhook]


@dataclass(frozen=True)
class Sort:
    """A sort of object that people edit in NetBox: its type, its path, and what one more of them needs."""

    type: str
    path: str
    body: Json


@pytest.fixture
def sort(site: Site) -> Sort:
    if not site.fake and not site.client().status()["rq-workers-running"]:
        pytest.skip("this NetBox has no worker that sends webhooks")
    assert site.tell(outcome(1, site.fabric), records(vpc("web"))).delivered
    if site.plugin:
        body = {"fabric": site.home()["id"], "name": "db", "spec": {"subnets": {}}}
        return Sort("netbox_hedgehog.vpc", "plugins/hedgehog/vpcs", body)
    return Sort("ipam.vlan", "ipam/vlans", {"name": uuid4().hex[:12], "vid": 7})


@pytest.fixture
def page(forge: Forge, sort: Sort) -> Page:
    """The webhook of the page, for a repository of this test."""
    name, api, token = forge.repository().name, forge.api_url, forge.token()
    return lambda **wishes: webhook_of(name, api, token, sort.type, **wishes)


def edit_and_delete(site: Site, sort: Sort, **fields: object) -> None:
    client = site.client()
    (made,) = client.create(sort.path, [{**sort.body, **fields}])
    client.update(sort.path, [{"id": made["id"], "name": f"x{uuid4().hex[:12]}"}])
    client.delete(sort.path, [made["id"]])


def told(desk: Desk, count: int) -> list[Json]:
    """The dispatches that GitHub got, once there are so many."""
    end = time.monotonic() + _SECONDS
    while len(desk.dispatches) < count and time.monotonic() < end:
        time.sleep(0.01)
    return desk.dispatches


def test_every_change_is_told_with_who_made_it(site: Site, sort: Sort, page: Page, forge: Forge) -> None:
    (desk,) = forge.desks.values()
    with in_place(site, page()):
        edit_and_delete(site, sort)
        found = told(desk, 3)
    assert found == [
        {"event_type": "netbox", "client_payload": {"object": sort.type, "event": event, "user": "admin"}}
        for event in ("created", "updated", "deleted")
    ]


def test_with_the_condition_only_objects_of_ours_are_told_of(site: Site, sort: Sort, page: Page, forge: Forge) -> None:
    (desk,) = forge.desks.values()
    with in_place(site, page(condition=True)):
        edit_and_delete(site, sort)
        edit_and_delete(site, sort, tags=[{"name": "fgd-sync", "slug": "fgd-sync"}])
        found = told(desk, 3)
    assert [item["client_payload"]["event"] for item in found] == ["created", "updated", "deleted"]
