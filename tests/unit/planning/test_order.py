"""Refs stand in the order of their texts, whatever order they come in."""

from hypothesis import given
from hypothesis import strategies as st

from fgd_sync.model.resource import Ref
from fgd_sync.planning.reconcile import in_order

words = st.sampled_from(["", "a", "a-1", "a.b", "b", "vpc-10", "vpc-9"])


@given(st.lists(st.builds(Ref, words, words, words, words), unique=True))
def test_refs_are_in_order(refs: list[Ref]) -> None:
    assert in_order(refs) == sorted(refs)
