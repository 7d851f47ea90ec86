"""The report of one sync to NetBox: which way, and what of it. Never raises for what NetBox does wrong."""

from functools import partial

from fgd_sync.flow.netbox.core import ensure_home, tell_core
from fgd_sync.flow.netbox.inventory import tell_inventory
from fgd_sync.flow.netbox.pact import Pact
from fgd_sync.flow.netbox.plugin import FABRICS, ensure_fabric, fabrics_of, tell_plugin
from fgd_sync.flow.netbox.status import Place, write_status
from fgd_sync.flow.netbox.work import CORE, OFF, PLUGIN, Work
from fgd_sync.model import code
from fgd_sync.model.config import NetBoxSettings
from fgd_sync.model.failure import FgdError
from fgd_sync.model.netbox import NetBoxObject, NetBoxResult, Outcome
from fgd_sync.model.resource import JsonObject
from fgd_sync.planning.netbox_records import Records
from fgd_sync.planning.netbox_status import digests, is_superseded
from fgd_sync.ports import NetBox

_ODD = (LookupError, TypeError, ValueError, AttributeError)
"""What comes of reading an answer that is JSON but not NetBox's."""


def report(
    netbox: NetBox,
    outcome: Outcome,
    settings: NetBoxSettings,
    records: Records | None = None,
    *,
    full: bool = False,
    pact: Pact | None = None,
) -> NetBoxResult:
    """Tell NetBox of one sync, as far as it does not know yet.

    May be called again with the same outcome at any time: status and records converge to the latest sync, and the
    journal gets one entry for each. Outcomes that could not be delivered are told oldest first, without `records`;
    then the latest with them. What goes wrong is in the result. `full`: also compare what did not change since it was
    written, to mend what somebody else did to it in NetBox. With a `pact` that is not mended but kept for a pull.
    """
    work = Work(netbox, outcome, settings, records, full, pact)
    try:
        tell(work)
    except FgdError as failure:
        if failure not in work.failures:
            work.failures.append(failure)
    except _ODD as error:
        words = f"an answer has not the form of NetBox's ({type(error).__name__})"
        work.failures.append(FgdError(code.NETBOX_UNSUPPORTED, words))
    return work.result()


def tell(work: Work) -> None:
    """Deliver the whole report. Raises FgdError if nothing more can be delivered."""
    if work.settings.target == OFF:
        work.target = OFF
        return
    fabrics = choose(work)
    if fabrics is None:
        home = ensure_home(work)
        tell_core(work, home)
        _tell_inventory(work, Place(home.path, home.type), home.object)
    else:
        fabric = ensure_fabric(work, fabrics)
        tell_plugin(work, fabric)
        _tell_inventory(work, Place(FABRICS, "fabric"), fabric.object)


def _tell_inventory(work: Work, place: Place, there: NetBoxObject) -> None:
    """Bring the inventory in line and note that at the fabric's object; told last, since it can take long."""
    if is_superseded(there.body, work.outcome):
        return
    digest = tell_inventory(work, digests(there.body))
    if digest:
        work.attempt(lambda: write_status(work, place, NetBoxObject(there.body), partial(_remembered, work, digest)))


def _remembered(work: Work, digest: dict[str, str], now: JsonObject) -> JsonObject:
    """The digest as a field to change; emptied where a later sync told of itself meanwhile, so that it is compared."""
    kept = dict.fromkeys(digest, "") if is_superseded(now, work.outcome) else digest
    wanted = {**digests(now), **kept}
    return {} if wanted == digests(now) else {"custom_fields": {"fgd_digest": wanted}}


def choose(work: Work) -> list[JsonObject] | None:
    """Decide between the plugin and core; the plugin's fabrics, None for core. Raises FgdError."""
    wanted = work.settings.target
    if wanted == CORE:
        work.target = CORE
        return None
    try:
        fabrics = fabrics_of(work)
    except FgdError as failure:
        if wanted == PLUGIN or failure.code not in (code.NETBOX_FAILED, code.NETBOX_PERMISSION_DENIED):
            raise
        work.unsupported.append(f"the Hedgehog plugin cannot be used: {failure.message}")
        fabrics = None
    if fabrics is None and wanted == PLUGIN:
        raise FgdError(code.NETBOX_PLUGIN_MISSING, "NetBox has no Hedgehog plugin (/api/plugins/hedgehog/)")
    work.target = CORE if fabrics is None else PLUGIN
    return fabrics
