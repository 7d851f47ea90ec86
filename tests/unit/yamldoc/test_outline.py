"""How much is remembered of documents with the same lines."""

from fgd_sync.yamldoc.outline import make_room
from fgd_sync.yamldoc.parse import parse


def test_documents_that_were_met_once_keep_no_other_from_being_learnt() -> None:
    for number in range(1100):
        parse(f"a{number}: 1\nb: 2\n".encode())
    found = [parse(f"c: {number}  # x\nd: 2\n".encode()).documents[0].filled for number in range(3)]
    assert [item and item.values for item in found] == [None, None, (2, 2)]


def test_a_full_table_keeps_what_was_learnt_unless_that_is_most_of_it() -> None:
    known = {"a": 1, "b": None, "c": None, "d": 4}
    make_room(known, 5)
    assert len(known) == 4
    make_room(known, 4)
    assert known == {"a": 1, "d": 4}
    make_room(known, 2)
    assert known == {}
