"""The kinds of a Hedgehog fabric.

Source of the facts: the CRDs of githedgehog/fabric, July 2026.
"""

from fgd_sync.model.resource import JsonObject, Ref
from fgd_sync.model.value import dataclass

VPC_GROUP = "vpc.githedgehog.com"
WIRING_GROUP = "wiring.githedgehog.com"
GATEWAY_GROUP = "gateway.githedgehog.com"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind that this project manages: its API group and served version, names, and whether NetBox knows it."""

    group: str
    version: str
    name: str
    plural: str
    short: tuple[str, ...]
    title: str

    @property
    def api_version(self) -> str:
        """The `apiVersion` of its manifests."""
        return f"{self.group}/{self.version}"


KINDS: tuple[Kind, ...] = (
    Kind(VPC_GROUP, "v1beta1", "VPC", "vpcs", (), "tenant network"),
    Kind(VPC_GROUP, "v1beta1", "VPCAttachment", "vpcattachments", ("vpcattach",), "VPC subnet on a server connection"),
    Kind(VPC_GROUP, "v1beta1", "VPCPeering", "vpcpeerings", ("vpcpeer",), "routing between two VPCs"),
    Kind(VPC_GROUP, "v1beta1", "External", "externals", ("ext",), "system outside the fabric"),
    Kind(
        VPC_GROUP, "v1beta1", "ExternalAttachment", "externalattachments", ("extattach",), "external on a switch port"
    ),
    Kind(
        VPC_GROUP, "v1beta1", "ExternalPeering", "externalpeerings", ("extpeering", "extpeer"), "VPC with an external"
    ),
    Kind(VPC_GROUP, "v1beta1", "IPv4Namespace", "ipv4namespaces", ("ipns",), "pool of prefixes"),
    Kind(WIRING_GROUP, "v1beta1", "Connection", "connections", ("conn",), "links between devices"),
    Kind(WIRING_GROUP, "v1beta1", "Server", "servers", ("srv",), "workload server"),
    Kind(WIRING_GROUP, "v1beta1", "Switch", "switches", ("sw",), "fabric switch"),
    Kind(WIRING_GROUP, "v1beta1", "SwitchGroup", "switchgroups", ("sg",), "group of switches"),
    Kind(WIRING_GROUP, "v1beta1", "VLANNamespace", "vlannamespaces", ("vlanns",), "pool of VLAN ranges"),
    Kind(WIRING_GROUP, "v1beta1", "ServerProfile", "serverprofiles", (), "server hardware"),
    Kind(WIRING_GROUP, "v1beta1", "SwitchProfile", "switchprofiles", ("sp",), "switch hardware"),
    Kind(GATEWAY_GROUP, "v1alpha1", "Gateway", "gateways", ("gw",), "gateway node"),
    Kind(GATEWAY_GROUP, "v1alpha1", "GatewayGroup", "gatewaygroups", ("gwgr",), "group of gateways"),
    Kind(GATEWAY_GROUP, "v1alpha1", "GatewayPeering", "gatewaypeerings", ("gwpeer",), "peering through gateways"),
)
"""Every kind that is read into managed/."""

KIND_BY_ID: dict[tuple[str, str], Kind] = {(kind.group, kind.name): kind for kind in KINDS}

CONTROLLER_OWNED: frozenset[tuple[str, str]] = frozenset(
    {
        ("dhcp.githedgehog.com", "DHCPSubnet"),
        (GATEWAY_GROUP, "VPCInfo"),
        ("agent.githedgehog.com", "Agent"),
        ("agent.githedgehog.com", "Catalog"),
        ("gwint.githedgehog.com", "GatewayAgent"),
    }
)
"""(group, kind) of objects that the controllers write: exports contain them, git should not."""


def find_kind(word: str) -> Kind | None:
    """Return the kind that a user means by its name, plural or short name, in any case; None if there is none."""
    wanted = word.lower()
    for kind in KINDS:
        if wanted in (kind.name.lower(), kind.plural, *kind.short):
            return kind
    return None


def ref_of(kind: Kind, body: JsonObject) -> Ref | None:
    """The identity of a document of a kind; None if it has no name."""
    metadata = body.get("metadata")
    if not isinstance(metadata, dict) or not isinstance(metadata.get("name"), str):
        return None
    return Ref(kind.group, kind.name, str(metadata.get("namespace") or "default"), metadata["name"])
