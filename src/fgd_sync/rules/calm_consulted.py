"""What rules on several resources consult about a calm resource, told from its form as if they had looked at it.

A calm resource is examined anew when something of that changes. Tests hold it to what an index notes.
"""

from collections.abc import Mapping
from functools import cache, cached_property

from fgd_sync.fabric.index import Index
from fgd_sync.model.resource import Ref
from fgd_sync.rules.forms import NAMESPACE, attachments, vpcs, wirings
from fgd_sync.rules.plain import Attachment
from fgd_sync.rules.plain_connection import Wiring
from fgd_sync.rules.plain_vpc import Vpc

Consulted = Mapping[str, frozenset[str]]
_PORTS = frozenset({"Switch", "SwitchProfile"})


class CalmConsulted:
    """By rule, what is consulted about each calm resource of an index."""

    def __init__(self, index: Index) -> None:
        self._index = index

    @cached_property
    def _vpcs(self) -> dict[str, Vpc]:
        return self._index.once(vpcs)

    @cached_property
    def _wirings(self) -> dict[str, Wiring]:
        return self._index.once(wirings)

    @cached_property
    def _attachments(self) -> dict[str, Attachment]:
        return self._index.once(attachments)

    def about(self, ref: Ref) -> Consulted:
        """What is consulted about one of them."""
        match ref.kind:
            case "VPC":
                vpc = self._vpcs[ref.name]
                return _of_vpc(vpc.prefixes, vpc.vlans)
            case "Connection":
                return _of_wiring(self._wirings[ref.name])
            case "VPCAttachment":
                return self._of_attachment(ref.name)
        return {}

    def _of_attachment(self, name: str) -> Consulted:
        attachment = self._attachments[name]
        vpc, wiring = _key("VPC", attachment.vpc), _key("Connection", attachment.connection)
        switches = _keys("Switch", frozenset(self._wirings[attachment.connection].switches))
        network, cable, both = frozenset([vpc]), frozenset([wiring]), frozenset([vpc, wiring])
        carried, others = both | switches, frozenset(["VPCAttachment"])
        has_hosts = _is_announced(self._vpcs[attachment.vpc], attachment.subnet)
        return {
            "ATT-005": network,
            "ATT-006": cable,
            "ATT-007": cable,
            "ATT-008": both,
            "ATT-009": both,
            "ATT-011": carried,
            "ATT-013": carried | _PORTS,
            "ATT-014": carried if has_hosts else network,
            "ATT-015": others,
            "ATT-016": others,
        }


def _is_announced(vpc: Vpc, subnet: str) -> bool:
    return any(item.name == subnet and not item.vlan for item in vpc.subnets)


@cache
def _of_vpc(prefixes: str, vlans: str) -> Consulted:
    pool, ids, others = _key("IPv4Namespace", prefixes), _key("VLANNamespace", vlans), frozenset(["VPC"])
    return {
        "VPC-054": frozenset([pool]),
        "VPC-055": frozenset([ids]),
        "VPC-056": frozenset([pool]),
        "VPC-057": frozenset([ids]),
        "VPC-059": others,
        "VPC-060": others,
        "VPC-067": others | {pool},
    }


def _of_wiring(wiring: Wiring) -> Consulted:
    switches, others = _keys("Switch", frozenset(wiring.switches)), frozenset(["Connection"])
    found = {"CONN-025": switches, "CONN-028": switches | _PORTS, "CONN-035": others}
    if not wiring.is_of_server:
        return {**found, "CONN-029": switches | _PORTS | others, "ADV-003": switches}
    server = wiring.firsts[0][0]
    found["CONN-026"] = frozenset([_key("Server", server)])
    found["CONN-029"] = switches | _PORTS | others | {_key("Switch", server)}
    return found | dict.fromkeys(("CONN-030", "CONN-031", "CONN-032") if wiring.type == "eslag" else (), switches)


@cache
def _keys(kind: str, names: frozenset[str]) -> frozenset[str]:
    return frozenset(_key(kind, name) for name in names)


def _key(kind: str, name: str) -> str:
    return f"{kind}/{NAMESPACE}/{name}"
