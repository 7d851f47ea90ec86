"""Single values and small parts of old resources, brought to the form of today.

Each function takes a draft and the route of an old form in it, changes the draft, and says what it did; it leaves alone
what does not have the type of the old form. Source of the facts: the history of the schemas of githedgehog/fabric.
"""

import re
from collections.abc import Iterator
from typing import Any

from fgd_sync.fabric.addresses import parse_prefix
from fgd_sync.model.code import Severity
from fgd_sync.model.finding import Finding
from fgd_sync.model.location import Route, format_route
from fgd_sync.model.pattern import pattern
from fgd_sync.planning.draft import Draft
from fgd_sync.planning.steps import impossible, moved, upgraded

_DEFAULT = ("spec", "subnets", "default")
_NETWORK_OS_PORT = pattern(r"[^/]+/Ethernet[0-9]+")
_NETWORK_OS_KEY = pattern(r"Ethernet[0-9]+|[0-9]+(/[0-9]+)+")
_FREE_PORTS = ("server", "gateway")
_PORT_REMEDY = "Write the name on the front, such as E1/1 or E1/55/2; the SwitchProfile of the model lists both names."
_VLANS = range(1, 4095)


def vlan_of_single_subnet(draft: Draft, route: Route) -> Iterator[Finding]:
    """The controller chose the VLAN of a VPC's only subnet and wrote it into the status; now the user chooses it."""
    new = (*_DEFAULT, "vlan")
    assigned = draft.get(("status", "vlan"))
    if draft.get(new) is not None:
        return
    if type(assigned) is int and assigned in _VLANS and draft.takes(new):
        draft.put(new, assigned)
        yield upgraded(draft, ("status", "vlan"), f"VLAN {assigned} from the status was written to {format_route(new)}")
    else:
        yield impossible(
            draft,
            route,
            "the VPC has the old form with one subnet, whose VLAN the controller chose",
            f"Write the VLAN of the running VPC to {format_route(new)}.",
        )


def vlan_number(draft: Draft, route: Route) -> Iterator[Finding]:
    """A VLAN was a text of digits."""
    text = draft.get(route)
    if isinstance(text, str) and re.fullmatch("[0-9]{1,5}", text):
        draft.put(route, int(text))
        yield upgraded(draft, route, f'{format_route(draft.source(route))} was the text "{text}": now a number')


def attached_subnet(draft: Draft, route: Route) -> Iterator[Finding]:
    """An attachment named only the VPC, which had one subnet."""
    vpc, new = draft.get(route), (*route[:-1], "subnet")
    if not isinstance(vpc, str) or not vpc:
        return
    draft.put(route, f"{vpc}/default")
    yield from moved(draft, route, new)


def permit_of_pair(draft: Draft, route: Route) -> Iterator[Finding]:
    """A peering listed its two VPCs."""
    pair, new = draft.get(route), (*route[:-1], "permit")
    if draft.get(new) is not None:
        yield impossible(
            draft,
            route,
            "spec.vpcs is the old form of spec.permit, and both are given",
            "Keep spec.permit and delete spec.vpcs.",
        )
    elif not _is_pair(pair):
        yield impossible(
            draft,
            route,
            "spec.vpcs must name two different VPCs to become spec.permit",
            "Write spec.permit with one entry that has both VPCs as keys, each with the value {}.",
        )
    else:
        first, second = pair
        yield upgraded(draft, route, f"spec.vpcs became spec.permit of {first} and {second} with all their subnets")
        draft.put(route, [{first: {}, second: {}}])
        for index, vpc in enumerate(pair):
            draft.move_comments((*route, index), (*new, 0, vpc))
        draft.move(route, new)


def _is_pair(value: Any) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(isinstance(item, str) and item for item in value)
        and value[0] != value[1]
    )


def prefix_lengths(draft: Draft, route: Route) -> Iterator[Finding]:
    """An external prefix could narrow the lengths that match; now it matches everything inside it, down to /32."""
    entry = draft.get(route)
    given = [key for key in ("ge", "le") if isinstance(entry, dict) and key in entry]
    if not given:
        return
    what = " and ".join(f"{key} {entry[key]}" for key in given)
    meaning, severity = "as before", Severity.NOTICE
    if _narrows(entry):
        meaning, severity = "more than before", Severity.WARNING
    yield upgraded(
        draft,
        (*route, given[0]),
        f"{what} of prefix {entry.get('prefix')} was removed: a prefix now "
        f"matches everything inside it, here {meaning}",
        severity,
    )
    for key in given:
        draft.remove((*route, key))


def _narrows(entry: Any) -> bool:
    """Whether ge and le kept out something inside the prefix; 0 stands for not given."""
    least, most = entry.get("ge", 0), entry.get("le", 0)
    prefix = parse_prefix(entry["prefix"]) if isinstance(entry.get("prefix"), str) else None
    if type(least) is not int or type(most) is not int or prefix is None:
        return True
    return least > prefix.length or 0 < most < 32


def statement_action(draft: Draft, route: Route) -> Iterator[Finding]:
    """A statement of an inbound ACL said `permit: true` or `false`."""
    permit, new = draft.get(route), (*route[:-1], "action")
    if not isinstance(permit, bool):
        return
    draft.put(route, "permit" if permit else "deny")
    yield from moved(draft, route, new)


def session_links(draft: Draft, route: Route) -> Iterator[Finding]:
    """An MCLAG domain had one session link; now it has a list."""
    link = draft.get(route)
    if isinstance(link, dict):
        draft.put(route, [link])
        for step in link:
            draft.move_comments((*route, step), (*route, 0, step))
    yield from moved(draft, route, (*route[:-1], "sessionLinks"))


def network_os_port(draft: Draft, route: Route) -> Iterator[Finding]:
    """A switch port had the name that the network operating system gives it; server ports are named freely."""
    port = draft.get(route)
    if route[-2] in _FREE_PORTS or not isinstance(port, str) or not _NETWORK_OS_PORT.fullmatch(port):
        return
    yield impossible(
        draft,
        route,
        f"{port} is the port's name in the switch's operating system; its successor depends on the switch model",
        _PORT_REMEDY,
    )


def network_os_keys(draft: Draft, route: Route) -> Iterator[Finding]:
    """Port settings of a switch had the operating system's port names as keys."""
    settings = draft.get(route)
    for port in settings if isinstance(settings, dict) else ():
        if _NETWORK_OS_KEY.fullmatch(port):
            yield impossible(
                draft,
                (*route, port),
                f"{port} is an old name of a port; its successor depends on the switch model",
                _PORT_REMEDY,
            )


def location(draft: Draft, route: Route) -> Iterator[Finding]:
    """A switch was recognised by its place in the rack."""
    text = f"{format_route(route)} was removed: the fabric does not keep it any more"
    if draft.get(("spec", "boot")):
        yield upgraded(draft, route, text)
    else:
        yield upgraded(
            draft,
            route,
            f"{text}. The switch was recognised by it: write spec.boot.mac or spec.boot.serial instead",
            Severity.WARNING,
        )
    draft.remove(route)


def required_on_switch(draft: Draft, route: Route) -> Iterator[Finding]:
    """Role and profile of a switch were optional once."""
    spec = draft.get(route)
    for field, example in (("role", "spine or server-leaf"), ("profile", "celestica-ds3000")):
        if isinstance(spec, dict) and field not in spec:
            yield impossible(
                draft,
                route,
                f"the Switch has no {field}: it was optional then and is required now",
                f"Write spec.{field}, for example {example}.",
            )


def static_by_default(draft: Draft, route: Route) -> Iterator[Finding]:
    """Addresses exposed as others were translated one to one unless the old peering said otherwise."""
    expose = draft.get(route)
    if isinstance(expose, dict) and expose.get("as") and "nat" not in expose:
        draft.put((*route, "nat"), {"static": {}})
        yield upgraded(
            draft,
            (*route, "as"),
            f"{format_route(route)} got nat.static: that was the default for `as`, and must be said now",
        )


def default_route(draft: Draft, route: Route) -> Iterator[Finding]:
    """An external side exposed everything by the prefix 0.0.0.0/0."""
    expose, side = draft.get(route), str(route[2])
    if side.startswith("ext.") and expose == {"ips": [{"cidr": "0.0.0.0/0"}]}:
        draft.put((*route, "default"), True)
        draft.remove((*route, "ips"))
        yield upgraded(draft, route, f"0.0.0.0/0 exposed by {side} was written as `default: true`, its form of today")


def gateway_namespace(draft: Draft, route: Route) -> Iterator[Finding]:
    """Gateways stood in the namespace `fab`."""
    if draft.get(route) == "fab":
        draft.put(route, "default")
        yield upgraded(draft, route, "the Gateway was moved from namespace fab to default, the only one now")
