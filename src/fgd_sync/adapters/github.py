"""The port `GitHub` for one repository: check runs, statuses, comments, pull requests, commits by the API.

Takes values of `model.github` and gives them; what requests look like is here, how they are made in `github_api`.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fgd_sync.adapters.github_api import Api, quoted
from fgd_sync.adapters.github_errors import commit_refused, message_of
from fgd_sync.model.code import GITHUB_REFUSED, Severity
from fgd_sync.model.config import GitHubSettings
from fgd_sync.model.context import RunContext
from fgd_sync.model.failure import FgdError
from fgd_sync.model.github import (
    Annotation,
    ApiCommit,
    CheckOutput,
    Comment,
    CommitStatus,
    Conclusion,
    NewCheck,
    NewPull,
    Pull,
    RateLimit,
    RepositoryFacts,
)

if TYPE_CHECKING:
    from github import GithubException

BATCH = 50
"""Annotations in one request."""

_LEVELS = {Severity.ERROR: "failure", Severity.WARNING: "warning", Severity.NOTICE: "notice"}
_CHECKS, _STATUSES, _PULLS, _CONTENTS = "checks: write", "statuses: write", "pull-requests: write", "contents: write"
_COMMIT = "mutation($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }"
_VIEWER = "query { viewer { login } }"
_BOT = "[bot]"
_NO_GRAPHQL = "Use `commit_mode: push` on a server that is not GitHub."

Json = dict[str, Any]


class GitHubClient:
    """The port `GitHub` on PyGithub."""

    def __init__(self, token: str, context: RunContext, settings: GitHubSettings) -> None:
        self._api = Api(token, context, settings)
        self._context = context
        self._identity: tuple[str, bool] | None = None
        self._sent: dict[int, int] = {}

    def start_check(self, check: NewCheck) -> int | None:
        """Begin a check run and give its id; None: the server has no check runs."""
        body = {
            "name": check.name,
            "head_sha": check.commit,
            "external_id": check.external_id,
            "status": "in_progress",
            **({"details_url": check.url} if check.url else {}),
        }
        try:
            made = self._api.call("POST", "/check-runs", body, doing="begin a check run", permission=_CHECKS)
        except FgdError as failure:
            if self._api.is_missing(failure):
                return None
            raise
        return self._api.understood(lambda: int(made["id"]), doing="begin a check run")

    def update_check(self, check: int, output: CheckOutput) -> None:
        """Show what a check run has got to so far."""
        self._edit_check(check, {"output": _output(output, [])})

    def complete_check(self, check: int, conclusion: Conclusion, output: CheckOutput) -> None:
        """End a check run. Annotations beyond those of one request go ahead of the last, which ends it.

        They add up on the server: when this is done again after a failure, those that were taken are not sent again.
        """
        while len(output.annotations) - self._sent.get(check, 0) > BATCH:
            sent = self._sent.get(check, 0)
            self._edit_check(check, {"output": _output(output, output.annotations[sent : sent + BATCH])})
            self._sent[check] = sent + BATCH
        rest = output.annotations[self._sent.get(check, 0) :]
        end = {"status": "completed", "conclusion": str(conclusion), "output": _output(output, rest)}
        self._edit_check(check, end, urgent=True)

    def unfinished_checks(self, commit: str, name: str) -> Mapping[int, str]:
        """The check runs of a name on a commit that have not ended: id to external id."""
        query = {"check_name": name, "filter": "all", "per_page": "100"}
        path = f"/commits/{quoted(commit)}/check-runs"
        doing = "read the check runs"
        found = self._api.call("GET", path, doing=doing, permission="checks: read", query=query)
        return self._api.understood(lambda: _unfinished(found["check_runs"]), doing=doing)

    def _edit_check(self, check: int, body: Json, *, urgent: bool = False) -> None:
        path = f"/check-runs/{check}"
        self._api.call("PATCH", path, body, doing="update the check run", permission=_CHECKS, urgent=urgent)

    def set_status(self, status: CommitStatus) -> None:
        """Put a status on a commit in place of the one of the same context."""
        body = {"state": status.state, "context": status.context, "description": status.description}
        path = f"/statuses/{quoted(status.commit)}"
        body |= {"target_url": status.url} if status.url else {}
        self._write("POST", path, body, doing="put a status on the commit", permission=_STATUSES)

    def find_comment(self, pull: int, marker: str) -> Comment | None:
        """The first comment on a pull request that begins with the marker and is by this token's identity."""
        path, doing = f"/issues/{pull}/comments", "read the comments of the pull request"

        def find() -> Comment | None:
            for item in self._api.pages(path, doing=doing, permission=_PULLS, query={}):
                if str(item.get("body") or "").startswith(marker) and self._is_own(item.get("user") or {}):
                    return _comment(item)
            return None

        return self._api.understood(find, doing=doing)

    def add_comment(self, pull: int, body: str) -> Comment:
        """Write a comment on a pull request."""
        path, doing = f"/issues/{pull}/comments", "write a comment on the pull request"
        made = self._api.call("POST", path, {"body": body}, doing=doing, permission=_PULLS)
        return self._api.understood(lambda: _comment(made), doing=doing)

    def edit_comment(self, comment: int, body: str) -> None:
        """Replace the text of a comment."""
        path, doing = f"/issues/comments/{comment}", "update the comment on the pull request"
        self._write("PATCH", path, {"body": body}, doing=doing, permission=_PULLS)

    def _write(self, verb: str, path: str, body: Json, *, doing: str, permission: str) -> None:
        """Have something written; what answers without it may be another server, and may not have written it."""
        made = self._api.call(verb, path, body, doing=doing, permission=permission)
        self._api.understood(lambda: int(made["id"]), doing=doing)

    def _is_own(self, user: Json) -> bool:
        """Whether a user is who this token speaks for. An app and a person of one name are two."""
        if self._identity is None:
            self._identity = self._who()
        login, is_bot = self._identity
        name = str(user.get("login") or "")
        return name.removesuffix(_BOT) == login and (name.endswith(_BOT) or user.get("type") == "Bot") == is_bot

    def _who(self) -> tuple[str, bool]:
        """The token's identity: one of an app, as the workflow's, may not ask for the user but is its own viewer."""
        doing = "learn whom the token speaks for"
        try:
            user = self._api.root("/user", doing=doing)
        except FgdError as failure:
            if getattr(failure.__cause__, "status", 0) != 403:
                raise
            data = self._graphql(_VIEWER, {}, doing=doing, permission="contents: read")
            return str(data["viewer"]["login"]).removesuffix(_BOT), True
        return str(user["login"]).removesuffix(_BOT), user.get("type") == "Bot"

    def pulls(self, branch: str) -> Sequence[Pull]:
        """The pull requests from a branch of this repository, open and closed, the newest first."""
        head = f"{self._context.repository.partition('/')[0]}:{branch}"
        query = {"state": "all", "head": head, "sort": "created", "direction": "desc"}
        doing = "read the pull requests"
        items = self._api.pages("/pulls", doing=doing, permission=_PULLS, query=query)
        return self._api.understood(lambda: [_pull(item) for item in items if self._is_from(item, branch)], doing=doing)

    def _is_from(self, item: Json, branch: str) -> bool:
        """Whether a pull request is from a branch here; a server may not know how to choose by it."""
        head = item["head"]
        source = (head.get("repo") or {}).get("full_name")
        return head["ref"] == branch and source in (None, self._context.repository)

    def open_pull(self, pull: NewPull) -> Pull:
        """Open a pull request. Raises FgdError GITHUB_REFUSED if there is one, or nothing to merge."""
        body = {"head": pull.head, "base": pull.base, "title": pull.title, "body": pull.body}
        doing = "open a pull request"
        made = self._api.call("POST", "/pulls", body, doing=doing, permission=_PULLS)
        return self._api.understood(lambda: _pull(made), doing=doing)

    def edit_pull(self, number: int, *, title: str, body: str, is_open: bool = True) -> None:
        """Replace title and text of a pull request, or close it."""
        change = {"title": title, "body": body, **({} if is_open else {"state": "closed"})}
        doing = "update the pull request" if is_open else "close the pull request"
        self._api.call("PATCH", f"/pulls/{number}", change, doing=doing, permission=_PULLS)

    def label_pull(self, number: int, labels: Sequence[str]) -> None:
        """Add labels to a pull request."""
        path, doing = f"/issues/{number}/labels", "label the pull request"
        self._api.call("POST", path, {"labels": list(labels)}, doing=doing, permission=_PULLS)

    def commit(self, commit: ApiCommit) -> str:
        """Make a commit, signed by GitHub, and give its id. Raises FgdError, PUSH_REJECTED if the branch has moved."""
        doing, variables = "make the commit", {"input": self._commit_input(commit)}
        data = self._graphql(_COMMIT, variables, doing=doing, permission=_CONTENTS, branch=commit.branch)
        return self._api.understood(lambda: str(data["createCommitOnBranch"]["commit"]["oid"]), doing=doing)

    def _commit_input(self, commit: ApiCommit) -> Json:
        additions = [
            {"path": path, "contents": b64encode(data).decode()} for path, data in sorted(commit.additions.items())
        ]
        return {
            "branch": {"repositoryNameWithOwner": self._context.repository, "branchName": commit.branch},
            "expectedHeadOid": commit.expected,
            "message": {"headline": commit.headline, "body": commit.body},
            "fileChanges": {"additions": additions, "deletions": [{"path": path} for path in sorted(commit.deletions)]},
        }

    def _graphql(self, query: str, variables: Json, *, doing: str, permission: str, branch: str = "") -> Any:
        from github import GithubException

        try:
            return self._api.graphql(query, variables, doing=doing, permission=permission)
        except GithubException as error:
            raise self._refused(error, doing, permission, branch) from error
        except FgdError as failure:
            if not self._api.is_missing(failure):
                raise
            what = f"{self._api.host} has no API for it"
            raise self._api.attempt(doing, permission).fail(GITHUB_REFUSED, what, remedy=_NO_GRAPHQL) from failure

    def _refused(self, error: "GithubException", doing: str, permission: str, branch: str) -> FgdError:
        attempt = self._api.attempt(doing, permission)
        found = commit_refused(error, attempt, branch)
        return found or attempt.fail(GITHUB_REFUSED, message_of(error) or "GitHub gave no reason")

    def facts(self) -> RepositoryFacts:
        """What the token can learn of the repository."""
        doing = "read the repository"
        found = self._api.call("GET", "", doing=doing, permission="contents: read")
        return self._api.understood(lambda: _facts(found), doing=doing)

    def is_protected(self, branch: str) -> bool:
        """Whether rules protect a branch."""
        path = f"/branches/{quoted(branch)}"
        found = self._api.call("GET", path, doing=f"read the branch {branch}", permission="contents: read")
        return self._api.understood(lambda: bool(found["protected"]), doing=f"read the branch {branch}")

    def rate_limit(self) -> RateLimit | None:
        """What is left of the token's requests; None: the server does not count them."""
        if self._api.left() is None:
            self._api.call("GET", "", doing="read the repository", permission="contents: read")
        return self._api.left()


def _output(output: CheckOutput, batch: Sequence[Annotation]) -> Json:
    text = {"title": output.title, "summary": output.summary}
    return {**text, **({"annotations": [_annotation(item) for item in batch]} if batch else {})}


def _annotation(item: Annotation) -> Json:
    columns = {"start_column": item.start_column, "end_column": item.end_column or item.start_column}
    texts = {"title": item.title, "raw_details": item.details}
    return {
        "path": item.path,
        "start_line": item.start_line,
        "end_line": item.end_line,
        "annotation_level": _LEVELS[item.level],
        "message": item.message,
        **({key: text for key, text in texts.items() if text}),
        **(columns if item.start_column and item.start_line == item.end_line else {}),
    }


def _unfinished(runs: Sequence[Json]) -> dict[int, str]:
    return {int(run["id"]): str(run.get("external_id") or "") for run in runs if run["status"] != "completed"}


def _facts(found: Json) -> RepositoryFacts:
    can_push = bool((found.get("permissions") or {}).get("push"))
    return RepositoryFacts(str(found["default_branch"]), bool(found.get("archived")), can_push or None)


def _comment(item: Json) -> Comment:
    return Comment(int(item["id"]), str(item.get("body") or ""), str(item.get("html_url") or ""))


def _pull(item: Json) -> Pull:
    return Pull(
        int(item["number"]),
        str(item.get("html_url") or ""),
        str(item.get("title") or ""),
        str(item.get("body") or ""),
        str(item["base"]["ref"]),
        str(item["head"]["sha"]),
        item["state"] == "open",
        bool(item.get("merged_at")),
    )
