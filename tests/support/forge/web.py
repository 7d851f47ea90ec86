"""A small threaded HTTP server for the stand-ins: reads requests whole, knows tokens, records, and fails on demand."""

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from forge.accounts import Token, credential
from forge.traffic import Answer, Request, Traffic

Serve = Callable[[Request], Answer]


class Server(ThreadingHTTPServer):
    """Serves on loopback until it is closed; a hundred clients may knock at once.

    `side_doors`: what serves, and records, the paths that begin so.
    """

    request_queue_size = 512
    daemon_threads = True
    block_on_close = False

    def __init__(self, serve: Serve, traffic: Traffic, tokens: dict[str, Token]) -> None:
        self.serve, self.traffic, self.tokens = serve, traffic, tokens
        self.side_doors: dict[str, tuple[Serve, Traffic]] = {}
        self.closing = threading.Event()
        super().__init__(("127.0.0.1", 0), _Handler)

    def door(self, path: str) -> tuple[Serve, Traffic]:
        return next(
            (door for head, door in self.side_doors.items() if path.startswith(head)), (self.serve, self.traffic)
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients come and go as they like; what else goes wrong was recorded where it happened."""


@contextlib.contextmanager
def serving(serve: Serve, traffic: Traffic, tokens: dict[str, Token]) -> Iterator[Server]:
    server = Server(serve, traffic, tokens)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Server

    def do(self) -> None:
        request = self._request()
        serve, traffic = self.server.door(request.path)
        fault = traffic.see(request)
        if fault:
            fault.act()
        if fault and fault.kind == "hang":
            self.server.closing.wait(fault.seconds)
        if fault and fault.kind in ("hang", "reset"):
            return self._reset()
        try:
            answer = fault.answer if fault and fault.kind == "answer" else serve(request)
        except Exception as error:
            traffic.errors.append(error)
            answer = Answer(500, f"the stand-in failed: {error!r}".encode())
        traffic.answered(request, answer.status)
        if fault and fault.kind == "late":
            return self._reset()
        return self._send(answer)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do  # noqa: N815 (names of the base class)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (name of the base class)
        """The record is for reading, not the screen."""

    def _request(self) -> Request:
        path, _, query = self.path.partition("?")
        given = self.headers.get_all("Authorization") or []
        scheme, value = credential(given[0]) if given else ("none", "")
        headers = tuple((key, str(text)) for key, text in self.headers.items())
        token = self.server.tokens.get(value)
        return Request(self.command, path, query, headers, self._body(), scheme, value, token)

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("Transfer-Encoding", "").lower():
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def _reset(self) -> None:
        """Close so that the client sees a reset, not an orderly end."""
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
