"""Requests and answers of the stand-in servers: their record for assertions, and faults at the n-th request."""

import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from forge.accounts import Token

Kind = Literal["answer", "hang", "reset", "late", "before"]


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came in. `path` is raw, with its %2F; `token` is None for an unknown or absent one."""

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    scheme: str
    credential: str
    token: Token | None

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    @property
    def line(self) -> str:
        return f"{self.method} {self.path}{'?' if self.query else ''}{self.query}"

    @property
    def writes(self) -> bool:
        """Whether it asks for a change: every method but GET, unless git only fetches with it."""
        return self.method not in ("GET", "HEAD") and not self.path.endswith("/git-upload-pack")


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong: another answer, none for some seconds, a reset before or after the work; and an act before it."""

    kind: Kind
    answer: Answer = Answer(500)
    seconds: float = 3600.0
    act: Callable[[], object] = lambda: None


def failing(status: int = 500, body: bytes = b"", *headers: tuple[str, str]) -> Fault:
    return Fault("answer", Answer(status, body, headers))


def html(status: int = 502) -> Fault:
    """A proxy's page where JSON was expected."""
    return failing(status, b"<html><body><h1>Unicorn!</h1></body></html>", ("Content-Type", "text/html"))


def hanging(seconds: float = 3600.0, act: Callable[[], object] = lambda: None) -> Fault:
    return Fault("hang", seconds=seconds, act=act)


def resetting() -> Fault:
    """The connection breaks before anything was done."""
    return Fault("reset")


def losing_the_answer() -> Fault:
    """The work is done, but the connection breaks before the answer."""
    return Fault("late")


def after(act: Callable[[], object]) -> Fault:
    """Something happens just before the request is served: a rival's push, a deleted branch."""
    return Fault("before", act=act)


@dataclass(slots=True)
class _Armed:
    fault: Fault
    pattern: re.Pattern[str]
    skip: int
    times: int


@dataclass
class Traffic:
    """What one server has seen, and what is to go wrong."""

    requests: list[Request] = field(default_factory=list)
    answers: list[tuple[Request, int]] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)
    _armed: list[_Armed] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def arm(self, fault: Fault, matching: str = "", *, at: int = 1, times: int = 1) -> None:
        """Let the `at`-th of the coming requests whose line matches fail, and those after it up to `times`."""
        with self._lock:
            self._armed.append(_Armed(fault, re.compile(matching), at - 1, times))

    def see(self, request: Request) -> Fault | None:
        """Record a request; the fault that it meets."""
        with self._lock:
            self.requests.append(request)
            hits = [armed for armed in self._armed if armed.pattern.search(request.line)]
            due = next((armed for armed in hits if not armed.skip), None)
            for armed in hits:
                armed.skip = max(armed.skip - 1, 0)
            if due is None:
                return None
            due.times -= 1
            if not due.times:
                self._armed.remove(due)
            return due.fault

    def answered(self, request: Request, status: int) -> None:
        with self._lock:
            self.answers.append((request, status))

    def lines(self, matching: str = "") -> Sequence[str]:
        """The first lines of the requests so far."""
        with self._lock:
            return [request.line for request in self.requests if re.search(matching, request.line)]

    @property
    def writes(self) -> Sequence[str]:
        """The first lines of the requests that asked for a change."""
        with self._lock:
            return [request.line for request in self.requests if request.writes]
