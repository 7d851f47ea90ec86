"""What looks like a secret in a file or a text: where it stands and what it seems to be, never what it is.

Takes bytes; looks for forms that keys, tokens and hashes of passwords have by design, and for values of keys such as
`password`, so that plain words and numbers are no finding.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from fgd_sync.model.location import Position
from fgd_sync.model.pattern import pattern
from fgd_sync.model.value import dataclass

_MARK = pattern(
    rb"_(?:(?<=gh[pousr]_)|(?<=nbt_)|pat_)|://|J(?<=eyJ)|PRIVATE KEY|SECRET-KEY|AKIA|ASIA|AIza|xox|xapp-|hvs\."
    rb"|l(?<=gl)(?:pat|dt|rt|cbt)-|\$|LS0tLS1CRUdJTi|Basic |Bearer |Token "
)
"""One of these is in every secret that has a form of its own: most files have none, and cost nothing more.

Each is looked for at a letter that is seldom in manifests.
"""

_BODY = (
    rb"(?:(?:(?!-----BEGIN)[\s\S]){0,16000}?-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----"
    rb"|(?:(?:\s|\\n)+[A-Za-z0-9+/=]{16,})*)"
)
_FORMS = {
    "key": (rb"-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----" + _BODY, "a private key"),
    "encoded": (
        rb"LS0tLS1CRUdJTi(?:BSU0EgUFJJVkFURSBLRVkt|BQUklWQVRFIEtFWS0|BFQyBQUklWQVRFIEtFWS0|BPUEVOU1NIIFBSSVZBVEUgS0VZLS0)"
        rb"[A-Za-z0-9+/=]*",
        "a private key in base64",
    ),
    "github": (rb"gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{40,255}", "a GitHub token"),
    "aws": (rb"(?:AKIA|ASIA)[0-9A-Z]{16}", "an AWS access key"),
    "slack": (
        rb"(?:xox[abeoprs]|xapp)-[A-Za-z0-9-]{10,}|https://hooks\.slack\.com/services/[\w/]{30,}",
        "a Slack token",
    ),
    "jwt": (rb"eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}", "a JSON web token, such as those of Kubernetes"),
    "netbox": (rb"nbt_[A-Za-z0-9]{12}\.[A-Za-z0-9]{40}", "a NetBox token"),
    "gitlab": (rb"gl(?:pat|dt|rt|cbt)-[\w-]{20,}", "a GitLab token"),
    "age": (rb"AGE-SECRET-KEY-1[A-Z0-9]{50,}", "a private key of age"),
    "vault": (rb"hvs\.[\w-]{24,}", "a token of Vault"),
    "docker": (rb"dckr_pat_[\w-]{20,}", "a Docker token"),
    "header": (rb"(?:Basic|Bearer|Token) (?=[A-Za-z+/=._~-]*\d)[\w+/=.~-]{20,}", "a header that authorises"),
    "google": (rb"AIza[\w-]{35}", "a Google API key"),
    "hash": (
        rb"\$(?:1|5|6|y|7|8|9|apr1)\$[./A-Za-z0-9=,$-]{1,40}\$[./A-Za-z0-9]{20,}|\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}"
        rb"|\$argon2(?:id|i|d)\$[^\s\"']{20,}|\$9\$[./A-Za-z0-9-]{16,}",
        "the hash of a password",
    ),
    "url": (rb"[a-z][a-z0-9+.-]{0,30}://[^\s:/@\"'<>]{0,200}:[^\s@/\"'<>${}*]{3,200}@", "an address with a password"),
}
_UNMISTAKABLE = ("github", "netbox", "gitlab")
"""Forms that begin as nothing else does: they are found also where other letters stand right before them."""


def _any_of(names: Iterable[str]) -> bytes:
    return rb"|".join(b"(?P<%s>%s)" % (name.encode(), _FORMS[name][0]) for name in names)


_SECRETS = (
    pattern(_any_of(_UNMISTAKABLE)),
    pattern(rb"(?<![A-Za-z0-9])(?=[-$A-Za-z])(?:%b)" % _any_of(name for name in _FORMS if name not in _UNMISTAKABLE)),
)
_NAMED = pattern(
    rb"(?=[acmprst])(?:(passw(?:or)?d|passphrase|pwd|psk|snmp[_-]?community)|secret|token|client-key-data"
    rb"|(?:api|auth|private|secret|access|md5|radius|tacacs)[_-]?key)"
    rb"[\"']?[ \t]*[:=][ \t]*(?:(?:!!|&)[\w./-]{1,64}[ \t]+){0,2}(?:[|>][-+0-9]{0,2}[ \t]*\r?\n[ \t]+)?"
    rb"(\"(?:[^\"\\\r\n]|\\.)+\"|'[^'\r\n]+'|[^\s'\"|>&*!{}\[\],#][^\s,}\]]*)",
    re.IGNORECASE,
)
"""A key that says that its value is secret, and the value: where the key is one of a password, nearly any."""

_NO_SECRET = pattern(
    rb"[$%<@{*/.-].*|(?:ENC\[|vault:|ref\+|env:).*|x{3,}|true|false|yes|no|on|off|null|none|~|\d{1,5}|.{1,3}|.*\*{3}.*",
    re.IGNORECASE | re.DOTALL,
)
"""Stands in for a secret, or says where it is."""

_RANDOM = pattern(rb"(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[\w+/=.~-]{16,}|[0-9a-fA-F]{32,}")
_COLON, _EQUALS = b":="
"""As numbers, which are looked for in a fifth of the time."""

_BOM = b"\xef\xbb\xbf"
_LETTER = pattern(rb"[^\r\n]")
_ROUNDS = 8
_MOST_TOLD = 100


@dataclass(frozen=True, slots=True)
class Secret:
    """Where something stands that looks like a secret, in bytes, and like which sort."""

    start: int
    end: int
    what: str


def may_hold_secret(data: bytes) -> bool:
    """Whether there may be something that looks like a secret: no costs little, and is certain."""
    return _MARK.search(data) is not None or ((_COLON in data or _EQUALS in data) and _has_name(data.lower()))


def secrets_in(data: bytes) -> list[Secret]:
    """What looks like a secret, in its order; no two of them overlap."""
    formed = [Secret(item.start(), item.end(), _FORMS[str(item.lastgroup)][1]) for item in _formed(data)]
    found: list[Secret] = []
    for item in sorted((*formed, *_named(data)), key=lambda item: (item.start, -item.end)):
        if not found or item.start >= found[-1].end:
            found.append(item)
    return found


def find_secrets(data: bytes) -> Iterator[tuple[Position, str]]:
    """Where in a file something looks like a secret, and like which sort; the first of them if there are very many."""
    line, last = 1, 0
    for item in secrets_in(data)[:_MOST_TOLD]:
        start = data.rfind(b"\n", 0, item.start) + 1
        line, last = line + data.count(b"\n", last, start), max(last, start)
        before = data[start : item.start].removeprefix(_BOM).decode("utf-8", "replace")
        yield Position(line, len(before) + 1), item.what


def blotted(data: bytes) -> bytes:
    """The file with stars in the place of each letter that looks like one of a secret, for showing lines of it."""
    for _ in range(_ROUNDS):
        found = secrets_in(data)
        if not found:
            return data
        shown = bytearray(data)
        for item in found:
            shown[item.start : item.end] = _LETTER.sub(b"*", data[item.start : item.end])
        data = bytes(shown)
    return _LETTER.sub(b"*", data)


def blotted_text(text: str, secrets: tuple[str, ...] = ()) -> str:
    """A text without what looks like a secret, and without the given ones."""
    for secret in secrets:
        text = text.replace(secret, "***")
    if text.isascii():
        return blotted(text.encode()).decode()
    return blotted(text.encode("utf-8", "surrogatepass")).decode("utf-8", "replace")


def shown(key: str, text: str) -> str:
    """The value of a key as it may be shown: as it is, or stars where the one or the other tells that it is secret."""
    quoted = text.replace("\\", "/").replace('"', "'").replace("\n", " ").replace("\r", " ")
    return "***" if secrets_in(f'{key}: "{quoted}"\n{text}'.encode("utf-8", "surrogatepass")) else text


def texts_of(data: bytes) -> tuple[str, ...]:
    """The secrets of a file as texts, the longest first: only to take them out of what is shown."""
    texts = {data[item.start : item.end].decode("utf-8", "replace").strip("\"'") for item in secrets_in(data)}
    return tuple(sorted(filter(None, texts), key=lambda text: (-len(text), text)))


def _formed(data: bytes) -> Iterator[re.Match[bytes]]:
    return chain.from_iterable(form.finditer(data) for form in _SECRETS) if _MARK.search(data) else iter(())


def _has_name(small: bytes) -> bool:
    """Whether there is one of the words, in small letters, that name what is secret by its name."""
    return (
        b"passw" in small
        or b"key" in small
        or b"secret" in small
        or b"token" in small
        or b"psk" in small
        or b"pwd" in small
        or b"snmp" in small
        or b"passphrase" in small
    )


def _named(data: bytes) -> Iterator[Secret]:
    if not _has_name(data.lower()):
        return
    for item in _NAMED.finditer(data):
        value = item[2].strip(b"\"'")
        if not _NO_SECRET.fullmatch(value) and (item[1] or _RANDOM.fullmatch(value)):
            quoted = item[2] != value
            yield Secret(item.start(2) + quoted, item.end(2) - quoted, "a password" if item[1] else "a secret key")
