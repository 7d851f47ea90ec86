"""Which neighbours are told what became of a fabric: the receivers of a publishing run, as the settings say."""

from collections.abc import Sequence

from fgd_sync.flow.netbox_receiver import NetBoxReceiver
from fgd_sync.flow.reporter import Receiver
from fgd_sync.flow.run import World
from fgd_sync.model.context import RunContext
from fgd_sync.ports import NetBox


def receivers(world: World, context: RunContext, netbox_token: str) -> Sequence[Receiver]:
    """The receivers that are configured."""
    return [item for item in (_netbox(world, context, netbox_token),) if item]


def _netbox(world: World, context: RunContext, token: str) -> Receiver | None:
    settings, clock = world.settings.netbox, world.clock
    if not settings.url or settings.target == "off":
        return None

    def connect() -> NetBox:
        from fgd_sync.adapters.netbox import Pace, PynetboxClient

        return PynetboxClient(settings.url, token, clock, Pace(settings.timeout_seconds, settings.report_seconds))

    return NetBoxReceiver(connect, settings, context, clock)
