"""The GraphQL API of the stand-in: `viewer`, and `createCommitOnBranch`, which really makes a commit on the expected head."""

import base64
import binascii
import json
import re
from collections.abc import Iterator
from typing import Any

from forge.accounts import Token
from forge.contract import Contract, Json
from forge.desk import Desk
from forge.protection import SIGNATURES
from forge.rest import REQUEST_ID, World
from forge.traffic import Answer, Request

_MUTATION = re.compile(r"\bcreateCommitOnBranch\s*\(\s*input\s*:\s*\$(\w+)\s*\)")
_VIEWER = re.compile(r"\s*(query\s*)?\{\s*viewer\s*\{\s*login\s*\}\s*\}\s*")
_WEB = {"GIT_COMMITTER_NAME": "GitHub", "GIT_COMMITTER_EMAIL": "noreply@github.com"}


class _Failed(Exception):  # noqa: N818 (an answer, not a mistake)
    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.error = {"type": kind, "path": ["createCommitOnBranch"], "message": message}


def serve_graphql(request: Request, world: World, html_url: str) -> Answer:
    """Answer a request of the GraphQL API."""
    if request.token is None or request.token.expired:
        return _answer({"message": "Bad credentials", "status": "401"}, world, 401)
    world.rate.remaining -= 1
    try:
        asked = json.loads(request.body)
        query, variables = asked["query"], asked.get("variables") or {}
    except (ValueError, KeyError, TypeError):
        return _answer({"message": "Problems parsing JSON"}, world, 400)
    if _VIEWER.fullmatch(query):
        return _answer({"data": {"viewer": {"login": request.token.login}}}, world)
    found = _MUTATION.search(query)
    if not found:
        return _answer(
            {"errors": [{"message": "The stand-in knows createCommitOnBranch with one variable only"}]}, world
        )
    wrong = _invalid(world.contract, found[1], variables)
    if wrong:
        return _answer({"errors": [{"message": wrong}]}, world)
    try:
        made = _commit(variables[found[1]], world, request.token, html_url)
    except _Failed as failed:
        return _answer({"data": {"createCommitOnBranch": None}, "errors": [failed.error]}, world)
    chosen = _selected(iter(re.findall(r"[{}]|\w+", query[found.end() :])), made)
    return _answer({"data": {"createCommitOnBranch": chosen}}, world)


def _answer(body: Json, world: World, status: int = 200) -> Answer:
    headers = (("Content-Type", "application/json; charset=utf-8"), REQUEST_ID, *world.rate.headers)
    return Answer(status, json.dumps(body).encode(), headers)


def _invalid(contract: Contract | None, variable: str, variables: Json) -> str | None:
    if contract is None:
        return None
    wrong = contract.check_input(variables.get(variable), "CreateCommitOnBranchInput!")
    if wrong is None:
        return None
    said = f"Variable ${variable} of type CreateCommitOnBranchInput! was provided invalid value for {wrong}"
    return contract.note(said)


def _commit(given: Json, world: World, token: Token, html_url: str) -> Json:
    name, branch = given["branch"].get("repositoryNameWithOwner") or "", given["branch"].get("branchName") or ""
    desk = world.desk(name)
    if desk is None or not token.sees(name):
        raise _Failed("NOT_FOUND", f"Could not resolve to a Repository with the name '{name}'.")
    if not token.may("contents", "write", name):
        raise _Failed("FORBIDDEN", token.refusal)
    with desk.lock:
        return _made(given, desk, branch.removeprefix("refs/heads/"), (token, html_url))


def _made(given: Json, desk: Desk, branch: str, who: tuple[Token, str]) -> Json:
    repository, expected = desk.repository, given["expectedHeadOid"]
    _permit(desk, branch)
    stale = _Failed("STALE_DATA", f'Expected branch to point to "{expected}" but it did not.  Pull and try again.')
    if repository.tip(branch) != expected:
        raise stale
    tree = repository.make_tree(
        _files(given.get("fileChanges") or {}, set(repository.paths(expected)), expected), expected
    )
    token, html_url = who
    author = {"GIT_AUTHOR_NAME": token.login, "GIT_AUTHOR_EMAIL": f"{token.login}@users.noreply.github.com"}
    commit = repository.sign(repository.make_commit(tree, _message(given["message"]), [expected], **author, **_WEB))
    if not repository.move(f"refs/heads/{branch}", commit, expected):
        raise stale
    return _payload(desk, branch, commit, html_url) | {"clientMutationId": given.get("clientMutationId")}


def _permit(desk: Desk, branch: str) -> None:
    if desk.repository.resolve(f"refs/heads/{branch}") is None:
        raise _Failed("NOT_FOUND", f'No ref found with the name "refs/heads/{branch}".')
    protection = desk.repository.protection(branch)
    if protection is None or protection.rule == SIGNATURES:
        return
    head = "Repository rule violations found\n\n" if protection.style == "ruleset" else ""
    raise _Failed("UNPROCESSABLE", f"{head}{protection.rule}\n\n")


def _files(changes: Json, present: set[str], oid: str) -> dict[str, bytes | None]:
    files: dict[str, bytes | None] = {}
    for item in changes.get("deletions") or ():
        if item["path"] not in present:
            raise _Failed(
                "UNPROCESSABLE", f"A path was requested for deletion which does not exist as of commit oid `{oid}`"
            )
        files[item["path"]] = None
    for item in changes.get("additions") or ():
        if item["path"] in files:
            raise _Failed("UNPROCESSABLE", "Paths must be unique across all additions and deletions")
        files[item["path"]] = _decoded(item["contents"])
    return files


def _decoded(contents: str) -> bytes:
    try:
        return base64.b64decode(contents, validate=True)
    except binascii.Error:
        raise _Failed("UNPROCESSABLE", "Invalid base64 encoding") from None


def _message(given: Json) -> str:
    body = given.get("body")
    return f"{given['headline']}\n\n{body}\n" if body else f"{given['headline']}\n"


def _payload(desk: Desk, branch: str, commit: str, html_url: str) -> Json:
    repository = desk.repository
    headline, _, body = repository.message(commit).partition("\n\n")
    signature = {"isValid": True, "state": "VALID", "wasSignedByGitHub": True}
    page = f"{html_url}/{repository.name}/commit/{commit}"
    about = {"oid": commit, "abbreviatedOid": commit[:7], "url": page, "message": repository.message(commit)}
    shown = {**about, "messageHeadline": headline, "messageBody": body, "id": commit, "signature": signature}
    return {"commit": shown, "ref": {"id": branch, "name": branch, "target": {"oid": commit, "id": commit}}}


def _selected(tokens: Iterator[str], value: Any) -> Any:
    """What a selection of fields picks from an answer: GraphQL gives nothing that was not asked for."""
    if next(tokens, "}") != "{":
        return value
    return _fields(tokens, value)


def _fields(tokens: Iterator[str], value: Any) -> Json:
    chosen: Json = {}
    name = ""
    for token in tokens:
        if token == "}":
            return chosen
        if token == "{":
            chosen[name] = _fields(tokens, value[name])
        else:
            name = token
            chosen[name] = "Commit" if name == "__typename" else value[name]
    return chosen
