"""Names of fabrics in refs: git takes them, and different names stay different."""

import re
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fgd_sync.model.slug import slug

ODD = [
    "North",
    "a/b",
    "a..b",
    "x.lock",
    ".x",
    "x.",
    "@",
    "a@{b",
    "~^:?*[\\",
    "",
    " ",
    "straße",
    "-x",
    "n" * 300,
    "\ud800",
    "a\nb",
    "CON",
]


@pytest.mark.parametrize("name", ["north", "dc-1", "a_b", "0"])
def test_plain_names_stay(name: str) -> None:
    assert slug(name) == name


@pytest.mark.parametrize("name", ODD)
def test_git_takes_every_name(name: str) -> None:
    subprocess.run(["git", "check-ref-format", f"refs/fgd/lock/{slug(name)}"], check=True)


@given(st.text(), st.text())
def test_different_names_differ_even_without_capitals(one: str, other: str) -> None:
    assert (slug(one).casefold() == slug(other).casefold()) == (one == other)


@given(st.text())
def test_a_slug_is_short_and_plain(name: str) -> None:
    assert re.fullmatch(r"[a-z0-9_-]{1,63}(?:\.[0-9a-f]{16})?", slug(name))


def test_a_name_that_looks_like_a_slug_is_not_mistaken_for_it() -> None:
    assert slug(slug("North")) != slug("North")
