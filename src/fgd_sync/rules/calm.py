"""Resources that break no rule on several resources: told for all of a kind at once, from tables of their forms.

Takes an index; tells the VPCs, Connections and VPCAttachments of the usual form that get in nobody's way and find all
that they name, and the resources that no such rule is for. Whoever gets in another's way is left out together with that
other. What is left out is left to the rules, and may be right all the same. Tests hold that to what the rules say.
"""

from collections.abc import Callable, Container, Iterable
from typing import Any

from fgd_sync.fabric.index import Index
from fgd_sync.model.resource import Ref
from fgd_sync.rules.calm_connections import Machine, calm_connections, machines
from fgd_sync.rules.calm_vpcs import calm_vpcs
from fgd_sync.rules.forms import NAMESPACE, attachments, others, vpcs, wirings
from fgd_sync.rules.plain import Attachment
from fgd_sync.rules.plain_connection import Wiring
from fgd_sync.rules.plain_vpc import Vpc

_NEEDED = {"": frozenset({"l2vni", "l3vni"}), "l3vni": frozenset({"l3vni"})}
ALONE = ("Server", "SwitchGroup", "ServerProfile", "IPv4Namespace", "VLANNamespace", "SwitchProfile", "GatewayGroup")
"""The kinds that no rule on several resources is for."""

Carriers = tuple[frozenset[str], str, str]
"""Some switches, and the VLANNamespace and mode of a VPC that they are to carry."""


class Calm(Container[Ref]):
    """The resources that certainly break no rule on several resources, found when one of their kind is first asked for.

    `besides`: resources that rules look at all the same.
    """

    def __init__(self, index: Index, besides: frozenset[Ref] = frozenset()) -> None:
        self._index, self._besides = index, besides
        self._names: dict[str, Container[str]] = {}

    def __contains__(self, ref: Any) -> bool:
        if ref in self._besides:
            return False
        if ref.kind in ALONE:
            return ref in self._index.written
        return ref.namespace == NAMESPACE and ref.name in self._of(ref.kind)

    def among(self, kind: str, refs: Iterable[Ref]) -> list[Ref]:
        """The calm ones of some resources of a kind that are not `besides`."""
        if kind in ALONE:
            return [ref for ref in refs if ref in self._index.written]
        names = self._of(kind)
        return [ref for ref in refs if ref.name in names and ref.namespace == NAMESPACE]

    def _of(self, kind: str) -> Container[str]:
        if kind not in self._names:
            index, find = self._index, _QUIET.get(kind)
            self._names[kind] = index.unnoted(lambda: index.once(find)) if find else ()
        return self._names[kind]


def _calm_attachments(index: Index) -> set[str]:
    known, crowded = index.once(attachments), _crowded(index)
    networks, connections, there = index.once(vpcs), index.once(wirings), index.once(machines)
    carried: dict[Carriers, bool] = {}
    found = set()
    for name, attachment in known.items():
        vpc, wiring = networks.get(attachment.vpc), connections.get(attachment.connection)
        if vpc is None or wiring is None or not wiring.is_of_server or name in crowded:
            continue
        if _is_offered(attachment, vpc, wiring, there):
            devices = frozenset([device for device, _ in wiring.seconds])
            key = devices, vpc.vlans, vpc.mode
            if key not in carried:
                carried[key] = all(_carries(there.get(device), vpc) for device in devices)
            if carried[key]:
                found.add(name)
    return found


_QUIET: dict[str, Callable[[Index], set[str]]] = {
    "VPC": calm_vpcs,
    "Connection": calm_connections,
    "VPCAttachment": _calm_attachments,
}


def _is_offered(attachment: Attachment, vpc: Vpc, wiring: Wiring, there: dict[str, Machine]) -> bool:
    """Whether the VPC has the subnet, in a mode that the Connection can take."""
    subnet = next((item for item in vpc.subnets if item.name == attachment.subnet), None)
    if subnet is None or (wiring.type == "eslag" and vpc.mode):
        return False
    if subnet.vlan:
        return True
    machine = there.get(wiring.seconds[0][0])
    return wiring.type == "unbundled" and not (machine and machine.redundancy == "mclag")


def _carries(machine: Machine | None, vpc: Vpc) -> bool:
    """Whether a switch has the VLANs of a VPC and what its mode needs, as far as the switch and its model are known."""
    if machine is None:
        return True
    features = machine.ports.profile.features if machine.ports else None
    return vpc.vlans in machine.vlans and (features is None or features >= _NEEDED[vpc.mode])


def _crowded(index: Index) -> set[str]:
    """The attachments that are for the same subnet or the same native VLAN of a connection, and perhaps more."""
    known = index.once(attachments)
    users: dict[tuple[str, str], str] = {}
    for node in others(index, "VPCAttachment", known):
        spec, name = node.at("spec"), node.ref.name
        users[spec.at("connection").text, spec.at("subnet").text] = name
        if spec.at("nativeVLAN").is_true:
            users[spec.at("connection").text, ""] = name
    found = set()
    for name, item in known.items():
        places = [f"{item.vpc}/{item.subnet}", *([""] if item.is_native else [])]
        for place in places:
            first = users.setdefault((item.connection, place), name)
            if first is not name:
                found |= {first, name}
    return found
