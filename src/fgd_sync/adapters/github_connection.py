"""Connections for PyGithub that end: an answer has a size at most, and a server cannot send us round for ever.

PyGithub itself reads whatever comes, asks anew as long as it is told to wait (202), and follows one redirection after
the other. Connections are kept open between requests. Importing it is slow.
"""

from contextlib import closing
from io import BytesIO
from typing import Any

from github.Requester import HTTPRequestsConnectionClass, HTTPSRequestsConnectionClass, Requester
from requests import PreparedRequest, Response, TooManyRedirects
from requests.adapters import HTTPAdapter

from fgd_sync.adapters.http_body import pieces

_LARGEST_ANSWER = 64 * 1024 * 1024
_MOST_REDIRECTIONS = 3


class _Bounded(HTTPAdapter):
    """Sends requests, and reads whole answers."""

    def __init__(self) -> None:
        super().__init__()
        self._redirections = 0

    def send(self, request: PreparedRequest, *_: Any, **options: Any) -> Response:
        """The answer. Raises TooManyRedirects, AnswerTooLargeError, and what requests and urllib3 raise."""
        kept = {key: value for key, value in options.items() if key in ("timeout", "verify", "cert", "proxies")}
        response = super().send(request, stream=True, **kept)
        with closing(response.raw) as raw:
            body = b"".join(pieces(raw, _LARGEST_ANSWER))
        response.raw = BytesIO(body)
        self._redirections = self._redirections + 1 if response.is_redirect else 0
        if self._redirections > _MOST_REDIRECTIONS or (response.status_code == 202 and request.method == "GET"):
            raise TooManyRedirects
        return response

    def close(self) -> None:
        """Keep connections open: PyGithub ends its session after each request."""


_SHARED = _Bounded()


class _Http(HTTPRequestsConnectionClass):
    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.session.mount("http://", _SHARED)


class _Https(HTTPSRequestsConnectionClass):
    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.session.mount("https://", _SHARED)


class BoundedRequester(Requester):
    """PyGithub's requester on such connections."""


BoundedRequester.injectConnectionClasses(_Http, _Https)
