"""Regular expressions that are compiled when they are first used: most runs use few of those that modules define."""

import re
from typing import Any, AnyStr, cast

_METHODS = ("match", "fullmatch", "search", "sub", "subn", "split", "finditer", "findall")


class _Later:
    """Stands for a pattern; once that is compiled, its methods are found here as fast as there."""

    def __init__(self, text: str | bytes, flags: int) -> None:
        self.pattern, self._flags = text, flags

    def __getattr__(self, name: str) -> Any:
        compiled: Any = re.compile(self.pattern, self._flags)
        self.__dict__.update({method: getattr(compiled, method) for method in _METHODS})
        return getattr(compiled, name)


def pattern(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """The pattern of a text, with the methods and attributes of one that `re.compile` gives."""
    return cast("re.Pattern[AnyStr]", _Later(text, flags))
