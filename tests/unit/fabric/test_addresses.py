"""Addresses are read as Go reads them, not as Python does."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fgd_sync.fabric.addresses import (
    conflicts,
    format_address,
    format_mac,
    parse_address,
    parse_interface,
    parse_mac,
    parse_prefix,
)

PREFIXES = st.builds(
    lambda value, length: f"{ipaddress.IPv4Address(value)}/{length}", st.integers(0, 2**32 - 1), st.integers(0, 32)
)


@pytest.mark.parametrize(
    "text", ["0.0.0.0", "10.0.1.1", "255.255.255.255", "::", "2001:db8::1", "fe80::1%eth0", "::ffff:10.0.0.1"]
)
def test_addresses_that_go_reads(text: str) -> None:
    address = parse_address(text)
    assert address is not None
    assert parse_address(str(address)) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "10.0.1",
        "10.0.1.1.1",
        "010.0.1.1",
        "10.0.1.01",
        "256.0.0.1",
        "10.0.1.1 ",
        " 10.0.1.1",
        "10.0.1.1/32",
        "1e1.0.0.1",
        "10.0.1.-1",
        "٣.0.0.1",
        "10.0.1.1\n",
        "fe80::1%",
        "10.0.0.1%eth0",
        "12345::",
        "1::2::3",
        "dns.lan",
        "167772161",
    ],
)
def test_addresses_that_go_refuses(text: str) -> None:
    assert parse_address(text) is None


@pytest.mark.parametrize(
    "text", ["10.0.1.0/24", "10.0.1.5/24", "0.0.0.0/0", "10.0.1.1/32", "2001:db8::/32", "::ffff:1.2.3.4/96"]
)
def test_prefixes_that_go_reads(text: str) -> None:
    assert parse_prefix(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "10.0.1.0",
        "10.0.1.0/",
        "10.0.1.0/33",
        "10.0.1.0/024",
        "10.0.1.0/+24",
        "10.0.1.0/255.255.255.0",
        "10.0.1.0/24/24",
        "10.0.01.0/24",
        "10.0.1/24",
        "2001:db8::/129",
        "fe80::1%eth0/64",
        "10.0.1.0/ 24",
        "10.0.1.0/2٣",
        "10.0.1.0/1000",
    ],
)
def test_prefixes_that_go_refuses(text: str) -> None:
    assert parse_prefix(text) is None


def test_the_older_parser_takes_zeros_before_the_length() -> None:
    assert parse_interface("10.0.1.1/024") == parse_prefix("10.0.1.1/24")
    assert parse_interface("10.0.1.1") is None
    assert parse_interface("10.0.1.01/24") is None


def test_a_prefix_keeps_the_address_as_written_and_prints_the_range() -> None:
    prefix = parse_prefix("10.0.1.5/24")
    assert prefix
    assert str(prefix) == "10.0.1.0/24"
    assert str(prefix.address) == "10.0.1.5"
    assert (str(prefix.network), str(prefix.broadcast)) == ("10.0.1.0", "10.0.1.255")
    assert prefix.has_host_bits


def test_families_do_not_mix() -> None:
    four, six, mapped = parse_prefix("0.0.0.0/0"), parse_prefix("::/0"), parse_address("::ffff:10.0.0.1")
    assert four
    assert six
    assert mapped
    assert not four.overlaps(six)
    assert not four.covers(six)
    assert mapped not in four
    assert mapped in six


def test_an_address_with_a_zone_is_in_no_prefix() -> None:
    everything, scoped = parse_prefix("::/0"), parse_address("fe80::1%eth0")
    assert everything
    assert scoped
    assert scoped not in everything


@given(PREFIXES, PREFIXES)
def test_overlap_and_containment_agree_with_the_standard_library(one: str, other: str) -> None:
    left, right = parse_prefix(one), parse_prefix(other)
    first, second = ipaddress.ip_network(one, strict=False), ipaddress.ip_network(other, strict=False)
    assert left
    assert right
    assert left.overlaps(right) == first.overlaps(second)
    assert left.covers(right) == (
        isinstance(second, ipaddress.IPv4Network)
        and isinstance(first, ipaddress.IPv4Network)
        and second.subnet_of(first)
    )
    assert left.has_host_bits == (str(first.network_address) != one.partition("/")[0])


@given(st.integers(0, 2**32 - 1))
def test_an_ipv4_address_is_written_as_it_is_read(value: int) -> None:
    text = format_address(4, value)
    address = parse_address(text)
    assert address
    assert address.value == value
    assert text == str(ipaddress.IPv4Address(value))


@given(st.lists(PREFIXES, max_size=8), st.lists(st.integers(0, 2), min_size=8, max_size=8))
def test_conflicts_finds_every_range_that_overlaps_one_of_another_owner(texts: list[str], owners: list[int]) -> None:
    ranges = [(prefix, (number, owners[number])) for number, text in enumerate(texts) if (prefix := parse_prefix(text))]
    found = list(conflicts(ranges, lambda tag: tag[1]))
    for (one, mine), (other, yours) in found:
        assert one.overlaps(other)
        assert mine[1] != yours[1]
    order = sorted(ranges, key=lambda pair: (pair[0].first, -pair[0].last))
    later = [
        number
        for number, (prefix, tag) in enumerate(order)
        if any(earlier.overlaps(prefix) and tag[1] != other[1] for earlier, other in order[:number])
    ]
    assert [item[1] for item in found] == [order[number] for number in later]


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("0c:20:12:FE:01:00", "0c:20:12:fe:01:00"),
        ("0C-20-12-fe-01-00", "0c:20:12:fe:01:00"),
        ("0c20.12fe.0100", "0c:20:12:fe:01:00"),
        ("00:00:00:00:fe:80:00:00", "00:00:00:00:fe:80:00:00"),
        ("0000.0000.fe80.0000", "00:00:00:00:fe:80:00:00"),
    ],
)
def test_macs_that_go_reads(text: str, canonical: str) -> None:
    octets = parse_mac(text)
    assert octets is not None
    assert format_mac(octets) == canonical


@pytest.mark.parametrize(
    "text",
    [
        "",
        "0c:20:12:fe:01",
        "0c:20-12:fe:01:00",
        "0c20:12fe:0100",
        "0c2012fe0100",
        "0c:20:12:fe:01:0g",
        "0c:20:12:fe:01:00:",
        "0c20.12fe",
        "00:00:00:00:fe:80:00",
        "ﬀ:20:12:fe:01:00",
    ],
)
def test_macs_that_go_refuses(text: str) -> None:
    assert parse_mac(text) is None
