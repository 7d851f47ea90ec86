"""Whether reports to NetBox will be delivered: its version, the plugin, and what the token may do."""

from collections.abc import Iterator

from fgd_sync.flow.netbox.core import CLUSTER_GROUPS, CLUSTER_TYPES
from fgd_sync.flow.netbox.journal import PATH as JOURNAL
from fgd_sync.flow.netbox.marks import CUSTOM_FIELDS, TAGS
from fgd_sync.flow.netbox.plugin import FABRICS
from fgd_sync.flow.netbox.report import choose
from fgd_sync.flow.netbox.work import Work
from fgd_sync.model.config import NetBoxSettings
from fgd_sync.model.netbox import Outcome
from fgd_sync.model.netbox_preview import Examined, Permission
from fgd_sync.model.whole_number import whole_number
from fgd_sync.planning.netbox_compare import PATHS, SHARED
from fgd_sync.planning.netbox_objects import CLUSTER, endpoint
from fgd_sync.planning.netbox_records import ENDPOINTS, TAG
from fgd_sync.planning.netbox_status import FIELDS
from fgd_sync.ports import NetBox

OLDEST = (4, 2)
"""The oldest NetBox that reports are made for."""

_PLUGINS = ("netbox_hedgehog", "netbox-hedgehog", "hedgehog")


def examine(netbox: NetBox, settings: NetBoxSettings) -> Examined:
    """Find out what NetBox and the token are good for; nothing is written. Raises FgdError if nothing at all."""
    said = netbox.status()
    plugins = said.get("plugins") or {}
    work = Work(netbox, Outcome("", "", "completed", ""), settings)
    fabrics = choose(work)
    version = str(said.get("netbox-version", ""))
    notes = [*work.unsupported, *_too_old(version)]
    permissions = tuple(_examined(netbox, item) for item in needs(settings, plugin=fabrics is not None))
    plugin = next((str(plugins[name]) for name in _PLUGINS if name in plugins), "" if fabrics is None else "present")
    return Examined(version, plugin, work.target, permissions, tuple(_missing(netbox)), tuple(notes))


def needs(settings: NetBoxSettings, *, plugin: bool) -> Iterator[tuple[str, str, tuple[str, ...], bool]]:
    """What reports do, by path: the purpose, the actions, and whether a report does without."""
    first = ("add",) if settings.create else ()
    if plugin:
        yield FABRICS, "status of fabrics", ("view", "change", *first), False
        for kind, plural in ENDPOINTS.items():
            yield f"plugins/hedgehog/{plural}", f"records of {kind}", ("view", "add", "change", "delete"), False
    else:
        yield endpoint(settings.object.type), "status of fabrics", ("view", "change", *first), False
        yield JOURNAL, "journal", ("view", "add"), False
        if settings.object.type == CLUSTER:
            yield CLUSTER_TYPES, "type of the fabric's object", ("view", *first), True
            yield CLUSTER_GROUPS, "group of the fabric's object", ("view", *first), True
    yield CUSTOM_FIELDS, "status fields", ("view", *(("add", "change") if settings.create else ())), True
    yield TAGS, "mark of ownership", ("view", *first), True
    if settings.inventory:
        for type_name, path in PATHS.items():
            actions = ("view", "add") if type_name in SHARED else ("view", "add", "change", "delete")
            yield path, "inventory", actions, False


def _examined(netbox: NetBox, need: tuple[str, str, tuple[str, ...], bool]) -> Permission:
    """NetBox does not tell whether a token may delete: that is taken for granted here."""
    path, purpose, actions, optional = need
    may = netbox.allowed(path)
    return Permission(path, purpose, tuple(item for item in actions if item not in may and item != "delete"), optional)


def _missing(netbox: NetBox) -> Iterator[str]:
    there = {str(item.get("name")) for item in netbox.list(CUSTOM_FIELDS, {"name": [item.name for item in FIELDS]})}
    yield from (f"custom field {item.name}" for item in FIELDS if item.name not in there)
    if not any(item.get("slug") == TAG for item in netbox.list(TAGS, {"slug": TAG})):
        yield f"tag {TAG}"


def _too_old(version: str) -> list[str]:
    parts = map(whole_number, version.split(".")[:2])
    numbers = tuple(part for part in parts if part is not None)
    return (
        [f"NetBox {version} is older than {OLDEST[0]}.{OLDEST[1]}: not tried"] if numbers and numbers < OLDEST else []
    )
