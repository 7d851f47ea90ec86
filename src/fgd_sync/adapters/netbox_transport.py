"""How requests reach NetBox: with time-outs, repeated where that is safe, and within a total time.

Mounted on pynetbox's session, which has none of these. Gives requests' responses with their bodies read; raises
FgdError where no whole answer came. It knows nothing of what the requests mean. Importing it is slow.
"""

import random
from collections.abc import Mapping
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError as PoolError
from urllib3.exceptions import NameResolutionError, NewConnectionError

from fgd_sync.adapters.http_body import AnswerTooLargeError, pieces
from fgd_sync.adapters.netbox_errors import unreachable
from fgd_sync.model import code
from fgd_sync.model.failure import FgdError
from fgd_sync.model.value import dataclass
from fgd_sync.model.whole_number import whole_number
from fgd_sync.ports import Clock

ATTEMPTS = 3
_CONNECT_SECONDS = 10.0
_FIRST_DELAY, _LONGEST_DELAY = 0.5, 30.0
_BUSY = frozenset({429, 502, 503, 504})
_SAFE = frozenset({"GET", "OPTIONS", "HEAD", "PATCH", "DELETE"})
"""Methods that may be sent twice: of the writes those that leave the same behind."""
_LARGEST_ANSWER = 256 * 1024 * 1024


@dataclass(slots=True)
class Exchange:
    """What one request takes besides its body, and what its answer has besides: set before, read after.

    `seconds`: longest wait for a sign of life. `if_match`: the version that a write is meant for.
    """

    seconds: float
    if_match: str = ""
    etag: str = ""


class Transport(HTTPAdapter):
    """Sends requests for one report. `deadline` is in the clock's own seconds; after it nothing is sent any more."""

    def __init__(self, clock: Clock, deadline: float, exchange: Exchange) -> None:
        super().__init__(max_retries=0)
        self.exchange = exchange
        self.sent = 0
        self._clock = clock
        self._deadline = deadline

    def send(self, request: requests.PreparedRequest, *_: Any, **options: Any) -> requests.Response:
        """Send a request until there is an answer that trying again cannot better. Raises FgdError."""
        if self.exchange.if_match:
            request.headers["If-Match"] = self.exchange.if_match
        for attempt in range(1, ATTEMPTS + 1):
            last = attempt == ATTEMPTS
            try:
                response = self._once(request, options)
            except FgdError as failure:
                if last or not (request.method in _SAFE or failure.details.get("unsent")):
                    raise
                self._wait(attempt, {})
            else:
                if last or not _may_repeat(request, response):
                    self.exchange.etag = response.headers.get("ETag", "")
                    return response
                self._wait(attempt, response.headers)
        raise AssertionError("the last attempt returns or raises")

    def _once(self, request: requests.PreparedRequest, options: Mapping[str, Any]) -> requests.Response:
        method, path = str(request.method), short_path(request.url)
        left = self._deadline - self._clock.monotonic()
        if left <= 0:
            raise unreachable(method, path, "was not asked any more: the report took too long", sent=False)
        self.sent += 1
        wait = min(self.exchange.seconds, left)
        kept = {key: value for key, value in options.items() if key in ("verify", "cert", "proxies")}
        try:
            response = super().send(request, stream=True, timeout=(min(_CONNECT_SECONDS, wait), wait), **kept)
            self._read(response, method, path)
        except (requests.RequestException, PoolError, OSError) as error:
            raise _broken(error, request) from None
        return response

    def _read(self, response: requests.Response, method: str, path: str) -> None:
        """Read the body piece by piece: a server that dribbles does not keep us beyond the deadline."""
        body = bytearray()
        try:
            for piece in pieces(response.raw, _LARGEST_ANSWER):
                body += piece
                if self._clock.monotonic() > self._deadline:
                    raise unreachable(method, path, "is too slow: the report took too long", sent=True)
        except AnswerTooLargeError:
            what = f"{method} {path}: the answer is larger than any of NetBox"
            raise FgdError(code.NETBOX_UNSUPPORTED, what) from None
        response.raw = BytesIO(body)

    def _wait(self, attempt: int, headers: Mapping[str, str]) -> None:
        asked = whole_number(headers.get("Retry-After", ""))
        backed_off = _FIRST_DELAY * 2 ** (attempt - 1) * random.uniform(0.5, 1.5)  # noqa: S311  no secret
        seconds = backed_off if asked is None else float(asked)
        left = self._deadline - self._clock.monotonic()
        self._clock.sleep(max(0.0, min(seconds, _LONGEST_DELAY, left)))


def short_path(url: str | None) -> str:
    """The path of an address below /api/, for messages."""
    return urlsplit(url or "").path.partition("/api/")[2].strip("/")


def _server(url: str | None) -> str:
    """The server of an address, for messages: no path, and no password that somebody wrote into it."""
    parts = urlsplit(url or "")
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _may_repeat(request: requests.PreparedRequest, response: requests.Response) -> bool:
    return response.status_code == 429 or (response.status_code in _BUSY and request.method in _SAFE)


def _broken(error: Exception, request: requests.PreparedRequest) -> FgdError:
    causes = list(_causes(error))
    unsent = any(isinstance(item, NewConnectionError | requests.ConnectTimeout) for item in causes)
    reason = f"at {_server(request.url)} {_in_words(causes)}"
    failure = unreachable(str(request.method), short_path(request.url), reason, sent=not unsent)
    failure.details["unsent"] = unsent
    return failure


def _causes(error: BaseException) -> "list[BaseException]":
    """The error and what lies within it: requests wraps urllib3, which wraps the system's."""
    found: list[BaseException] = []
    queue: list[Any] = [error]
    while queue:
        item = queue.pop(0)
        if isinstance(item, BaseException) and item not in found:
            found.append(item)
            queue += [getattr(item, "reason", None), item.__cause__, item.__context__, *item.args]
    return found


def _in_words(causes: "list[BaseException]") -> str:
    table: tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str], ...] = (
        (requests.exceptions.SSLError, "has a certificate that is not trusted (REQUESTS_CA_BUNDLE names yours)"),
        (requests.exceptions.ProxyError, "cannot be reached through the proxy"),
        (NameResolutionError, "has a name that is not known"),
        ((requests.Timeout, TimeoutError), "did not answer in time"),
        (ConnectionRefusedError, "does not listen: connection refused"),
        (NewConnectionError, "cannot be reached"),
    )
    for kinds, words in table:
        if any(isinstance(item, kinds) for item in causes):
            return words
    return "closed the connection without a whole answer"
