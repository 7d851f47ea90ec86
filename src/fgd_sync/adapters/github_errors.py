"""What went wrong with a request to GitHub, in the codes and words of this program.

Takes what PyGithub and requests raise, and what was being done; gives an FgdError. A token is in none of its texts:
only the message of GitHub's answer is quoted, shortened, and searched for it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from fgd_sync.model.code import (
    BRANCH_PROTECTED,
    COMMIT_UNSIGNED,
    GITHUB_AUTHENTICATION_FAILED,
    GITHUB_CONNECTION_FAILED,
    GITHUB_NOT_FOUND,
    GITHUB_RATE_LIMITED,
    GITHUB_REFUSED,
    PUSH_REJECTED,
    Code,
)
from fgd_sync.model.failure import FgdError
from fgd_sync.model.value import dataclass
from fgd_sync.model.whole_number import whole_number

if TYPE_CHECKING:
    from github import GithubException

Headers = Mapping[str, str]

_QUOTED = 300
_SHORTEST = 8  # no token is shorter, and less would blot out words
_RULES = ("repository rule violations", "must be made through a pull request", "protected branch")
_SECONDARY = ("secondary rate limit", "abuse detection", "retry your request again later", "wait a few minutes")
_CREATE_PULLS = (
    "Tick `Allow GitHub Actions to create and approve pull requests` in the settings of the repository (Actions, "
    "General), or give the action a `token` of an app."
)
_NEED_APP = "Give the action the workflow's own token (`github.token`) or that of an app; or set `check-run: false`."


@dataclass(frozen=True, slots=True)
class Attempt:
    """A request as it is told of: what was to be done (`read the pull requests`), which permission that takes."""

    doing: str
    permission: str
    host: str
    token: str = ""

    def fail(self, code: Code, what: str, *, remedy: str = "", details: dict[str, Any] | None = None) -> FgdError:
        """The failure, with the token blotted out wherever a server might have put it."""
        text = f"could not {self.doing}: {what}"
        return FgdError(code, self._blotted(text), remedy=remedy, details=details)

    def _blotted(self, text: str) -> str:
        return text.replace(self.token, "***") if len(self.token) >= _SHORTEST else text


def failure_of(error: Exception, attempt: Attempt) -> FgdError:
    """The failure that an exception of PyGithub, requests or Python stands for."""
    from github import GithubException

    if isinstance(error, FgdError):
        return error
    if isinstance(error, GithubException):
        return _answered(error, attempt)
    return attempt.fail(GITHUB_CONNECTION_FAILED, _unanswered(error, attempt.host), remedy=_mend(error))


def _unanswered(error: Exception, host: str) -> str:
    from requests import exceptions as of
    from urllib3 import exceptions as inner

    kinds: tuple[tuple[type[Exception], str], ...] = (
        (of.ConnectTimeout, "does not answer"),
        (of.Timeout, "took too long to answer"),
        (of.SSLError, "has a certificate that is not trusted here"),
        (of.ProxyError, "cannot be reached through the proxy"),
        (of.ConnectionError, "cannot be reached"),
        (of.TooManyRedirects, "puts us off, or sends us from one address to the next"),
        (inner.ReadTimeoutError, "took too long to answer"),
        (inner.HTTPError, "broke off its answer"),
        (of.RequestException, "broke off its answer"),
        (RecursionError, "gave an answer that cannot be read"),
        (RuntimeError, "redirected to another server"),
    )
    found = next((words for kind, words in kinds if isinstance(error, kind)), "gave an answer that cannot be read")
    return f"{host} {found}"


def _mend(error: Exception) -> str:
    from requests.exceptions import ProxyError, SSLError

    if isinstance(error, SSLError):
        return "Make the server's certification authority known to the job, by REQUESTS_CA_BUNDLE."
    if isinstance(error, ProxyError):
        return "Check HTTPS_PROXY and NO_PROXY of the runner."
    return ""


def _answered(error: "GithubException", attempt: Attempt) -> FgdError:
    headers, said = error.headers or {}, message_of(error)
    if is_limited(error, said):
        return limited(attempt, headers)
    if error.status == 401:
        what = "the token is not valid, or has expired"
        return attempt.fail(GITHUB_AUTHENTICATION_FAILED, what, remedy="Give the action a valid `token`.")
    if error.status == 403:
        return _forbidden(attempt, headers, said)
    if error.status == 404:
        return attempt.fail(GITHUB_NOT_FOUND, "GitHub does not have it, or the token may not see it")
    if error.status >= 500:
        return attempt.fail(GITHUB_CONNECTION_FAILED, f"{attempt.host} answered with status {error.status}")
    return attempt.fail(GITHUB_REFUSED, said or f"{attempt.host} answered with status {error.status}")


def message_of(error: "GithubException") -> str:
    """What GitHub said, shortened; empty for an answer that is not its own, such as a page of a proxy."""
    data = error.data if isinstance(error.data, dict) else {}
    texts = [data.get("message"), *(_reason(item) for item in _list(data.get("errors")))]
    return " ".join("; ".join(text for text in texts if isinstance(text, str) and text).split())[:_QUOTED]


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _reason(item: object) -> str:
    if not isinstance(item, dict):
        return item if isinstance(item, str) else ""
    named = " ".join(str(item[key]) for key in ("resource", "field", "code") if item.get(key))
    return str(item.get("message") or named)


def is_limited(error: "GithubException", said: str) -> bool:
    """Whether a request was refused for the number of requests, the primary or a secondary one."""
    from github import RateLimitExceededException

    headers = error.headers or {}
    if error.status == 429 or isinstance(error, RateLimitExceededException):
        return True
    used_up = headers.get("x-ratelimit-remaining") == "0" or "retry-after" in headers
    return error.status == 403 and (used_up or any(words in said.lower() for words in _SECONDARY))


def limited(attempt: Attempt, headers: Headers) -> FgdError:
    """The failure for a limit that is used up, with the time at which to try again as far as the answer has it."""
    after, reset = number(headers, "retry-after"), reset_time(headers)
    if after is not None:
        when, details = f"again in {after} seconds", {"retry_after": after}
    elif reset:
        when, details = f"again at {reset}", until(reset)
    else:
        when, details = "again in a minute", {"retry_after": 60}
    return attempt.fail(GITHUB_RATE_LIMITED, f"the token has made too many requests; {when}", details=details)


def number(headers: Headers, name: str) -> int | None:
    """The number in a header; None if there is none."""
    return whole_number(headers.get(name, ""))


def until(reset: str) -> dict[str, Any]:
    """The details of a failure that ends at a moment: the moment, and the seconds till then."""
    left = (datetime.fromisoformat(reset) - datetime.now(UTC)).total_seconds()
    return {"reset": reset, "retry_after": max(1, int(left) + 1)}


def reset_time(headers: Headers) -> str:
    """When the count of requests begins anew, RFC 3339 in UTC; empty if the answer does not say."""
    try:
        moment = datetime.fromtimestamp(float(headers.get("x-ratelimit-reset", "")), UTC)
    except (ValueError, OverflowError, OSError):
        return ""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _forbidden(attempt: Attempt, headers: Headers, said: str) -> FgdError:
    if "is not permitted to create" in said:
        return attempt.fail(GITHUB_AUTHENTICATION_FAILED, said, remedy=_CREATE_PULLS)
    if "authenticate via a GitHub App" in said:
        return attempt.fail(GITHUB_AUTHENTICATION_FAILED, "a personal token cannot write check runs", remedy=_NEED_APP)
    if "archived" in said:
        return attempt.fail(GITHUB_REFUSED, said, remedy="Unarchive the repository; an archived one cannot be written.")
    lines = _permissions(headers.get("x-accepted-github-permissions", "")) or attempt.permission
    remedy = f"Add `{lines}` under `permissions:` of the workflow's job; a token of another kind needs the same right."
    quoted = "" if not said or "not accessible" in said else f" ({said})"
    return attempt.fail(GITHUB_AUTHENTICATION_FAILED, f"the token lacks `{lines}`{quoted}", remedy=remedy)


def _permissions(header: str) -> str:
    """`pull_requests=write,contents=read; …` as lines of a workflow; of several choices the first."""
    pairs = (part.strip().partition("=") for part in header.split(";", maxsplit=1)[0].split(","))
    return ", ".join(f"{name.replace('_', '-')}: {level}" for name, _, level in pairs if name and level)


def commit_refused(error: "GithubException", attempt: Attempt, branch: str) -> FgdError | None:
    """The failure for an answer that is about the branch a commit was to be made on; None for any other."""
    said = message_of(error)
    lower = said.lower()
    types = {item.get("type") for item in _list(_data(error).get("errors")) if isinstance(item, dict)}
    if "STALE_DATA" in types or "expected branch to point to" in lower:
        return attempt.fail(PUSH_REJECTED, f"the branch {branch} has moved in the meantime")
    if "verified signature" in lower:
        return attempt.fail(COMMIT_UNSIGNED, f"the branch {branch} demands signatures that GitHub's API does not make")
    if any(words in lower for words in _RULES):
        return attempt.fail(BRANCH_PROTECTED, f"{branch} is protected: {said}")
    if "FORBIDDEN" in types:
        return _forbidden(attempt, error.headers or {}, said)
    if "NOT_FOUND" in types:
        return attempt.fail(GITHUB_NOT_FOUND, said)
    return None


def _data(error: "GithubException") -> dict[str, Any]:
    return error.data if isinstance(error.data, dict) else {}
