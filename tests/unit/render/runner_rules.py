"""How GitHub's runner reads the lines of a log: what it takes for a command, and what it makes of it."""

import re
import unicodedata
from dataclasses import dataclass

COMMANDS = frozenset({"error", "warning", "notice", "debug", "group", "endgroup", "add-mask", "stop-commands"})


@dataclass(frozen=True)
class Command:
    name: str
    properties: dict[str, str]
    data: str


def lines(log: str) -> list[str]:
    """A log as the runner splits it: a bare carriage return ends a line as well."""
    return re.split(r"\r\n|\r|\n", log)


def command(line: str) -> Command | None:
    """The command in a line. The runner's comparison is by culture: characters without weight do not count."""
    seen = "".join(char for char in line if not _weightless(char)).lstrip()
    seen = line.lstrip() if line.lstrip().startswith("::") else seen
    if not seen.startswith("::"):
        return _legacy(seen)
    head, separator, data = seen[2:].partition("::")
    name, _, properties = head.partition(" ")
    if not separator or name not in COMMANDS:
        return _legacy(seen)
    pairs = (part.split("=", 1) for part in properties.strip().split(",") if part)
    return Command(name, {pair[0]: _unescape(pair[1], ":,") for pair in pairs if len(pair) == 2}, _unescape(data))


def _legacy(line: str) -> Command | None:
    found = re.search(r"##\[([^\] ]*)[^\]]*\](.*)", line)
    return Command(found[1], {}, found[2]) if found and found[1] in COMMANDS else None


def _weightless(char: str) -> bool:
    return (unicodedata.category(char) in ("Cc", "Cf") and char not in "\t\v\f\x85") or char in "\u034f\ufe0f"


def _unescape(text: str, more: str = "") -> str:
    for char in f"\r\n{more}%":
        text = text.replace(f"%{ord(char):02X}", char)
    return text
