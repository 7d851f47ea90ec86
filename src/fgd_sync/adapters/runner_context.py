"""What event a step of a workflow serves, from the environment and the payload that the runner gives it.

Takes the environment; gives an `Occasion`. Every address comes from the runner's own variables, so that GitHub
Enterprise Server, Forgejo and Gitea are served alike. The payload is what others wrote: each part is looked at before
it is used, and one that is absent or broken is refused in words.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fgd_sync.model.code import CONFIGURATION_INVALID
from fgd_sync.model.context import PullRequest, RunContext
from fgd_sync.model.failure import FgdError
from fgd_sync.model.occasion import Occasion
from fgd_sync.model.pattern import pattern
from fgd_sync.model.whole_number import whole_number
from fgd_sync.schema.words import show

NO_COMMIT = pattern(r"0{40}(?:0{24})?")
DEPENDABOT = "dependabot[bot]"
_COMMIT = pattern(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_HEADS, _TAGS = "refs/heads/", "refs/tags/"
_DISPATCHES = {"workflow_dispatch": "inputs", "repository_dispatch": "client_payload"}
_LARGEST = 50_000_000


def read_occasion(environment: Mapping[str, str], branch: str = "") -> Occasion:
    """The event that the step serves. `branch`: the branch that the user named. Raises FgdError."""
    event = environment.get("GITHUB_EVENT_NAME", "")
    if not event:
        raise FgdError(
            CONFIGURATION_INVALID,
            "this is not a step of a workflow: GITHUB_EVENT_NAME is not set",
            remedy="At a desk use `fgd sync`, `fgd check` or `fgd plan`.",
        )
    payload = read_payload(environment)
    context = _context(environment, payload, event, branch)
    return Occasion(
        context,
        is_tag=context.ref.startswith(_TAGS) and not branch,
        deleted=_deleted(payload, event),
        closed=event.startswith("pull_request") and _text(payload, "action") == "closed",
        by_dependabot=context.actor == DEPENDABOT,
        base=_base(payload, context),
        mode=_text(payload, _DISPATCHES.get(event, ""), "mode"),
        fabrics=_fabrics(payload, event),
    )


def read_payload(environment: Mapping[str, str]) -> dict[str, Any]:
    """The payload of the event. Raises FgdError if it is absent or broken."""
    name = environment.get("GITHUB_EVENT_PATH", "")
    path = Path(name)
    if not name or not path.is_file():
        raise _broken(f"the payload of the event is not there ({name or 'GITHUB_EVENT_PATH is not set'})")
    if path.stat().st_size > _LARGEST:
        raise _broken("the payload of the event is too large")
    try:
        payload = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise _broken(f"the payload of the event, {name}, is not JSON: {error}") from error
    except OSError as error:
        raise _broken(f"the payload of the event, {name}, cannot be read: {error.strerror}") from error
    if not isinstance(payload, dict):
        raise _broken(f"the payload of the event, {name}, is not a JSON object")
    return payload


def _broken(words: str) -> FgdError:
    return FgdError(
        CONFIGURATION_INVALID,
        words,
        remedy="The runner writes it; check that the step runs in the container that the action describes.",
    )


def _at(payload: Any, *route: str) -> Any:
    """What stands at a route of keys; None if it is not there."""
    for key in route:
        payload = payload.get(key) if isinstance(payload, dict) else None
    return payload


def _text(payload: Any, *route: str) -> str:
    value = _at(payload, *route)
    return value if isinstance(value, str) else ""


def _commit_id(payload: Any, *route: str) -> str:
    """A commit's id at a route; "" if there is none, or one of zeros."""
    value = _text(payload, *route)
    return value if _COMMIT.fullmatch(value) and not NO_COMMIT.fullmatch(value) else ""


def _context(environment: Mapping[str, str], payload: dict[str, Any], event: str, branch: str) -> RunContext:
    def given(name: str) -> str:
        return environment.get(f"GITHUB_{name}", "")

    ref, request = given("REF"), _pull_request(payload, event)
    head = request.head_ref if request else ref.removeprefix(_HEADS) if ref.startswith(_HEADS) else ""
    return RunContext(
        event=event,
        trigger=event,
        repository=given("REPOSITORY"),
        server_url=given("SERVER_URL").rstrip("/"),
        api_url=given("API_URL").rstrip("/"),
        graphql_url=given("GRAPHQL_URL").rstrip("/"),
        ref=ref,
        branch=branch or head,
        default_branch=_text(payload, "repository", "default_branch"),
        sha=given("SHA"),
        run_id=given("RUN_ID"),
        run_attempt=whole_number(given("RUN_ATTEMPT")) or 1,
        run_url=_run_url(environment),
        workflow=given("WORKFLOW"),
        job=given("JOB"),
        actor=given("ACTOR"),
        actor_id=given("ACTOR_ID"),
        pull_request=request,
    )


def _run_url(environment: Mapping[str, str]) -> str:
    """Where the log of the run is. Forgejo and Gitea count runs within the repository."""
    server, repository = environment.get("GITHUB_SERVER_URL", "").rstrip("/"), environment.get("GITHUB_REPOSITORY", "")
    elsewhere = is_forgejo(environment)
    run = environment.get("GITHUB_RUN_NUMBER" if elsewhere else "GITHUB_RUN_ID", "")
    if not (server and repository and run):
        return ""
    attempt = environment.get("GITHUB_RUN_ATTEMPT", "1")
    later = "" if elsewhere or attempt in ("", "1") else f"/attempts/{attempt}"
    return f"{server}/{repository}/actions/runs/{run}{later}"


def is_forgejo(environment: Mapping[str, str]) -> bool:
    """Whether the runner is one of Forgejo or Gitea: their API has another address than any GitHub's."""
    marked = any(environment.get(name) == "true" for name in ("GITEA_ACTIONS", "FORGEJO_ACTIONS"))
    return marked or environment.get("GITHUB_API_URL", "").rstrip("/").endswith("/api/v1")


def _pull_request(payload: dict[str, Any], event: str) -> PullRequest | None:
    """The pull request that the event is about. Raises FgdError if the payload does not have what is needed."""
    if not event.startswith("pull_request"):
        return None
    body = payload.get("pull_request")
    number = _at(body, "number") or payload.get("number")
    head, base = _text(body, "head", "ref"), _text(body, "base", "ref")
    if not (isinstance(number, int) and head and base):
        raise _broken(f"the payload of the event {event} does not describe a pull request")
    source, target = _text(body, "head", "repo", "full_name"), _text(body, "base", "repo", "full_name")
    return PullRequest(
        number,
        head,
        _commit_id(body, "head", "sha"),
        source,
        base,
        _commit_id(body, "base", "sha"),
        is_fork=not source or source != target,
    )


def _deleted(payload: dict[str, Any], event: str) -> bool:
    gone = payload.get("deleted") is True or NO_COMMIT.fullmatch(_text(payload, "after")) is not None
    return event == "push" and gone


def _base(payload: dict[str, Any], context: RunContext) -> str:
    """The commit that a check compares with."""
    if context.pull_request:
        return context.pull_request.base_sha
    if context.event == "merge_group":
        return _commit_id(payload, "merge_group", "base_sha")
    return _commit_id(payload, "before") if context.event == "push" else ""


def _fabrics(payload: dict[str, Any], event: str) -> tuple[str, ...]:
    """The fabrics that a dispatch is about, as `fabric` or `fabrics`: a name, or names in a list or with commas."""
    asked: list[str] = []
    for key in ("fabric", "fabrics"):
        value = _at(payload, _DISPATCHES.get(event, ""), key)
        names = value.split(",") if isinstance(value, str) else [] if value is None else value
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise FgdError(
                CONFIGURATION_INVALID,
                f"the dispatch asks for {key} {show(value)}: neither a name nor a list of names",
                remedy='Send `"client_payload": {"fabric": "north"}`, or `{"fabrics": ["north", "south"]}`.',
            )
        asked += [name.strip() for name in names if name.strip()]
    return tuple(dict.fromkeys(asked))
