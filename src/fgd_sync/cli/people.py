"""Who is at work, in words, for locks and for the history."""

import os


def person() -> str:
    """The user at this computer: `alice@laptop`."""
    return f"{_user() or 'somebody'}@{os.uname().nodename}"


def _user() -> str:
    """The name of the user, as `getpass.getuser` finds it; that module takes longer to import than all this."""
    named = next(filter(None, map(os.environ.get, ("LOGNAME", "USER", "LNAME", "USERNAME"))), "")
    if named:
        return named
    import pwd

    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return ""


def runner() -> str:
    """Who runs a sync at a desk: `alice@laptop, process 311`."""
    return f"{person()}, process {os.getpid()}"


def asker() -> str:
    """Who asks for something: the actor of a workflow, or `alice@laptop`."""
    return os.environ.get("GITHUB_ACTOR") or person()
