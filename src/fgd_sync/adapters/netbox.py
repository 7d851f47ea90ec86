"""The REST API of NetBox, by pynetbox: the port `NetBox`.

Takes address, token and limits; gives JSON objects as NetBox has them. Works around what NetBox and the Hedgehog plugin
get wrong in answering, and knows nothing of fabrics. The token is in the session's headers only, and no message has any
part of a request.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from fgd_sync.adapters.netbox_errors import failure_of, not_json
from fgd_sync.model import code
from fgd_sync.model.failure import FgdError
from fgd_sync.model.netbox import Filters, NetBoxObject
from fgd_sync.model.resource import JsonObject
from fgd_sync.model.value import dataclass
from fgd_sync.ports import Clock

PAGE = 1000
"""Most objects that NetBox gives in one answer."""

_READINGS = 3
"""So often a list is read that changes meanwhile."""

_SECRETS = ("kubernetes_token", "kubernetes_ca_cert")
"""Fields of the plugin's fabrics that are readable in clear: they are never asked for, and dropped where they come."""

_FIXED: dict[str, JsonObject] = {"plugins/hedgehog/": {"omit": ",".join(("display_url", *_SECRETS))}}
"""Parameters without which some paths answer with status 500, after having done what was asked (seen on 4.6.8)."""

_OF_ANOTHER_FORM = (LookupError, TypeError, ValueError, AttributeError, StopIteration, RecursionError, OverflowError)
"""What reading an answer raises that is JSON, or nearly so, but none of NetBox."""

_SECONDS_PER_OBJECT = 0.2
"""How much longer than a single one a bulk request may take, for each object."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long one request and a whole report may take, in seconds."""

    timeout: float = 30.0
    total: float = 300.0


class PynetboxClient:
    """One NetBox with one token, for one report: its total time runs from its making."""

    def __init__(self, url: str, token: str, clock: Clock, pace: Pace | None = None) -> None:
        """Prepare; nothing is sent. Raises FgdError for what cannot be a token."""
        import pynetbox

        from fgd_sync.adapters.netbox_transport import Exchange, Transport

        self._pace = pace or Pace()
        self._exchange = Exchange(self._pace.timeout)
        self._transport = Transport(clock, clock.monotonic() + self._pace.total, self._exchange)
        self._api = pynetbox.api(_base(url), token=_checked(token))
        session = self._api.http_session
        session.max_redirects = 0
        session.auth = lambda request: request  # Else ~/.netrc would take the place of the token.
        session.headers["User-Agent"] = "fgd-sync"
        for scheme in ("http://", "https://"):
            session.mount(scheme, self._transport)

    @property
    def requests(self) -> int:
        """How many requests were sent so far, repeated ones included."""
        return self._transport.sent

    def status(self) -> JsonObject:
        """What NetBox says of itself."""
        body: JsonObject = self._call("GET", "status", lambda request: dict(next(iter(request.get()), {})))
        if "netbox-version" not in body:
            raise FgdError(code.NETBOX_UNSUPPORTED, "the server at `netbox.url` does not say that it is NetBox")
        return body

    def list(self, path: str, filters: Filters) -> Sequence[JsonObject]:
        """All objects for the filters, page by page. NetBox's own links to the next page are not followed.

        A page begins with the last object of the one before: were objects deleted meanwhile, others would move up and
        be passed over. Then all is read again.
        """
        for _ in range(_READINGS):
            found = self._whole(path, filters)
            if found is not None:
                return found
        raise FgdError(code.NETBOX_CONFLICT, f"{path} kept changing while it was read, or NetBox left some out")

    def _whole(self, path: str, filters: Filters) -> Sequence[JsonObject] | None:
        """All objects; None if they changed while they were read."""
        page, total = self._page(path, filters, 0)
        found = list(page)
        while len(found) < total:
            page, total = self._page(path, filters, max(len(found) - 1, 0))
            if len(page) < 2 or not found or page[0]["id"] != found[-1]["id"]:
                return None
            found += page[1:]
        return found

    def get(self, path: str, number: int) -> NetBoxObject | None:
        """One object; None if there is none."""
        try:
            body = self._call("GET", f"{path}/{number}", lambda request: _object(next(iter(request.get()))))
        except FgdError as failure:
            if failure.code is code.NETBOX_NOT_FOUND and failure.details.get("json"):
                return None
            raise
        return NetBoxObject(body, self._exchange.etag)

    def create(self, path: str, bodies: Sequence[JsonObject]) -> Sequence[JsonObject]:
        """Make objects, all or none."""
        send = partial(_posted, bodies=list(bodies))
        made: list[JsonObject] = self._call("POST", path, send, many=len(bodies))
        return made

    def update(self, path: str, bodies: Sequence[JsonObject]) -> Sequence[JsonObject]:
        """Change fields of objects, all or none of those that the token may change."""
        send = partial(_patched, bodies=list(bodies))
        changed: list[JsonObject] = self._call("PATCH", path, send, many=len(bodies))
        return changed

    def change(self, path: str, number: int, fields: JsonObject, etag: str) -> NetBoxObject:
        """Change fields of one object if it is still at the version `etag`; empty: whatever it is at."""
        self._exchange.if_match = etag
        try:
            body = self._call("PATCH", f"{path}/{number}", lambda request: _object(request.patch(dict(fields))))
        finally:
            self._exchange.if_match = ""
        return NetBoxObject(body, self._exchange.etag)

    def delete(self, path: str, numbers: Sequence[int]) -> None:
        """Delete objects; those that are gone count as deleted."""
        bodies = [{"id": number} for number in numbers]
        try:
            self._call("DELETE", path, lambda request: request.delete(bodies), many=len(bodies))
        except FgdError as failure:
            if failure.code is not code.NETBOX_NOT_FOUND or not failure.details.get("json"):
                raise

    def allowed(self, path: str) -> frozenset[str]:
        """What the token may do here, as far as NetBox tells: it does not tell of deleting."""
        words = {"POST": "add", "PUT": "change"}
        try:
            actions = self._call("OPTIONS", path, lambda request: set(request.options().get("actions", {})))
        except FgdError as failure:
            if failure.code is code.NETBOX_PERMISSION_DENIED:
                return frozenset()
            raise
        return frozenset({"view", *(words[item] for item in words if item in actions)})

    def _page(self, path: str, filters: Filters, offset: int) -> tuple[Sequence[JsonObject], int]:
        def ask(request: Any) -> tuple[Sequence[JsonObject], int]:
            page = [_without_secrets(_object(item)) for item in request.get()]
            return page, int(request.count)

        page: tuple[Sequence[JsonObject], int] = self._call(
            "GET", path, ask, filters={"ordering": "id", **filters}, offset=offset
        )
        return page

    def _call(
        self,
        method: str,
        path: str,
        send: Callable[[Any], Any],
        *,
        filters: Filters | None = None,
        offset: int | None = None,
        many: int = 1,
    ) -> Any:
        from pynetbox.core.query import AllocationError, ContentError, Request, RequestError
        from requests import TooManyRedirects

        fixed = next((value for start, value in _FIXED.items() if path.startswith(start)), {})
        limit = None if offset is None else PAGE
        request = Request(
            base=f"{self._api.base_url}/{path}",
            http_session=self._api.http_session,
            token=self._api.token,
            filters={**(filters or {}), **fixed},
            limit=limit,
            offset=offset,
        )
        self._exchange.seconds = self._pace.timeout + (many - 1) * _SECONDS_PER_OBJECT
        try:
            return _clean(send(request))
        except (RequestError, AllocationError) as error:
            raise failure_of(method, path, error.req.status_code, error.req.text) from None
        except (ContentError, *_OF_ANOTHER_FORM):
            raise not_json(method, path) from None
        except TooManyRedirects:
            raise failure_of(method, path, 302, "") from None


def _base(url: str) -> str:
    """The address without the `/api` that many copy along."""
    return url.rstrip("/").removesuffix("/api")


def _checked(token: str) -> str:
    """The token without white space around it. Raises FgdError for what can be none: its place is a header."""
    plain = token.strip()
    if not plain or not plain.isascii() or not plain.isprintable() or " " in plain:
        words = "NETBOX_TOKEN holds " + ("what cannot be a token of NetBox" if plain else "nothing")
        raise FgdError(code.NETBOX_AUTHENTICATION_FAILED, words)
    return plain


def _posted(request: Any, bodies: list[JsonObject]) -> list[JsonObject]:
    return _objects(request.post(bodies))


def _patched(request: Any, bodies: list[JsonObject]) -> list[JsonObject]:
    return _objects(request.patch(bodies))


def _objects(answer: Any) -> list[JsonObject]:
    """The answer as objects of NetBox. Raises TypeError if it is none."""
    return [_object(item) for item in answer]


def _object(answer: Any) -> JsonObject:
    if not isinstance(answer, dict) or not isinstance(answer.get("id"), int):
        raise TypeError("no object of NetBox")
    return answer


def _clean(answer: Any) -> Any:
    if isinstance(answer, list):
        return [_without_secrets(item) for item in answer]
    return _without_secrets(answer) if isinstance(answer, dict) else answer


def _without_secrets(body: JsonObject) -> JsonObject:
    return {key: value for key, value in body.items() if key not in _SECRETS}
