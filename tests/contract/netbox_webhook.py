"""A webhook of the stand-in for NetBox, as docs/netbox.md has it set up: what its event rule sees is sent to GitHub."""

import json
import re
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from netbox_models import Json
from netbox_server import Fake

PAGE = Path(__file__).resolve().parents[2] / "docs" / "netbox.md"
_EVENTS = {"create": "created", "update": "updated", "delete": "deleted"}
_ROW = re.compile(r"^\| ([A-Za-z ,]+?) \| (.+) \|$", re.MULTILINE)
_PLACE = re.compile(r"\{\{ (\w+) \}\}")


def documented() -> dict[str, str]:
    """The rows of the tables in the page's section on webhooks, without their backticks."""
    section = PAGE.read_text().partition("## A change in NetBox starts a pull")[2].partition("\n## ")[0]
    return {name: value.strip("`") for name, value in _ROW.findall(section)}


@dataclass
class Webhook:
    """Sends what is changed to `url`. NetBox fires it whoever made the change."""

    url: str
    token: str
    types: frozenset[str]
    body: str
    sent: list[Json] = field(default_factory=list)

    def __call__(self, change: Json) -> None:
        if change["changed_object_type"] not in self.types:
            return
        known = {
            "object_type": change["changed_object_type"],
            "event": _EVENTS[change["action"]],
            "username": change["user_name"],
        }
        text = _PLACE.sub(lambda found: known[found[1]], self.body)
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Accept": "application/vnd.github+json",
            "Content-Type": "application/json",
            "User-Agent": "netbox",
        }
        with urllib.request.urlopen(urllib.request.Request(self.url, text.encode(), headers)) as answer:
            assert answer.status == 204
        self.sent.append(json.loads(text))


@contextmanager
def listening(fake: Fake, hook: Callable[[Json], None]) -> Iterator[None]:
    """The event rule is on."""
    fake.store.hooks.append(hook)
    try:
        yield
    finally:
        fake.store.hooks.remove(hook)
