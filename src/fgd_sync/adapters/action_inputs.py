"""The inputs of the action, from the environment that GitHub's runner gives to a step.

Takes the environment; gives `Inputs`, or one failure that names everything that is wrong. The runner hands an input
over as `INPUT_` and its name in capitals with dashes kept, and does not check anything. An empty text is no input.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Any

from fgd_sync.model.action import INPUTS, Input, Inputs, Kind, field_name
from fgd_sync.model.code import CONFIGURATION_INVALID
from fgd_sync.model.failure import FgdError
from fgd_sync.model.git import Signature
from fgd_sync.model.pattern import pattern
from fgd_sync.schema.words import show, values_of

_PREFIX = "INPUT_"
_OF_THE_RUNNER = frozenset({"INPUT_ARGS", "INPUT_ENTRYPOINT"})
"""Inputs that the runner itself understands for actions in containers."""
_FLAGS = {"true": True, "false": False}
_SETTING = pattern(r"([\w-]+(?:\.[\w-]+)*)\s*[:=]\s*(.*)")
_BRANCH = pattern(r"(?!.*(?:\.\.|@\{|//))[^\x00-\x20\x7f ~^:?*\[\\/.-][^\x00-\x20\x7f ~^:?*\[\\]*(?<![/.])")


def variable(name: str) -> str:
    """The variable in which the runner hands an input over."""
    return _PREFIX + name.upper().replace(" ", "_")


def read_inputs(environment: Mapping[str, str], workspace: str = "") -> Inputs:
    """The inputs of this step. `workspace`: paths of files may begin with it. Raises FgdError with all problems."""
    problems: list[str] = []
    values: dict[str, Any] = {}
    for item in INPUTS:
        text = environment.get(variable(item.name), "").strip()
        if text:
            try:
                values[field_name(item)] = _READERS[item.kind](item, text, workspace)
            except ValueError as error:
                problems.append(f"{item.name}: {error}")
    problems += _unknown(environment)
    if problems:
        raise _invalid(problems)
    return Inputs(**values)


def _unknown(environment: Mapping[str, str]) -> Iterator[str]:
    """Inputs that do not exist but look like one: a slip there would go unnoticed, and `dry_run: true` write."""
    from fgd_sync.schema.nearest import nearest

    known = {variable(item.name): item.name for item in INPUTS}
    for name in sorted(environment):
        if name.startswith(_PREFIX) and name not in known and name not in _OF_THE_RUNNER:
            near = nearest(name.removeprefix(_PREFIX).lower(), known.values())
            if near:
                yield f"there is no input {show(name.removeprefix(_PREFIX).lower())}: did you mean {show(near)}?"


def _choice(item: Input, text: str, _: str) -> str:
    from fgd_sync.schema.nearest import nearest

    if text in item.choices:
        return text
    near = nearest(text, item.choices)
    hint = f"did you mean {show(near)}?" if near else f"it can be {values_of(item.choices)}"
    raise ValueError(f"{show(text)} is not among its values: {hint}")


def _flag(_: Input, text: str, __: str) -> bool:
    if text.lower() not in _FLAGS:
        raise ValueError(f"{show(text)} is neither true nor false")
    return _FLAGS[text.lower()]


def _text(item: Input, text: str, _: str) -> str:
    if item.name == "branch" and (_BRANCH.fullmatch(text) is None or text.endswith(".lock")):
        raise ValueError(f"{show(text)} cannot be the name of a branch")
    if item.name != "commit-message" and "\n" in text:
        raise ValueError("it has more than one line")
    return text


def _list(_: Input, text: str, __: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in re.split(r"[\n,]", text) if part.strip()))


def _file(_: Input, text: str, workspace: str) -> str:
    path = PurePosixPath(text)
    if workspace and path.is_relative_to(workspace):
        path = path.relative_to(workspace)
    if path.is_absolute() or ".." in path.parts or "\0" in text or "\n" in text:
        raise ValueError(f"{show(text)} leads out of the workspace: give a path relative to it")
    if ".git" in path.parts:
        raise ValueError(f"{show(text)} lies in .git")
    return path.as_posix()


def _author(_: Input, text: str, __: str) -> Signature:
    return Signature.of(text)


def _settings(_: Input, text: str, __: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        found = _SETTING.fullmatch(line)
        if found is None:
            raise ValueError(f"{show(line)} is not of the form `path.of.setting: value`")
        pairs[found[1].removeprefix("fgd.")] = found[2].strip("'\"")
    return pairs


def _secret(_: Input, text: str, __: str) -> str:
    if any(letter.isspace() or not letter.isprintable() for letter in text):
        raise ValueError("the secret has white space or unprintable characters in it: it was pasted wrongly")
    return text


_READERS = {
    Kind.CHOICE: _choice,
    Kind.FLAG: _flag,
    Kind.TEXT: _text,
    Kind.LIST: _list,
    Kind.FILE: _file,
    Kind.AUTHOR: _author,
    Kind.SETTINGS: _settings,
    Kind.SECRET: _secret,
}


def _invalid(problems: list[str]) -> FgdError:
    first = problems[0] if problems[0].startswith("there is") else f"input {problems[0]}"
    message = first if len(problems) == 1 else "\n".join([f"{len(problems)} inputs are not valid:", *problems])
    return FgdError(
        CONFIGURATION_INVALID,
        message,
        remedy="Correct the `with:` block of the step; docs/action.md lists the inputs.",
        details={"problems": problems},
    )
