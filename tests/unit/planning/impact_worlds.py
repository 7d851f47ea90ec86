"""Small fabrics to compare: resources in few words, and the impact of going from one fabric to another."""

from collections.abc import Iterable
from typing import Any

from fgd_sync.fabric.index import Index
from fgd_sync.model.impact import Impact
from fgd_sync.model.kinds import KINDS
from fgd_sync.model.resource import Origin, Ref, Resource
from fgd_sync.planning.impact import impact

_GROUPS = {kind.name: kind.group for kind in KINDS}


def resource(kind: str, name: str, spec: Any, **metadata: Any) -> Resource:
    ref = Ref(_GROUPS[kind], kind, metadata.get("namespace", "default"), name)
    return Resource(ref, {"metadata": {"name": name, **metadata}, "spec": spec}, Origin(f"{kind}-{name}.yaml", 0))


def vpc(name: str, *subnets: str, flags: dict[str, dict[str, Any]] | None = None, **spec: Any) -> Resource:
    """A VPC whose subnets have VLANs and prefixes by their position, from 1001 and 10.<length of name>.1.0/24 on."""
    bodies = {
        subnet: {"subnet": f"10.{len(name)}.{number}.0/24", "vlan": 1000 + number, **(flags or {}).get(subnet, {})}
        for number, subnet in enumerate(subnets, 1)
    }
    return resource("VPC", name, {**spec, "subnets": bodies})


def peering(name: str, *permit: dict[str, list[str]]) -> Resource:
    """A VPCPeering; an empty list of subnets stands for all."""
    entries = [{side: {"subnets": subnets} if subnets else {} for side, subnets in entry.items()} for entry in permit]
    return resource("VPCPeering", name, {"permit": entries})


def eslag(server: str, *ports: str) -> Resource:
    links = [
        {"server": {"port": f"{server}/enp2s{number}"}, "switch": {"port": port}}
        for number, port in enumerate(ports, 1)
    ]
    return resource("Connection", f"{server}--eslag", {"eslag": {"links": links}})


def attachment(server: str, subnet: str, **spec: Any) -> Resource:
    return resource(
        "VPCAttachment",
        f"{server}--{subnet.replace('/', '--')}",
        {"subnet": subnet, "connection": f"{server}--eslag", **spec},
    )


def external(name: str = "isp", port: str = "leaf-01/E1/48") -> list[Resource]:
    """An External, its connection and its attachment with VLAN 100."""
    return [
        resource("External", name, {"inboundCommunity": "65102:1000"}),
        resource("Connection", f"{name}--external", {"external": {"link": {"switch": {"port": port}}}}),
        resource(
            "ExternalAttachment",
            f"{name}--a",
            {
                "external": name,
                "connection": f"{name}--external",
                "switch": {"vlan": 100, "ip": "192.0.2.1/31"},
                "neighbor": {"asn": 65102, "ip": "192.0.2.0"},
            },
        ),
    ]


def external_peering(vpc_name: str, subnets: list[str], name: str, *prefixes: str) -> Resource:
    permit = {
        "vpc": {"name": vpc_name, "subnets": subnets},
        "external": {"name": name, "prefixes": [{"prefix": prefix} for prefix in prefixes]},
    }
    return resource("ExternalPeering", f"{vpc_name}--{name}", {"permit": permit})


def gateway_peering(name: str, sides: dict[str, list[dict[str, Any]]], **spec: Any) -> Resource:
    return resource(
        "GatewayPeering", name, {"peering": {side: {"expose": exposed} for side, exposed in sides.items()}, **spec}
    )


def switch(name: str, **spec: Any) -> Resource:
    return resource("Switch", name, {"role": "server-leaf", "profile": "vs", **spec})


def server(name: str) -> Resource:
    return resource("Server", name, {})


def change(before: Iterable[Resource], after: Iterable[Resource]) -> Impact:
    return impact(Index(before), Index(after))


def gained(found: Impact) -> list[str]:
    return [item.sentence(is_gained=True) for item in found.gained]


def lost(found: Impact) -> list[str]:
    return [item.sentence(is_gained=False) for item in found.lost]
