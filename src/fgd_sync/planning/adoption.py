"""What a repository needs to begin with fgd-sync: a settings file and workflows, from a few answers. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from fgd_sync.model.pattern import pattern
from fgd_sync.model.value import dataclass
from fgd_sync.yamldoc.emit import emit

SETTINGS_FILE = "fgd_config.yaml"
WORKFLOWS = ".github/workflows"
_PULL_REQUEST = "pull-request"
_STEP = pattern(r"(?m)^(?P<indent> *)uses: OWNER/fgd-sync@.*$(?P<given>\n +with:$)?")


@dataclass(frozen=True, slots=True)
class Answers:
    """What a team wants.

    `fabrics`: names with the paths of their directories from the root of the repository; empty: all that are found.
    `workflows`: names of the examples to set up, without ending. `commit_mode`: push, api or pull-request. `owner`: the
    account that the action lives under. `netbox_url`: "" for no NetBox.
    """

    fabrics: Mapping[str, str]
    workflows: tuple[str, ...]
    commit_mode: str = "push"
    owner: str = "OWNER"
    netbox_url: str = ""


def adoption(answers: Answers, example: Callable[[str], str]) -> Mapping[str, str]:
    """The files to write, with their texts, by path from the root. `example` gives the text of an example workflow."""
    settings = {"fgd": _settings(answers)}
    files = {SETTINGS_FILE: emit(settings)} if settings["fgd"] else {}
    return {**files, **dict(_workflows(answers, example))}


def _settings(answers: Answers) -> dict[str, Any]:
    """The settings that differ from their defaults."""
    chosen: dict[str, Any] = {}
    if answers.fabrics:
        chosen["fabrics"] = [{"name": name, "path": path} for name, path in answers.fabrics.items()]
    if answers.commit_mode != "push":
        chosen["github"] = {"commit_mode": answers.commit_mode}
    if answers.netbox_url:
        chosen["netbox"] = {"url": answers.netbox_url}
    return chosen


def _workflows(answers: Answers, example: Callable[[str], str]) -> Iterator[tuple[str, str]]:
    for name in answers.workflows:
        source = "protected" if name == "sync" and answers.commit_mode == _PULL_REQUEST else name
        text = example(source)
        if answers.netbox_url and name == "sync":
            text = _STEP.sub(_with_netbox, text)
        yield f"{WORKFLOWS}/fabrics-{name}.yml", text.replace("OWNER/fgd-sync", f"{answers.owner}/fgd-sync")


def _with_netbox(found: re.Match[str]) -> str:
    indent = found["indent"]
    block = found[0] if found["given"] else f"{found[0]}\n{indent}with:"
    return f"{block}\n{indent}  netbox-token: ${{{{ secrets.NETBOX_TOKEN }}}}"
