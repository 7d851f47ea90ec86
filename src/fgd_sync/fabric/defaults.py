"""The values that the fabric's webhooks fill in where a manifest leaves them out.

Rules hold for the result of this, as on a cluster. Nothing is sorted, renamed or removed here, so that routes lead to
the same place in the manifest. Values of a wrong type are left alone: the schema reports them.
"""

from collections.abc import Callable
from typing import Any

from fgd_sync.fabric.addresses import Prefix, format_address, parse_prefix
from fgd_sync.model.resource import JsonObject, Resource

INTERFACE_MTU = 9036
LEASE_SECONDS = 3600
IDLE_TIMEOUT = "2m0s"


def with_defaults(resource: Resource) -> JsonObject:
    """Return the body of a resource with the webhook's defaults filled in. The resource is not changed."""
    body = {**resource.body}
    metadata = body.get("metadata")
    if isinstance(metadata, dict) and _is_unset(metadata.get("namespace")):
        body["metadata"] = {**metadata, "namespace": "default"}
    fill = _FILLERS.get(resource.ref.kind)
    spec = body.get("spec", {})
    if fill and isinstance(spec, dict):
        body["spec"] = fill(spec)
    return body


def _is_unset(value: Any) -> bool:
    return not value


def _filled(value: JsonObject, defaults: JsonObject) -> JsonObject:
    missing = {key: default for key, default in defaults.items() if _is_unset(value.get(key))}
    return {**value, **missing} if missing else value


def _mapped(value: JsonObject, key: str, fill: Callable[[JsonObject], JsonObject]) -> JsonObject:
    """Fill the mapping, each mapping of the list, under `key`, where there is one."""
    inner = value.get(key)
    if isinstance(inner, list):
        return {**value, key: [fill(item) if isinstance(item, dict) else item for item in inner]}
    return {**value, key: fill(inner)} if isinstance(inner, dict) else value


def _each(fill: Callable[[JsonObject], JsonObject]) -> Callable[[JsonObject], JsonObject]:
    return lambda entries: {key: fill(item) if isinstance(item, dict) else item for key, item in entries.items()}


def _vpc(spec: JsonObject) -> JsonObject:
    named = _filled(spec, {"ipv4Namespace": "default", "vlanNamespace": "default"})
    return _mapped(named, "subnets", _each(_subnet))


def _subnet(subnet: JsonObject) -> JsonObject:
    text = subnet.get("subnet")
    prefix = parse_prefix(text) if isinstance(text, str) else None
    if prefix is None:
        return subnet
    if subnet.get("hostBGP") is not True and _is_unset(subnet.get("gateway")):
        subnet = {**subnet, "gateway": _host(prefix, 1)}
    return _mapped(subnet, "dhcp", lambda dhcp: _dhcp(dhcp, prefix))


def _dhcp(dhcp: JsonObject, prefix: Prefix) -> JsonObject:
    if dhcp.get("enable") is not True:
        return dhcp
    if _is_unset(dhcp.get("range")):
        dhcp = {**dhcp, "range": {}}
    dhcp = _mapped(dhcp, "range", lambda given: _range(given, prefix))
    if _is_unset(dhcp.get("options")):
        return dhcp
    return _mapped(
        dhcp,
        "options",
        lambda given: _filled(given, {"interfaceMTU": INTERFACE_MTU, "leaseTimeSeconds": LEASE_SECONDS}),
    )


def _range(given: JsonObject, prefix: Prefix) -> JsonObject:
    if given.get("start") and given.get("end"):
        return given
    return _filled(given, {"start": _host(prefix, 2), "end": str(prefix.broadcast)})


def _host(prefix: Prefix, number: int) -> str:
    return format_address(prefix.version, min(prefix.first + number, prefix.last))


def _vpc_attachment(spec: JsonObject) -> JsonObject:
    subnet = spec.get("subnet")
    return {**spec, "subnet": f"{subnet}/default"} if isinstance(subnet, str) and "/" not in subnet else spec


def _external(spec: JsonObject) -> JsonObject:
    return _filled(spec, {"ipv4Namespace": "default"})


def _vlan_namespace(spec: JsonObject) -> JsonObject:
    return _mapped(spec, "ranges", lambda item: _filled(item, {"to": item["from"]}) if "from" in item else item)


def _switch(spec: JsonObject) -> JsonObject:
    spec = _filled(spec, {"vlanNamespaces": ["default"]})
    spec = _mapped(
        spec,
        "linkFlapErrDisable",
        lambda given: _filled(given, {"flapThreshold": 3, "samplingInterval": 30, "recoveryInterval": 300}),
    )
    redundancy = spec.get("redundancy")
    group = redundancy.get("group") if isinstance(redundancy, dict) else None
    groups = spec.get("groups", [])
    if isinstance(group, str) and group and isinstance(groups, list) and group not in groups:
        return {**spec, "groups": [*groups, group]}
    return spec


def _gateway(spec: JsonObject) -> JsonObject:
    spec = _filled(spec, {"workers": 4, "groups": [{"name": "default"}]})
    if _is_unset(spec.get("logs")):
        spec = {**spec, "logs": {}}
    return _mapped(spec, "logs", _logs)


def _logs(logs: JsonObject) -> JsonObject:
    logs = _filled(logs, {"default": "info", "tags": {"all": "info"}})
    return _mapped(logs, "rateLimit", lambda given: _filled(given, {"burst": 50, "replenishPerSecond": 5}))


def _gateway_peering(spec: JsonObject) -> JsonObject:
    sides = spec.get("peering")
    if not isinstance(sides, dict) or len(sides) != 2:
        return spec
    spec = _filled(spec, {"gatewayGroup": "default"})
    spec = _mapped(spec, "peering", _each(lambda side: _mapped(side, "expose", _exposed)))
    return _mapped(spec, "acl", _acl)


def _exposed(expose: JsonObject) -> JsonObject:
    return _mapped(expose, "nat", lambda nat: _mapped(_mapped(nat, "masquerade", _timed), "portForward", _timed))


def _timed(nat: JsonObject) -> JsonObject:
    return _filled(nat, {"idleTimeout": IDLE_TIMEOUT})


def _acl(acl: JsonObject) -> JsonObject:
    acl = _filled(acl, {"default": "deny-unless-exposed"})
    return _mapped(acl, "rules", lambda item: _filled(item, {"scope": "flow"}))


_FILLERS: dict[str, Callable[[JsonObject], JsonObject]] = {
    "VPC": _vpc,
    "VPCAttachment": _vpc_attachment,
    "External": _external,
    "VLANNamespace": _vlan_namespace,
    "Switch": _switch,
    "Gateway": _gateway,
    "GatewayPeering": _gateway_peering,
}
