"""A pattern that is compiled late is used like any other."""

import re

import pytest

from fgd_sync.model.pattern import pattern


def test_it_has_the_methods_and_attributes_of_a_compiled_one() -> None:
    late, early = pattern(r"(?P<word>[a-z]+)-?", re.IGNORECASE), re.compile(r"(?P<word>[a-z]+)-?", re.IGNORECASE)
    assert late.groupindex == early.groupindex
    assert (late.pattern, late.flags) == (early.pattern, early.flags)
    assert late.sub("x", "A-b c") == early.sub("x", "A-b c") == "xx x"
    assert [item["word"] for item in late.finditer("A-b")] == ["A", "b"]
    assert late.fullmatch("A b") is None
    assert pattern(rb"\d+").findall(b"1 22") == [b"1", b"22"]


def test_what_is_wrong_is_told_when_it_is_used() -> None:
    wrong = pattern("(")
    with pytest.raises(re.error, match="unterminated subpattern"):
        wrong.match("")
