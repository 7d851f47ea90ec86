"""The settings of a run: command line before environment before file before default, checked against one schema.

Takes the place where the command was started, the environment and what the command line says; gives `Settings`.
Everything that is wrong is reported at once, with file, line and column.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fgd_sync.adapters.git import work_tree_root
from fgd_sync.adapters.os_errors import in_words, readable
from fgd_sync.model.code import CONFIGURATION_INVALID, UNSAFE_PATH
from fgd_sync.model.config import Settings
from fgd_sync.model.failure import FgdError
from fgd_sync.model.location import Position
from fgd_sync.model.pattern import pattern
from fgd_sync.model.resource import JsonObject
from fgd_sync.model.value import dataclass

if TYPE_CHECKING:
    from fgd_sync.yamldoc.document import Document

FILE_NAME = "fgd_config.yaml"

_LARGEST = 1 << 20
"""Bytes that settings may have: ten thousand fabrics fit. A pull request may bring any file of that name."""

VARIABLES: dict[str, str] = {
    "HEDGEHOG_FGD_ENABLED": "enabled",
    "HEDGEHOG_FGD_DEBUG": "debug_mode",
    "HEDGEHOG_FGD_SYNC_TIMEOUT": "sync.timeout_seconds",
    "HEDGEHOG_FGD_BATCH_SIZE": "ingestion.batch_size",
    "HEDGEHOG_FGD_WORKER_CONCURRENCY": "ingestion.worker_pool_size",
    "HEDGEHOG_FGD_REDIS_URL": "events.redis_url",
    "NETBOX_URL": "netbox.url",
}
"""The settings that the environment can give, by variable. An empty variable counts as none."""
METRICS_VARIABLE = "HEDGEHOG_FGD_METRICS_ENABLED"
"""False: no metrics are written or pushed, whatever the file says."""

OUTSIDE = ("netbox.url", "events.redis_url", "monitoring.metrics_file", "monitoring.pushgateway_url")
"""The settings that say where something is sent or written outside of the repository, some of it with a secret."""

_TRUE, _FALSE = ("true", "1", "yes", "on"), ("false", "0", "no", "off")
_REDIS = pattern(r"(?:rediss?|unix)://\S+")


@dataclass(frozen=True, slots=True)
class _Problem:
    """What is wrong with a setting. `source`: the file, the variable or the option."""

    source: str
    message: str
    position: Position | None = None

    def __str__(self) -> str:
        place = f":{self.position.line}:{self.position.column}" if self.position else ""
        return f"{self.source}{place}: {self.message}"


def load_settings(
    start: Path,
    explicit: Path | None,
    overrides: Mapping[str, Any],
    environment: Mapping[str, str],
    *,
    pass_over: Callable[[str], object] | None = None,
) -> Settings:
    """Find and read the settings.

    `explicit` is the file that the user named; without it `fgd_config.yaml` is looked for from `start` up to the root
    of the repository, then in its `.github/`. `overrides` has what the command line or the action's inputs say, by
    the setting's path (`sync.lock_timeout`), as text or typed. `pass_over`: the file is what somebody proposes, so its
    settings in OUTSIDE are not taken, and each is told to this function. Raises FgdError with everything that is wrong.
    """
    file = _named(explicit, start) if explicit else find_file(start)
    problems: list[_Problem] = []
    body = _from_file(file, problems) if file else {}
    if pass_over:
        _inward(body, pass_over)
    return _completed(body, problems, overrides, environment)


def settings_of(data: bytes, overrides: Mapping[str, Any], environment: Mapping[str, str]) -> Settings:
    """The settings that a file with these bytes gives. Raises FgdError."""
    problems: list[_Problem] = []
    body = _from_bytes(data, FILE_NAME, problems) if data else {}
    return _completed(body, problems, overrides, environment)


def _completed(
    body: JsonObject, problems: list[_Problem], overrides: Mapping[str, Any], environment: Mapping[str, str]
) -> Settings:
    """The settings of a file with those that come before them. Raises FgdError with everything that is wrong."""
    given = [(name, path, environment[name]) for name, path in VARIABLES.items() if environment.get(name)]
    given += [(path, path, value) for path, value in overrides.items()]
    if _is_false(environment.get(METRICS_VARIABLE, ""), problems):
        given += [(METRICS_VARIABLE, f"monitoring.{name}", "") for name in ("metrics_file", "pushgateway_url")]
    for source, path, value in given:
        _override(body, path, _checked(source, path, value, problems))
    if problems:
        raise _invalid(problems)
    if not body:
        return Settings()
    from fgd_sync.adapters.settings_build import build_settings

    return build_settings(body)


def _inward(body: JsonObject, pass_over: Callable[[str], object]) -> None:
    """Take out the settings that lead outside."""
    for path in OUTSIDE:
        section, _, name = path.partition(".")
        if body.get(section, {}).pop(name, ""):
            pass_over(path)


def find_file(start: Path) -> Path | None:
    """The settings file in force at `start`; None if there is none. Raises FgdError for one outside the repository."""
    here = start.resolve()
    found = next((path for path in places_of(here) if path.is_file()), None)
    return _inside(found, work_tree_root(here) or here) if found else None


def places_of(start: Path) -> list[Path]:
    """Where a settings file is looked for, the first that is there counts. `start`: a path without links."""
    root = work_tree_root(start) or start
    between = [folder for folder in (start, *start.parents) if folder.is_relative_to(root)]
    return [folder / FILE_NAME for folder in (*between, root / ".github")]


def _named(path: Path, start: Path) -> Path:
    """The file that the user named; within a repository no link out of it."""
    here = start.resolve()
    root = work_tree_root(here)
    return _inside(here / path, root) if root else path


def _inside(path: Path, root: Path) -> Path:
    """The path. Raises FgdError for one in the folder that leads out of it: messages would tell what is there."""
    written = Path(os.path.normpath(root / path))
    if written.is_relative_to(root) and not path.resolve().is_relative_to(root):
        raise FgdError(UNSAFE_PATH, f"{readable(path)} is a link that leads out of the repository")
    return path


def _from_file(path: Path, problems: list[_Problem]) -> JsonObject:
    """What stands under `fgd:`. Problems are noted."""
    try:
        data = beginning_of(path)
    except FgdError as error:
        raise FgdError(CONFIGURATION_INVALID, f"settings: {error.message}", remedy=error.remedy) from error
    return _from_bytes(data, _display(path), problems)


def beginning_of(path: Path) -> bytes:
    """The bytes of a settings file, as far as it may be long and one more. Raises FgdError."""
    with in_words("read", path), path.open("rb") as file:
        return file.read(_LARGEST + 1)


def _from_bytes(data: bytes, name: str, problems: list[_Problem]) -> JsonObject:
    from fgd_sync.yamldoc.parse import parse

    if len(data) > _LARGEST:
        problems.append(_Problem(name, f"the file has more than {_LARGEST >> 20} MB", Position(1, 1)))
        return {}
    source = parse(data)
    documents = source.documents
    broken = source.problem or next((item.problem for item in documents if item.problem), None)
    if broken:
        problems.append(_Problem(name, broken.message, broken.position))
    elif len(documents) > 1:
        problems.append(_Problem(name, "the file holds more than one document", Position(documents[1].line, 1)))
    elif documents:
        return _from_document(documents[0], name, problems)
    return {}


def _from_document(document: "Document", name: str, problems: list[_Problem]) -> JsonObject:
    from copy import deepcopy

    from fgd_sync.adapters.settings_check import ROOT, check_settings
    from fgd_sync.yamldoc.locate import locate

    body = _with_off(deepcopy(document.value))
    findings = check_settings(body)
    if findings:
        spots = locate(document, {item.route for item in findings})
        places = ((item, spots[item.route]) for item in findings)
        problems += [_Problem(name, item.message, spot.key if item.at_key else spot.value) for item, spot in places]
        return {}
    settings: JsonObject = body.get(ROOT, {})
    return settings


def _with_off(body: Any) -> Any:
    """The settings with the word `off` where YAML 1.1 reads it as false because it is not quoted."""
    match body:
        case {"fgd": {"netbox": {"target": False} as netbox}}:
            netbox["target"] = "off"
    match body:
        case {"fgd": {"ingestion": {"rules": {} as rules}}}:
            rules.update({rule: "off" for rule, severity in rules.items() if severity is False})
    return body


def _display(path: Path) -> str:
    """The path as the user would write it."""
    here = Path.cwd()
    return readable(path.relative_to(here) if path.is_relative_to(here) else path)


def _checked(source: str, path: str, value: Any, problems: list[_Problem]) -> Any:
    """The value of one setting, typed. Problems are noted."""
    from fgd_sync.adapters.settings_check import check_settings, field_schema

    schema = field_schema(path)
    if schema is None:
        problems.append(_Problem(source, f"there is no setting {path!r}"))
        return None
    typed = _typed(value, schema) if isinstance(value, str) else value
    if path == "events.redis_url" and isinstance(typed, str) and _REDIS.fullmatch(typed):
        return typed  # Unlike the file, the environment may hold the password.
    body: JsonObject = {}
    _override(body, path, typed)
    problems += [_Problem(source, item.message) for item in check_settings({"fgd": body})]
    return typed


def _typed(text: str, schema: JsonObject) -> Any:
    """A text as the type that the setting has; text that cannot be of that type stays text and fails the check."""
    match schema.get("type"):
        case "boolean" if text.lower() in (*_TRUE, *_FALSE):
            return text.lower() in _TRUE
        case "integer" if re.fullmatch(r"-?[0-9]{1,18}", text):
            return int(text)
        case "number" if re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]{1,9})?", text):
            return float(text)
        case "array":
            return [item.strip() for item in text.split(",") if item.strip()]
    return text


def _is_false(text: str, problems: list[_Problem]) -> bool:
    if text.lower() not in ("", *_TRUE, *_FALSE):
        problems.append(_Problem(METRICS_VARIABLE, f"{text!r} is neither true nor false"))
    return text.lower() in _FALSE


def _override(body: JsonObject, path: str, value: Any) -> None:
    *sections, name = path.split(".")
    for section in sections:
        body = body.setdefault(section, {})
    body[name] = value


def _invalid(problems: list[_Problem]) -> FgdError:
    lines = [str(problem) for problem in problems]
    message = lines[0] if len(lines) == 1 else "\n".join([f"{len(lines)} settings are not valid:", *lines])
    return FgdError(CONFIGURATION_INVALID, message, details={"problems": list(_for_machines(problems))})


def _for_machines(problems: list[_Problem]) -> Iterator[JsonObject]:
    for item in problems:
        line, column = (item.position.line, item.position.column) if item.position else (None, None)
        yield {"source": item.source, "message": item.message, "line": line, "column": column}
