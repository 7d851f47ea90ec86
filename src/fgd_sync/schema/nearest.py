"""The word that a user probably meant: the nearest of the known ones to what was written, for "did you mean"."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

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
        best = _lexicon(words).best(word)
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
        plain = sorted((_plain(word), word) for word in words if len(word) <= _LONGEST)
        before = [("", ""), *plain]
        self._words = [(*pair, _shared(pair[0], other)) for pair, (other, _) in zip(plain, before, strict=False)]
        self._shortened: dict[str, list[str]] = {}
        for word in words:
            for short in _shortened(_plain(word[:_LONGEST])):
                self._shortened.setdefault(short, []).append(word)

    def within_one(self, plain: str) -> Iterable[str]:
        """All words that are one slip away, and perhaps more: without a letter, they are the same without a letter."""
        return {word for short in _shortened(plain) for word in self._shortened.get(short, ())}

    def best(self, word: str) -> tuple[int, str] | None:
        """The fewest slips, and the first word that is so near; words that begin alike are compared together."""
        slips, best = _Slips(_plain(word)), None
        most, same, hopeless = _MOST_FORGIVEN, _LONGEST, _LONGEST + 1
        for plain, other, shared in self._words:
            same = min(same, shared)
            if same >= hopeless or not _comparable(word, other):
                continue
            hopeless = slips.go_on(plain, same, most)
            same = _LONGEST
            if hopeless > len(plain) and slips.number <= most:
                best = min(best, (slips.number, other)) if best else (slips.number, other)
                most = best[0]
        return best


class _Slips:
    """Counts the slips between a word and others, of which each may begin as the one before (see `_distance`)."""

    def __init__(self, word: str) -> None:
        self._word = word
        self._rows = [list(range(len(word) + 1))]

    @property
    def number(self) -> int:
        """The slips to the word that was gone through last."""
        return self._rows[-1][-1]

    def go_on(self, other: str, same: int, most: int) -> int:
        """Go through another word, which has its first letters, so many, in common with the last one.

        Gives after how many letters it is certain that there are more than `most` slips; if it never is, one more than
        the word has.
        """
        rows = self._rows
        del rows[same + 1 :]
        for at in range(len(rows) - 1, len(other)):
            rows.append(_row(self._word, other, at + 1, rows))
            if min(rows[-1]) > most and min(rows[-2]) > most:
                return at + 1
        return len(other) + 1


def _row(word: str, other: str, count: int, rows: Sequence[list[int]]) -> list[int]:
    """The slips between the first letters of another word, so many of them, and those of a word, none to all of them.

    `rows`: the same for fewer letters, so far as they are alike.
    """
    letter, before, earlier, row = other[count - 1], rows[count - 1], rows[count - 2], [count]
    steps = count
    for j, mine in enumerate(word, 1):
        fewest = before[j - 1] + (letter != mine)
        if before[j] < fewest:
            fewest = before[j] + 1
        if steps < fewest:
            fewest = steps + 1
        if count > 1 < j and letter == word[j - 2] and mine == other[count - 2] and earlier[j - 2] < fewest:
            fewest = earlier[j - 2] + 1
        steps = fewest
        row.append(steps)
    return row


def _shared(one: str, other: str) -> int:
    """With how many letters both begin."""
    count, most = 0, min(len(one), len(other))
    while count < most and one[count] == other[count]:
        count += 1
    return count


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
    begin = _shared(one, two)
    one, two = one[begin:], two[begin:]
    end = _shared(one[::-1], two[::-1])
    one, two = one[: len(one) - end], two[: len(two) - end]
    slips = _Slips(one)
    return slips.number if slips.go_on(two, 0, most) > len(two) else most + 1
