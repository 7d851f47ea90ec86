"""A large table of texts kept as one text: after a change of a few files, few of its entries are needed.

To find one in the text takes less time than to make a mapping of thousands; who asks for many gets a mapping after all.
The text is kept as bytes, and may be fetched when it is first needed.
"""

from collections.abc import Collection, Iterator, Mapping

from fgd_sync.model.stowed import Stowed

_BETWEEN, _END = "\0", "\n"
_NUL, _LINE_END = b"\0", b"\n"
_FEW = 30
"""So many entries are found in less time than it takes to make a mapping."""


class Table(Mapping[str, str]):
    """Values by key, from a text of lines. For that neither holds a line end, values no NUL, and all keys as many.

    `text`: a line end, and for each key in order the key, NUL, its value and a line end. `changes`: what is other than
    there; None: it is gone. Whoever asks may meet a LostError.
    """

    __slots__ = ("_asked", "_changes", "_lines", "_made", "_stowed")

    def __init__(self, text: Stowed, changes: Mapping[str, str | None] | None = None, lines: int = 0) -> None:
        """`lines`: how many line ends the text has, where that is known."""
        self._stowed, self._changes, self._lines = text, changes or {}, lines
        self._made: Mapping[str, str] | None = None
        self._asked = 0

    @classmethod
    def of(cls, values: Mapping[str, str]) -> "Table":
        """The table of some values."""
        table = cls(Stowed(b""))
        table._made = values
        return table

    def __reduce__(self) -> tuple[type["Table"], tuple[Stowed, None, int]]:
        text = self.text
        return Table, (Stowed(text), None, text.count(_LINE_END))

    def __getitem__(self, key: str) -> str:
        if self._made is None and self._asked < _FEW:
            self._asked += 1
            value = self._found(key)
        else:
            value = self._all.get(key)
        if value is None:
            raise KeyError(key)
        return value

    def __iter__(self) -> Iterator[str]:
        return iter(self._all)

    def __len__(self) -> int:
        if self._made is not None:
            return len(self._made)
        changed = sum((value is not None) - bool(self._place(key)[0]) for key, value in self._changes.items())
        self._lines = self._lines or self._stowed().count(_LINE_END)
        return self._lines - 1 + changed

    @property
    def text(self) -> bytes:
        """The text of all that is there now."""
        return b"".join(self.pieces())

    def pieces(self) -> Iterator[bytes | memoryview]:
        """The same piece by piece: after a few changes it need not be made anew."""
        text, places = self._stowed(), {key: self._place(key) for key in self._changes}
        if not text or len(places) > _FEW or not all(place[0] and self._changes[key] for key, place in places.items()):
            found = self._all
            yield encoded("".join([_END, *(f"{key}{_BETWEEN}{found[key]}{_END}" for key in sorted(found))]))
            return
        view, done = memoryview(text), 0
        for key, (start, end) in sorted(places.items(), key=lambda item: item[1]):
            yield view[done:start]
            yield encoded(self._changes[key] or "")
            done = end
        yield view[done:]

    def keys_of(self, values: Collection[str]) -> set[str]:
        """The keys that have one of some values."""
        if self._made is not None or self._changes or len(values) > _FEW:
            return {key for key, value in self._all.items() if value in values}
        return {key for value in values for key in self._with(encoded(value))}

    def beginning(self, start: str) -> list[str]:
        """The keys that begin with a text."""
        if self._made is not None:
            return [key for key in self._made if key.startswith(start)]
        text, wanted = self._stowed(), encoded(_END + start)
        first, last = text.find(wanted), text.rfind(wanted)
        lines = decoded(text[first + 1 : text.index(_LINE_END, last + 1)]).split(_END) if first >= 0 else []
        found = dict.fromkeys(line.rpartition(_BETWEEN)[0] for line in lines)
        found |= dict.fromkeys(key for key in self._changes if key.startswith(start))
        return [key for key in found if self._changes.get(key, "") is not None]

    def fetch(self) -> None:
        """Have all of the text at hand. Raises LostError."""
        self._stowed()

    def after(self, changes: Mapping[str, str | None]) -> "Table":
        """The table with some values other than they were; None: without it."""
        if self._stowed.size:
            return Table(self._stowed, {**self._changes, **changes}, self._lines)
        return Table.of(_changed(self._all, changes))

    def _found(self, key: str) -> str | None:
        if key in self._changes:
            return self._changes[key]
        start, end = self._place(key)
        return decoded(self._stowed.some(start, end)) if start else None

    def _place(self, key: str) -> tuple[int, int]:
        """Where the value of a key begins and ends in the text, found by halves; 0 and 0 if there is none."""
        text, wanted = self._stowed, encoded(key)
        low, high = 0, text.size - 1
        while low < high:
            before = text.rindex(_LINE_END, low, (low + high) // 2 + 1)
            end = text.index(_LINE_END, before + 1)
            value = text.rindex(_NUL, before, end) + 1
            found = text.some(before + 1, value - 1)
            if found == wanted:
                return value, end
            low, high = (end, high) if found < wanted else (low, before)
        return 0, 0

    def _with(self, value: bytes) -> Iterator[str]:
        """The keys that have a value in the text."""
        text, wanted = self._stowed(), b"%b%b%b" % (_NUL, value, _LINE_END)
        end = text.find(wanted)
        while end >= 0:
            yield decoded(text[text.rindex(_LINE_END, 0, end) + 1 : end])
            end = text.find(wanted, end + 1)

    @property
    def _all(self) -> Mapping[str, str]:
        """All that is there now."""
        if self._made is None:
            lines = (line.rpartition(_BETWEEN) for line in decoded(self._stowed()).split(_END)[1:-1])
            self._made = _changed({key: value for key, _, value in lines}, self._changes)
        return self._made


def encoded(text: str) -> bytes:
    """A text as a table keeps it; names that a manifest gives may hold letters that are none."""
    return text.encode("utf-8", "surrogatepass")


def decoded(data: bytes) -> str:
    """The text that was encoded."""
    return data.decode("utf-8", "surrogatepass")


def _changed(values: Mapping[str, str], changes: Mapping[str, str | None]) -> dict[str, str]:
    return {key: value for key, value in {**values, **changes}.items() if value is not None}
