"""Durations read and printed as by Go; the expected values are Go's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fgd_sync.planning.durations import format_duration, parse_duration

SECOND = 10**9


@pytest.mark.parametrize(
    ("text", "nanoseconds"),
    [
        ("0", 0),
        ("+0", 0),
        ("-0", 0),
        ("0s", 0),
        ("5s", 5 * SECOND),
        ("30s", 30 * SECOND),
        ("1478s", 1478 * SECOND),
        ("-5s", -5 * SECOND),
        ("+5s", 5 * SECOND),
        ("5.0s", 5 * SECOND),
        ("5.6s", 5_600_000_000),
        ("5.s", 5 * SECOND),
        (".5s", 500_000_000),
        ("1.004s", 1_004_000_000),
        ("100.00100s", 100_001_000_000),
        ("10ns", 10),
        ("11us", 11_000),
        ("12µs", 12_000),
        ("12μs", 12_000),
        ("13ms", 13_000_000),
        ("15m", 900 * SECOND),
        ("16h", 57_600 * SECOND),
        ("3h30m", 12_600 * SECOND),
        ("10.5s4m", 250_500_000_000),
        ("-2m3.4s", -123_400_000_000),
        ("39h9m14.425s", 140_954_425_000_000),
        ("52763797000ns", 52_763_797_000),
        ("0.3333333333333333333h", 1200 * SECOND),
        ("9007199254740993ns", (1 << 53) + 1),
        ("9223372036854775807ns", (1 << 63) - 1),
        ("-9223372036854775808ns", -(1 << 63)),
        ("9223372036854775.807us", (1 << 63) - 1),
        ("0.9223372036854775807h", 3_320_413_933_267),
        ("0.830103483285477580700h", 2_988_372_539_827),
        ("0.100000000000000000000h", 360 * SECOND),
        ("9223372036s854ms775us807ns", (1 << 63) - 1),
    ],
)
def test_durations_that_go_reads(text: str, nanoseconds: int) -> None:
    assert parse_duration(text) == nanoseconds


@pytest.mark.parametrize(
    "text",
    [
        "",
        "3",
        "-",
        "s",
        ".",
        "-.",
        ".s",
        "+.s",
        "1d",
        "1 s",
        " 1s",
        "1s ",
        "1h m",
        "1hm",
        "1e3s",
        "3000000h",
        "0x10s",
        "\u0661s",
        "9223372036854775808ns",
        "9223372036854775.808us",
        "9223372036854ms775us808ns",
        "-9223372036854775809ns",
        "9" * 5000 + "s",
        "--1s",
        "1S",
        "2min",
    ],
)
def test_durations_that_go_refuses(text: str) -> None:
    assert parse_duration(text) is None


@pytest.mark.parametrize(
    ("nanoseconds", "text"),
    [
        (0, "0s"),
        (1, "1ns"),
        (1100, "1.1µs"),
        (2_200_000, "2.2ms"),
        (3_300_000_000, "3.3s"),
        (245 * SECOND, "4m5s"),
        (245_001_000_000, "4m5.001s"),
        (18_367_001_000_000, "5h6m7.001s"),
        (480_000_000_001, "8m0.000000001s"),
        ((1 << 63) - 1, "2562047h47m16.854775807s"),
        (-(1 << 63), "-2562047h47m16.854775808s"),
        (120 * SECOND, "2m0s"),
        (5400 * SECOND, "1h30m0s"),
        (100_000_000, "100ms"),
        (-1500, "-1.5µs"),
        (3600 * SECOND, "1h0m0s"),
    ],
)
def test_durations_as_go_prints_them(nanoseconds: int, text: str) -> None:
    assert format_duration(nanoseconds) == text


@given(st.integers(-(1 << 63), (1 << 63) - 1) | st.integers(-(10**6), 10**6))
def test_what_is_printed_is_read_back(nanoseconds: int) -> None:
    assert parse_duration(format_duration(nanoseconds)) == nanoseconds


@given(st.text(alphabet="0123456789.+-hmsuµμn ", max_size=12))
def test_reading_never_raises_and_normal_form_is_stable(text: str) -> None:
    nanoseconds = parse_duration(text)
    if nanoseconds is not None:
        normal = format_duration(nanoseconds)
        assert format_duration(parse_duration(normal) or 0) == normal
