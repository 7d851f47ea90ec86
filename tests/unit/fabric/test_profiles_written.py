"""Profiles of the repository extend the built-in ones or take their place."""

from typing import Any

from fgd_sync.fabric.index import Index
from fgd_sync.fabric.profiles import PortKind, builtin
from fgd_sync.fabric.profiles_written import profile_named, read_profile
from fgd_sync.model.resource import Origin, Ref, Resource

SPEC: dict[str, Any] = {
    "displayName": "Lab One",
    "switchSilicon": "Lab",
    "nosType": "sonic-bcm-vs",
    "platform": "x86_64-lab-r0",
    "features": {"l3vni": True, "roce": False},
    "maxPorts": 9,
    "pipelines": {"1": {"maxPorts": 8}},
    "ports": {
        "M1": {"management": True, "nos": "Management0", "oniePortName": "eth0"},
        "E1/1": {"nos": "1/1", "baseNOSName": "Ethernet0", "label": "1", "profile": "wide", "pipeline": "1"},
        "E1/2": {"nos": "Ethernet8", "label": "2", "group": "1"},
        "E1/3": {"nos": "Ethernet9", "label": "3", "profile": "narrow"},
    },
    "portGroups": {"1": {"nos": "1", "profile": "narrow"}},
    "portProfiles": {
        "narrow": {"speed": {"default": "10G", "supported": ["1G", "10G"]}},
        "wide": {
            "breakout": {
                "default": "1x40G",
                "supported": {"1x40G": {"offsets": ["0"]}, "2x10G": {"offsets": ["0", "1"]}},
            },
            "autoNegAllowed": True,
        },
    },
}
NEAR = Ref("wiring.githedgehog.com", "Switch", "default", "leaf-01")


def index_with(name: str, spec: object) -> Index:
    ref = Ref("wiring.githedgehog.com", "SwitchProfile", "default", name)
    return Index([Resource(ref, {"metadata": {"name": name}, "spec": spec}, Origin("raw/profile.yaml", 0))])


def test_a_written_profile_is_read_whole() -> None:
    profile = read_profile("lab-1", {"spec": SPEC})
    assert (profile.name, profile.display_name, profile.silicon) == ("lab-1", "Lab One", "Lab")
    assert (profile.nos_type, profile.platform) == ("sonic-bcm-vs", "x86_64-lab-r0")
    assert profile.features == {"l3vni"}
    assert (profile.max_ports, dict(profile.pipelines)) == (9, {"1": 8})
    kinds = {name: (port.kind, port.profile, port.group, port.pipeline) for name, port in profile.ports.items()}
    assert kinds == {
        "M1": (PortKind.MANAGEMENT, "", "", ""),
        "E1/1": (PortKind.BREAKOUT, "wide", "", "1"),
        "E1/2": (PortKind.GROUP, "narrow", "1", ""),
        "E1/3": (PortKind.DIRECT, "narrow", "", ""),
    }
    assert profile.port_profiles["narrow"].speeds == ("1G", "10G")
    assert profile.port_profiles["wide"].modes == {"1x40G": 1, "2x10G": 2}
    assert (profile.port_profiles["wide"].default, profile.port_profiles["wide"].auto_neg_allowed) == ("1x40G", True)


def test_a_written_profile_extends_the_table() -> None:
    found = profile_named(index_with("lab-1", SPEC), "lab-1", NEAR)
    assert found is not None
    assert found.display_name == "Lab One"


def test_a_written_profile_takes_the_place_of_a_built_in_one() -> None:
    index = index_with("vs", SPEC)
    found = profile_named(index, "vs", NEAR)
    assert found is not None
    assert found.display_name == "Lab One"
    assert profile_named(index, "dell-s5248f-on", NEAR) is builtin("dell-s5248f-on")
    assert profile_named(index, "lab-1", NEAR) is None


def test_a_written_profile_without_ports_says_nothing() -> None:
    assert profile_named(index_with("vs", {"displayName": "Empty"}), "vs", NEAR) is None
    assert profile_named(index_with("vs", ["nonsense"]), "vs", NEAR) is None


def test_values_of_a_wrong_type_count_as_absent() -> None:
    spec = {
        "ports": {"E1/1": {"profile": 1, "group": None}, "E1/2": 5},
        "portProfiles": [],
        "maxPorts": True,
        "features": 3,
    }
    profile = read_profile("odd", {"spec": spec})
    assert {name: port.kind for name, port in profile.ports.items()} == {"E1/1": PortKind.DIRECT}
    assert (profile.max_ports, profile.port_profiles, profile.features) == (0, {}, frozenset())
