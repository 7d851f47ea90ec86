"""Switch profiles that a repository holds itself: they extend the built-in ones or take their place.

Values of a wrong type count as absent: the schema reports them.
"""

from collections.abc import Iterator
from typing import Any

from fgd_sync.fabric.index import Index
from fgd_sync.fabric.profiles import PortKind, PortProfile, Profile, ProfilePort, builtin
from fgd_sync.model.resource import JsonObject, Ref

KIND = "SwitchProfile"


def profile_named(index: Index, name: str, near: Ref) -> Profile | None:
    """Return the profile that `near` means by a name: a written one or else a built-in one; None: there is none.

    A written one that has no ports says nothing of its model, and counts as none.
    """
    written = index.find(KIND, name, near)
    return index.once(_written).get(written.ref) if written else builtin(name)


def _written(index: Index) -> dict[Ref, Profile]:
    profiles = ((resource.ref, read_profile(resource.ref.name, resource.body)) for resource in index.of(KIND))
    return {ref: profile for ref, profile in profiles if profile.ports}


def read_profile(name: str, body: JsonObject) -> Profile:
    """Read the body of a SwitchProfile."""
    spec = _mapping(body, "spec")
    groups = {key: _text(group, "profile") for key, group in _mappings(spec, "portGroups")}
    port_profiles = {key: _port_profile(item) for key, item in _mappings(spec, "portProfiles")}
    return Profile(
        name,
        _text(spec, "displayName"),
        _text(spec, "switchSilicon"),
        _text(spec, "nosType"),
        _text(spec, "platform"),
        frozenset(key for key, is_on in _mapping(spec, "features").items() if is_on is True),
        ports={key: _port(port, groups, port_profiles) for key, port in _mappings(spec, "ports")},
        groups=groups,
        port_profiles=port_profiles,
        pipelines={key: _count(pipeline, "maxPorts") for key, pipeline in _mappings(spec, "pipelines")},
        max_ports=_count(spec, "maxPorts"),
    )


def _port(port: JsonObject, groups: dict[str, str], profiles: dict[str, PortProfile]) -> ProfilePort:
    if port.get("management") is True:
        return ProfilePort(PortKind.MANAGEMENT)
    group, profile = _text(port, "group"), _text(port, "profile")
    if group:
        return ProfilePort(PortKind.GROUP, groups.get(group, ""), group, _text(port, "pipeline"))
    is_breakout = profile in profiles and bool(profiles[profile].modes)
    return ProfilePort(PortKind.BREAKOUT if is_breakout else PortKind.DIRECT, profile, "", _text(port, "pipeline"))


def _port_profile(item: JsonObject) -> PortProfile:
    speed, breakout = _mapping(item, "speed"), _mapping(item, "breakout")
    offsets = {mode: lanes.get("offsets") for mode, lanes in _mappings(breakout, "supported")}
    supported = speed.get("supported")
    return PortProfile(
        _text(breakout, "default") or _text(speed, "default"),
        tuple(text for text in supported if isinstance(text, str)) if isinstance(supported, list) else (),
        {mode: len(lanes) for mode, lanes in offsets.items() if isinstance(lanes, list)},
        item.get("autoNegAllowed") is True,
        item.get("autoNegDefault") is True,
    )


def _mapping(body: JsonObject, key: str) -> JsonObject:
    value = body.get(key)
    return value if isinstance(value, dict) else {}


def _mappings(body: JsonObject, key: str) -> Iterator[tuple[str, JsonObject]]:
    return ((name, value) for name, value in _mapping(body, key).items() if isinstance(value, dict))


def _text(body: JsonObject, key: str) -> str:
    value: Any = body.get(key)
    return value if isinstance(value, str) else ""


def _count(body: JsonObject, key: str) -> int:
    value: Any = body.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
