"""Why a connection failed, in the words of the operating system or of TLS, for every adapter that has one.

Takes the exception of whatever library, looks through what it wraps; gives a few words, without addresses or secrets.
"""


def cause(error: BaseException) -> str:
    """What the operating system or TLS said; "" where neither had a part in it."""
    inner: BaseException | None = error
    while inner is not None:
        wrapped = getattr(inner, "reason", None)
        if isinstance(wrapped, BaseException):
            inner = wrapped
        elif isinstance(inner, OSError) and (words := _words(inner)):
            return words
        else:
            inner = inner.__cause__ or inner.__context__
    return ""


def _words(error: OSError) -> str:
    return str(getattr(error, "verify_message", "") or error.strerror or "").lower()
