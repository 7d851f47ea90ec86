"""The nearest known word."""

import pytest

from fgd_sync.schema.nearest import nearest

FIELDS = ["vlan", "subnet", "gateway", "isolated", "restricted", "hostBGP", "dhcp", "vlanNamespace", "ipv4Namespace"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("vlna", "vlan"),
        ("vlans", "vlan"),
        ("VLAN", "vlan"),
        ("vla", "vlan"),
        ("subnets", "subnet"),
        ("gatway", "gateway"),
        ("host-bgp", "hostBGP"),
        ("host_bgp", "hostBGP"),
        ("ipv4namespace", "ipv4Namespace"),
        ("ipNamespace", "ipv4Namespace"),
        ("restrictd", "restricted"),
    ],
)
def test_a_slip_is_recognised(written: str, meant: str) -> None:
    assert nearest(written, FIELDS) == meant


@pytest.mark.parametrize("written", ["", "x", "ip", "mtu", "description", "vxlanTunnel", "relay", "v" * 100_000])
def test_another_word_is_no_slip(written: str) -> None:
    assert nearest(written, FIELDS) is None


def test_of_equally_near_words_the_first_in_the_alphabet_is_meant() -> None:
    assert nearest("leaf3", ["leaf2", "leaf1"]) == "leaf1"


def test_nothing_is_near_when_nothing_is_known() -> None:
    assert nearest("vlan", []) is None
