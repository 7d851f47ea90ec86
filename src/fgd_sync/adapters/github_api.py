"""Requests to GitHub by PyGithub: one repository, one token, every failure an FgdError.

The one place that knows URLs, time-outs, pages, and how many requests are left. PyGithub's own retries are off: a
request that may be repeated is repeated by whoever asked for it.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote, urlsplit

from fgd_sync import __version__
from fgd_sync.adapters.github_errors import Attempt, failure_of, number, reset_time, until
from fgd_sync.model.code import GITHUB_CONNECTION_FAILED, GITHUB_NOT_FOUND, GITHUB_RATE_LIMITED
from fgd_sync.model.config import GitHubSettings
from fgd_sync.model.context import RunContext
from fgd_sync.model.failure import FgdError
from fgd_sync.model.github import RateLimit

if TYPE_CHECKING:
    from github.Requester import Requester

_PAGE = 100
_PAGES = 30
"""Pages that are read at most: the comments or pull requests beyond them are never ours to touch."""

_NOT_THERE = (404, 405, 501)
_ELSEWHERE = {"message", "url", "documentation_url"}
"""All that an answer holds which redirects a request that writes."""

_Read = TypeVar("_Read")


class Api:
    """The API of one repository. `doing` says in words what a call is for, `permission` what the token needs."""

    def __init__(self, token: str, context: RunContext, settings: GitHubSettings) -> None:
        self._token, self._context, self._settings = token, context, settings
        self._requester: Requester | None = None
        self._left: dict[str, RateLimit] = {}
        self.host = urlsplit(context.api_url).hostname or context.api_url

    def call(
        self,
        verb: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        doing: str,
        permission: str,
        query: Mapping[str, str] | None = None,
        urgent: bool = False,
    ) -> Any:
        """The answer to a request; `path` is below that of the repository. `urgent`: may use the last requests."""
        attempt = self.attempt(doing, permission)
        self._require_allowance("core", attempt, urgent=urgent)
        parameters, data = dict(query or {}), None if body is None else dict(body)
        url = f"/repos/{self._context.repository}{path}"
        return self._answer(attempt, lambda it: it.requestJsonAndCheck(verb, url, parameters, input=data))

    def root(self, path: str, *, doing: str) -> Any:
        """The answer to a request that is not about the repository."""
        return self._answer(self.attempt(doing, "metadata: read"), lambda it: it.requestJsonAndCheck("GET", path))

    def pages(self, path: str, *, doing: str, permission: str, query: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        """The items of a list, page by page."""
        for page in range(1, _PAGES + 1):
            asked = {**query, "per_page": str(_PAGE), "page": str(page)}
            items = self.call("GET", path, doing=doing, permission=permission, query=asked)
            yield from items
            if len(items) < _PAGE:
                return

    def graphql(self, query: str, variables: Mapping[str, Any], *, doing: str, permission: str) -> Any:
        """The data that a GraphQL query or mutation gives. Raises the GithubException of an answer with errors."""
        from github import GithubException

        attempt = self.attempt(doing, permission)
        self._require_allowance("graphql", attempt, urgent=True)
        body = {"query": query, "variables": dict(variables)}
        url = self._context.graphql_url or self._connect().graphql_url
        answer = self._answer(attempt, lambda it: it.requestJsonAndCheck("POST", url, input=body))
        if self.understood(lambda: answer.get("errors"), doing=doing):
            raise GithubException(200, answer, {})
        return answer.get("data") or {}

    def understood(self, read: Callable[[], _Read], *, doing: str) -> _Read:
        """What an answer says, read by a function that fails on one of another shape. Raises FgdError."""
        try:
            return read()
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            what = f"what {self.host} answered is not of the form that was expected"
            raise self.attempt(doing, "").fail(GITHUB_CONNECTION_FAILED, what) from error

    def attempt(self, doing: str, permission: str) -> Attempt:
        """A request as its failure tells of it."""
        return Attempt(doing, permission, self.host, self._token)

    def left(self, resource: str = "core") -> RateLimit | None:
        """The requests left, as the newest answer has it; None before the first, and where they are not counted."""
        return self._left.get(resource)

    def is_missing(self, failure: FgdError) -> bool:
        """Whether a failure says that the server has no such thing at all, as one that is not GitHub may."""
        cause = failure.__cause__
        status, headers = getattr(cause, "status", 0), getattr(cause, "headers", None) or {}
        return status in _NOT_THERE and not any(name.startswith("x-github-") for name in headers)

    def _answer(self, attempt: Attempt, request: Any) -> Any:
        try:
            headers, data = request(self._connect())
        except Exception as error:
            self._note(getattr(error, "headers", None) or {})
            raise failure_of(error, attempt) from error
        self._note(headers)
        if isinstance(data, dict) and isinstance(data.get("data"), str) and len(data) <= 2:
            raise attempt.fail(GITHUB_CONNECTION_FAILED, f"what {self.host} answered is not from GitHub")
        if isinstance(data, dict) and data.get("message") and data.keys() <= _ELSEWHERE:
            what = "the repository has moved to another address"
            raise attempt.fail(GITHUB_NOT_FOUND, what, remedy="Start the workflow of the repository where it is now.")
        return data

    def _connect(self) -> "Requester":
        if self._requester is None:
            from github.Auth import Token

            from fgd_sync.adapters.github_connection import BoundedRequester

            limits: Any = (self._settings.connection_timeout, self._settings.read_timeout)
            self._requester = BoundedRequester(
                auth=Token(self._token),
                base_url=self._context.api_url,
                timeout=limits,  # requests takes the two apart, though PyGithub speaks of one
                user_agent=f"fgd-sync/{__version__}",
                per_page=_PAGE,
                verify=True,
                retry=None,
                pool_size=None,
            )
        return self._requester

    def _note(self, headers: Mapping[str, str]) -> None:
        remaining, limit = number(headers, "x-ratelimit-remaining"), number(headers, "x-ratelimit-limit")
        if remaining is not None and limit is not None:
            known = RateLimit(remaining, limit, reset_time(headers))
            self._left[headers.get("x-ratelimit-resource", "core")] = known

    def _require_allowance(self, resource: str, attempt: Attempt, *, urgent: bool) -> None:
        """Raise FgdError where the requests that are left are to be kept for others."""
        known, keep = self._left.get(resource), self._settings.rate_limit_buffer
        if urgent or known is None or known.remaining > keep or known.reset <= _now():
            return
        what = f"{known.remaining} requests are left until {known.reset}, and `github.rate_limit_buffer` keeps {keep}"
        raise attempt.fail(GITHUB_RATE_LIMITED, what, details=until(known.reset))


def quoted(text: str) -> str:
    """A name as one part of a path."""
    return quote(text, safe="")


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
