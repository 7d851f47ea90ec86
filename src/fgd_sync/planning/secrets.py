"""What looks like a secret in a file: where it stands and what it seems to be, never what it is.

Takes bytes; looks for forms that keys and tokens have by design, so that plain words and numbers are no finding.
"""

import re
from collections.abc import Iterator

from fgd_sync.model.location import Position

_MARKS = (b"_", b"://", b"eyJ", b"PRIVATE KEY", b"AKIA", b"ASIA", b"AIza", b"xox", b"glpat-")
"""One of these is in every secret that is known here: most files have none, and cost nothing more."""

_FORMS = {
    "key": (rb"-----BEGIN [A-Z ]*PRIVATE KEY-----", "a private key"),
    "github": (rb"gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{40,255}", "a GitHub token"),
    "aws": (rb"(?:AKIA|ASIA)[0-9A-Z]{16}", "an AWS access key"),
    "slack": (rb"xox[abeoprs]-[A-Za-z0-9-]{10,}", "a Slack token"),
    "jwt": (rb"eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}", "a JSON web token, such as those of Kubernetes"),
    "netbox": (rb"nbt_[A-Za-z0-9]{12}\.[A-Za-z0-9]{40}", "a NetBox token"),
    "gitlab": (rb"glpat-[\w-]{20,}", "a GitLab token"),
    "google": (rb"AIza[\w-]{35}", "a Google API key"),
    "url": (rb"[a-z][a-z0-9+.-]*://[^\s:/@\"'<>]+:[^\s@/\"'<>${}*]{3,}@", "an address with a password"),
}
_SECRET = re.compile(
    rb"(?<![A-Za-z0-9])(?:" + rb"|".join(b"(?P<%s>%s)" % (n.encode(), form) for n, (form, _) in _FORMS.items()) + rb")"
)
_BOM = b"\xef\xbb\xbf"


def find_secrets(data: bytes) -> Iterator[tuple[Position, str]]:
    """Where in a file something looks like a secret, and like which sort."""
    if not _may_hold(data):
        return
    for found in _SECRET.finditer(data):
        start = data.rfind(b"\n", 0, found.start()) + 1
        before = data[start : found.start()].removeprefix(_BOM).decode("utf-8", "replace")
        yield Position(data.count(b"\n", 0, start) + 1, len(before) + 1), _FORMS[str(found.lastgroup)][1]


def blotted(data: bytes) -> bytes:
    """The file with stars in the place of each letter that looks like one of a secret, for showing lines of it."""
    if not _may_hold(data):
        return data
    return _SECRET.sub(lambda found: b"*" * len(found[0]), data)


def _may_hold(data: bytes) -> bool:
    return any(mark in data for mark in _MARKS)
