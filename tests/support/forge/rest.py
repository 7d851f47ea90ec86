"""The REST API of the stand-in for GitHub: routes, rights, rate limits, pages, and GitHub's words for every refusal."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from urllib.parse import parse_qs, unquote, urlencode

from forge.accounts import Token
from forge.contract import Contract, Json
from forge.desk import Desk
from forge.repository import Repository
from forge.traffic import Answer, Fault, Request, failing

DOCS = "https://docs.github.com/rest"
REQUEST_ID = ("X-GitHub-Request-Id", "F0:F1")
"""In every answer: by it a client knows that it speaks to GitHub, and not to a server that is like it."""
REPOSITORY = "/repos/{owner}/{repo}"


class Refused(Exception):  # noqa: N818 (an answer, not a mistake)
    """An answer other than success."""

    def __init__(self, status: int, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status, self.message, self.more = status, message, more


def invalid(message: str, resource: str = "", field_: str = "", code: str = "custom") -> Refused:
    """422 in the form of GitHub's validation errors."""
    if not resource:
        return Refused(422, message)
    return Refused(
        422, "Validation Failed", errors=[{"resource": resource, "field": field_, "code": code, "message": message}]
    )


@dataclass(frozen=True, slots=True)
class Call:
    """A request for a handler: names from its path, decoded; its body; the repository and what GitHub knows of it."""

    request: Request
    base_url: str
    html_url: str
    names: dict[str, str]
    query: dict[str, str]
    body: Json
    desk: Desk
    token: Token | None

    @property
    def repository(self) -> Repository:
        return self.desk.repository

    @property
    def repo_url(self) -> str:
        return f"{self.base_url}/repos/{self.repository.name}"

    @property
    def repo_html(self) -> str:
        return f"{self.html_url}/{self.repository.name}"

    def number(self, name: str) -> int:
        if not self.names[name].isdecimal():
            raise Refused(404, "Not Found")
        return int(self.names[name])


@dataclass(frozen=True, slots=True)
class Given:
    """What a handler answers: a list is cut into pages under `key`, or bare without one."""

    body: Any
    status: int = 200
    key: str | None = None
    paged: bool = False


Handler = Callable[[Call], Given]


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    template: str
    permission: str
    handler: Handler

    def match(self, method: str, path: str) -> dict[str, str] | None:
        """The names in a path, if the route is for it. A name is one segment: a slash in it comes as %2F."""
        wanted, given = self.template.split("/"), path.split("/")
        if method != self.method or len(wanted) != len(given):
            return None
        names = {}
        for want, got in zip(wanted, given, strict=True):
            if want.startswith("{"):
                names[want.strip("{}")] = unquote(got)
            elif want != got:
                return None
        return names


class Routes(list[Route]):
    """The routes of a topic, each registered where it is handled."""

    def at(self, method: str, template: str, permission: str = "contents") -> Callable[[Handler], Handler]:
        def register(handler: Handler) -> Handler:
            self.append(Route(method, template, permission, handler))
            return handler

        return register


@dataclass
class Rate:
    """The primary rate limit of a token."""

    limit: int = 5000
    remaining: int = 5000
    reset: int = field(default_factory=lambda: int(time.time()) + 3600)

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        used = self.limit - self.remaining
        values = {
            "limit": self.limit,
            "remaining": self.remaining,
            "reset": self.reset,
            "used": used,
            "resource": "core",
        }
        return tuple((f"X-RateLimit-{name.capitalize()}", str(value)) for name, value in values.items())


class World(Protocol):
    """What the API needs of the stand-in."""

    rate: Rate
    contract: Contract | None

    def desk(self, name: str) -> Desk | None: ...


def limited(status: int = 403, retry_after: int = 0) -> Fault:
    """A secondary rate limit: with Retry-After, or without."""
    message = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
    body = {"message": message, "documentation_url": f"{DOCS}/overview/rate-limits-for-the-rest-api"}
    wait = (("Retry-After", str(retry_after)),) if retry_after else ()
    return failing(status, json.dumps(body).encode(), ("Content-Type", "application/json; charset=utf-8"), *wait)


class Rest:
    """Answers requests of the REST API. `prefix` is "" on github.com and /api/v3 on an enterprise server."""

    def __init__(self, world: World, routes: Sequence[Route]) -> None:
        self.world, self.routes = world, routes

    def serve(self, request: Request, origin: str, html_url: str, prefix: str = "") -> Answer:
        path = request.path.removeprefix(prefix)
        request = _named_labels(request)
        contract = self.world.contract
        route, names = self._route(request.method, path)
        try:
            self._authenticate(request)
            if route is None:
                self._unknown(request)
            if contract and (wrong := contract.check_request(request, path)):
                raise invalid(f"Invalid request.\n\n{wrong}")
            given = self._handle(request, route, names, (origin + prefix, html_url))
        except Refused as refused:
            body = {
                "message": refused.message,
                **refused.more,
                "documentation_url": DOCS,
                "status": str(refused.status),
            }
            answer = self._answer(refused.status, body)
        else:
            answer = self._page(given, request, route, origin)
        if contract and route:
            contract.check_answer(request, path, answer)
        return answer

    def _route(self, method: str, path: str) -> tuple[Route, dict[str, str]] | tuple[None, None]:
        found = ((route, names) for route in self.routes if (names := route.match(method, path)) is not None)
        return next(found, (None, None))

    def _authenticate(self, request: Request) -> None:
        rate = self.world.rate
        if len([1 for name, _ in request.headers if name.lower() == "authorization"]) > 1:
            raise Refused(400, 'Duplicate header: "Authorization"')
        if request.scheme != "none" and (request.token is None or request.token.expired):
            raise Refused(401, "Bad credentials")
        if rate.remaining <= 0 and not request.path.endswith("/rate_limit"):
            raise Refused(403, "API rate limit exceeded for installation ID 1.")
        rate.remaining -= 0 if request.path.endswith("/rate_limit") else 1

    def _unknown(self, request: Request) -> None:
        if self.world.contract:
            self.world.contract.note(f"{request.line}: no such operation here (a slash in a name must be sent as %2F)")
        raise Refused(404, "Not Found")

    def _handle(
        self, request: Request, route: Route | None, names: dict[str, str] | None, urls: tuple[str, str]
    ) -> Given:
        assert route is not None
        assert names is not None
        if not names:
            return Given(_whoami(request, urls[0]) if route.template == "/user" else _limits(self.world.rate))
        desk = self.world.desk(f"{names['owner']}/{names['repo']}")
        token = request.token
        if desk is None or (desk.repository.private and not (token and token.sees(desk.repository.name))):
            raise Refused(404, "Not Found")
        _permit(request, route, desk, token)
        query = {name: values[-1] for name, values in parse_qs(request.query).items()}
        with desk.lock:
            return route.handler(Call(request, *urls, names, query, _json(request), desk, token))

    def _page(self, given: Given, request: Request, route: Route | None, origin: str) -> Answer:
        body, links = given.body, ""
        if given.paged:
            body, links = _cut(given, request, origin)
        if self.world.contract and route:
            body = self.world.contract.completed(request.method, route.template, given.status, body)
        return self._answer(given.status, body, (("Link", links),) if links else ())

    def _answer(self, status: int, body: Any, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
        kind = (("Content-Type", "application/json; charset=utf-8"), REQUEST_ID)
        text = b"" if status == 204 else json.dumps(body).encode()
        return Answer(status, text, kind + self.world.rate.headers + headers)


def _permit(request: Request, route: Route, desk: Desk, token: Token | None) -> None:
    level = "read" if request.method == "GET" else "write"
    if token is None and level == "read":
        return
    if token is None:
        raise Refused(401, "Requires authentication")
    wanted = route.permission.split("|")
    if not any(token.may(permission, level, desk.repository.name) for permission in wanted):
        if level == "read" and not desk.repository.private:
            return
        raise Refused(403, token.refusal)


def _named_labels(request: Request) -> Request:
    """GitHub takes a bare list of labels too; the document in the copy at hand knows the longer form only."""
    if not request.path.endswith("/labels") or not request.body.startswith(b"["):
        return request
    return replace(request, body=b'{"labels": %s}' % request.body)


def _json(request: Request) -> Json:
    if not request.body:
        return {}
    try:
        body = json.loads(request.body)
    except ValueError:
        raise Refused(400, "Problems parsing JSON") from None
    if not isinstance(body, dict):
        raise Refused(400, "Body should be a JSON object")
    return body


def _cut(given: Given, request: Request, origin: str) -> tuple[Any, str]:
    """A page of a list, and the Link header that leads to the others."""
    query = {name: values[-1] for name, values in parse_qs(request.query).items()}
    size, page = min(int(query.get("per_page", "30")), 100), int(query.get("page", "1"))
    items, last = given.body, max(1, -(-len(given.body) // size))
    pages = {"prev": page - 1, "next": page + 1, "last": last, "first": 1}
    if page >= last:
        del pages["next"], pages["last"]
    if page <= 1:
        del pages["prev"], pages["first"]
    links = (
        f'<{origin}{request.path}?{urlencode({**query, "page": number})}>; rel="{name}"'
        for name, number in pages.items()
    )
    part = items[(page - 1) * size : page * size]
    return ({"total_count": len(items), given.key: part} if given.key else part), ", ".join(links)


def _whoami(request: Request, base_url: str) -> Json:
    """The user that a token speaks for; that of an app speaks for none."""
    token = request.token
    if token is None or not token.user:
        raise Refused(403 if token else 401, token.refusal if token else "Requires authentication")
    url = f"{base_url}/users/{token.login}"
    known = {"login": token.login, "id": 1, "type": "User", "user_view_type": "private", "site_admin": False}
    return {**known, "url": url, "avatar_url": url}


def _limits(rate: Rate) -> Json:
    one = {"limit": rate.limit, "remaining": rate.remaining, "reset": rate.reset, "used": rate.limit - rate.remaining}
    return {"resources": dict.fromkeys(("core", "search", "graphql", "integration_manifest"), one), "rate": one}
