"""Rules on SwitchProfiles as wholes: which there may be, and what they must say of a model.

The controllers bring the profiles of all supported models along and refuse others, unless they were told otherwise.
"""

from collections.abc import Iterator

from fgd_sync.fabric.profiles import Profile, builtin, builtin_names
from fgd_sync.fabric.profiles_written import KIND, read_profile
from fgd_sync.model.finding import Finding
from fgd_sync.rules.node import Node
from fgd_sync.rules.rule import Context, Mark, rule
from fgd_sync.rules.switch_profile import is_included
from fgd_sync.schema.nearest import nearest

NOS_TYPES = (
    "sonic-bcm-base",
    "sonic-bcm-campus",
    "sonic-bcm-vs",
    "sonic-cls-plus-broadcom",
    "sonic-cls-plus-marvell",
    "sonic-cls-plus-vs",
    "cumulus-vx",
    "cumulus-mlx",
)
_REQUIRED = ("displayName", "switchSilicon", "nosType", "platform")
_MOST_NAMES = 5
_NEWER_FEATURES = {"portLocator"}  # from release 26.03 on, for some models


@rule("SP-001", "There are no SwitchProfiles but the built-in ones", KIND, mark=Mark.CONFIG)
def is_builtin(profile: Node, context: Context) -> Iterator[Finding]:
    """Why: the fabric refuses others, and deletes those it meets. Turn the rule off if yours was told to accept them.

    Bad:
        metadata: {name: lab-1}
        spec:
          displayName: Lab One
          switchSilicon: vs
          nosType: sonic-bcm-vs
          platform: x86_64-kvm_x86_64-r0
          ports: {E1/1: {nos: Ethernet0, label: "1", profile: SFP28-10G}}
          portProfiles: {SFP28-10G: {speed: {default: 10G, supported: [1G, 10G]}}}
    Good:
        kind: Switch
        spec: {role: spine, profile: vs, asn: 65100, ip: 172.30.0.9/21, protocolIP: 172.30.8.2/32}
    """
    name = profile.at("metadata", "name")
    known = builtin(name.text)
    if known is None:
        near = nearest(name.text, builtin_names())
        remedy = f"Did you mean {near}? " if near else ""
        yield name.finding(
            f"{name.text} is not one of the built-in profiles, and the fabric accepts no others",
            f"{remedy}Remove it, or turn SP-001 off if your fabric has it.",
        )
    elif not is_included(known, context):
        yield name.finding(
            f"the profile {name.text} exists only where the installer was told to include it",
            f"Set fabric.{known.setting} to true if it was; otherwise remove it.",
        )


@rule("SP-002", "Built-in SwitchProfiles stay as they are", KIND, mark=Mark.UPDATE)
def is_unchanged(profile: Node, _: Context) -> Iterator[Finding]:
    """Why: the fabric refuses a built-in profile with other contents. It brings them along: leave them out.

    Bad:
        metadata: {name: vs}
        spec:
          displayName: Virtual Switch
          switchSilicon: vs
          nosType: sonic-bcm-vs
          platform: x86_64-kvm_x86_64-r0
          ports: {E1/1: {nos: Ethernet0, label: "1", profile: SFP28-10G}}
          portProfiles: {SFP28-10G: {speed: {default: 10G, supported: [1G, 10G]}}}
    Good:
        metadata: {name: lab-1}
        spec:
          displayName: Virtual Switch
          switchSilicon: vs
          nosType: sonic-bcm-vs
          platform: x86_64-kvm_x86_64-r0
          ports: {E1/1: {nos: Ethernet0, label: "1", profile: SFP28-10G}}
          portProfiles: {SFP28-10G: {speed: {default: 10G, supported: [1G, 10G]}}}
    """
    name = profile.at("metadata", "name").text
    known = builtin(name)
    if known and isinstance(profile.value, dict):
        different = list(_differences(read_profile(name, profile.value), known))
        if different:
            yield profile.at("spec").finding(
                f"{', '.join(different)} of the profile {name} differ from the built-in ones",
                "Remove the document: the fabric brings the profile along.",
            )


def _differences(written: Profile, known: Profile) -> Iterator[str]:
    """The fields in which a profile differs from the built-in one of its name, as far as the table has them."""
    pairs = {
        "displayName": (written.display_name, known.display_name),
        "switchSilicon": (written.silicon, known.silicon),
        "nosType": (written.nos_type, known.nos_type),
        "platform": (written.platform, known.platform),
        "features": (written.features - _NEWER_FEATURES, known.features),
        "maxPorts": (written.max_ports, known.max_ports),
        "ports": (written.ports, known.ports),
        "portGroups": (written.groups, known.groups),
        "portProfiles": (_comparable(written), _comparable(known)),
        "pipelines": (written.pipelines, known.pipelines),
    }
    return (field for field, (ours, theirs) in pairs.items() if ours != theirs)


def _comparable(profile: Profile) -> dict[str, tuple[object, ...]]:
    return {
        name: (item.default, set(item.speeds), dict(item.modes), item.auto_neg_allowed, item.auto_neg_default)
        for name, item in profile.port_profiles.items()
    }


@rule("SP-003", "A SwitchProfile says what the model is", KIND)
def required(profile: Node, _: Context) -> Iterator[Finding]:
    """Why: the controllers choose the switch's operating system and configuration by it.

    Bad:
        metadata: {name: lab-1}
        spec:
          displayName: Lab One
          switchSilicon: vs
          nosType: sonic
          ports: {E1/1: {nos: Ethernet0, label: "1", profile: SFP28-10G}}
          portProfiles: {SFP28-10G: {speed: {default: 10G, supported: [1G, 10G]}}}
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
    for field in _REQUIRED:
        node = profile.at("spec", field)
        if node.value in (None, ""):
            yield node.finding(f"the profile has no {field}", f"Add {field}.")
    nos = profile.at("spec", "nosType")
    if nos.text and nos.text not in NOS_TYPES:
        yield nos.finding(f"{nos.text!r} is not a type of operating system", f"Choose one of {', '.join(NOS_TYPES)}.")


@rule("SP-004", "A SwitchProfile has at most 5 other names", KIND)
def other_names(profile: Node, _: Context) -> Iterator[Finding]:
    """Why: the fabric refuses more, and names that are empty or repeated.

    Bad:
        metadata: {name: lab-1}
        spec:
          displayName: Lab One
          otherNames: [Lab 1, Lab 1]
          switchSilicon: vs
          nosType: sonic-bcm-vs
          platform: x86_64-kvm_x86_64-r0
          ports: {E1/1: {nos: Ethernet0, label: "1", profile: SFP28-10G}}
          portProfiles: {SFP28-10G: {speed: {default: 10G, supported: [1G, 10G]}}}
    Good:
        metadata: {name: lab-1}
        spec:
          displayName: Lab One
          otherNames: [Lab 1, Lab I]
          switchSilicon: vs
          nosType: sonic-bcm-vs
          platform: x86_64-kvm_x86_64-r0
          ports: {E1/1: {nos: Ethernet0, label: "1", profile: SFP28-10G}}
          portProfiles: {SFP28-10G: {speed: {default: 10G, supported: [1G, 10G]}}}
    """
    names = profile.at("spec", "otherNames")
    if len(names.items) > _MOST_NAMES:
        yield names.finding(f"the profile has {names.size} other names; it may have {_MOST_NAMES}", "Remove some.")
    seen: set[str] = set()
    for name in names.items:
        if name.value == "":
            yield name.finding("the name is empty", "Remove it.")
        elif name.text in seen:
            yield name.finding(f"the name {name.text!r} stands twice in the list", "Remove one of the two.")
        seen.add(name.text)


@rule("SP-010", "Pipelines say how many ports they serve", KIND)
def pipelines(profile: Node, _: Context) -> Iterator[Finding]:
    """Why: a pipeline for no ports serves nothing.

    Bad:
        metadata: {name: lab-1}
        spec:
          displayName: Lab One
          switchSilicon: vs
          nosType: sonic-bcm-vs
          platform: x86_64-kvm_x86_64-r0
          pipelines: {"1": {}}
          ports: {E1/1: {nos: 1/1, baseNOSName: Ethernet0, label: "1", profile: QSFP28-100G, pipeline: "1"}}
          portProfiles: {QSFP28-100G: {breakout: {default: 1x100G, supported: {1x100G: {offsets: ["0"]}}}}}
    Good:
        metadata: {name: lab-1}
        spec:
          displayName: Lab One
          switchSilicon: vs
          nosType: sonic-bcm-vs
          platform: x86_64-kvm_x86_64-r0
          pipelines: {"1": {maxPorts: 4}}
          ports: {E1/1: {nos: 1/1, baseNOSName: Ethernet0, label: "1", profile: QSFP28-100G, pipeline: "1"}}
          portProfiles: {QSFP28-100G: {breakout: {default: 1x100G, supported: {1x100G: {offsets: ["0"]}}}}}
    """
    for pipeline in profile.at("spec", "pipelines").entries:
        if pipeline.key == "":
            yield pipeline.finding("the pipeline has no name", "Give it one, such as its number.", at_key=True)
        if pipeline.is_mapping and pipeline.at("maxPorts").is_unset:
            yield pipeline.finding(f"pipeline {pipeline.key} has no maxPorts", "Add how many ports it serves at most.")
