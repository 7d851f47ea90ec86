"""One NetBox that tests report to and look into: a stand-in or a real one."""

from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

from netbox_models import FABRICS, Json
from netbox_runs import client, tell
from netbox_server import Fake

from fgd_sync.adapters.netbox import PynetboxClient
from fgd_sync.model.config import NetBoxSettings
from fgd_sync.model.failure import FgdError
from fgd_sync.model.netbox import NetBoxResult, Outcome
from fgd_sync.planning.netbox_records import Records


@dataclass(frozen=True)
class Site:
    """A NetBox. `plugin`: whether reports go to the Hedgehog plugin. `fabric` is a name that only one test uses."""

    url: str
    token: str
    plugin: bool
    settings: NetBoxSettings
    fake: Fake | None = None
    fabric: str = field(default_factory=lambda: f"t{uuid4().hex[:12]}")

    @property
    def path(self) -> str:
        return FABRICS if self.plugin else "virtualization/clusters"

    def client(self) -> PynetboxClient:
        return client(self.url, self.token)

    def has_plugin(self) -> bool:
        try:
            self.client().list(FABRICS, {})
        except FgdError:
            return False
        return True

    def tell(self, what: Outcome, wanted: Records | None = None, **settings: Any) -> NetBoxResult:
        return tell(self.url, self.token, what, wanted, replace(self.settings, **settings))

    def home(self) -> Json:
        """The object of the fabric; fails if there is none or more than one."""
        found = [item for item in self.client().list(self.path, {}) if item["name"] == self.fabric]
        assert len(found) == 1, f"{len(found)} objects named {self.fabric}"
        return found[0]

    def entries(self) -> list[Json]:
        """The journal of the fabric's object."""
        number = self.home()["id"]
        filters = {"assigned_object_type": "virtualization.cluster", "assigned_object_id": str(number)}
        found = self.client().list("extras/journal-entries", filters)
        return [item for item in found if item["assigned_object_id"] == number]

    def records(self, plural: str) -> list[Json]:
        """The records that the plugin has of one kind in the fabric."""
        number = self.home()["id"]
        found = self.client().list(f"plugins/hedgehog/{plural}", {})
        return [item for item in found if item["fabric"] == number]
