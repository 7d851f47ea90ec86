"""A webhook and its event rule as docs/netbox.md has them set up, in the stand-in for NetBox or in a real one."""

import json
import re
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

from netbox_models import Json
from netbox_server import Fake
from netbox_site import Site

PAGE = Path(__file__).resolve().parents[2] / "docs" / "netbox.md"
WEBHOOKS, RULES = "extras/webhooks", "extras/event-rules"
_EVENTS = {"create": "created", "update": "updated", "delete": "deleted"}
_ROW = re.compile(r"^\| ([A-Za-z ,]+?) \| (.+) \|$", re.MULTILINE)
_PLACE = re.compile(r"\{\{ (\w+) \}\}")
_CODE = re.compile(r"`([^`]+)`")


def documented() -> dict[str, str]:
    """The rows of the tables in the page's section on webhooks."""
    section = PAGE.read_text().partition("## A change in NetBox starts a pull")[2].partition("\n## ")[0]
    return dict(_ROW.findall(section))


@dataclass
class Webhook:
    """What somebody types who follows the page. NetBox fires it whoever made the change."""

    url: str
    headers: Mapping[str, str]
    types: frozenset[str]
    body: str
    condition: Json | None = None
    sent: list[Json] = field(default_factory=list)

    def fire(self, change: Json, tags: list[str]) -> None:
        """The stand-in sends what somebody changed about an object that has these tags."""
        if change["changed_object_type"] not in self.types or not self._is_met(tags):
            return
        known = {
            "object_type": change["changed_object_type"],
            "event": _EVENTS[change["action"]],
            "username": change["user_name"],
        }
        text = _PLACE.sub(lambda found: known[found[1]], self.body)
        headers = {**self.headers, "Content-Type": "application/json", "User-Agent": "netbox"}
        with urllib.request.urlopen(urllib.request.Request(self.url, text.encode(), headers)) as answer:
            assert answer.status == 204
        self.sent.append(json.loads(text))

    def _is_met(self, tags: list[str]) -> bool:
        if self.condition is None:
            return True
        (one,) = self.condition["and"]
        assert (one["attr"], one["op"]) == ("tags.slug", "contains")
        return one["value"] in tags


def webhook_of(repository: str, api: str, token: str, *types: str, condition: bool = False) -> Webhook:
    """The webhook of the page, for a repository on a stand-in for GitHub."""
    rows = documented()
    url = _CODE.findall(rows["URL"])[0].replace("https://api.github.com", api).replace("OWNER/REPO", repository)
    headers = dict(item.split(": ") for item in _CODE.findall(rows["Additional headers"]))
    headers["Authorization"] = headers["Authorization"].replace("TOKEN", token)
    (body,) = _CODE.findall(rows["Body template"])
    wanted = json.loads(_CODE.findall(rows["Conditions"])[0]) if condition else None
    return Webhook(url, headers, frozenset(types), body, wanted)


@contextmanager
def listening(fake: Fake, hook: Webhook) -> Iterator[None]:
    """The event rule is on in the stand-in."""

    def fire(change: Json) -> None:
        row = change["postchange_data"] or change["prechange_data"]
        hook.fire(change, [fake.store.rows["extras/tags"][number]["slug"] for number in row["tags"]])

    fake.store.hooks.append(fire)
    try:
        yield
    finally:
        fake.store.hooks.remove(fire)


@contextmanager
def in_place(site: Site, hook: Webhook) -> Iterator[None]:
    """The webhook and its event rule are set up, and taken away afterwards."""
    if site.fake:
        with listening(site.fake, hook):
            yield
        return
    client, name = site.client(), f"fgd-sync test {uuid4()}"
    (made,) = client.create(WEBHOOKS, [_webhook(name, hook)])
    try:
        (rule,) = client.create(RULES, [_rule(name, hook, made["id"])])
        try:
            yield
        finally:
            client.delete(RULES, [rule["id"]])
    finally:
        client.delete(WEBHOOKS, [made["id"]])


def _webhook(name: str, hook: Webhook) -> Json:
    rows = documented()
    method, _, content = rows["HTTP method, content type"].partition(", ")
    return {
        "name": name,
        "payload_url": hook.url,
        "http_method": method,
        "http_content_type": content.strip("`"),
        "additional_headers": "\n".join(f"{key}: {value}" for key, value in hook.headers.items()),
        "body_template": hook.body,
    }


def _rule(name: str, hook: Webhook, webhook: int) -> Json:
    events = documented()["Event types"].split(", ")
    return {
        "name": name,
        "object_types": sorted(hook.types),
        "event_types": [event.replace(" ", "_") for event in events],
        "conditions": hook.condition,
        "action_type": "webhook",
        "action_object_type": "extras.webhook",
        "action_object_id": webhook,
    }
