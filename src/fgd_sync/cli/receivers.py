"""Which neighbours are told what became of a fabric: the receivers of a publishing run, as the settings say."""

from collections.abc import Callable, Sequence

from fgd_sync.flow.netbox_receiver import NetBoxReceiver
from fgd_sync.flow.reporter import Receiver
from fgd_sync.flow.run import World
from fgd_sync.model.code import CONFIGURATION_INVALID, NETBOX_AUTHENTICATION_FAILED
from fgd_sync.model.context import RunContext
from fgd_sync.model.failure import FgdError
from fgd_sync.ports import NetBox


def receivers(world: World, context: RunContext, netbox_token: str) -> Sequence[Receiver]:
    """The receivers that are configured."""
    return [item for item in (_netbox(world, context, netbox_token),) if item]


def _netbox(world: World, context: RunContext, token: str) -> Receiver | None:
    settings, clock = world.settings.netbox, world.clock
    if not settings.url or settings.target == "off":
        return None

    def policy(fabric: str) -> str:
        return world.settings.pull_of(fabric).conflicts

    return NetBoxReceiver(lambda: client_of(world, token), settings, context, clock, policy=policy)


def client_of(world: World, token: str) -> NetBox:
    """A client for one fabric. Raises FgdError for what cannot be a token."""
    from fgd_sync.adapters.netbox import Pace, PynetboxClient

    settings = world.settings.netbox
    return PynetboxClient(settings.url, token, world.clock, Pace(settings.timeout_seconds, settings.report_seconds))


def source_of_pulls(world: World, token: str) -> Callable[[], NetBox]:
    """Gives clients of the NetBox to pull from. Raises FgdError where nothing says which that is."""
    settings = world.settings.netbox
    if not settings.url or settings.target == "off":
        words = f"`netbox.target` is {settings.target}" if settings.url else "no address of NetBox is given"
        remedy = "Set `netbox.url` in fgd_config.yaml, or NETBOX_URL."
        raise FgdError(CONFIGURATION_INVALID, f"there is nothing to pull from: {words}", remedy=remedy)
    if not token:
        raise FgdError(NETBOX_AUTHENTICATION_FAILED, "there is no NETBOX_TOKEN")
    return lambda: client_of(world, token)
