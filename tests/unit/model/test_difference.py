"""What differs between two values."""

import copy
from typing import Any

import pytest

from fgd_sync.model.difference import ABSENT, Difference, differences, is_same


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}, []),
        ({"a": True}, {"a": 1}, [Difference(("a",), True, 1)]),
        ({"a": [1, {"b": 2.0}]}, {"a": [1.0, {"b": 2}]}, []),
        ({"a": None}, {}, [Difference(("a",), None, ABSENT)]),
        ({}, {"a": {"b": 1}}, [Difference(("a",), ABSENT, {"b": 1})]),
        ({"a": [1, 2]}, {"a": [1, 3]}, [Difference(("a",), [1, 2], [1, 3])]),
        ({"a": [{"b": 1}, 2]}, {"a": [{"b": 2}, 2]}, [Difference(("a", 0, "b"), 1, 2)]),
        ({"a": [{"b": 1}]}, {"a": []}, [Difference(("a",), [{"b": 1}], [])]),
        ({"a": [[1]]}, {"a": [[1]]}, []),
        ([1], {"a": 1}, [Difference((), [1], {"a": 1})]),
    ],
)
def test_fields_that_differ(old: Any, new: Any, expected: list[Difference]) -> None:
    assert list(differences(old, new)) == expected
    assert is_same(old, new) == (not expected)


def test_lists_differ_as_a_whole_where_they_are_not_looked_into() -> None:
    one, two = {"a": [{"b": 1}, 2]}, {"a": [{"b": 2}, 2]}
    assert list(differences(one, two, into_lists=False)) == [Difference(("a",), one["a"], two["a"])]


def test_a_field_that_is_not_there_stays_one_of_a_kind() -> None:
    assert copy.deepcopy(ABSENT) is ABSENT
