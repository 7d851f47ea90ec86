"""A resource in a few words, as a list of resources shows it."""

from collections.abc import Callable, Iterator

from fgd_sync.fabric.values import items, mapping, mappings, number, text, texts
from fgd_sync.fabric.wiring import link_type, links
from fgd_sync.model.resource import JsonObject, Resource


def gist(resource: Resource) -> str:
    """What a resource says; its description where there is no better word; "" where there is nothing to say."""
    spec = mapping(resource.body, "spec")
    in_words = _OF_KIND.get(resource.ref.kind, _nothing)
    words = _connection(resource) if resource.ref.kind == "Connection" else in_words(spec)
    return "; ".join([part for part in words if part] or [text(spec, "description")])


def _nothing(spec: JsonObject) -> Iterator[str]:  # noqa: ARG001 - the shape of the others
    return iter(())


def _connection(resource: Resource) -> Iterator[str]:
    ends = (" to ".join(f"{end.port.device}/{end.port.name}" for end in link) for link in links(resource))
    yield f"{link_type(resource)}: {', '.join(ends)}"


def _vpc(spec: JsonObject) -> Iterator[str]:
    for name, subnet in mappings(spec, "subnets"):
        vlan = number(subnet, "vlan")
        yield " ".join(filter(None, (name, text(subnet, "subnet"), f"VLAN {vlan}" if vlan else "")))


def _attachment(spec: JsonObject) -> Iterator[str]:
    yield f"{text(spec, 'subnet')} at {text(spec, 'connection')}"


def _switch(spec: JsonObject) -> Iterator[str]:
    yield from (text(spec, "role"), text(spec, "profile"), text(spec, "redundancy", "group"))


def _external(spec: JsonObject) -> Iterator[str]:
    yield text(spec, "ipv4Namespace")


def _external_attachment(spec: JsonObject) -> Iterator[str]:
    yield f"{text(spec, 'external')} at {text(spec, 'connection')}"


def _peering(spec: JsonObject) -> Iterator[str]:
    for permit in items(spec, "permit"):
        yield " and ".join(name for name, _ in mappings(permit))


def _addresses(spec: JsonObject) -> Iterator[str]:
    yield ", ".join(texts(spec, "subnets"))


def _vlans(spec: JsonObject) -> Iterator[str]:
    ranges = [(number(item, "from"), number(item, "to")) for item in items(spec, "ranges")]
    yield ", ".join(f"{start} to {end}" for start, end in ranges)


_OF_KIND: dict[str, Callable[[JsonObject], Iterator[str]]] = {
    "VPC": _vpc,
    "VPCAttachment": _attachment,
    "VPCPeering": _peering,
    "Switch": _switch,
    "External": _external,
    "ExternalAttachment": _external_attachment,
    "IPv4Namespace": _addresses,
    "VLANNamespace": _vlans,
}
