"""Fabrics in which much goes wrong: values, names and ports are well chosen in part only."""

from random import Random
from typing import Any

from fgd_sync.model.config import FabricSettings
from fgd_sync.model.kinds import KINDS
from fgd_sync.model.resource import JsonObject, Origin, Ref, Resource
from fgd_sync.rules.registry import RULES, Context

GROUPS = {kind.name: kind.group for kind in KINDS}
LEAVES = ["leaf-1", "leaf-2", "leaf-3"]
SERVERS = ["server-1", "server-2", "server-3"]
CONTEXTS = [
    Context(FabricSettings(release=release, vpc_irb_vlans=vlans), {rule.id: "error" for rule in RULES.values()})
    for release in ("26.02", "26.03")
    for vlans in (FabricSettings().vpc_irb_vlans, ())
]


class Maker:
    """Makes fabrics in which a part of all values, names and ports is well chosen."""

    def __init__(self, random: Random) -> None:
        self._random, self._number = random, 0
        self._good = random.choice([0.5, 0.8, 0.9, 0.95, 1])

    def resources(self, vpcs: int = 5) -> list[Resource]:
        """A fabric, in any order."""
        made = [
            self._one("IPv4Namespace", "default", {"subnets": self._or(["10.0.0.0/8"], ["10.0.0.0/22", "10.0.0.9/8"])}),
            self._one("VLANNamespace", "default", {"ranges": [{"from": 1000, "to": self._or(1999, 1002, 0)}]}),
            self._one("VLANNamespace", "lab", {"ranges": [{"from": 1000, "to": 1999}]}),
            *(self._one("VPC", f"v{number}", self._vpc(number)) for number in range(vpcs)),
            *(self._one("Connection", f"c{number}", self._connection()) for number in range(6)),
            *(self._one("VPCAttachment", f"a{number}", self._attachment(number)) for number in range(6)),
            *(self._one("Server", name, {}) for name in SERVERS),
            *(self._one("Switch", name, self._switch(name)) for name in (*LEAVES, "spine-1")),
            self._one("VPCPeering", "p", {"permit": [{"v0": {}, "v1": {}}]}),
        ]
        there = [resource for resource in made if self._or(True, False, True)]
        self._random.shuffle(there)
        return there

    def _or(self, right: Any, *wrong: Any) -> Any:
        return right if self._random.random() < self._good else self._random.choice(wrong)

    def _one(self, kind: str, name: str, spec: JsonObject) -> Resource:
        for value in [spec, *(inner for inner in spec.values() if isinstance(inner, dict))]:
            for key in list(value):
                value[key] = self._or(*(value[key],) * 5, None, "x", 1, [], {})
        namespace = self._or("default", *("default",) * 9, "lab")
        body = {"metadata": {"name": name, "namespace": namespace}, "spec": spec}
        return Resource(Ref(GROUPS[kind], kind, namespace, name), body, Origin("x", 0))

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _vpc(self, number: int) -> JsonObject:
        other = self._random.randrange(5)
        subnet = {
            "subnet": self._or(
                f"10.0.{number}.0/24", f"10.0.{other}.128/25", "10.0.0.0/21", "10.0.1.7/24", "2001::/64"
            ),
            "vlan": self._or(1000 + number, 1000 + other, 1000 + other, 1000 + other, 99, 0, None),
        }
        more = self._or(
            {}, {"dhcp": {"relay": "10.9.9.9/32", "relayVPC": "v1"}}, {"hostBGPExtraPrefixes": {"10.0.1.0/25": {}}}
        )
        hosts = {"subnet": f"10.1.{self._or(number, other)}.0/28", "hostBGP": True, **more}
        names = {"mode": self._random.choice(["", "l3vni"]), "vlanNamespace": self._or("default", "lab", "none", "")}
        return {"subnets": {"web": subnet, "bgp": hosts}, **names}

    def _port(self, device: str) -> str:
        near = self._random.choice(["E1/1", "E1/49", "E1/49", "E1/49/1", "E1/49/1", "E1/99", "M1"])
        return f"{device}/{self._or(f'E1/{self._next()}', near, near, near, f'enp{self._number % 3}')}"

    def _connection(self) -> JsonObject:
        kind = self._random.choice(["unbundled", "bundled", "eslag", "eslag", "fabric", "mesh", "external", "gateway"])
        server, (one, other) = self._random.choice(SERVERS), self._random.sample([*LEAVES, "spine-1"], 2)
        first = {"server": {"port": self._port(server)}, "switch": {"port": self._port(one)}}
        switch = self._or(other if kind == "eslag" else one, one, other)
        second = {"server": {"port": self._port(self._or(server, "server-9"))}, "switch": {"port": self._port(switch)}}
        if kind in ("unbundled", "external"):
            return {kind: {"link": first}}
        if kind in ("bundled", "eslag"):
            return {kind: {"links": [first, second]}}
        sides = {"fabric": ("spine", "leaf"), "mesh": ("leaf1", "leaf2"), "gateway": ("switch", "gateway")}[kind]
        low = 2 * self._or(self._next(), 1, 2)
        ends = zip(sides, self._or(("spine-1", one), (one, other)), (low, low + 1), strict=True)
        return {
            kind: {
                "links": [{side: {"port": self._port(name), "ip": f"172.30.128.{ip}/31"} for side, name, ip in ends}]
            }
        }

    def _attachment(self, number: int) -> JsonObject:
        connection = f"c{self._or(number, 0, 1, 9)}"
        subnet = self._or(f"v{number % 5}/{self._random.choice(['web', 'bgp'])}", "v1/web", "v1/none", "v9/web", "v1")
        return {"subnet": subnet, "connection": connection, "nativeVLAN": self._or(False, True)}

    def _switch(self, name: str) -> JsonObject:
        return {
            "role": self._or("spine" if name == "spine-1" else "server-leaf", "spine", "server-leaf"),
            "profile": self._or("dell-s5248f-on", "vs", "celestica-ds5000", "none"),
            "redundancy": {"group": self._or("g", "h", ""), "type": self._or("eslag", "mclag", "")},
            "vlanNamespaces": self._or(["default"], ["lab"], ["default", "lab"]),
            "portBreakouts": {"E1/49": self._or("4x25G", "1x100G", "none")},
        }
