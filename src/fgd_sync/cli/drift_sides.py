"""Who is compared with git: the NetBox that the settings name, and a cluster of which files tell."""

from collections.abc import Sequence
from functools import partial

from fgd_sync.adapters.cluster_files import cluster_files
from fgd_sync.cli.netbox_client import connect
from fgd_sync.flow.drift import Others
from fgd_sync.flow.run import World
from fgd_sync.model.code import CONFIGURATION_INVALID
from fgd_sync.model.failure import FgdError
from fgd_sync.model.kinds import KINDS, Kind, find_kind
from fgd_sync.planning.cluster import Export, read_export


def others(world: World, fabrics: int, export: Export | None, *, netbox_token: str = "", netbox: bool = True) -> Others:
    """Those to compare so many fabrics with. Raises FgdError for one cluster and several fabrics."""
    if export and fabrics > 1:
        raise FgdError(
            CONFIGURATION_INVALID,
            f"the files of one cluster cannot be compared with {fabrics} fabrics",
            remedy="Name the fabric that the cluster runs.",
        )
    settings = world.settings.netbox
    with_netbox = netbox and bool(settings.url) and settings.target != "off"
    return Others(partial(connect, world, netbox_token) if with_netbox else None, export)


def export_of(names: Sequence[str], kinds: str) -> Export | None:
    """What files tell of a cluster; None without files. Raises FgdError where one cannot be read."""
    return read_export(cluster_files(names), _kinds(kinds)) if names else None


def _kinds(words: str) -> tuple[Kind, ...]:
    """The kinds of a list with commas. Raises FgdError."""
    if words.strip() == "all":
        return KINDS
    named = [word for item in words.split(",") if (word := item.strip())]
    unknown = [word for word in named if find_kind(word) is None]
    if unknown:
        raise FgdError(
            CONFIGURATION_INVALID,
            f"there is no kind {unknown[0]}",
            remedy="Name kinds as kubectl does, such as vpc,connection, or write all; `fgd schemas list` shows them.",
        )
    return tuple(kind for word in named if (kind := find_kind(word)))
