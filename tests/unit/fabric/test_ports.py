"""Ports are split at the first slash, and two spellings of one port are known."""

import pytest

from fgd_sync.fabric.ports import Port, is_management, parse_port, resolve_alias


def test_a_port_is_split_at_the_first_slash() -> None:
    assert parse_port("leaf-01/E1/55/2") == Port("leaf-01", "E1/55/2")
    assert str(Port("leaf-01", "E1/55/2")) == "leaf-01/E1/55/2"


@pytest.mark.parametrize("text", ["", "leaf-01", "/E1/1", "leaf-01/"])
def test_both_halves_are_needed(text: str) -> None:
    assert parse_port(text) is None


@pytest.mark.parametrize(
    ("name", "same"),
    [("E1/55/1", "E1/55"), ("E1/55", "E1/55"), ("E1/55/2", "E1/55/2"), ("E1/1", "E1/1"), ("enp2s1", "enp2s1")],
)
def test_the_first_subport_is_the_port_itself(name: str, same: str) -> None:
    assert resolve_alias(Port("leaf-01", name)) == Port("leaf-01", same)


def test_management_ports_are_told_from_data_ports() -> None:
    assert is_management(Port("leaf-01", "M1"))
    assert not is_management(Port("leaf-01", "E1/1"))
