"""What settings let pass that others would not, in words: for a proposal that changes the settings of its own check.

Takes two values of `Settings`; gives a line for people. Pure.
"""

from collections.abc import Iterator
from functools import reduce
from typing import Any

from fgd_sync.model.code import Severity
from fgd_sync.model.config import FabricSettings, Settings, VlanRange
from fgd_sync.rules.registry import RULES

_RANK = {"off": 0, "notice": 1, "warning": 2, "error": 3}
_SWITCHES = (
    "enabled",
    "github.enabled",
    "ingestion.validation_rules.enforce_namespaces",
    "ingestion.validation_rules.require_labels",
)
"""The settings that check less when they are off."""

_BOUNDS = (
    "ingestion.limits.max_deletes",
    "ingestion.limits.max_delete_percent",
    "ingestion.max_file_size_mb",
    "ingestion.max_document_size_kb",
    "ingestion.max_documents_per_file",
)
"""The settings that let more pass when they are raised."""

_MOST = 8

_Difference = tuple[str, Any, Any]
"""The name of a setting, its value at the base, and the one now."""


def weaker(base: Settings, now: Settings) -> str:
    """The settings that check less than those of the base, or take something else for granted; "" if there are none."""
    found = [f"`{name}` is {_word(new)}, not {_word(old)}" for name, old, new in _differences(base, now)]
    told = found[:_MOST] + ([f"and {len(found) - _MOST} more"] if len(found) > _MOST else [])
    return f"the settings of this change check less than those of its base: {'; '.join(told)}" if told else ""


def _differences(base: Settings, now: Settings) -> Iterator[_Difference]:
    for name in (*_SWITCHES, *_BOUNDS):
        old, new = _value(base, name), _value(now, name)
        if (new < old) if name in _SWITCHES else (new > old):
            yield name, old, new
    if base.directory.validation_mode == "strict" != now.directory.validation_mode:
        yield "directory.validation_mode", base.directory.validation_mode, now.directory.validation_mode
    if set(base.ingestion.supported_extensions) - set(now.ingestion.supported_extensions):
        yield "ingestion.supported_extensions", base.ingestion.supported_extensions, now.ingestion.supported_extensions
    yield from _rules(base.ingestion.rules, now.ingestion.rules)
    yield from _fabric("fabric", base.fabric, now.fabric)
    yield from _fabrics(base, now)


def _value(settings: Settings, name: str) -> Any:
    return reduce(getattr, name.split("."), settings)


def _rules(base: dict[str, str], now: dict[str, str]) -> Iterator[_Difference]:
    for rule in sorted({*base, *now}):
        old, new = _severity(rule, base), _severity(rule, now)
        if _RANK[new] < _RANK[old]:
            yield f"ingestion.rules.{rule}", old, new


def _severity(rule: str, chosen: dict[str, str]) -> str:
    """With which severity a rule is reported; what other parts than the rules find is an error."""
    known = RULES.get(rule)
    return (known.severity_in(chosen) or "off") if known else chosen.get(rule, Severity.ERROR)


def _fabrics(base: Settings, now: Settings) -> Iterator[_Difference]:
    """Fabrics that are no longer looked at, and what rules take for granted of one."""
    paths = {entry.path: entry for entry in now.fabrics}
    if now.fabrics and not base.fabrics:
        yield "fabrics", "empty (all that are found)", tuple(paths)
    for entry in base.fabrics:
        same = paths.get(entry.path)
        own = same.fabric if same else None
        if now.fabrics and not same:
            yield f"fabrics: {entry.name}", entry.path, "no longer named"
        elif entry.fabric or own:
            yield from _fabric(f"fabrics: {entry.name}: fabric", entry.fabric or base.fabric, own or now.fabric)


def _fabric(name: str, base: FabricSettings, now: FabricSettings) -> Iterator[_Difference]:
    """What rules take for granted: any difference may let something pass."""
    for field in FabricSettings.__match_args__:
        old, new = getattr(base, field), getattr(now, field)
        if old != new:
            yield f"{name}.{field}", old, new


def _word(value: Any) -> str:
    """A value as it would stand in the file, as far as that is short."""
    match value:
        case bool():
            return str(value).lower()
        case tuple() | list():
            return ", ".join(map(_word, value)) or "empty"
        case VlanRange():
            return f"{value.start}-{value.to}"
    return str(value)
