"""The one exception of this program: a run that cannot go on, with a code and words for the user."""

from typing import Any

from fgd_sync.model.code import Code


class FgdError(Exception):
    """A run cannot go on. Raised anywhere, handled once, in the command's main.

    `message` says what happened with the values concerned; `remedy`, if given, replaces that of the code;
    `details` are for machines.
    """

    def __init__(self, code: Code, message: str, *, remedy: str = "", details: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.remedy = remedy or code.remedy
        self.details = details or {}
