"""A fabric for tests of the inventory: devices, cables and networks of every sort, and what NetBox has of it."""

from netbox_models import Json
from netbox_runs import records, resource, vpc
from netbox_site import Site

from fgd_sync.planning.netbox_records import Records

ROLES = {"spine-1": "spine", "leaf-1": "server-leaf"}
SWITCHES = [resource("Switch", name, {"role": role, "profile": "lab-switch"}) for name, role in ROLES.items()]
SERVER = resource("Server", "server-1", {"description": "rack 3"})
VLANS = resource("VLANNamespace", "default", {"ranges": [{"from": 1000, "to": 2999}]})
EXTERNAL = resource("External", "internet", {"ipv4Namespace": "default"})


def namespace(number: int) -> Json:
    """Of this test alone: the global table has each prefix once."""
    return resource("IPv4Namespace", "default", {"subnets": [f"10.{number}.0.0/16"]})


def fabric_link(leaf_port: str = "E1/1") -> Json:
    link = {"spine": {"port": "spine-1/E1/1"}, "leaf": {"port": f"leaf-1/{leaf_port}"}}
    return resource("Connection", "spine-1--leaf-1", {"fabric": {"links": [link]}})


SERVER_LINK = resource(
    "Connection",
    "server-1--leaf-1",
    {"unbundled": {"link": {"server": {"port": "server-1/eth0"}, "switch": {"port": "leaf-1/E1/5"}}}},
)


def everything(octet: int, *more: Json) -> Records:
    return records(*SWITCHES, SERVER, VLANS, EXTERNAL, namespace(octet), fabric_link(), SERVER_LINK, vpc("web"), *more)


def ours(place: Site, path: str) -> list[Json]:
    found = place.client().list(path, {"tag": "fgd-sync"})
    return [item for item in found if item["custom_fields"].get("fgd_fabric") == place.fabric]
