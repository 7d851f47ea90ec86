"""Rules on Switches and the profile of their model: that it exists, and what the model can do.

A Switch whose profile is not known is reported once; all other rules on profiles then say nothing about it.
"""

from collections.abc import Iterator

from fgd_sync.fabric.profiles import Profile, builtin_names
from fgd_sync.fabric.profiles_ports import SwitchPorts, in_ranges
from fgd_sync.fabric.profiles_written import KIND as PROFILE
from fgd_sync.model.code import Severity
from fgd_sync.model.finding import Finding
from fgd_sync.rules.lookup import find
from fgd_sync.rules.node import Node
from fgd_sync.rules.profile_lookup import ports_of, profile_of
from fgd_sync.rules.rule import Context, Fabric, Mark, fabric_rule
from fgd_sync.rules.switch import KIND, is_leaf, is_spine
from fgd_sync.schema.nearest import nearest


@fabric_rule("SW-016", "The profile of a Switch exists", KIND, mark=Mark.PROFILE)
def profile_exists(switch: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the profile says which ports the switch has and what it can do; without it nothing can be configured.

    Bad:
        spec: {role: spine, profile: dell-s5232f, asn: 65100, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32}
    Good:
        spec: {role: spine, profile: dell-s5232f-on, asn: 65100, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32}
    """
    place = switch.at("spec", "profile")
    if not place.text or find(fabric, PROFILE, place):
        return
    profile = profile_of(fabric, switch)
    if profile is None:
        yield place.finding(f"there is no SwitchProfile {place.text}", _known(fabric, place))
    elif not is_included(profile, fabric.context):
        yield place.finding(
            f"the profile {profile.name} exists only where the installer was told to include it",
            f"Set fabric.{profile.setting} to true if it was; otherwise choose another profile.",
        )


def is_included(profile: Profile, context: Context) -> bool:
    """Whether an installation has a built-in profile."""
    return not profile.setting or bool(getattr(context.settings, profile.setting))


def _known(fabric: Fabric, place: Node) -> str:
    names = [*builtin_names(), *fabric.index.names(PROFILE, place.ref)]
    near = nearest(place.text, names) or next((name for name in names if place.text in name), None)
    return f"Did you mean {near}?" if near else f"Name one of {', '.join(names)}."


def _lacks(place: Node, profile: Profile | None, feature: str, what: str, *, remedy: str) -> Iterator[Finding]:
    """Report what a switch is told to do, at `place`, that its model cannot."""
    if profile and feature not in profile.features:
        yield place.finding(f"the profile {profile.name} does not support {what}", remedy)


@fabric_rule("SW-022", "RoCE is on only where the model supports it", KIND, mark=Mark.PROFILE)
def roce(switch: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: RoCEv2 needs queues and buffers that not every chip has.

    Bad:
        spec:
          {role: spine, profile: celestica-ds2000, asn: 65100, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32,
           roce: true}
    Good:
        spec:
          {role: spine, profile: celestica-ds3000, asn: 65100, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32,
           roce: true}
    """
    place = switch.at("spec", "roce")
    if place.is_true:
        yield from _lacks(place, profile_of(fabric, switch), "roce", "RoCE", remedy="Remove `roce`.")


@fabric_rule("SW-023", "RoCE QPN hashing is on only where the model supports it", KIND, mark=Mark.PROFILE)
def roce_qpn(switch: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: few chips can spread packets by the queue pair number of RoCE.

    Bad:
        spec:
          {role: spine, profile: celestica-ds3000, asn: 65100, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32,
           ecmp: {roceQPN: true}}
    Good:
        spec:
          {role: spine, profile: celestica-ds5000, asn: 65100, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32,
           ecmp: {roceQPN: true}}
    """
    place = switch.at("spec", "ecmp", "roceQPN")
    if place.is_true:
        profile = profile_of(fabric, switch)
        yield from _lacks(
            place, profile, "ecmpRoCEQPN", "ECMP hashing of the RoCE QPN", remedy="Remove `ecmp.roceQPN`."
        )


@fabric_rule("SW-024", "Redundancy eslag is chosen only where the model supports it", KIND, mark=Mark.PROFILE)
def eslag(switch: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: ESLAG needs EVPN multihoming, which not every chip has.

    Bad:
        spec:
          {role: server-leaf, profile: celestica-ds5000, asn: 65120, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32,
           vtepIP: 172.30.12.20/32, redundancy: {group: pair, type: eslag}}
    Good:
        spec:
          {role: server-leaf, profile: celestica-ds3000, asn: 65120, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32,
           vtepIP: 172.30.12.20/32, redundancy: {group: pair, type: eslag}}
    """
    place = switch.at("spec", "redundancy", "type")
    if place.text == "eslag":
        remedy = "Remove `redundancy`, and connect servers to one switch each."
        yield from _lacks(place, profile_of(fabric, switch), "eslag", "redundancy of type eslag", remedy=remedy)


def _counted(switch: Node, fabric: Fabric) -> SwitchPorts | None:
    """The ports of a switch if they are limited in number and can be counted, all breakout modes being supported."""
    ports = ports_of(fabric, switch)
    is_limited = ports and (ports.profile.max_ports or ports.profile.pipelines)
    return ports if ports and is_limited and ports.is_settled() else None


@fabric_rule("SW-026", "A Switch has no more ports after breakout than its model allows", KIND, mark=Mark.PROFILE)
def port_total(switch: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the chip can serve so many logical ports and no more.

    Bad:
        spec:
          role: spine
          profile: celestica-ds4000
          asn: 65100
          ip: 172.30.0.20/21
          protocolIP: 172.30.8.20/32
          portBreakouts:
            {E1/1: 8x25G, E1/2: 8x25G, E1/5: 8x25G, E1/6: 8x25G, E1/9: 8x25G, E1/10: 8x25G, E1/13: 8x25G, E1/14: 8x25G,
             E1/17: 8x25G, E1/18: 8x25G, E1/21: 8x25G, E1/22: 8x25G, E1/25: 8x25G, E1/26: 8x25G, E1/29: 8x25G,
             E1/30: 8x25G}
    Good:
        spec:
          role: spine
          profile: celestica-ds4000
          asn: 65100
          ip: 172.30.0.20/21
          protocolIP: 172.30.8.20/32
          portBreakouts: {E1/1: 8x25G, E1/2: 8x25G}
    """
    ports = _counted(switch, fabric)
    if ports and 0 < ports.profile.max_ports < ports.count():
        yield switch.at("spec", "portBreakouts").finding(
            f"the switch has {ports.count()} ports after breakout; "
            f"the profile {ports.profile.name} allows {ports.profile.max_ports}",
            "Break fewer ports out, or choose modes with fewer sub-ports.",
        )


@fabric_rule("SW-027", "A pipeline has no more ports after breakout than it can serve", KIND, mark=Mark.PROFILE)
def pipeline_total(switch: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: neighbouring ports share a pipeline of the chip, which can serve so many logical ports and no more.

    Bad:
        spec:
          role: spine
          profile: celestica-ds4000
          asn: 65100
          ip: 172.30.0.20/21
          protocolIP: 172.30.8.20/32
          portBreakouts: {E1/1: 8x25G, E1/2: 8x25G, E1/3: 4x100G}
    Good:
        spec:
          role: spine
          profile: celestica-ds4000
          asn: 65100
          ip: 172.30.0.20/21
          protocolIP: 172.30.8.20/32
          portBreakouts: {E1/1: 8x25G, E1/2: 8x25G, E1/5: 4x100G}
    """
    ports = _counted(switch, fabric)
    for pipeline, count in ports.by_pipeline().items() if ports else ():
        most = ports.profile.pipelines.get(pipeline, count) if ports else count
        if ports and count > most:
            members = [name for name, port in ports.profile.ports.items() if port.pipeline == pipeline]
            yield switch.at("spec", "portBreakouts").finding(
                f"{in_ranges(members)} share pipeline {pipeline}, which may have {most} ports after breakout; "
                f"they have {count} ({_modes(ports, members)})",
                "Break fewer of these ports out, or choose modes with fewer sub-ports.",
            )


def _modes(ports: SwitchPorts, names: list[str]) -> str:
    return ", ".join(f"{name} {ports.mode(name)}" for name in names)


@fabric_rule(
    "ADV-007", "A Switch has a role that its model can play", KIND, mark=Mark.PROFILE, severity=Severity.WARNING
)
def role(switch: Node, fabric: Fabric) -> Iterator[Finding]:
    """Why: the fabric does not check it, but a leaf without VXLAN carries no VPC.

    Bad:
        spec:
          {role: server-leaf, profile: celestica-ds4000, asn: 65120, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32,
           vtepIP: 172.30.12.20/32}
    Good:
        spec: {role: spine, profile: celestica-ds4000, asn: 65100, ip: 172.30.0.20/21, protocolIP: 172.30.8.20/32}
    """
    profile, place = profile_of(fabric, switch), switch.at("spec", "role")
    if profile and is_leaf(switch) and "l3vni" not in profile.features:
        yield place.finding(
            f"the role is {place.text}, but the profile {profile.name} is for spines only", "Use another model."
        )
    elif profile and is_spine(switch) and profile.is_leaf_only:
        yield place.finding(
            f"the role is spine, but the profile {profile.name} is for leaves only", "Use another model."
        )
