"""Who is at work, in words, for locks and for the history."""

import os


def person() -> str:
    """The user at this computer: `alice@laptop`."""
    import getpass
    import socket

    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):
        user = "somebody"
    return f"{user}@{socket.gethostname()}"


def runner() -> str:
    """Who runs a sync at a desk: `alice@laptop, process 311`."""
    return f"{person()}, process {os.getpid()}"


def asker() -> str:
    """Who asks for something: the actor of a workflow, or `alice@laptop`."""
    return os.environ.get("GITHUB_ACTOR") or person()
