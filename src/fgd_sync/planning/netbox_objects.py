"""Which object of NetBox stands for a fabric: where to look for it, and how to know it. Pure."""

import re
import unicodedata

from fgd_sync.model.config import NetBoxObjectSettings
from fgd_sync.model.netbox import Filters
from fgd_sync.model.resource import JsonObject
from fgd_sync.model.value import dataclass

PLACE = "{fabric}"
"""Stands for the fabric's name in settings."""

CLUSTER, CLUSTER_TYPE = "virtualization.cluster", "hedgehog-fabric"
"""The type of object that stands for a fabric unless the settings say otherwise, and the slug of its cluster type."""

_LONGEST_NAME = 100
_MODELS = {
    "virtualization.clustergroup": "cluster-groups",
    "dcim.sitegroup": "site-groups",
    "dcim.virtualchassis": "virtual-chassis",
    "dcim.virtualdevicecontext": "virtual-device-contexts",
    "dcim.racktype": "rack-types",
    "tenancy.tenantgroup": "tenant-groups",
    "ipam.vlangroup": "vlan-groups",
    "vpn.l2vpn": "l2vpns",
}
"""Types whose endpoint is not just the model with an s."""


@dataclass(frozen=True, slots=True)
class Sought:
    """The object that stands for a fabric: found by its slug where one is given, else by its name."""

    type: str
    name: str
    slug: str

    @property
    def can_be_made(self) -> bool:
        """Whether we know how to make such an object."""
        return self.type in (CLUSTER, "dcim.site")

    @property
    def filters(self) -> Filters:
        """What to ask NetBox for; the answer is to be checked with `matches`."""
        return {"slug": self.slug} if self.slug else {"name": self.name}

    def matches(self, item: JsonObject) -> bool:
        """Whether an object that NetBox gave is the one: it ignores filters that it does not know."""
        return bool(item.get("slug") == self.slug) if self.slug else bool(item.get("name") == self.name)

    def is_evident(self, item: JsonObject) -> bool:
        """Whether it is the one although it has no mark of ours: a cluster of that name may be something else."""
        kind = item.get("type")
        slug = kind.get("slug") if isinstance(kind, dict) else None
        return self.type != CLUSTER or slug == CLUSTER_TYPE


def sought(settings: NetBoxObjectSettings, fabric: str) -> Sought:
    """The object that stands for the fabric."""
    name = settings.name.replace(PLACE, fabric)[:_LONGEST_NAME]
    return Sought(settings.type, name, settings.slug.replace(PLACE, slug_of(fabric)))


def endpoint(type_name: str) -> str:
    """The path below /api/ of the objects of a type: `dcim.site` → `dcim/sites`."""
    app, _, model = type_name.partition(".")
    return f"{app}/{_MODELS.get(type_name) or _plural(model)}"


def _plural(model: str) -> str:
    return f"{model[:-1]}ies" if model.endswith("y") else f"{model}s"


def slug_of(text: str, longest: int = _LONGEST_NAME) -> str:
    """A slug for a name: small letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_]+", "-", plain).strip("-")[:longest] or "fabric"
