"""A client for the NetBox that the settings name."""

import os
from typing import TYPE_CHECKING

from fgd_sync.model.code import CONFIGURATION_INVALID, NETBOX_AUTHENTICATION_FAILED
from fgd_sync.model.failure import FgdError

if TYPE_CHECKING:
    from fgd_sync.flow.run import World
    from fgd_sync.ports import NetBox


def connect(world: "World", token: str = "") -> "NetBox":
    """A client for one fabric; its time runs from now on. `token` empty: NETBOX_TOKEN.

    Raises FgdError where address or token are not given.
    """
    from fgd_sync.adapters.netbox import Pace, PynetboxClient

    settings, token = world.settings.netbox, token or os.environ.get("NETBOX_TOKEN", "")
    if not settings.url:
        raise FgdError(
            CONFIGURATION_INVALID,
            "no address of NetBox is given",
            remedy="Set `netbox.url` in fgd_config.yaml, or NETBOX_URL.",
        )
    if not token:
        raise FgdError(NETBOX_AUTHENTICATION_FAILED, "NETBOX_TOKEN is not set")
    return PynetboxClient(settings.url, token, world.clock, Pace(settings.timeout_seconds, settings.report_seconds))
