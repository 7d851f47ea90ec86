"""Names of ports: `<device>/<port>`, and the two spellings of the first sub-port of a broken-out port."""

from typing import NamedTuple

from fgd_sync.model.pattern import pattern

_FIRST_SUBPORT = pattern(r"(E[0-9]+/[0-9]+)/1")
_MANAGEMENT = pattern(r"M[0-9]+")


class Port(NamedTuple):
    """A port of a device: a switch, server or gateway."""

    device: str
    name: str

    def __str__(self) -> str:
        """As manifests write it."""
        return f"{self.device}/{self.name}"


def parse_port(text: str) -> Port | None:
    """Split at the first slash, as the controllers do; None if a half is missing."""
    device, _, name = text.partition("/")
    return Port(device, name) if device and name else None


def resolve_alias(port: Port) -> Port:
    """Give both spellings of one port the same name: `E1/55/1`, which exists only if broken out, is `E1/55`."""
    match = _FIRST_SUBPORT.fullmatch(port.name) if port.name.endswith("/1") else None
    return Port(port.device, match[1]) if match else port


def is_management(port: Port) -> bool:
    """Whether it is the management port of a switch."""
    return _MANAGEMENT.fullmatch(port.name) is not None
