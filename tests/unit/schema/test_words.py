"""Values, routes and types in messages."""

from typing import Any

import pytest

from fgd_sync.schema.words import names_of, place, show, type_of, values_of


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("leaf", '"leaf"'),
        ("", '""'),
        (5, "5"),
        (1.5, "1.5"),
        (True, "true"),
        (None, "null"),
        ({}, "an empty mapping"),
        ({"a": 1}, "a mapping"),
        ([], "an empty list"),
        ([1], "a list"),
        ("two\nlines", '"two\\nlines"'),
        ("\x1b[31mred", '"\\u001b[31mred"'),
        ("right\u202eleft", '"right\\u202eleft"'),
        ("größer", '"größer"'),
        ("\ud800", '"\\ud800"'),
    ],
)
def test_a_value_is_shown_in_one_safe_line(value: Any, shown: str) -> None:
    assert show(value) == shown


@pytest.mark.parametrize("value", ["x" * 10_000, "\n" * 10_000, 10**400])
def test_a_long_value_is_cut(value: Any) -> None:
    assert len(show(value)) <= 62
    assert "…" in show(value)


def test_a_route_is_named_as_people_write_it() -> None:
    assert place(("spec", "links", 0, "ip")) == "spec.links[0].ip"
    assert place(()) == "the document"
    assert len(place(("x" * 1000, "\n"))) <= 180


def test_listings_end_after_twelve() -> None:
    assert values_of(["a", "", 5]) == '"a", "", 5'
    assert names_of(["vlan", "mtu"]) == "vlan, mtu"
    assert names_of([f"f{number}" for number in range(15)]).endswith("f10, f11 and 3 more")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "empty"),
        (True, "a boolean"),
        (1, "a number"),
        (1.5, "a number"),
        ("", "text"),
        ([], "a list"),
        ({}, "a mapping"),
    ],
)
def test_types_have_names(value: Any, words: str) -> None:
    assert type_of(value) == words
