"""A text that is made when somebody asks for it, such as the digest of many files, which few runs show."""

from collections.abc import Callable


class Late:
    """Counts as the text that it makes, and makes it once."""

    __slots__ = ("_text",)

    def __init__(self, text: str | Callable[[], str]) -> None:
        self._text = text

    def __str__(self) -> str:
        if not isinstance(self._text, str):
            self._text = self._text()
        return self._text

    def __repr__(self) -> str:
        return repr(str(self))

    def __eq__(self, other: object) -> bool:
        return str(self) == str(other) if isinstance(other, str | Late) else NotImplemented

    def __hash__(self) -> int:
        return hash(str(self))

    def __reduce__(self) -> tuple[type["Late"], tuple[str]]:
        return Late, (str(self),)
