"""The stand-in for NetBox as an HTTP server on loopback, with the quirks of the real one, and with faults on demand."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from netbox_models import FABRICS, Json, Model
from netbox_store import RefusedError, Rule, Store

TOKEN = "nbt_" + "k" * 12 + "." + "s" * 40
HTML = "<!DOCTYPE html><html><title>Page Not Found</title></html>"
UNLINKED = {FABRICS, *(f"plugins/hedgehog/{name}" for name in (
    "externals", "external-attachments", "external-peerings", "vpc-attachments", "vpc-peerings"))}  # fmt: skip
"""Paths whose rows the plugin can't give an address: it fails, after having done what was asked."""
_ACTIONS = {"GET": "view", "POST": "add", "PATCH": "change", "DELETE": "delete"}
_RACE = 0.002
"""Seconds between reading and writing of a change without If-Match, in which others may write."""


@dataclass(frozen=True)
class Answer:
    """What the server says. `body` None: nothing; text: HTML."""

    status: int
    body: Any = None
    etag: str = ""


Fault = Callable[[int, str, str], str]
"""What goes wrong with the request of this number, method and path: "", or one of those that `_Handler` knows."""


@dataclass
class Fake:
    """One stand-in: its state, who may do what, what goes wrong, and what was asked of it."""

    store: Store
    url: str = ""
    tokens: dict[str, Rule] = field(default_factory=lambda: {TOKEN: lambda *_: True})
    fault: Fault = lambda *_: ""
    asked: list[tuple[str, str]] = field(default_factory=list)
    bodies: list[Any] = field(default_factory=list)
    check: Callable[[str, str, int, Any], None] = lambda *_: None
    check_request: Callable[[str, str, Any], None] = lambda *_: None
    problems: list[str] = field(default_factory=list)
    redirect: str = ""
    user: str = "admin"

    def rows(self, path: str) -> list[Json]:
        """The rows of a path as the API gives them."""
        model = self.store.models[path]
        return [self.store.show(model, row) for _, row in sorted(self.store.rows[path].items())]

    def put(self, path: str, *bodies: Json) -> list[int]:
        """Make rows, as somebody else would."""
        return [row["id"] for row in self.store.insert(path, list(bodies), lambda *_: True)]

    def respond(self, method: str, target: str, headers: Any, data: bytes) -> Answer:
        """The answer to a request."""
        parts = urlsplit(target)
        may = self._rule(headers.get("Authorization", ""))
        if not parts.path.startswith("/api/") or not parts.path.endswith("/"):
            return Answer(404, HTML)
        path = parts.path.removeprefix("/api/").strip("/")
        if may is None:
            return Answer(403, {"detail": "Invalid v2 token"})
        query = parse_qs(parts.query)
        if path == "status":
            plugins = {"netbox_hedgehog": "0.2.0"} if self.store.plugin else {}
            return Answer(200, {"netbox-version": "4.6.8", "plugins": plugins, "python-version": "3.12.1"})
        self.store.author = self.user
        try:
            return self._objects(method, path, query, headers, json.loads(data) if data else None, may)
        finally:
            self.store.author = "alice"

    def _rule(self, header: str) -> Rule | None:
        scheme, _, token = header.partition(" ")
        return self.tokens.get(token) if scheme in ("Bearer", "Token") else None

    def _objects(
        self, method: str, path: str, query: dict[str, list[str]], headers: Any, body: Any, may: Rule
    ) -> Answer:
        listed, _, last = path.rpartition("/")
        single = last.isdigit()
        model = self.store.models.get(listed if single else path)
        if model is None:
            return Answer(404, HTML)
        try:
            answer = (
                self._single(method, model, int(last), headers, body, may)
                if single
                else self._bulk(method, model, query, body, may)
            )
        except RefusedError as refused:
            return Answer(refused.status, refused.body)
        if model.path in UNLINKED and "display_url" not in query.get("omit", [""])[0].split(","):
            return Answer(500, {"error": "Reverse for 'hedgehogfabric' not found", "exception": "NoReverseMatch"})
        return answer

    def _single(self, method: str, model: Model, number: int, headers: Any, body: Any, may: Rule) -> Answer:
        row = self.store.rows[model.path].get(number)
        if row is None or not may("view", model.path, row):
            return Answer(404, {"detail": f"No {model.type} matches the given query."})
        if method == "GET":
            return self._shown(model, row)
        if not may(_ACTIONS[method], model.path, row):
            return Answer(404, {"detail": f"No {model.type} matches the given query."})
        if method == "PATCH":
            return self._patch(model, number, headers.get("If-Match", ""), body)
        self.store.delete(model.path, number)
        return Answer(204)

    def _patch(self, model: Model, number: int, if_match: str, body: Json) -> Answer:
        """With If-Match under a lock; without it as a race: what was read before is written back."""
        if if_match and self.store.etags:
            with self.store.lock:
                if if_match != _etag(self.store.rows[model.path][number]):
                    return Answer(412, {"detail": "Precondition failed."})
                return self._shown(model, self.store.change(model.path, number, body))
        before = dict(self.store.rows[model.path][number].get("custom_fields", {}))
        time.sleep(_RACE)
        if "custom_fields" in body:
            body = {**body, "custom_fields": {**before, **body["custom_fields"]}}
        return self._shown(model, self.store.change(model.path, number, body))

    def _shown(self, model: Model, row: Json) -> Answer:
        return Answer(200, self.store.show(model, row), _etag(row) if self.store.etags else "")

    def _bulk(self, method: str, model: Model, query: dict[str, list[str]], body: Any, may: Rule) -> Answer:
        if method == "GET":
            return self._list(model, query, may)
        if method == "OPTIONS":
            probe = {"POST": "add", "PUT": "change"}
            actions: Json = {verb: {} for verb, action in probe.items() if may(action, model.path, {})}
            return Answer(200, {"name": model.type, "actions": actions})
        if method == "POST":
            if not may("add", model.path, {}):
                raise RefusedError(403, {"detail": "You do not have permission to perform this action."})
            made = self.store.insert(model.path, body if isinstance(body, list) else [body], may)
            shown = [self.store.show(model, row) for row in made]
            return Answer(201, shown if isinstance(body, list) else shown[0])
        numbers = [item["id"] for item in body]
        with self.store.lock:
            rows = [self.store.rows[model.path].get(number) for number in numbers]
            allowed = [row["id"] for row in rows if row and may(_ACTIONS[method], model.path, row)]
            return self._bulk_write(method, model, allowed, {item["id"]: item for item in body})

    def _bulk_write(self, method: str, model: Model, numbers: list[int], bodies: dict[int, Json]) -> Answer:
        before = {path: dict(rows) for path, rows in self.store.rows.items()}
        try:
            if method == "PATCH":
                changed = [self.store.change(model.path, number, bodies[number]) for number in numbers]
                return Answer(200, [self.store.show(model, row) for row in changed])
            if model.path in UNLINKED:
                raise RefusedError(500, {"error": "Could not resolve URL for hyperlinked relationship"})
            for number in numbers:
                self.store.delete(model.path, number)
        except RefusedError:
            self.store.rows = before
            raise
        return Answer(204)

    def _list(self, model: Model, query: dict[str, list[str]], may: Rule) -> Answer:
        if model.path.startswith("plugins/") and model.path != FABRICS and query.get("ordering") != ["id"]:
            return Answer(500, {"error": "Cannot resolve keyword 'name_natural' into field."})
        if model.type == "extras.journalentry" and self.store.broken_journal:
            return Answer(500, {"error": "Reverse for 'hedgehogfabric' not found"})
        if not may("view", model.path, {}):
            return Answer(403, {"detail": "You do not have permission to perform this action."})
        with self.store.lock:
            rows = [row for row in self.store.matching(model, query) if may("view", model.path, row)]
            limit = min(int(query.get("limit", ["50"])[0]) or 1000, 1000)
            offset = int(query.get("offset", ["0"])[0])
            page = [self.store.show(model, row) for row in rows[offset : offset + limit]]
        more = f"{self.url}/api/{model.path}/?limit={limit}&offset={offset + limit}"
        following = more if offset + limit < len(rows) else None
        return Answer(200, {"count": len(rows), "next": following, "previous": None, "results": page})


def _etag(row: Json) -> str:
    return f'W/"{row["last_updated"]}"'


def _trimmed(answer: Answer, query: dict[str, list[str]]) -> Answer:
    """Without the fields that the request leaves out."""
    omit = set(query.get("omit", [""])[0].split(","))
    if not isinstance(answer.body, dict) or answer.status != 200:
        return answer

    def cut(item: Json) -> Json:
        return {key: value for key, value in item.items() if key not in omit}

    if "results" in answer.body:
        return Answer(200, {**answer.body, "results": [cut(item) for item in answer.body["results"]]}, answer.etag)
    return Answer(200, cut(answer.body), answer.etag)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # Header and body are two packets: the second would wait 40 ms for the first.
    fake: Fake

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Every method is served alike: the base class looks for `do_GET` and the like."""
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _serve(self) -> None:
        data = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = urlsplit(self.path).path.removeprefix("/api/").strip("/")
        with self.fake.store.lock:
            self.fake.asked.append((self.command, path))
            self.fake.bodies.append(json.loads(data) if data else None)
            number = len(self.fake.asked)
        fault = self.fake.fault(number, self.command, path)
        if fault == "cut before":
            self._cut()
            return
        if self.fake.redirect:
            self._redirect()
            return
        if fault.isdigit():
            self._send(Answer(int(fault), {"detail": "Service unavailable"}))
            return
        if fault.startswith("json "):
            self._send(Answer(200, json.loads(fault.removeprefix("json "))))
            return
        if fault == "html":
            self._send(Answer(200, "<html>Log in</html>"))
            return
        answer = self.fake.respond(self.command, self.path, self.headers, data)
        self._examine(path, json.loads(data) if data else None, answer)
        if self.command == "GET":
            answer = _trimmed(answer, parse_qs(urlsplit(self.path).query))
        if fault == "cut after":
            self._cut()
        elif fault == "fail after":
            self._send(Answer(500, {"error": "boom", "exception": "RuntimeError"}))
        elif fault == "slow":
            time.sleep(1.5)
            self._send(answer)
        else:
            self._send(answer)

    def _examine(self, path: str, body: Any, answer: Answer) -> None:
        try:
            if answer.status < 400:
                self.fake.check_request(self.command, path, body)
            self.fake.check(self.command, path, answer.status, answer.body)
        except Exception as error:  # what is wrong is told by the test, not by the server
            self.fake.problems.append(f"{self.command} {path} {answer.status}: {error}")

    def _redirect(self) -> None:
        self.send_response(302)
        self.send_header("Location", f"{self.fake.redirect}{self.path}")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _cut(self) -> None:
        self.close_connection = True
        self.connection.close()

    def _send(self, answer: Answer) -> None:
        html = isinstance(answer.body, str)
        data = (
            b""
            if answer.body is None and answer.status == 204
            else (answer.body if html else json.dumps(answer.body)).encode()
        )
        self.send_response(answer.status)
        self.send_header("Content-Type", "text/html" if html else "application/json")
        self.send_header("Content-Length", str(len(data)))
        if answer.etag:
            self.send_header("ETag", answer.etag)
        self.end_headers()
        self.wfile.write(data)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_: Any) -> None:
        """A connection that was cut on purpose is no news."""


@contextmanager
def serving(*, plugin: bool = False, etags: bool = True) -> Iterator[Fake]:
    """A stand-in that answers as long as the block runs."""
    fake = Fake(Store(plugin=plugin, etags=etags))
    handler = type("Handler", (_Handler,), {"fake": fake})
    server = _Server(("127.0.0.1", 0), handler)
    fake.url = fake.store.base = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
