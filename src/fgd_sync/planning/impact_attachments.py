"""What appears on, and disappears from, switch ports: the attachments of VPCs and Externals, in sentences."""

from collections.abc import Iterator

from fgd_sync.fabric.index import Index
from fgd_sync.fabric.values import at, mapping, number, shown, text
from fgd_sync.fabric.wiring import ends_of
from fgd_sync.model.resource import Resource
from fgd_sync.model.value import dataclass
from fgd_sync.planning.impact_words import listed


@dataclass(frozen=True, slots=True)
class _Place:
    """Who gets what, and on which ports."""

    who: str
    what: str
    where: str


def attachment_sentences(before: Index, after: Index) -> Iterator[str]:
    """A sentence for each attachment whose effect on ports is not what it was, whatever brought that about."""
    for kind, place in (("VPCAttachment", _subnet), ("ExternalAttachment", _external)):
        old = {item.ref: place(before, item) for item in before.of(kind)}
        new = {item.ref: place(after, item) for item in after.of(kind)}
        for ref in sorted(old.keys() | new.keys()):
            yield from _sentences(old.get(ref), new.get(ref))


def _sentences(old: _Place | None, new: _Place | None) -> Iterator[str]:
    if old == new:
        return
    if old and new and old.who == new.who:
        if old.where == new.where:
            yield f"{new.who} gets {new.what} instead of {old.what} on {new.where}"
        elif old.what == new.what:
            yield f"{new.who} gets {new.what} on {new.where} instead of {old.where}"
        else:
            yield f"{new.who} gets {new.what} on {new.where} instead of {old.what} on {old.where}"
        return
    if old:
        yield f"{old.who} loses {old.what} on {old.where}"
    if new:
        yield f"{new.who} gets {new.what} on {new.where}"


def _subnet(index: Index, attachment: Resource) -> _Place:
    spec, ref = mapping(attachment.body, "spec"), attachment.ref
    vpc, _, name = text(spec, "subnet").partition("/")
    vlan = number(index.spec("VPC", vpc, ref), "subnets", name, "vlan")
    subnet = shown(ref, f"{vpc}/{name}")
    what = f"VLAN {vlan} of {subnet}" if vlan else f"{subnet}, which has no VLAN,"
    tagging = "native, untagged" if at(spec, "nativeVLAN") is True else "tagged"
    who, where = _ports(index, attachment)
    return _Place(who, f"{what} ({tagging})" if vlan else what, where)


def _external(index: Index, attachment: Resource) -> _Place:
    spec = mapping(attachment.body, "spec")
    part = "static" if isinstance(at(spec, "static"), dict) else "switch"
    vlan = number(spec, part, "vlan")
    who = f"External {shown(attachment.ref, text(spec, 'external'))}"
    return _Place(who, f"VLAN {vlan}" if vlan else "untagged traffic", _ports(index, attachment)[1])


def _ports(index: Index, attachment: Resource) -> tuple[str, str]:
    """The servers of a connection and its switch ports, in words."""
    ref = attachment.ref
    name = text(attachment.body, "spec", "connection")
    connection = index.find("Connection", name, ref)
    if connection is None:
        return f"Connection {shown(ref, name)}", f"ports that are unknown: there is no Connection {shown(ref, name)}"
    servers = list(dict.fromkeys(shown(ref, port.device) for port in ends_of(connection, "Server")))
    ports = [shown(ref, str(port)) for port in ends_of(connection, "Switch")]
    return listed(servers) or str(connection.ref), listed(ports, 8) or f"no switch port of {connection.ref}"
