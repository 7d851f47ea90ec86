"""Rules on the ports of SwitchProfiles, on their groups, and on what each sort of port can do."""

import re
from collections.abc import Iterator

from fgd_sync.fabric.profiles_written import KIND
from fgd_sync.model.finding import Finding
from fgd_sync.model.pattern import pattern
from fgd_sync.rules.node import Node
from fgd_sync.rules.rule import Context, rule

SPEEDS = ("1G", "2.5G", "5G", "10G", "20G", "25G", "40G", "50G", "100G", "200G", "400G", "800G")
_NUMBER = pattern(r"[0-9]+")
_POSITIVE = pattern(r"0*[1-9][0-9]*")
_MANAGEMENT = pattern(rf"M{_POSITIVE.pattern}")
_DATA = pattern(rf"E{_POSITIVE.pattern}/{_POSITIVE.pattern}")
_MODE = pattern(r"[1248]x(.*)")
_Names = dict[str, tuple[str, re.Pattern[str], str]]
_MANAGEMENT_NAMES: _Names = {
    "nos": ("Management", _NUMBER, "Management0"),
    "oniePortName": ("eth", _NUMBER, "eth0"),
}
_DIRECT_NAMES: _Names = {"nos": ("Ethernet", _NUMBER, "Ethernet0")}
_BREAKOUT_NAMES: _Names = {"nos": ("1/", _NUMBER, "1/49"), "baseNOSName": ("Ethernet", _NUMBER, "Ethernet48")}


def _ports(profile: Node) -> tuple[Node, ...]:
    return tuple(port for port in profile.at("spec", "ports").entries if port.is_mapping)


def _breaks_out(profile: Node, port: Node) -> bool:
    """Whether the port profile of a port has breakout modes."""
    return profile.at("spec", "portProfiles", port.at("profile").text, "breakout").is_mapping


@rule("SP-005", "Ports of a SwitchProfile are named as what they are, and differ", KIND)
def ports_named(profile: Node, _: Context) -> Iterator[Finding]:
    """Why: the controllers tell data ports from management ports by name, and find each by its names.

    A data port has a label and either a profile or a group, a management port none of these.

    Bad:
        metadata: {name: lab-1}
        spec:
          displayName: Lab One
          switchSilicon: vs
          nosType: sonic-bcm-vs
          platform: x86_64-kvm_x86_64-r0
          ports:
            E1/1: {nos: Ethernet0, label: "1", profile: SFP28-10G}
            E2: {nos: Ethernet0, label: "2", profile: SFP28-10G}
          portProfiles: {SFP28-10G: {speed: {default: 10G, supported: [1G, 10G]}}}
    Good:
        metadata: {name: lab-1}
        spec:
          displayName: Lab One
          switchSilicon: vs
          nosType: sonic-bcm-vs
          platform: x86_64-kvm_x86_64-r0
          ports:
            M1: {management: true, nos: Management0, oniePortName: eth0}
            E1/1: {nos: Ethernet0, label: "1", profile: SFP28-10G}
            E1/2: {nos: Ethernet1, label: "2", profile: SFP28-10G}
          portProfiles: {SFP28-10G: {speed: {default: 10G, supported: [1G, 10G]}}}
    """
    for port in _ports(profile):
        yield from _management_port(port) if port.at("management").is_true else _data_port(port)
    for field in ("nos", "baseNOSName", "label"):
        yield from _repeated(_ports(profile), field)


def _management_port(port: Node) -> Iterator[Finding]:
    if not _MANAGEMENT.fullmatch(port.key):
        yield port.finding(f"the management port {port.key} is not named M and a number", "Name it M1.", at_key=True)
    yield from _device_names(port, _MANAGEMENT_NAMES)
    for field in ("group", "profile", "baseNOSName"):
        if port.at(field).text:
            yield port.at(field).finding(f"the management port {port.key} has a {field}", f"Remove {field}.")


def _data_port(port: Node) -> Iterator[Finding]:
    if not _DATA.fullmatch(port.key):
        yield port.finding(f"the data port {port.key} is not named E1/ and a number", "Name it E1/1.", at_key=True)
    if port.at("label").is_unset:
        yield port.finding(f"port {port.key} has no label", "Add what is printed beside the port.")
    if port.at("profile").is_unset and port.at("group").is_unset:
        yield port.finding(f"port {port.key} has neither a profile nor a group", "Add one of the two.")
    elif port.at("profile").text and port.at("group").text:
        yield port.finding(f"port {port.key} has both a profile and a group", "Remove one of the two.")


def _device_names(port: Node, wanted: _Names) -> Iterator[Finding]:
    for field, (prefix, rest, example) in wanted.items():
        name = port.at(field)
        if name.value in (None, ""):
            yield name.finding(f"port {port.key} has no {field}", f"Add one, such as {example}.")
        elif name.text and not (name.text.startswith(prefix) and rest.fullmatch(name.text.removeprefix(prefix))):
            yield name.finding(
                f"{field} {name.text} of port {port.key} is not {prefix} and a number", f"Write it as {example}."
            )


def _repeated(ports: tuple[Node, ...], field: str) -> Iterator[Finding]:
    users: dict[str, Node] = {}
    for port in ports:
        name = port.at(field)
        is_needless = field == "label" and port.at("management").is_true
        first = users.setdefault(name.text, name) if name.text and not is_needless else name
        if first is not name:
            yield name.finding(
                f"{field} {name.text} stands at two ports",
                "Correct one of the two.",
                related=(first.pointer("the first one"),),
            )


@rule("SP-006", "Ports of a SwitchProfile have the names of their sort", KIND)
def ports_fit(profile: Node, _: Context) -> Iterator[Finding]:
    """Why: the controllers make the names of sub-ports from the base name, and count them in pipelines.

    Bad:
        metadata: {name: lab-1}
        spec:
          displayName: Lab One
          switchSilicon: vs
          nosType: sonic-bcm-vs
          platform: x86_64-kvm_x86_64-r0
          ports: {E1/1: {nos: Ethernet0, label: "1", profile: QSFP28-100G}}
          portProfiles: {QSFP28-100G: {breakout: {default: 1x100G, supported: {1x100G: {offsets: ["0"]}}}}}
    Good:
        metadata: {name: lab-1}
        spec:
          displayName: Lab One
          switchSilicon: vs
          nosType: sonic-bcm-vs
          platform: x86_64-kvm_x86_64-r0
          ports: {E1/1: {nos: 1/1, baseNOSName: Ethernet0, label: "1", profile: QSFP28-100G}}
          portProfiles: {QSFP28-100G: {breakout: {default: 1x100G, supported: {1x100G: {offsets: ["0"]}}}}}
    """
    for port in _ports(profile):
        if port.at("management").is_true:
            continue
        is_breakout = _breaks_out(profile, port)
        yield from _device_names(port, _BREAKOUT_NAMES if is_breakout else _DIRECT_NAMES)
        pipeline = port.at("pipeline")
        if pipeline.text and not is_breakout:
            yield pipeline.finding(f"port {port.key} is in a pipeline but cannot be broken out", "Remove `pipeline`.")
        elif pipeline.text:
            yield from _undefined(profile, pipeline, "pipelines")


def _undefined(profile: Node, name: Node, field: str) -> Iterator[Finding]:
    known = profile.at("spec", field)
    if name.text and not known.at(name.text).is_present:
        remedy = f"Name one of {', '.join(known.texts)}." if known.texts else "Add it."
        yield name.finding(f"there is no {name.text} under {field}", remedy)


@rule("SP-007", "Port groups of a SwitchProfile have ports and a speed", KIND)
def groups(profile: Node, _: Context) -> Iterator[Finding]:
    """Why: the speed of a group is set by its number on the switch, for all of its ports.

    Bad:
        metadata: {name: lab-1}
        spec:
          displayName: Lab One
          switchSilicon: vs
          nosType: sonic-bcm-vs
          platform: x86_64-kvm_x86_64-r0
          ports: {E1/1: {nos: Ethernet0, label: "1", group: "1"}}
          portGroups: {"1": {nos: first, profile: SFP28-25G}}
          portProfiles: {SFP28-25G: {speed: {default: 25G, supported: [10G, 25G]}}}
    Good:
        metadata: {name: lab-1}
        spec:
          displayName: Lab One
          switchSilicon: vs
          nosType: sonic-bcm-vs
          platform: x86_64-kvm_x86_64-r0
          ports: {E1/1: {nos: Ethernet0, label: "1", group: "1"}}
          portGroups: {"1": {nos: "1", profile: SFP28-25G}}
          portProfiles: {SFP28-25G: {speed: {default: 25G, supported: [10G, 25G]}}}
    """
    used = {port.at("group").text for port in _ports(profile)}
    for port in _ports(profile):
        yield from _undefined(profile, port.at("group"), "portGroups")
    for group in profile.at("spec", "portGroups").entries:
        if group.key not in used:
            yield group.finding(
                f"no port is in group {group.key}", "Remove the group, or name it at ports.", at_key=True
            )
        if group.is_mapping:
            yield from _group(profile, group)


def _group(profile: Node, group: Node) -> Iterator[Finding]:
    nos, name = group.at("nos"), group.at("profile")
    if nos.value is None or (isinstance(nos.value, str) and not _POSITIVE.fullmatch(nos.text)):
        yield nos.finding(f"nos {nos.text!r} of group {group.key} is not a positive number", 'Write it as nos: "1".')
    if name.is_unset:
        yield name.finding(f"group {group.key} has no profile", "Add the name of a port profile.")
    yield from _undefined(profile, name, "portProfiles")
    known = profile.at("spec", "portProfiles", name.text)
    if known.is_mapping and not known.at("speed").is_mapping:
        yield name.finding(f"the port profile {name.text} has no speeds", "Name one with speeds.")
    if known.at("autoNegAllowed").is_true:
        yield name.finding(f"the port profile {name.text} allows auto-negotiation", "Name one without it.")


@rule("SP-008", "Port profiles of a SwitchProfile are used, and have speeds or breakout modes", KIND)
def port_profiles(profile: Node, _: Context) -> Iterator[Finding]:
    """Why: a port has either a speed or a breakout mode, by default one of those supported.

    Bad:
        metadata: {name: lab-1}
        spec:
          displayName: Lab One
          switchSilicon: vs
          nosType: sonic-bcm-vs
          platform: x86_64-kvm_x86_64-r0
          ports: {E1/1: {nos: Ethernet0, label: "1", profile: SFP28-10G}}
          portProfiles: {SFP28-10G: {speed: {default: 25G, supported: [1G, 10G]}}}
    Good:
        metadata: {name: lab-1}
        spec:
          displayName: Lab One
          switchSilicon: vs
          nosType: sonic-bcm-vs
          platform: x86_64-kvm_x86_64-r0
          ports: {E1/1: {nos: Ethernet0, label: "1", profile: SFP28-10G}}
          portProfiles: {SFP28-10G: {speed: {default: 10G, supported: [1G, 10G]}}}
    """
    users = [*_ports(profile), *profile.at("spec", "portGroups").entries]
    used = {user.at("profile").text for user in users}
    for port in _ports(profile):
        yield from _undefined(profile, port.at("profile"), "portProfiles")
    for item in profile.at("spec", "portProfiles").entries:
        if item.key not in used:
            yield item.finding(f"no port or group has the profile {item.key}", "Remove it.", at_key=True)
        if item.is_mapping:
            yield from _port_profile(item)


def _port_profile(item: Node) -> Iterator[Finding]:
    given = [item.at(field) for field in ("speed", "breakout") if item.at(field).is_mapping]
    if len(given) != 1:
        what = "both speed and breakout" if given else "neither speed nor breakout"
        yield item.finding(f"the port profile {item.key} has {what}", "Give it one of the two.")
    for choice in given:
        default, supported = choice.at("default"), choice.at("supported")
        if default.is_unset or supported.is_unset:
            yield choice.finding(
                f"{choice.key} of the port profile {item.key} lacks {'default' if default.is_unset else 'supported'}",
                "Add what is supported, and the default among it.",
            )
        elif default.text and default.text not in supported.texts:
            yield default.finding(
                f"the default {default.text} is not supported", f"Choose one of {', '.join(supported.texts)}."
            )
    if item.at("autoNegDefault").is_true and not item.at("autoNegAllowed").is_true:
        yield item.at("autoNegDefault").finding(
            f"auto-negotiation is the default of the port profile {item.key} but not allowed",
            "Add autoNegAllowed: true.",
        )


@rule("SP-009", "Speeds and breakout modes are those that exist", KIND)
def speeds(profile: Node, _: Context) -> Iterator[Finding]:
    """Why: switches know no others. A mode is the number of sub-ports, an `x` and their speed.

    Bad:
        metadata: {name: lab-1}
        spec:
          displayName: Lab One
          switchSilicon: vs
          nosType: sonic-bcm-vs
          platform: x86_64-kvm_x86_64-r0
          ports: {E1/1: {nos: Ethernet0, label: "1", profile: SFP28-10G}}
          portProfiles: {SFP28-10G: {speed: {default: 10G, supported: [1000M, 10G]}}}
    Good:
        metadata: {name: lab-1}
        spec:
          displayName: Lab One
          switchSilicon: vs
          nosType: sonic-bcm-vs
          platform: x86_64-kvm_x86_64-r0
          ports: {E1/1: {nos: Ethernet0, label: "1", profile: SFP28-10G}}
          portProfiles: {SFP28-10G: {speed: {default: 10G, supported: [1G, 10G]}}}
    """
    for item in profile.at("spec", "portProfiles").entries:
        for speed in item.at("speed", "supported").items:
            if isinstance(speed.value, str) and speed.text not in SPEEDS:
                yield speed.finding(f"{speed.text!r} is not a speed", f"Choose one of {', '.join(SPEEDS)}.")
        for mode in item.at("breakout", "supported").entries:
            parts = _MODE.fullmatch(mode.key)
            if not parts or parts[1] not in SPEEDS:
                yield mode.finding(
                    f"{mode.key!r} is not a breakout mode",
                    f"Write 1, 2, 4 or 8, an x, and one of {', '.join(SPEEDS)}.",
                    at_key=True,
                )
            if mode.is_mapping and mode.at("offsets").is_unset:
                yield mode.finding(f"the mode {mode.key} has no offsets", "Add the lane at which each sub-port begins.")
