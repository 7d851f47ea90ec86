"""What lies near a change: the resources that a summary of what it touches has to look at, of a fabric of any size.

Everything else is the same before and after, and nothing that is told of the change depends on it. Takes who names whom
(`Links`); gives refs. A test holds the summary of what is near to that of the whole fabric.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from fgd_sync.fabric.values import items, mapping, mappings, text
from fgd_sync.model.kinds import KINDS
from fgd_sync.model.resource import Ref, Resource
from fgd_sync.model.stowed import Stowed
from fgd_sync.planning.judge import Candidate

_GROUPS = {kind.name: kind.group for kind in KINDS}
_BETWEEN = "\0"
_EXTERNAL_SIDE = "ext."
_PEERINGS = frozenset({"VPCPeering", "ExternalPeering", "GatewayPeering"})
_PARTIES = frozenset({"VPC", "External"})

Named = Iterable[tuple[str, str]]
"""Kinds, and names of that kind."""


def _of_vpc_attachment(spec: Any) -> Named:
    yield "VPC", text(spec, "subnet").partition("/")[0]
    yield "Connection", text(spec, "connection")


def _of_external_attachment(spec: Any) -> Named:
    return ("External", text(spec, "external")), ("Connection", text(spec, "connection"))


def _of_connection(spec: Any) -> Named:
    yield "VPC", text(spec, "staticExternal", "withinVPC")
    yield from (("Switch", port.partition("/")[0]) for port in _ports(spec))


def _ports(value: Any) -> Iterator[str]:
    """All that a connection calls a port, of whatever device."""
    for key, item in value.items() if isinstance(value, dict) else (("", item) for item in value):
        if isinstance(item, dict | list):
            yield from _ports(item)
        elif key == "port" and isinstance(item, str):
            yield item


def _of_vpc_peering(spec: Any) -> Named:
    return (("VPC", name) for entry in items(spec, "permit") for name, _ in mappings(entry))


def _of_external_peering(spec: Any) -> Named:
    permit = mapping(spec, "permit")
    return ("VPC", text(permit, "vpc", "name")), ("External", text(permit, "external", "name"))


def _of_gateway_peering(spec: Any) -> Named:
    for name, _ in mappings(spec, "peering"):
        is_external = name.startswith(_EXTERNAL_SIDE)
        yield ("External", name.removeprefix(_EXTERNAL_SIDE)) if is_external else ("VPC", name)


_NAMES: dict[str, Callable[[Any], Named]] = {
    "VPCAttachment": _of_vpc_attachment,
    "ExternalAttachment": _of_external_attachment,
    "Connection": _of_connection,
    "VPCPeering": _of_vpc_peering,
    "ExternalPeering": _of_external_peering,
    "GatewayPeering": _of_gateway_peering,
}


def named_by(resource: Resource) -> set[Ref]:
    """The resources that one names, be they there or not, as far as a summary follows names."""
    find = _NAMES.get(resource.ref.kind)
    pairs = find(mapping(resource.body, "spec")) if find else ()
    place = resource.ref.namespace
    return {Ref(_GROUPS[kind], kind, place, name) for kind, name in pairs if name and _BETWEEN not in name}


class Links:
    """Who names whom, kept as text: by the words of a ref kinds and names of those that it names, all in one.

    Made of bytes when somebody first asks, who may meet a LostError.
    """

    __slots__ = ("_made", "_stowed")

    def __init__(self, names: dict[str, str] | None, stowed: Stowed | None = None) -> None:
        self._made, self._stowed = names, stowed

    @property
    def _names(self) -> dict[str, str]:
        if self._made is None:
            import json

            assert self._stowed, "there are names, or bytes to make them of"
            self._made = json.loads(self._stowed())
        return self._made

    def __reduce__(self) -> tuple[type, tuple[None, Stowed]]:
        import json

        return Links, (None, Stowed(json.dumps(self._names).encode()))

    @classmethod
    def of(cls, resources: Iterable[Resource]) -> "Links":
        """The links of resources whose refs can be told from one another as text."""
        return cls(_names_of(resources))

    def after(self, touched: Iterable[Ref], new: Iterable[Resource]) -> "Links":
        """The links without those of some resources, and with others."""
        names = self._names.copy()
        for ref in touched:
            names.pop(_BETWEEN.join(ref), None)
        return Links(names | _names_of(new))

    def named(self, refs: Iterable[Ref]) -> Iterator[Ref]:
        """What some resources name."""
        return (named for ref in refs for named in _refs(self._names.get(_BETWEEN.join(ref), ""), ref))

    def users(self) -> Mapping[Ref, Sequence[Ref]]:
        """By resource those that name it."""
        found: dict[Ref, list[Ref]] = defaultdict(list)
        for words, names in self._names.items():
            user = Ref(*words.split(_BETWEEN))
            for ref in _refs(names, user):
                found[ref].append(user)
        return found


def _names_of(resources: Iterable[Resource]) -> dict[str, str]:
    found = ((resource.ref, named_by(resource)) for resource in resources)
    pairs = ((ref, (word for name in names for word in (name.kind, name.name))) for ref, names in found if names)
    return {_BETWEEN.join(ref): _BETWEEN.join(words) for ref, words in pairs}


def _refs(words: str, near: Ref) -> Iterator[Ref]:
    parts = iter(words.split(_BETWEEN) if words else ())
    return (Ref(_GROUPS[kind], kind, near.namespace, name) for kind, name in zip(parts, parts, strict=True))


def links_of(current: Mapping[Ref, Candidate]) -> Links:
    """Who names whom among the resources that can be read."""
    return Links.of(item.resource for item in current.values() if item.is_usable)


def near(touched: Iterable[Resource], links: Links) -> set[Ref]:
    """What is to be looked at if some resources may have changed. `touched`: what they are and were; `links`: of today.

    That is all that name them, what carries traffic between the same parties, and whatever all of those name.
    """
    versions, users = list(touched), links.users()
    found = {item.ref for item in versions}
    named = {ref for item in versions for ref in named_by(item)}
    for _ in range(2):  # Who is attached to a connection of a switch names that connection.
        found |= {user for ref in found for user in users.get(ref, ())}
    parties = {ref for ref in named if ref.kind in _PARTIES}
    found |= {user for ref in parties for user in users.get(ref, ()) if user.kind in _PEERINGS}
    found |= {*named, *links.named(found)}
    attached = {ref for ref in found if ref.kind == "External"}
    return found | {user for ref in attached for user in users.get(ref, ()) if user.kind == "ExternalAttachment"}
