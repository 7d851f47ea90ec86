"""The ports of one switch: those of its profile, broken out as the switch says, else as the profile does."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from fgd_sync.fabric.profiles import PortKind, Profile, ProfilePort
from fgd_sync.model.value import dataclass, field


@dataclass(frozen=True)
class SwitchPorts:
    """The ports of a switch. `breakouts` are the modes that the switch chooses, by port."""

    profile: Profile
    breakouts: Mapping[str, str] = field(default_factory=dict)

    def base(self, name: str) -> tuple[str, str]:
        """Split the name of a sub-port in its port and its number; the number of a whole port is "".

        A name that is neither is given back whole.
        """
        port, _, number = name.rpartition("/")
        is_sub_port = name not in self.profile.ports and self._kind(port) is PortKind.BREAKOUT
        return (port, number) if is_sub_port else (name, "")

    def mode(self, name: str) -> str:
        """The breakout mode of a port, supported or not; "" if it has none."""
        port = self.profile.ports.get(name)
        known = self.profile.port_profile(port) if port else None
        return self.breakouts.get(name, known.default) if known and known.modes else ""

    def sub_ports(self, name: str) -> int | None:
        """How many sub-ports a breakout port has in its mode; None: no such port, or it does not support the mode."""
        port = self.profile.ports.get(name)
        known = self.profile.port_profile(port) if port else None
        return known.modes.get(self.mode(name)) if known else None

    def has(self, name: str) -> bool:
        """Whether there is a port or sub-port of that name. An unsupported breakout mode leaves the port alone."""
        port, number = self.base(name)
        if not number:
            return port in self.profile.ports
        return number in map(str, range(1, (self.sub_ports(port) or 0) + 1))

    def may_have(self, name: str) -> bool:
        """Whether there is such a port, or might be if the breakout mode of its port were a supported one."""
        port, number = self.base(name)
        return self.has(name) or bool(number and self.sub_ports(port) is None)

    def canonical(self, name: str) -> str:
        """Give both spellings of one port the same name: a breakout port is the same as its first sub-port."""
        return f"{name}/1" if self._kind(name) is PortKind.BREAKOUT else name

    def is_settled(self) -> bool:
        """Whether every breakout mode of the switch is one that its port supports."""
        return all(self.sub_ports(name) is not None for name in self.breakouts)

    def count(self) -> int:
        """How many data ports there are after breakout."""
        return sum(number for _, _, number in self._data_ports())

    def by_pipeline(self) -> Counter[str]:
        """How many ports there are after breakout in every pipeline."""
        counts: Counter[str] = Counter()
        for _, port, number in self._data_ports():
            if port.pipeline:
                counts[port.pipeline] += number
        return counts

    def _data_ports(self) -> Iterator[tuple[str, ProfilePort, int]]:
        for name, port in self.profile.ports.items():
            if port.kind is not PortKind.MANAGEMENT:
                yield name, port, (self.sub_ports(name) or 0) if port.kind is PortKind.BREAKOUT else 1

    def _kind(self, name: str) -> PortKind | None:
        port = self.profile.ports.get(name)
        return port.kind if port else None


def in_ranges(names: Iterable[str]) -> str:
    """Write names that end with numbers shortly: `E1/1-48, E1/53`. Numbers alone are names too: `1-12`."""
    return ", ".join(_ranges(sorted(map(_split, names))))


def _split(name: str) -> tuple[str, int]:
    digits = len(name) - len(name.rstrip("0123456789"))
    return (name[:-digits], int(name[-digits:])) if digits else (name, -1)


def _ranges(parts: list[tuple[str, int]]) -> Iterator[str]:
    for (prefix, _), group in groupby(enumerate(parts), key=lambda item: (item[1][0], item[1][1] - item[0])):
        numbers = [number for _, (_, number) in group]
        first, last = numbers[0], numbers[-1]
        yield prefix + ("" if first < 0 else str(first) if first == last else f"{first}-{last}")
