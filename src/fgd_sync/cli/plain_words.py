"""What the words of a command ask for where that is plain: reading them with click takes longer than many a command."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fgd_sync.cli.common import FORMATS

_FLAGS: Mapping[str, tuple[str, bool]] = {
    "--no-cache": ("no_cache", True),
    "--color": ("color", True),
    "--no-color": ("color", False),
}
_OPTIONS = {"--config": "config", "--format": "output", "--base": "base"}


def plain_words(words: Sequence[str], flags: Mapping[str, tuple[str, bool]]) -> dict[str, Any] | None:
    """What words ask for, by name; None where click is to read them, or to say what is wrong with them.

    `flags`: those of the command, with the name and the value that each stands for.
    """
    found: dict[str, Any] = {}
    paths: list[Path] = []
    rest, known = iter(words), {**_FLAGS, **flags}
    for word in rest:
        name, joined, value = word.partition("=")
        if name in _OPTIONS:
            found[_OPTIONS[name]] = value if joined else next(rest, None)
        elif word in known:
            found |= [known[word]]
        elif word.startswith("-") or not word:
            return None
        else:
            paths.append(Path(word))
    return _complete(found, paths)


def _complete(found: dict[str, Any], paths: Sequence[Path]) -> dict[str, Any] | None:
    if None in (found.get("base", ""), found.get("config", "")) or found.get("output", "text") not in FORMATS:
        return None
    if "config" in found:
        found["config"] = Path(found["config"])
    return {**found, "paths": tuple(paths)}
