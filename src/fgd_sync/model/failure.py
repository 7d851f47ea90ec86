"""The one exception of this program: a run that cannot go on, with a code and words for the user.

And what breaks into a run from outside: no handler of failures may take it for one of its own.
"""

from typing import Any

from fgd_sync.model.code import INTERNAL_ERROR, Code


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


class Interruption(BaseException):
    """A cancel, or the end of the time: raised in the middle of whatever is at work, with the failure that it means.

    Like KeyboardInterrupt it passes by all who handle failures of their own work; the engine ends the run with it.
    """

    def __init__(self, failure: FgdError) -> None:
        super().__init__(failure.message)
        self.failure = failure


def as_failure(error: BaseException, *, remedy: str = "") -> FgdError:
    """The error, what an interruption means, or for a fault of our own a failure that says so, with a remedy."""
    if isinstance(error, FgdError):
        return error
    if isinstance(error, Interruption):
        return error.failure
    fault = FgdError(INTERNAL_ERROR, f"{type(error).__name__}: {error}", remedy=remedy)
    fault.__cause__ = error
    return fault
