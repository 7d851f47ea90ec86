"""A large table of texts kept as one text: after a change of a few files, few of its entries are needed.

To find one in the text takes less time than to make a mapping of thousands; who asks for many gets a mapping after all.
"""

from collections.abc import Collection, Iterator, Mapping

_BETWEEN, _END = "\0", "\n"
_FEW = 30
"""So many entries are found in less time than it takes to make a mapping."""


class Table(Mapping[str, str]):
    """Values by key, from a text of lines. For that neither holds a line end, values no NUL, and all keys as many.

    `text`: a line end, and for each key in order the key, NUL, its value and a line end. `changes`: what is other than
    there; None: it is gone.
    """

    __slots__ = ("_asked", "_changes", "_made", "_text")

    def __init__(self, text: str, changes: Mapping[str, str | None] | None = None) -> None:
        self._text, self._changes = text, changes or {}
        self._made: Mapping[str, str] | None = None
        self._asked = 0

    @classmethod
    def of(cls, values: Mapping[str, str]) -> "Table":
        """The table of some values."""
        table = cls("")
        table._made = values
        return table

    def __reduce__(self) -> tuple[type["Table"], tuple[str]]:
        return Table, (self.text,)

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
        return self._text.count(_END) - 1 + changed

    @property
    def text(self) -> str:
        """The text of all that is there now."""
        text, places = self._text, {key: self._place(key) for key in self._changes}
        if not text or len(places) > _FEW or not all(place[0] and self._changes[key] for key, place in places.items()):
            found = self._all
            return "".join([_END, *(f"{key}{_BETWEEN}{found[key]}{_END}" for key in sorted(found))])
        for key, (start, end) in sorted(places.items(), key=lambda item: item[1], reverse=True):
            text = f"{text[:start]}{self._changes[key]}{text[end:]}"
        return text

    def keys_of(self, values: Collection[str]) -> set[str]:
        """The keys that have one of some values."""
        if self._made is not None or self._changes or len(values) > _FEW:
            return {key for key, value in self._all.items() if value in values}
        return {key for value in values for key in self._with(value)}

    def after(self, changes: Mapping[str, str | None]) -> "Table":
        """The table with some values other than they were; None: without it."""
        if self._text:
            return Table(self._text, {**self._changes, **changes})
        return Table.of(_changed(self._all, changes))

    def _found(self, key: str) -> str | None:
        if key in self._changes:
            return self._changes[key]
        start, end = self._place(key)
        return self._text[start:end] if start else None

    def _place(self, key: str) -> tuple[int, int]:
        """Where the value of a key begins and ends in the text; 0 and 0 if there is none."""
        start = self._text.find(f"{_END}{key}{_BETWEEN}")
        if start < 0:
            return 0, 0
        start += len(key) + 2
        return start, self._text.index(_END, start)

    def _with(self, value: str) -> Iterator[str]:
        """The keys that have a value in the text."""
        end = self._text.find(f"{_BETWEEN}{value}{_END}")
        while end >= 0:
            yield self._text[self._text.rindex(_END, 0, end) + 1 : end]
            end = self._text.find(f"{_BETWEEN}{value}{_END}", end + 1)

    @property
    def _all(self) -> Mapping[str, str]:
        """All that is there now."""
        if self._made is None:
            lines = (line.rpartition(_BETWEEN) for line in self._text.split(_END)[1:-1])
            self._made = _changed({key: value for key, _, value in lines}, self._changes)
        return self._made


def _changed(values: Mapping[str, str], changes: Mapping[str, str | None]) -> dict[str, str]:
    return {key: value for key, value in {**values, **changes}.items() if value is not None}
