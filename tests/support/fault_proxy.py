"""A proxy on loopback in front of real servers: counts what is asked of them, and spoils one answer.

HTTP is forwarded request by request, Redis packet by packet, so that any of them can be refused, broken off, answered with
rubbish or dripped out. What is forwarded before the fault has been done by the server all the same.
"""

import http.client
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

HTML = b"<html><body>Please log in</body></html>\n"
JSON = "application/json; charset=utf-8"
DRIP = 0.5
"""Seconds between two bytes that drip."""

UNDONE: dict[str, tuple[int, str, bytes]] = {
    "500": (500, "text/plain", b"boom\n"),
    "503": (503, "text/html", HTML),
    "html": (200, "text/html", HTML),
    "empty": (200, JSON, b""),
    "json": (200, JSON, b'{"cut": '),
    "list": (200, JSON, b"[]"),
    "object": (200, JSON, b'{"id": null, "data": [1], "results": {"a": 1}}'),
    "null": (200, JSON, b"null"),
    "noise": (200, "application/octet-stream", bytes(range(128, 256)) * 3),
}
"""Answers in place of the server's: status, type, content. It hears nothing of the request."""

FAULTS = (*UNDONE, "down", "reset", "lost", "half", "short", "hang", "late hang", "502 after", "drip")
"""`down`: reset from there on. `lost`, `half`, `short`, `late hang`, `502 after`, `drip`: after the server has done it."""


@dataclass
class Plan:
    """What is to go wrong: the fault, at the how manieth request (from 0), and what was seen so far."""

    fault: str = ""
    at: int = -1
    seen: list[str] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def arm(self, fault: str = "", at: int = -1) -> None:
        """Begin anew with another fault; what hangs is let go."""
        self.closing.set()
        self.fault, self.at, self.seen, self.closing = fault, at, [], threading.Event()

    def meet(self, what: str) -> str:
        """Take note of a request; the fault that it meets, "" for none."""
        with self.lock:
            self.seen.append(what)
            number = len(self.seen) - 1
        due = number == self.at or (self.fault == "down" and 0 <= self.at < number)
        return self.fault if due else ""


def reset(connection: socket.socket) -> None:
    """Break a connection off, so that the other side sees a reset."""
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients that go away are no news here."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    plan: Plan
    name: str
    upstream: str

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Every method is forwarded."""
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _serve(self) -> None:
        self.close_connection = True
        body, closing = self._body(), self.plan.closing
        fault = self.plan.meet(f"{self.name} {self.command} {urlsplit(self.path).path}")
        if fault in ("down", "reset"):
            return reset(self.connection)
        if fault == "hang":
            closing.wait(600)
            return reset(self.connection)
        if fault in UNDONE:
            status, kind, data = UNDONE[fault]
            return self._send(status, [("Content-Type", kind)], data)
        status, headers, data = self._forwarded(body)
        return self._spoilt(fault, status, headers, data)

    def _spoilt(self, fault: str, status: int, headers: list[tuple[str, str]], data: bytes) -> None:
        if fault == "late hang":
            self.plan.closing.wait(600)
        if fault in ("lost", "late hang"):
            return reset(self.connection)
        if fault == "502 after":
            return self._send(502, [("Content-Type", "text/html")], HTML)
        half = data[: len(data) // 2] if fault in ("half", "short") else data
        self._send(status, headers, half, length=len(data), drip=fault == "drip")
        return reset(self.connection) if fault == "half" else None

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("Transfer-Encoding", "").lower():
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def _forwarded(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        parts = urlsplit(self.upstream)
        server = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        own = ("connection", "content-length", "transfer-encoding")
        server.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in own:
                server.putheader(name, value)
        server.putheader("Content-Length", str(len(body)))
        server.endheaders(body)
        answer = server.getresponse()
        data = answer.read()
        server.close()
        return answer.status, [item for item in answer.getheaders() if item[0].lower() not in own], data

    def _send(
        self, status: int, headers: list[tuple[str, str]], data: bytes, *, length: int | None = None, drip: bool = False
    ) -> None:
        with suppress(OSError):
            self.send_response_only(status)
            for name, value in headers:
                self.send_header(name, value)
            if status != 204:
                self.send_header("Content-Length", str(len(data) if length is None else length))
            self.send_header("Connection", "close")
            self.end_headers()
            for part in [data[at : at + 1] for at in range(len(data))] if drip else [data]:
                self.wfile.write(part)
                self.wfile.flush()
                if drip and self.plan.closing.wait(DRIP):
                    return


@contextmanager
def http_proxy(plan: Plan, name: str, upstream: str) -> Iterator[str]:
    """The address of a proxy for the HTTP server at another one."""
    handler = type("Handler", (_Handler,), {"plan": plan, "name": name, "upstream": upstream})
    server = _Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        plan.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def redis_proxy(plan: Plan, port: int) -> Iterator[int]:
    """The port of a proxy for the Redis at another one."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.1)
        ended = threading.Event()
        thread = threading.Thread(target=_accept, args=(listener, plan, port, ended), daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            plan.closing.set()
            ended.set()
            thread.join()


def _accept(listener: socket.socket, plan: Plan, port: int, ended: threading.Event) -> None:
    while not ended.is_set():
        with suppress(TimeoutError):
            client, _ = listener.accept()
            client.setblocking(True)
            threading.Thread(target=_relay, args=(client, plan, port), daemon=True).start()


def _relay(client: socket.socket, plan: Plan, port: int) -> None:
    with suppress(OSError), client, socket.create_connection(("127.0.0.1", port)) as server:
        while asked := client.recv(65536):
            fault, closing = plan.meet("redis"), plan.closing
            if fault in ("down", "reset"):
                return reset(client)
            if fault == "hang":
                closing.wait(600)
                return reset(client)
            if fault in UNDONE:
                client.sendall(b"-ERR boom\r\n" if fault in ("500", "503") else UNDONE[fault][2] + b"\r\n")
                continue
            server.sendall(asked)
            if not _answer(client, server.recv(65536), fault, closing):
                return reset(client)
    return None


def _answer(client: socket.socket, answer: bytes, fault: str, closing: threading.Event) -> bool:
    """Give the answer of the server, spoilt; whether the connection goes on."""
    if fault == "late hang":
        closing.wait(600)
    if fault in ("lost", "late hang", "502 after"):
        return False
    if fault in ("half", "short"):
        client.sendall(answer[: len(answer) // 2])
        return False
    for part in [answer[at : at + 1] for at in range(len(answer))] if fault == "drip" else [answer]:
        client.sendall(part)
        if fault == "drip" and closing.wait(DRIP):
            return False
    return True
