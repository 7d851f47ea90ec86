import pytest
from hypothesis import given
from hypothesis import strategies as st

from fgd_sync.yamldoc.quote import are_plain, quote


@given(st.lists(st.text("0123456789abcdefnosuy-/.:\nE_ ", max_size=12) | st.text("0123456789e-", max_size=5)))
def test_what_is_plain_at_a_glance_is_plain(texts: list[str]) -> None:
    if are_plain(texts):
        assert [quote(text) for text in texts] == texts


@pytest.mark.parametrize("text", ["raw/a.yaml", "managed/vpcs/a-1.yaml", "f" * 64, "1e2d" * 16, "0e1d" * 16, "0c" * 32])
def test_paths_and_digests_are_plain_at_a_glance(text: str) -> None:
    assert are_plain([text, text])


@pytest.mark.parametrize(
    "text", ["", "1e5", "0b1", "0b1c", "0e1", "12", "on", "a: b", "raw", "x/y\n", "x/y\nz/w", "1_0"]
)
def test_what_might_be_read_as_something_else_is_looked_at(text: str) -> None:
    assert not are_plain([text])
    assert not are_plain(["raw/a.yaml", text])
