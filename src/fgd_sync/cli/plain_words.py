"""What the words of a command ask for where that is plain: reading them with click takes longer than many a command."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from fgd_sync.cli.common import FORMATS
from fgd_sync.cli.replay import Start
from fgd_sync.model.value import dataclass

_SHARED: Mapping[str, tuple[str, bool]] = {
    "--no-cache": ("no_cache", True),
    "--color": ("color", True),
    "--no-color": ("color", False),
}
_FLAGS: Mapping[str, Mapping[str, tuple[str, bool]]] = {
    "check": {**_SHARED, "--schemas-only": ("schemas_only", True)},
    "sync": {**_SHARED, "--dry-run": ("dry_run", True)},
}
"""The flags of a command, with the name and the value that each stands for."""

_OPTIONS = {"--config": "config", "--format": "output", "--base": "base"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user asks a check or a sync for; `start` is None where the command was not called by `main`."""

    start: Start | None
    paths: tuple[Path, ...] = ()
    config: Path | None = None
    output: str = "text"
    color: bool | None = None
    base: str = "HEAD"
    no_cache: bool = False
    schemas_only: bool = False
    dry_run: bool = False
    events: Path | None = None
    progress: str = "none"


def plainly_asked(start: Start) -> Asked | None:
    """What the words of a command ask for; None where click is to read them, or to say what is wrong with them."""
    command, *words = start.arguments
    found = _plain(words, _FLAGS[command])
    return None if found is None else Asked(start, **found)


def _plain(words: Sequence[str], known: Mapping[str, tuple[str, bool]]) -> dict[str, Any] | None:
    found: dict[str, Any] = {}
    paths: list[Path] = []
    rest = iter(words)
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
