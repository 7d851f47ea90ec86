"""The table of built-in profiles has the facts of the fabric's own."""

import json
from pathlib import Path
from typing import Any

import pytest

from fgd_sync.fabric.profiles import PortKind, PortProfile, Profile, builtin, builtin_names

FACTS = Path(__file__).parents[4] / "shared/hedgehog/profiles.json"
SETTINGS = {"includeCLSP": "include_clsp_profiles", "includeCumulus": "include_cumulus_profiles"}


@pytest.fixture(scope="module")
def facts() -> dict[str, dict[str, Any]]:
    if not FACTS.exists():
        pytest.skip("the profiles of the fabric (../shared/hedgehog/profiles.json) are not here")
    return {item["name"]: item for item in json.loads(FACTS.read_text(encoding="utf-8"))["profiles"]}


def known(name: str) -> Profile:
    profile = builtin(name)
    assert profile is not None
    return profile


def test_the_table_has_the_profiles_of_the_fabric(facts: dict[str, dict[str, Any]]) -> None:
    assert sorted(builtin_names()) == sorted(facts)


def test_models_features_and_limits_are_those_of_the_fabric(facts: dict[str, dict[str, Any]]) -> None:
    for name, fact in facts.items():
        profile = known(name)
        assert profile.name == name
        described = (profile.display_name, profile.silicon, profile.nos_type, profile.platform)
        assert described == (fact["displayName"], fact["silicon"], fact["nosType"], fact["platform"]), name
        assert profile.features == {feature for feature, is_on in fact["features"].items() if is_on}, name
        assert (profile.max_ports, profile.pipelines) == (fact["maxPorts"], fact.get("pipelines", {})), name
        assert profile.is_leaf_only == ("spine" not in fact["documentedRoles"]), name
        assert ("l3vni" not in profile.features) == (fact["documentedRoles"] == ["spine"]), name


def test_profiles_that_depend_on_a_setting_say_so(facts: dict[str, dict[str, Any]]) -> None:
    for name, fact in facts.items():
        wanted = next((ours for theirs, ours in SETTINGS.items() if theirs in fact["available"]), "")
        assert known(name).setting == wanted, name


def test_ports_and_groups_are_those_of_the_fabric(facts: dict[str, dict[str, Any]]) -> None:
    for name, fact in facts.items():
        profile, groups = known(name), {key: group["profile"] for key, group in fact.get("portGroups", {}).items()}
        assert profile.groups == groups, name
        assert {key: port_facts(port, groups) for key, port in fact["ports"].items()} == {
            key: (port.kind, port.profile, port.group, port.pipeline) for key, port in profile.ports.items()
        }, name


def port_facts(port: dict[str, str], groups: dict[str, str]) -> tuple[PortKind, str, str, str]:
    group = port.get("group", "")
    return PortKind(port["kind"]), port.get("profile", "") or groups.get(group, ""), group, port.get("pipeline", "")


def test_speeds_and_modes_are_those_of_the_fabric(facts: dict[str, dict[str, Any]]) -> None:
    for name, fact in facts.items():
        profiles = known(name).port_profiles
        assert {key: comparable(profile) for key, profile in profiles.items()} == {
            key: comparable(port_profile(item)) for key, item in fact["portProfiles"].items()
        }, name


def port_profile(fact: dict[str, Any]) -> PortProfile:
    is_breakout = fact["kind"] == "breakout"
    return PortProfile(
        fact["default"],
        () if is_breakout else tuple(fact["supported"]),
        {mode: len(lanes) for mode, lanes in fact["supported"].items()} if is_breakout else {},
        fact["autoNegAllowed"],
        fact["autoNegDefault"],
    )


def comparable(profile: PortProfile) -> tuple[object, ...]:
    allowed = profile.auto_neg_allowed, profile.auto_neg_default
    return profile.default, profile.speeds, dict(profile.modes), allowed


def test_there_is_no_profile_of_another_name() -> None:
    assert builtin("dell-s5248") is None
