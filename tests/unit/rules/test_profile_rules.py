"""Rules that need switch profiles, on small fabrics: what they say, and when they keep silent."""

from typing import Any

import pytest
import yaml

from fgd_sync.fabric.index import Index
from fgd_sync.model.config import FabricSettings
from fgd_sync.model.resource import Origin, Ref, Resource
from fgd_sync.rules.registry import Context, run_fabric
from local_rules import run_alone

BASE = """
apiVersion: wiring.githedgehog.com/v1beta1
kind: VLANNamespace
metadata: {name: default}
spec: {ranges: [{from: 1000, to: 2999}]}
---
apiVersion: vpc.githedgehog.com/v1beta1
kind: IPv4Namespace
metadata: {name: default}
spec: {subnets: [10.0.0.0/16]}
---
apiVersion: wiring.githedgehog.com/v1beta1
kind: Server
metadata: {name: server-01}
spec: {}
"""
PROFILE = """
apiVersion: wiring.githedgehog.com/v1beta1
kind: SwitchProfile
metadata: {name: NAME}
spec:
  displayName: Lab One
  switchSilicon: vs
  nosType: sonic-bcm-vs
  platform: x86_64-kvm_x86_64-r0
  ports:
    M1: {management: true, nos: Management0, oniePortName: eth0}
    E1/1: {nos: 1/1, baseNOSName: Ethernet0, label: "1", profile: wide}
    E1/2: {nos: Ethernet4, label: "2", profile: narrow}
  portProfiles:
    narrow: {speed: {default: 10G, supported: [1G, 10G]}, autoNegAllowed: true}
    wide: {breakout: {default: 1x40G, supported: {1x40G: {offsets: ["0"]}, 2x10G: {offsets: ["0", "1"]}}}}
"""


def resources(*texts: str) -> list[Resource]:
    bodies = [body for text in texts for body in yaml.load_all(text, yaml.CSafeLoader) if body]
    return [
        Resource(
            Ref(body["apiVersion"].partition("/")[0], body["kind"], "default", body["metadata"]["name"]),
            body,
            Origin("raw/fabric.yaml", number),
        )
        for number, body in enumerate(bodies)
    ]


def switch(name: str = "leaf-01", number: int = 1, **spec: Any) -> str:
    body = {"role": "server-leaf", "asn": 65100 + number, "profile": "dell-s5248f-on", "ip": f"172.30.0.1{number}/21"}
    addresses = {"protocolIP": f"172.30.8.1{number}/32", "vtepIP": f"172.30.12.1{number}/32"}
    return as_yaml("wiring.githedgehog.com/v1beta1", "Switch", name, {**body, **addresses, **spec})


def external(name: str, port: str) -> str:
    return as_yaml(
        "wiring.githedgehog.com/v1beta1", "Connection", name, {"external": {"link": {"switch": {"port": port}}}}
    )


def as_yaml(api_version: str, kind: str, name: str, spec: dict[str, Any]) -> str:
    return yaml.safe_dump({"apiVersion": api_version, "kind": kind, "metadata": {"name": name}, "spec": spec})


def found(*texts: str, **settings: Any) -> list[tuple[str, str]]:
    """Rule and message of what the rules over the fabric find, advice left out."""
    context = Context(FabricSettings(**settings))
    items = run_fabric(Index(resources(BASE, *texts)), context)
    return [(item.rule, item.message) for _, item in items if not item.rule.startswith("ADV")]


def remedies(*texts: str) -> list[str]:
    return [item.remedy for _, item in run_fabric(Index(resources(BASE, *texts)), Context())]


def test_an_unknown_profile_is_one_finding_however_much_depends_on_it() -> None:
    text = switch(profile="dell-s5248", portSpeeds={"E9/9": "9G"}, portBreakouts={"E1/1": "2x2G"}, roce=True)
    assert found(text, external("a", "leaf-01/E7/7")) == [("SW-016", "there is no SwitchProfile dell-s5248")]


@pytest.mark.parametrize(("name", "meant"), [("dell-s5248", "dell-s5248f-on"), ("ds4000", "celestica-ds4000")])
def test_an_unknown_profile_comes_with_the_nearest_one(name: str, meant: str) -> None:
    assert remedies(switch(profile=name)) == [f"Did you mean {meant}?"]


@pytest.mark.parametrize(
    ("profile", "setting"),
    [("vs-clsp", "include_clsp_profiles"), ("cumulus-vx", "include_cumulus_profiles")],
)
def test_some_profiles_exist_only_with_a_setting(profile: str, setting: str) -> None:
    message = f"the profile {profile} exists only where the installer was told to include it"
    assert found(switch(profile=profile)) == [("SW-016", message)]
    assert found(switch(profile=profile), **{setting: True}) == []


def test_a_profile_of_the_repository_is_used_in_place_of_the_built_in_one() -> None:
    own = PROFILE.replace("NAME", "lab-1")
    text = switch(profile="lab-1", portBreakouts={"E1/1": "2x10G"}, portSpeeds={"E1/2": "1G"})
    assert found(own, text, external("a", "leaf-01/E1/1/2")) == []
    other = PROFILE.replace("NAME", "dell-s5248f-on")
    assert found(other, switch(), external("a", "leaf-01/E1/9")) == [
        ("CONN-028", "Switch leaf-01 lacks the port: the profile dell-s5248f-on has no port E1/9; it has E1/1-2")
    ]


def test_a_written_profile_without_ports_keeps_the_rules_silent() -> None:
    empty = as_yaml("wiring.githedgehog.com/v1beta1", "SwitchProfile", "vs", {"displayName": "Empty"})
    assert found(empty, switch(profile="vs"), external("a", "leaf-01/E9/9")) == []


@pytest.mark.parametrize(
    ("port", "message"),
    [
        ("E1/1", ""),
        ("M1", ""),
        ("E1/55", ""),
        ("E1/55/4", ""),
        ("E1/56/1", ""),
        ("E1/54/3", ""),
        ("E1/55/5", "E1/55 has no sub-port 5: in mode 4x25G it has E1/55/1 to E1/55/4"),
        ("E1/56/2", "E1/56 has no sub-port 2: in mode 1x100G it has E1/56/1"),
        ("E1/1/1", "E1/1 of the profile dell-s5248f-on has no sub-ports: it is a port of group 1"),
        ("E1/57", "the profile dell-s5248f-on has no port E1/57; it has E1/1-56"),
        ("Ethernet4", "the profile dell-s5248f-on has no port Ethernet4; it has E1/1-56"),
    ],
)
def test_connections_use_ports_that_the_switch_has(port: str, message: str) -> None:
    text = switch(portBreakouts={"E1/55": "4x25G", "E1/54": "3x9G"})
    wrong_mode = [("SW-019", "port E1/54 of the profile dell-s5248f-on does not support 3x9G")]
    expected = [("CONN-028", f"Switch leaf-01 lacks the port: {message}")] if message else []
    assert found(text, external("a", f"leaf-01/{port}")) == wrong_mode + expected


def test_both_spellings_of_a_broken_out_port_are_one_port() -> None:
    text = switch(portBreakouts={"E1/55": "4x25G"})
    assert found(text, external("a", "leaf-01/E1/55"), external("b", "leaf-01/E1/55/1")) == [
        ("CONN-029", "port leaf-01/E1/55/1 is already used by Connection a as leaf-01/E1/55")
    ]
    assert found(text, external("a", "leaf-01/E1/55"), external("b", "leaf-01/E1/55/2")) == []


def test_a_port_that_cannot_be_broken_out_has_no_other_spelling() -> None:
    rules = [rule for rule, _ in found(switch(), external("a", "leaf-01/E1/5"), external("b", "leaf-01/E1/5/1"))]
    assert rules == ["CONN-028"]


def test_without_a_known_profile_the_spellings_count_as_one_port() -> None:
    text = switch(profile="unheard-of")
    rules = [rule for rule, _ in found(text, external("a", "leaf-01/E1/5"), external("b", "leaf-01/E1/5/1"))]
    assert sorted(rules) == ["CONN-029", "SW-016"]


@pytest.mark.parametrize(
    ("settings", "rule", "message"),
    [
        ({"portGroupSpeeds": {"1": "10G", "12": "SPEED_25G"}}, "", ""),
        ({"portGroupSpeeds": {"13": "10G"}}, "SW-017", "the profile dell-s5248f-on has no port group 13; it has 1-12"),
        (
            {"portGroupSpeeds": {"1": "40G"}},
            "SW-017",
            "port group 1 of the profile dell-s5248f-on does not support 40G",
        ),
        ({"portGroupSpeeds": {"1": ""}}, "SW-017", "does not support an empty text"),
        ({"portGroupSpeeds": {"1": 10}}, "", ""),
        ({"portSpeeds": {"M1": "1G"}}, "SW-018", "a management port"),
        ({"portBreakouts": {"E1/55": ""}}, "SW-019", "does not support an empty text"),
        ({"portBreakouts": {"E1/55": "SPEED_4x25G"}}, "SW-019", "does not support SPEED_4x25G"),
        ({"portSpeeds": {"E1/55": "25G"}}, "SW-018", "a breakout port"),
        ({"portSpeeds": {"E1/55/1": "25G"}}, "SW-018", "a sub-port of the breakout port E1/55"),
        ({"portSpeeds": {"E1/70": "25G"}}, "SW-018", "no port E1/70"),
        ({"portBreakouts": {"E1/1": "4x10G"}}, "SW-019", "a port of group 1, not a breakout port"),
        ({"portBreakouts": {"E1/55/1": "4x10G"}}, "SW-019", "E1/55/1 is a sub-port"),
        ({"portBreakouts": {"E1/70": "4x10G"}}, "SW-019", "no port E1/70"),
        ({"portAutoNegs": {"E1/1": True}}, "SW-020", "a port of group 1 without auto-negotiation"),
        ({"portAutoNegs": {"M1": True}}, "SW-020", "a management port without auto-negotiation"),
        ({"portAutoNegs": {"E1/55/2": False}}, "SW-020", "has no sub-port 2"),
        ({"portFECs": {"E1/1": "rs", "E1/55": "fc", "E1/55/1": "rs"}}, "", ""),
        ({"portFECs": {"M1": "rs"}}, "SW-021", "a management port, not a data port"),
        ({"portFECs": {"E1/55": "rs"}, "portBreakouts": {"E1/55": "4x10G"}}, "SW-021", "broken out into 4 sub-ports"),
        ({"portFECs": {"E1/55/5": "rs"}, "portBreakouts": {"E1/55": "4x10G"}}, "SW-021", "has no sub-port 5"),
    ],
)
def test_settings_of_ports_fit_the_model(settings: dict[str, Any], rule: str, message: str) -> None:
    items = found(switch(**settings))
    assert [item[0] for item in items] == ([rule] if rule else [])
    assert all(message in item[1] for item in items)


@pytest.mark.parametrize(
    ("port", "is_allowed"), [("E1/1", False), ("E1/1/1", True), ("E1/1/2", True), ("E1/1/3", False), ("E1/65", False)]
)
def test_auto_negotiation_is_set_for_subports(port: str, is_allowed: bool) -> None:
    text = switch(profile="celestica-ds5000", portBreakouts={"E1/1": "2x400G"}, portAutoNegs={port: True})
    assert [rule for rule, _ in found(text)] == ([] if is_allowed else ["SW-020"])


def test_copper_ports_negotiate() -> None:
    assert found(switch(profile="edgecore-eps202", portAutoNegs={"E1/1": False})) == []


def test_an_unsupported_mode_is_reported_once_and_not_counted() -> None:
    modes = {f"E1/{number}": "8x25G" for number in range(1, 5)}
    text = switch(
        profile="celestica-ds4000", role="spine", asn=65100, vtepIP="", portBreakouts={**modes, "E1/9": "9x9G"}
    )
    assert [rule for rule, _ in found(text)] == ["SW-019"]


def test_pipelines_say_which_ports_share_them() -> None:
    modes = {"E1/1": "8x100G", "E1/4": "4x100G"}
    text = switch(profile="celestica-ds5000", portBreakouts=modes)
    assert found(text) == [
        (
            "SW-027",
            "E1/1, E1/4 share pipeline 1, which may have 10 ports after breakout; "
            "they have 12 (E1/1 8x100G, E1/4 4x100G)",
        )
    ]


def test_rules_on_profiles_of_the_repository_name_what_is_wrong() -> None:
    (resource,) = resources(PROFILE.replace("NAME", "vs"))
    assert [(item.rule, item.message) for item in run_alone(resource, Context())] == [
        (
            "SP-002",
            "displayName, features, ports, portGroups, portProfiles of the profile vs differ from the built-in ones",
        )
    ]


@pytest.mark.parametrize(
    "kind", ["SwitchProfile", "Switch", "Connection", "VPCAttachment", "Gateway", "ExternalPeering"]
)
@pytest.mark.parametrize("value", [None, "", 5, True, [], {}, [None], {"ports": 3}, {"ports": {"E1/1": []}}])
def test_any_shape_is_taken(kind: str, value: object) -> None:
    body = {"apiVersion": "wiring.githedgehog.com/v1beta1", "kind": kind, "metadata": {"name": "odd"}, "spec": value}
    odd = Resource(Ref("wiring.githedgehog.com", kind, "default", "odd"), body, Origin("raw/odd.yaml", 0))
    run_alone(odd, Context())
    run_fabric(Index([odd, *resources(BASE, switch(profile="odd"), external("a", "leaf-01/E1/1"))]), Context())
