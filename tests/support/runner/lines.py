"""How GitHub's runner reads the lines of a log: what it takes for a command, and what it makes of it."""

import re
import unicodedata
from dataclasses import dataclass

COMMANDS = frozenset(
    {
        "error",
        "warning",
        "notice",
        "debug",
        "group",
        "endgroup",
        "add-mask",
        "stop-commands",
        "set-output",
        "save-state",
        "set-env",
        "add-path",
        "add-matcher",
        "remove-matcher",
        "echo",
    }
)


@dataclass(frozen=True)
class Command:
    name: str
    properties: dict[str, str]
    data: str


def lines(log: str) -> list[str]:
    """A log as the runner splits it: a bare carriage return ends a line as well."""
    return re.split(r"\r\n|\r|\n", log)


def command(line: str, also: str | None = None) -> Command | None:
    """The command in a line. The runner's comparison is by culture: characters without weight do not count.

    `also` is the token that ends a pause of commands: to the runner a command like any other.
    """
    known = COMMANDS | ({also} if also else set())
    seen = "".join(char for char in line if not _weightless(char)).lstrip()
    seen = line.lstrip() if line.lstrip().startswith("::") else seen
    if not seen.startswith("::"):
        return _legacy(seen, known)
    head, separator, data = seen[2:].partition("::")
    name, _, properties = head.partition(" ")
    if not separator or name.lower() not in {item.lower() for item in known}:
        return _legacy(seen, known)
    return Command(name if name == also else name.lower(), _pairs(properties, ",", ":,"), _unescape(data))


def _legacy(line: str, known: frozenset[str] | set[str]) -> Command | None:
    """The older form, which counts wherever it stands in a line."""
    found = re.search(r"##\[([^\] ]*)([^\]]*)\](.*)", line)
    if not found or found[1] not in known:
        return None
    return Command(found[1], _pairs(found[2], ";", ";]"), _unescape(found[3], ";]"))


def _pairs(text: str, separator: str, escaped: str) -> dict[str, str]:
    pairs = (part.split("=", 1) for part in text.strip().split(separator) if part)
    return {pair[0].strip(): _unescape(pair[1], escaped) for pair in pairs if len(pair) == 2}


def _weightless(char: str) -> bool:
    return (unicodedata.category(char) in ("Cc", "Cf") and char not in "\t\v\f\x85") or char in "\u034f\ufe0f"


def _unescape(text: str, more: str = "") -> str:
    for char in f"\r\n{more}%":
        text = text.replace(f"%{ord(char):02X}", char)
    return text
