"""What is stowed is the same however little of it is asked for at a time, and is fetched only where it is needed."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fgd_sync.model.stowed import BLOCK, LostError, Stowed

DATA = bytes(number * 7 % 251 for number in range(3 * BLOCK + 100))
PLACES = st.integers(0, len(DATA))


class Fetched:
    """Gives blocks of the data, and notes which."""

    def __init__(self) -> None:
        self.asked: list[tuple[int, int]] = []

    def __call__(self, first: int, last: int) -> bytes:
        self.asked.append((first, last))
        return DATA[first * BLOCK : last * BLOCK]


def place_of(find: Callable[..., int], *wanted: object) -> int:
    try:
        return find(*wanted)
    except ValueError:
        return -1


@given(PLACES, PLACES, st.integers(0, 255), st.booleans())
def test_it_is_as_the_bytes_are(one: int, other: int, byte: int, is_fetched: bool) -> None:
    stowed, (start, end), wanted = Stowed(Fetched(), len(DATA)), sorted((one, other)), bytes([byte])
    if is_fetched:
        assert stowed() == DATA
    assert stowed.some(start, end) == DATA[start:end]
    assert place_of(stowed.index, wanted, start) == DATA.find(wanted, start)
    assert place_of(stowed.rindex, wanted, start, end) == DATA.rfind(wanted, start, end)
    assert stowed.size == len(DATA)


def test_a_block_is_fetched_once_and_no_other() -> None:
    fetched = Fetched()
    stowed = Stowed(fetched, len(DATA))
    assert stowed.some(BLOCK + 1, BLOCK + 9) == stowed.some(BLOCK + 1, BLOCK + 9)
    assert stowed.index(DATA[BLOCK : BLOCK + 1], BLOCK) == BLOCK
    assert fetched.asked == [(1, 2)]


def test_what_is_lost_is_told_when_it_is_asked_for() -> None:
    def lost(_first: int, _last: int) -> bytes:
        raise LostError

    stowed = Stowed(lost, 10)
    with pytest.raises(LostError):
        stowed.some(0, 1)
    with pytest.raises(LostError):
        stowed()
