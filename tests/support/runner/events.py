"""Events that start a workflow: the variables that they set, and the payload, for repositories of the stand-in forge."""

import copy
import functools
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from forge.desk import Desk, Pull
from forge.repository import ZERO, Repository

Json = dict[str, Any]
EXAMPLES = Path(__file__).resolve().parents[4] / "shared" / "github" / "webhook-examples-selected.json"


@dataclass(frozen=True)
class Event:
    """`ref` and `sha` are what GITHUB_REF and GITHUB_SHA say; `fetch` is the ref that checkout brings, if another."""

    name: str
    repository: Repository
    ref: str
    sha: str
    payload: Json
    head_ref: str = ""
    base_ref: str = ""
    actor: str = "ann"
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def ref_name(self) -> str:
        return self.ref.removeprefix("refs/heads/").removeprefix("refs/tags/").removeprefix("refs/pull/")


@functools.cache
def _examples() -> dict[str, Json]:
    if not EXAMPLES.is_file():
        return {}
    return {item["name"]: item["examples"][0] for item in json.loads(EXAMPLES.read_text())}


def _payload(name: str, facts: Json) -> Json:
    """A payload as GitHub sends it: what is known of the event, laid over an example of GitHub's where there is one."""
    return _laid_over(copy.deepcopy(_examples().get(name, {})), facts)


def _laid_over(example: Json, facts: Json) -> Json:
    for name, value in facts.items():
        known = example.get(name)
        example[name] = _laid_over(known, value) if isinstance(known, dict) and isinstance(value, dict) else value
    return example


def _repository(of: Repository) -> Json:
    owner, _, name = of.name.partition("/")
    facts = {"default_branch": of.default_branch, "private": of.private, "fork": False}
    return {"full_name": of.name, "name": name, "owner": {"login": owner}, **facts}


def push(repository: Repository, branch: str = "main", *, before: str = "", actor: str = "ann") -> Event:
    """The newest commit of a branch was pushed."""
    tip = repository.tip(branch)
    facts = {"before": before or repository.resolve(f"{tip}^") or ZERO, "after": tip, "ref": f"refs/heads/{branch}"}
    more = {"created": False, "deleted": False, "forced": False, "base_ref": None, "sender": {"login": actor}}
    payload = _payload("push", {**facts, **more, "repository": _repository(repository), "pusher": {"name": actor}})
    return Event("push", repository, f"refs/heads/{branch}", tip, payload, actor=actor)


def pull_request(desk: Desk, pull: Pull, action: str = "synchronize", *, actor: str = "") -> Event:
    """A pull request was opened, or its head branch moved: what is checked out is its merge with the base."""
    merge, repository = desk.refresh(pull), desk.repository
    sides = {
        "head": _side(pull.head, pull.head_sha, pull.source),
        "base": _side(pull.base, repository.tip(pull.base), repository),
    }
    about = {
        "number": pull.number,
        "title": pull.title,
        "state": pull.state,
        "draft": pull.draft,
        "user": {"login": pull.login},
    }
    facts = {"action": action, "number": pull.number, "pull_request": {**about, **sides, "body": pull.body}}
    payload = _payload(
        "pull_request", {**facts, "repository": _repository(repository), "sender": {"login": actor or pull.login}}
    )
    return Event(
        "pull_request", repository, f"refs/pull/{pull.number}/merge", merge, payload,
        head_ref=pull.head, base_ref=pull.base, actor=actor or pull.login,
    )  # fmt: skip


def _side(branch: str, sha: str, of: Repository) -> Json:
    owner = of.name.partition("/")[0]
    return {"ref": branch, "sha": sha, "label": f"{owner}:{branch}", "user": {"login": owner}, "repo": _repository(of)}


def merge_group(repository: Repository, head: str, base: str = "main") -> Event:
    """A merge queue wants to know whether `head`, a branch of its own, may land on `base`."""
    branch = f"refs/heads/gh-readonly-queue/{base}/pr-1-{repository.tip(base)}"
    sha = repository.tip(head)
    repository.move(branch, sha)
    group = {"head_sha": sha, "head_ref": branch, "base_sha": repository.tip(base), "base_ref": f"refs/heads/{base}"}
    payload = {"action": "checks_requested", "merge_group": group, "repository": _repository(repository)}
    return Event("merge_group", repository, branch, sha, payload)


def schedule(repository: Repository) -> Event:
    """The clock of a workflow on the default branch."""
    branch = repository.default_branch
    payload = {"schedule": "17 4 * * *", "repository": _repository(repository)}
    return Event("schedule", repository, f"refs/heads/{branch}", repository.tip(branch), payload)


def workflow_dispatch(repository: Repository, inputs: Mapping[str, str], branch: str = "main") -> Event:
    """Somebody pressed the button."""
    facts = {"inputs": dict(inputs), "ref": f"refs/heads/{branch}", "repository": _repository(repository)}
    payload = _payload("workflow_dispatch", facts) | {"inputs": dict(inputs)}
    return Event("workflow_dispatch", repository, f"refs/heads/{branch}", repository.tip(branch), payload)


def repository_dispatch(repository: Repository, kind: str, client_payload: Json) -> Event:
    """Other software asked, such as NetBox."""
    facts = {"action": kind, "branch": repository.default_branch, "repository": _repository(repository)}
    payload = _payload("repository_dispatch", facts) | {"client_payload": client_payload}
    branch = repository.default_branch
    return Event("repository_dispatch", repository, f"refs/heads/{branch}", repository.tip(branch), payload)
