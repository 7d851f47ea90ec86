"""The word that a user probably meant: the nearest of the known ones to what was written, for "did you mean"."""

from collections.abc import Iterable
from posixpath import commonprefix

_LONGEST = 64
_MOST_FORGIVEN = 3


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that `word` is probably a slip of; None if none is near enough.

    Upper and lower case, `-` and `_` do not count. Up to one slip (a letter too many, missing, wrong, or two swapped)
    is forgiven in three letters, two from five letters on, three from ten on. Of equally near words the first in
    alphabetical order is returned.
    """
    if len(word) > _LONGEST:
        return None
    plain = _plain(word)
    best = min(((_distance(plain, _plain(other)), other) for other in known if _comparable(word, other)), default=None)
    if best is None or best[0] > _forgiven(min(len(word), len(best[1]))):
        return None
    return best[1]


def _plain(word: str) -> str:
    return word.casefold().replace("-", "").replace("_", "")


def _forgiven(length: int) -> int:
    return 0 if length < 3 else 1 if length < 5 else 2 if length < 10 else _MOST_FORGIVEN


def _comparable(word: str, other: str) -> bool:
    return len(other) <= _LONGEST and abs(len(word) - len(other)) <= _MOST_FORGIVEN


def _distance(one: str, two: str) -> int:
    """Count the slips between two words (optimal string alignment); more than are ever forgiven may count as any more.

    What both begin and end with costs nothing: names of a fabric have most of their letters in common.
    """
    begin = len(commonprefix((one, two)))
    one, two = one[begin:], two[begin:]
    end = len(commonprefix((one[::-1], two[::-1])))
    one, two = one[: len(one) - end], two[: len(two) - end]
    before: list[int] = []
    row = list(range(len(two) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, other in enumerate(two, 1):
            steps = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == two[j - 2] and one[i - 2] == other:
                steps = min(steps, earlier[j - 2] + 1)
            row.append(steps)
        if min(row) > _MOST_FORGIVEN and min(before) > _MOST_FORGIVEN:
            return _MOST_FORGIVEN + 1
    return row[-1]
