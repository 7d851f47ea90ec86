"""A table that is kept as a text is the mapping that it was made of, whatever changed since and however it is asked."""

import pickle

from hypothesis import given
from hypothesis import strategies as st

from fgd_sync.model.stowed import Stowed
from fgd_sync.planning.table import Table

KEYS = st.builds("{}\0{}".format, *[st.sampled_from(["", "a", "b", "ab", "vpcs/a.yaml"])] * 2)
VALUES = st.sampled_from(["", "a", "b", "f00", "vpcs/a.yaml"])
CHANGES = st.lists(st.dictionaries(KEYS, st.none() | VALUES, max_size=4), max_size=2)


@given(st.dictionaries(KEYS, VALUES, max_size=8), CHANGES, st.booleans(), st.booleans())
def test_a_table_is_the_mapping_that_it_was_made_of(
    values: dict[str, str], changes: list[dict[str, str | None]], is_kept: bool, is_asked_for_all: bool
) -> None:
    table = Table.of(values)
    if is_kept:
        table = pickle.loads(pickle.dumps(table))
    now: dict[str, str | None] = {**values}
    for some in changes:
        table = table.after(some)
        now |= some
    expected = {key: value for key, value in now.items() if value is not None}
    for start in ("a\0", "ab\0", "vpcs/"):
        assert sorted(table.beginning(start)) == sorted(key for key in expected if key.startswith(start))
    if is_asked_for_all:
        assert dict(table) == expected
    assert len(table) == len(expected)
    assert {key: table.get(key) for key in now} == now
    assert all(table.keys_of({value}) == {key for key in expected if expected[key] == value} for value in ("a", "f00"))
    assert dict(Table(Stowed(table.text))) == expected
    assert table.text == Table.of(expected).text
