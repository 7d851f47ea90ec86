"""Switch profiles: which ports a switch model has and what it can do, of the built-in models and of written ones.

A fabric brings the profiles of the supported models along, so that repositories refer to them without holding them.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from fgd_sync.model.value import dataclass, field


class PortKind(StrEnum):
    """How a port is configured: not at all, by itself, with its group, or by a breakout mode."""

    MANAGEMENT = "management"
    DIRECT = "direct"
    GROUP = "group"
    BREAKOUT = "breakout"


@dataclass(frozen=True, slots=True)
class PortProfile:
    """What ports of one sort can do. `modes` has the number of sub-ports of every breakout mode; else `speeds` counts.

    `default` is the speed, or the mode, of a port for which a switch says nothing.
    """

    default: str
    speeds: tuple[str, ...] = ()
    modes: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    auto_neg_allowed: bool = False
    auto_neg_default: bool = False


@dataclass(frozen=True, slots=True)
class ProfilePort:
    """One port. `profile` names its port profile (of its group, if it has one); a management port has none."""

    kind: PortKind
    profile: str = ""
    group: str = ""
    pipeline: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of a switch model.

    `features` are those that are on. `ports` is by name (`E1/1`, `M1`); `groups` has the port profile of every port
    group. `pipelines` has the most ports of every pipeline, `max_ports` (0: no bound) those of the switch, both counted
    after breakout. `setting` is the setting under `fabric:` without which the fabric lacks the profile.
    """

    name: str
    display_name: str
    silicon: str
    nos_type: str
    platform: str
    features: frozenset[str]
    ports: Mapping[str, ProfilePort]
    groups: Mapping[str, str]
    port_profiles: Mapping[str, PortProfile]
    pipelines: Mapping[str, int]
    max_ports: int = 0
    setting: str = ""
    is_leaf_only: bool = False

    def port_profile(self, port: ProfilePort) -> PortProfile | None:
        """What a port can do; None for a management port, and where a written profile does not say."""
        return self.port_profiles.get(port.profile)


@cache
def builtin(name: str) -> Profile | None:
    """Return the built-in profile of a name; None if there is none."""
    from fgd_sync.fabric.profiles_table import ROWS

    row = ROWS.get(name)
    return row.profile(name) if row else None


def builtin_names() -> tuple[str, ...]:
    """The names of all built-in profiles, those that depend on a setting included."""
    from fgd_sync.fabric.profiles_table import ROWS

    return tuple(ROWS)
