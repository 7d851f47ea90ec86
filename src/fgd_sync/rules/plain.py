"""Resources of the usual form, which break no rule on the document: told at a glance, most are spared the rules.

Takes a resource as it was written; gives its form, which is what rules on several resources look at in it, or None:
then it is left to the rules. What has a form breaks no rule but those that depend on the settings, in whatever release
and severity; what has none may be right all the same. Tests hold that to what the rules say.
"""

from typing import NamedTuple

from fgd_sync.fabric.addresses import ipv4_range
from fgd_sync.model.config import FabricSettings
from fgd_sync.model.resource import JsonObject
from fgd_sync.rules.label_syntax import are_well_formed
from fgd_sync.rules.plain_connection import Wiring, wiring_of
from fgd_sync.rules.plain_vpc import Vpc, is_label, is_name, vpc_of

_P2P_LINK = "fabric.githedgehog.com/p2p-link"


class Attachment(NamedTuple):
    """A VPCAttachment: the VPC, the subnet in it, the Connection, and whether the VLAN is untagged."""

    vpc: str
    subnet: str
    connection: str
    is_native: bool

    def suits(self, _: FabricSettings) -> bool:
        """No setting is about it."""
        return True


class Alone(NamedTuple):
    """A resource that only rules on names are for."""

    def suits(self, _: FabricSettings) -> bool:
        """No setting is about it."""
        return True


Form = Vpc | Wiring | Attachment | Alone
_ALONE = Alone()


def is_plain(form: Form | None, settings: FabricSettings) -> bool:
    """Whether a resource of a form certainly breaks no rule on the document."""
    return form is not None and form.suits(settings)


def form_of(kind: str, body: JsonObject) -> Form | None:
    """The form of a resource of a kind; None if it is not of a usual one."""
    metadata, spec = body.get("metadata"), body.get("spec", {})
    if type(metadata) is not dict or type(spec) is not dict:
        return None
    name = metadata.get("name")
    if type(name) is not str or not is_name(name) or metadata.get("namespace", "default") != "default":
        return None
    if ("labels" in metadata or "annotations" in metadata) and not are_well_formed(metadata):
        return None
    match kind:
        case "VPC":
            return vpc_of(name, spec)
        case "Connection":
            return wiring_of(spec)
        case "VPCAttachment":
            return _attachment(spec, metadata.get("annotations") or {})
        case "Server" | "SwitchGroup" | "ServerProfile":
            return _ALONE if is_label(name) else None
    return None


def _attachment(spec: JsonObject, annotations: object) -> Attachment | None:
    subnet, connection = spec.get("subnet"), spec.get("connection")
    if type(subnet) is not str or type(connection) is not str or not is_label(connection):
        return None
    if type(annotations) is not dict or not _is_pair(annotations.get(_P2P_LINK)):
        return None
    vpc, slash, name = subnet.partition("/")
    name = name if slash else "default"
    return Attachment(vpc, name, connection, spec.get("nativeVLAN") is True) if vpc and is_label(name) else None


def _is_pair(link: object) -> bool:
    """Whether a point-to-point link has two addresses, if there is one."""
    found = ipv4_range(link) if type(link) is str else None
    return link is None or (found is not None and found[1] - found[0] == 1)
