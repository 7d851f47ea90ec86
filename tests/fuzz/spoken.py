"""Answers from few bytes: `spoken` makes one of HTTP that is nearly right; `Garbler` is a command `git` that says any."""

import gzip
import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from shaped import shaped

STATUSES = (
    *(200, 201, 204, 200, 202, 301, 302, 307, 400, 401, 403, 404, 405, 409, 412, 422, 429, 500, 502, 503, 999, 200),
)  # fmt: skip
HEADERS = (
    *("", "X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 1900000000", "X-RateLimit-Remaining: 5\r\nX-RateLimit-Limit: 9"),
    *("X-RateLimit-Remaining: \xb2\r\nX-RateLimit-Limit: \xb3", "X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 1e400"),
    *("X-RateLimit-Remaining: 1\r\nX-RateLimit-Limit: 2\r\nX-RateLimit-Reset: nan", "Retry-After: \xb2", "Retry-After: 7"),
    *("Retry-After: -1", f"Retry-After: {'9' * 400}", "Location: http://127.0.0.2:9/api/", "Location: /elsewhere/"),
    *("Location: ::::", "ETag: W/\"\xff\"", "X-GitHub-Request-Id: 1", "X-Accepted-GitHub-Permissions: a=b,=,;"),
    *("Content-Encoding: gzip", "Content-Encoding: deflate", "Content-Encoding: br", "Transfer-Encoding: chunked"),
    *("Content-Length: 99", "Content-Length: x", "Link: <http://127.0.0.2:9/>; rel=\"next\"", "Content-Type: text/html"),
)  # fmt: skip


def spoken(data: bytes, templates: Sequence[Any]) -> bytes:
    """The bytes, if they are an answer of HTTP; else one of the status, headers and body that they tell."""
    if data.startswith(b"HTTP/"):
        return data
    status, header, rest = STATUSES[_at(data, 0) % len(STATUSES)], HEADERS[_at(data, 1) % len(HEADERS)], data[2:]
    body = rest if rest[:1] in (b"{", b"[", b"<") else json.dumps(shaped(rest, templates)).encode()
    body = gzip.compress(body, 1) if header.endswith("gzip") and _at(data, 2) % 4 else body
    lines = (f"HTTP/1.1 {status} X", "Content-Type: application/json", *filter(None, [header]), "Connection: close")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def _at(data: bytes, place: int) -> int:
    return data[place] if len(data) > place else 0


class Garbler:
    """A folder with a command `git` that writes what it is told to, and fails if that has errors."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._said, self._errors = folder, folder / "said", folder / "errors"
        script = f'#!/bin/sh\n[ -s "{self._errors}" ] || exec cat "{self._said}"\ncat "{self._said}"\ncat "{self._errors}" >&2\nexit 128\n'
        (folder / "git").write_text(script)
        (folder / "git").chmod(0o755)

    @contextmanager
    def saying(self, output: bytes, errors: bytes = b"") -> Iterator[None]:
        """Be the command git of this process for a while."""
        self._said.write_bytes(output)
        self._errors.write_bytes(errors)
        before = os.environ["PATH"]
        os.environ["PATH"] = f"{self._folder}:{before}"
        try:
            yield
        finally:
            os.environ["PATH"] = before
