"""From checked settings, as plain values, to the dataclasses of `model.config`. Pure.

Goes by the types of the fields: a setting is named as its field, but for `from`, which is a Python keyword.
"""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from types import UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from fgd_sync.model.config import FabricEntry, FabricSettings, PullSettings, Settings
from fgd_sync.model.value import replace

_Built = TypeVar("_Built")
_Common = TypeVar("_Common", FabricSettings, PullSettings)
_NAMES = {"start": "from"}
"""Settings that are named otherwise than their fields."""


def setting_name(field: str) -> str:
    """The name of a field's setting."""
    return _NAMES.get(field, field)


def build_settings(body: Mapping[str, Any]) -> Settings:
    """The settings that stand under `fgd:`, completed with the defaults."""
    settings = _build(Settings, {key: value for key, value in body.items() if key != "fabrics"})
    entries = tuple(_entry(item, settings) for item in body.get("fabrics", ()))
    return replace(settings, fabrics=entries)


def _entry(body: Mapping[str, Any], common: Settings) -> FabricEntry:
    """A fabric; its own settings are completed with those that all fabrics have in common."""
    fabric, pull = _own(body.get("fabric"), common.fabric), _own(body.get("pull"), common.pull)
    return FabricEntry(body["name"], body["path"], body.get("netbox_id"), fabric, pull)


def _own(body: Mapping[str, Any] | None, common: _Common) -> _Common | None:
    return None if body is None else replace(common, **_values(type(common), body))


def _build(kind: type[_Built], body: Mapping[str, Any]) -> _Built:
    return kind(**_values(kind, body))


def _values(kind: type[Any], body: Mapping[str, Any]) -> dict[str, Any]:
    hints = get_type_hints(kind)
    names = {item.name: setting_name(item.name) for item in fields(kind)}
    return {field: _convert(hints[field], body[name]) for field, name in names.items() if name in body}


def _convert(hint: Any, value: Any) -> Any:
    if is_dataclass(hint):
        assert isinstance(hint, type)
        return _build(hint, value)
    if get_origin(hint) is tuple:
        return tuple(_convert(get_args(hint)[0], item) for item in value)
    if hint is float:
        return float(value)
    return dict(value) if get_origin(hint) is dict and not isinstance(hint, UnionType) else value
