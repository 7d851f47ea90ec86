"""The word that a user probably meant: the nearest of the known ones to what was written, for "did you mean"."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from posixpath import commonprefix

_LONGEST = 64
_MOST_FORGIVEN = 3
_FEW = 40
"""So many known words are compared one by one."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that `word` is probably a slip of; None if none is near enough.

    Upper and lower case, `-` and `_` do not count. Up to one slip (a letter too many, missing, wrong, or two swapped)
    is forgiven in three letters, two from five letters on, three from ten on. Of equally near words the first in
    alphabetical order is returned.
    """
    if len(word) > _LONGEST:
        return None
    words = tuple(known)
    return _of_few(word, words) if len(words) <= _FEW else _of_many(word, words)


@lru_cache(maxsize=256)
def _of_few(word: str, words: tuple[str, ...]) -> str | None:
    """The same slip is often made in many places."""
    mine = _letters(_plain(word))
    return _meant(word, _best(word, (other for other in words if _is_in_reach(mine, _letters(_plain(other))))))


def _of_many(word: str, words: tuple[str, ...]) -> str | None:
    best = _best(word, _lexicon(words).within_one(_plain(word)))
    if best is None or best[0] > 1:
        best = _best(word, _lexicon(words).within_reach(_plain(word)))
    return _meant(word, best)


def _meant(word: str, best: tuple[int, str] | None) -> str | None:
    """The best word, if it is near enough."""
    if best is None or best[0] > _forgiven(min(len(word), len(best[1]))):
        return None
    return best[1]


def _best(word: str, words: Iterable[str]) -> tuple[int, str] | None:
    """The fewest slips, and the first word that is so near."""
    plain, best = _plain(word), None
    for other in words:
        if _comparable(word, other):
            found = _distance(plain, _plain(other), best[0] if best else _MOST_FORGIVEN), other
            best = min(best, found) if best else found
    return best


class _Lexicon:
    """Many words, prepared so that most need not be compared with a word that is near few of them."""

    def __init__(self, words: tuple[str, ...]) -> None:
        self._letters = [(word, _letters(_plain(word))) for word in words]
        self._shortened: dict[str, list[str]] = {}
        for word in words:
            for short in _shortened(_plain(word[:_LONGEST])):
                self._shortened.setdefault(short, []).append(word)

    def within_one(self, plain: str) -> Iterable[str]:
        """All words that are one slip away, and perhaps more: without a letter, they are the same without a letter."""
        return {word for short in _shortened(plain) for word in self._shortened.get(short, ())}

    def within_reach(self, plain: str) -> Iterator[str]:
        """All words that are so many slips away as are ever forgiven, and perhaps more."""
        mine = _letters(plain)
        for word, letters in self._letters:
            if _is_in_reach(mine, letters):
                yield word


@lru_cache(maxsize=8)
def _lexicon(words: tuple[str, ...]) -> _Lexicon:
    return _Lexicon(words)


def _shortened(plain: str) -> set[str]:
    """A word, and all that it is without one of its letters."""
    return {plain, *(plain[:at] + plain[at + 1 :] for at in range(len(plain)))}


def _is_in_reach(mine: int, letters: int) -> bool:
    """Whether two words with these letters may be so many slips apart as are ever forgiven: each changes one letter."""
    return (mine & ~letters).bit_count() <= _MOST_FORGIVEN and (letters & ~mine).bit_count() <= _MOST_FORGIVEN


def _letters(plain: str) -> int:
    """Which letters occur in a word, as bits; several letters may share one."""
    found = 0
    for letter in plain:
        found |= 1 << (ord(letter) & 63)
    return found


def _plain(word: str) -> str:
    return word.casefold().replace("-", "").replace("_", "")


def _forgiven(length: int) -> int:
    return 0 if length < 3 else 1 if length < 5 else 2 if length < 10 else _MOST_FORGIVEN


def _comparable(word: str, other: str) -> bool:
    return len(other) <= _LONGEST and abs(len(word) - len(other)) <= _MOST_FORGIVEN


def _distance(one: str, two: str, most: int) -> int:
    """Count the slips between two words (optimal string alignment); more than `most` may count as any more.

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
        if min(row) > most and min(before) > most:
            return most + 1
    return row[-1]
