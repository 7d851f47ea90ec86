"""The objects that the stand-in for NetBox holds: fields, defaults, what is required, unique, linked. Facts of 4.6."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True)
class Model:
    """One type of object. `links` lead from a field to the path of what it names; `counts` are read-only numbers.

    `choices`: fields that are written as a word and read as value and label. `hidden`: fields of a list request that
    are no filters. `cascade`: links by which an object is deleted with the one it names; by others it protects it.
    """

    type: str
    path: str
    defaults: Json
    required: tuple[str, ...] = ("name",)
    unique: tuple[tuple[str, ...], ...] = ()
    links: dict[str, str] = field(default_factory=dict)
    choices: tuple[str, ...] = ()
    counts: tuple[str, ...] = ()
    brief: tuple[str, ...] = ("name",)
    cascade: tuple[str, ...] = ()
    extra: Json = field(default_factory=dict)
    tags: bool = True
    custom_fields: bool = True
    filters: bool = True


_OWNED: Json = {"description": "", "comments": "", "owner": None}
_SLUG = (("slug",), ("name",))


def _record(type_name: str, plural: str) -> Model:
    return Model(
        f"netbox_hedgehog.{type_name}",
        f"plugins/hedgehog/{plural}",
        {
            "fabric": None, "name": "", "namespace": "default", "spec": {}, "labels": {}, "annotations": {},
            "kubernetes_status": "unknown", "kubernetes_uid": "", "kubernetes_resource_version": "", "auto_sync": True,
            "last_applied": None, "last_synced": None, "sync_error": "", "custom_field_data": {},
        },
        ("fabric", "name", "spec"),
        (("fabric", "namespace", "name"),),
        links={"fabric": "plugins/hedgehog/fabrics"},
        cascade=("fabric",),
        filters=False,
    )  # fmt: skip


FABRICS = "plugins/hedgehog/fabrics"

MODELS: tuple[Model, ...] = (
    Model("extras.tag", "extras/tags", {
        "name": "", "slug": "", "color": "9e9e9e", "description": "", "weight": 1000, "object_types": [],
    }, ("name", "slug"), _SLUG, brief=("name", "slug", "color"), extra={"tagged_items": 0}, tags=False,
    custom_fields=False),
    Model("extras.customfield", "extras/custom-fields", {
        "name": "", "type": "text", "object_types": [], "label": "", "group_name": "", "description": "",
        "required": False, "unique": False, "search_weight": 1000, "filter_logic": "loose", "ui_visible": "always",
        "ui_editable": "yes", "is_cloneable": False, "default": None, "related_object_filter": None, "weight": 100,
        "validation_minimum": None, "validation_maximum": None, "validation_regex": "", "choice_set": None,
        "comments": "", "owner": None, "related_object_type": None,
    }, ("name", "type", "object_types"), (("name",),), choices=("type", "filter_logic", "ui_visible", "ui_editable"),
    extra={"data_type": "string"}, tags=False, custom_fields=False),
    Model("extras.journalentry", "extras/journal-entries", {
        "assigned_object_type": "", "assigned_object_id": 0, "kind": "info", "comments": "", "created_by": 1,
    }, ("assigned_object_type", "assigned_object_id", "comments"), choices=("kind",), brief=("created",),
    extra={"assigned_object": None}),
    Model("virtualization.clustergroup", "virtualization/cluster-groups", {"name": "", "slug": "", **_OWNED},
          ("name", "slug"), _SLUG, counts=("cluster_count",), brief=("name", "slug")),
    Model("virtualization.clustertype", "virtualization/cluster-types", {"name": "", "slug": "", **_OWNED},
          ("name", "slug"), _SLUG, counts=("cluster_count",), brief=("name", "slug")),
    Model("virtualization.cluster", "virtualization/clusters", {
        "name": "", "type": None, "group": None, "status": "active", "tenant": None, "scope_type": None,
        "scope_id": None, "scope": None, **_OWNED,
    }, ("name", "type"), (("group", "name"),),
    links={"type": "virtualization/cluster-types", "group": "virtualization/cluster-groups"}, choices=("status",),
    counts=("device_count", "virtualmachine_count"),
    extra={"allocated_vcpus": None, "allocated_memory": None, "allocated_disk": None}),
    Model("dcim.site", "dcim/sites", {
        "name": "", "slug": "", "status": "active", "region": None, "group": None, "tenant": None, "facility": "",
        "time_zone": None, "physical_address": "", "shipping_address": "", "latitude": None, "longitude": None,
        "asns": [], **_OWNED,
    }, ("name", "slug"), _SLUG, choices=("status",), brief=("name", "slug"),
    counts=("circuit_count", "device_count", "prefix_count", "rack_count", "virtualmachine_count", "vlan_count")),
    Model("dcim.manufacturer", "dcim/manufacturers", {"name": "", "slug": "", **_OWNED}, ("name", "slug"), _SLUG,
          counts=("devicetype_count", "inventoryitem_count", "moduletype_count", "platform_count"),
          brief=("name", "slug")),
    Model("dcim.devicerole", "dcim/device-roles", {
        "name": "", "slug": "", "color": "9e9e9e", "vm_role": True, "config_template": None, "parent": None, **_OWNED,
    }, ("name", "slug"), _SLUG, counts=("_depth", "device_count", "virtualmachine_count"),
    brief=("name", "slug", "_depth", "device_count", "virtualmachine_count")),
    Model("dcim.devicetype", "dcim/device-types", {
        "manufacturer": None, "model": "", "slug": "", "default_platform": None, "part_number": "", "u_height": 1.0,
        "exclude_from_utilization": False, "is_full_depth": True, "subdevice_role": None, "airflow": None,
        "weight": None, "weight_unit": None, "front_image": None, "rear_image": None, **_OWNED,
    }, ("manufacturer", "model", "slug"), (("manufacturer", "model"), ("manufacturer", "slug")),
    links={"manufacturer": "dcim/manufacturers"}, brief=("model", "slug", "manufacturer", "device_count"),
    counts=("device_count", *(f"{kind}_template_count" for kind in (
        "console_port", "console_server_port", "power_port", "power_outlet", "interface", "front_port", "rear_port",
        "device_bay", "module_bay", "inventory_item")))),
    Model("dcim.device", "dcim/devices", {
        "name": None, "device_type": None, "role": None, "site": None, "status": "active", "tenant": None,
        "platform": None, "serial": "", "asset_tag": None, "location": None, "rack": None, "position": None,
        "face": None, "latitude": None, "longitude": None, "airflow": None, "primary_ip4": None, "primary_ip6": None,
        "oob_ip": None, "cluster": None, "virtual_chassis": None, "vc_position": None, "vc_priority": None,
        "config_template": None, "local_context_data": None, **_OWNED,
    }, ("device_type", "role", "site"), (("site", "name"),),
    links={"device_type": "dcim/device-types", "role": "dcim/device-roles", "site": "dcim/sites"},
    choices=("status",), extra={"primary_ip": None, "parent_device": None, "config_context": {}},
    counts=("console_port_count", "console_server_port_count", "power_port_count", "power_outlet_count",
            "interface_count", "front_port_count", "rear_port_count", "device_bay_count", "module_bay_count",
            "inventory_item_count")),
    Model("dcim.interface", "dcim/interfaces", {
        "device": None, "name": "", "type": "", "label": "", "enabled": True, "parent": None, "bridge": None,
        "lag": None, "mtu": None, "primary_mac_address": None, "speed": None, "duplex": None, "wwn": None,
        "mgmt_only": False, "mode": None, "rf_role": None, "rf_channel": None, "poe_mode": None, "poe_type": None,
        "rf_channel_frequency": None, "rf_channel_width": None, "tx_power": None, "untagged_vlan": None,
        "tagged_vlans": [], "qinq_svlan": None, "vlan_translation_policy": None, "mark_connected": False,
        "wireless_lans": [], "vrf": None, "vdcs": [], "module": None, "description": "", "owner": None,
    }, ("device", "name", "type"), (("device", "name"),), links={"device": "dcim/devices"}, choices=("type",),
    counts=("count_ipaddresses", "count_fhrp_groups"), cascade=("device",), brief=("name", "device"),
    extra={
        "bridge_interfaces": [], "mac_address": None, "mac_addresses": [], "wireless_link": None,
        "l2vpn_termination": None, "link_peers": [], "link_peers_type": None, "connected_endpoints": None,
        "connected_endpoints_type": None, "connected_endpoints_reachable": None,
    }),
    Model("dcim.cable", "dcim/cables", {
        "type": None, "a_terminations": [], "b_terminations": [], "status": "connected", "profile": None,
        "tenant": None, "bundle": None, "label": "", "color": "", "length": None, "length_unit": None, **_OWNED,
    }, (), choices=("status",), brief=("label",)),
    Model("ipam.vrf", "ipam/vrfs", {
        "name": "", "rd": None, "tenant": None, "enforce_unique": True, "import_targets": [], "export_targets": [],
        **_OWNED,
    }, ("name",), (("rd",),), counts=("ipaddress_count", "prefix_count"), brief=("name", "rd")),
    Model("ipam.vlangroup", "ipam/vlan-groups", {
        "name": "", "slug": "", "scope_type": None, "scope_id": None, "scope": None, "vid_ranges": [[1, 4094]],
        "tenant": None, **_OWNED,
    }, ("name", "slug"), (("slug",),), counts=("vlan_count",), brief=("name", "slug"),
    extra={"utilization": "0", "total_vlan_ids": 4094}),
    Model("ipam.vlan", "ipam/vlans", {
        "site": None, "group": None, "vid": None, "name": "", "tenant": None, "status": "active", "role": None,
        "qinq_role": None, "qinq_svlan": None, **_OWNED,
    }, ("vid", "name"), (("group", "vid"), ("group", "name")), links={"group": "ipam/vlan-groups"},
    choices=("status",), counts=("prefix_count",), brief=("name", "vid"), extra={"l2vpn_termination": None}),
    Model("ipam.prefix", "ipam/prefixes", {
        "prefix": "", "vrf": None, "scope_type": None, "scope_id": None, "scope": None, "tenant": None, "vlan": None,
        "status": "active", "role": None, "is_pool": False, "mark_utilized": False, **_OWNED,
    }, ("prefix",), (("vrf", "prefix"),), links={"vrf": "ipam/vrfs", "vlan": "ipam/vlans"}, choices=("status",),
    counts=("children", "_depth"), brief=("prefix",), extra={"family": {"value": 4, "label": "IPv4"}}),
    Model("circuits.provider", "circuits/providers", {"name": "", "slug": "", "accounts": [], "asns": [], **_OWNED},
          ("name", "slug"), _SLUG, counts=("circuit_count",), brief=("name", "slug")),
)  # fmt: skip
"""What every NetBox has."""

CHANGES = "core/object-changes"
CHANGE_LOG = Model("core.objectchange", CHANGES, {
    "time": "", "user": None, "user_name": "", "request_id": "", "action": "update", "changed_object_type": "",
    "changed_object_id": 0, "changed_object": None, "object_repr": "", "message": "", "prechange_data": {},
    "postchange_data": {},
}, (), choices=("action",), brief=("id",), tags=False, custom_fields=False)  # fmt: skip
"""What was done to objects, by whom."""

PLUGIN_MODELS: tuple[Model, ...] = (
    Model("netbox_hedgehog.hedgehogfabric", FABRICS, {
        "name": "", "description": "", "status": "planned", "kubernetes_server": "", "kubernetes_token": "",
        "kubernetes_ca_cert": "", "kubernetes_namespace": "default", "sync_enabled": True, "sync_interval": 300,
        "sync_status": "never_synced", "last_sync": None, "sync_error": "", "connection_status": "unknown",
        "connection_error": "", "cached_crd_count": 0, "cached_vpc_count": 0, "cached_connection_count": 0,
        "connections_count": 0, "servers_count": 0, "switches_count": 0, "vpcs_count": 0, "custom_field_data": {},
    }, ("name",), (("name",),), filters=False),
    *(_record(type_name, plural) for type_name, plural in (
        ("vpc", "vpcs"), ("external", "externals"), ("externalattachment", "external-attachments"),
        ("externalpeering", "external-peerings"), ("ipv4namespace", "ipv4-namespaces"),
        ("vpcattachment", "vpc-attachments"), ("vpcpeering", "vpc-peerings"), ("connection", "connections"),
        ("server", "servers"), ("switch", "switches"), ("switchgroup", "switch-groups"),
        ("vlannamespace", "vlan-namespaces"))),
)  # fmt: skip
"""What the Hedgehog plugin adds."""
