"""Events to a Redis stream: the port `EventSink` for other software that follows syncs as they happen.

Takes events; each becomes one entry of the stream. Delivery is at least once: what Redis did not confirm is raised, is
delivered again by whoever keeps it, and may then be there twice under the same `event_id`. Knows nothing of retries.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from fgd_sync.adapters.net_errors import cause
from fgd_sync.model.code import CONFIGURATION_INVALID, REDIS_CONNECTION_FAILED
from fgd_sync.model.event import EVERY_FILE, Event, to_record
from fgd_sync.model.failure import FgdError
from fgd_sync.model.health import Finding, Status
from fgd_sync.render.json_text import to_json_line

if TYPE_CHECKING:
    from redis import Redis

STREAM = "fgd:events"
"""The stream. Its entries have the fields `event_id`, `event_type` and `event`, the whole event as JSON."""

LENGTH = 10_000
"""About so many entries are kept; Redis drops the oldest."""

ANSWERS = 4 << 20
"""So many bytes are taken in of all that a Redis says: its answers are short."""

TIMEOUT = 5.0
"""Seconds to wait for a connection, and for an answer."""


class RedisSink:
    """Delivers events to the stream of one Redis. Raises FgdError for an address that cannot be read.

    `url`: `redis://`, `rediss://` (TLS) or `unix://`, with the password, if there is one; it is never shown.
    """

    name = "redis"
    most_files = EVERY_FILE

    def __init__(self, url: str, *, timeout: float = TIMEOUT, length: int = LENGTH) -> None:
        self._url, self._timeout, self._length = url, timeout, length
        self._where = address(url)
        self._client = _client(url, timeout)

    def deliver(self, event: Event) -> None:
        """Append the event to the stream. Raises FgdError REDIS_CONNECTION_FAILED."""
        text = to_json_line(to_record(event))
        fields = {"event_id": event.id, "event_type": event.type.value, "event": text}
        with self._in_words():
            self._client.xadd(STREAM, fields, maxlen=self._length, approximate=True)  # type: ignore[arg-type]

    def probe(self) -> Finding:
        """Whether Redis is there and takes the password, for `fgd health`. Raises FgdError."""
        with self._in_words():
            version = self._client.info("server").get("redis_version", "")
            entries = self._client.xlen(STREAM)
        return Finding(Status.OK, f"Redis {version} at {self._where}; {entries} entries in the stream {STREAM}")

    def close(self) -> None:
        """Give the connection back."""
        self._client.close()

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        """Turn whatever the client raises into an FgdError: of an answer that Redis never gives it raises anything."""
        try:
            yield
        except Exception as error:
            raise self._failure(error) from None

    def _failure(self, error: Exception) -> FgdError:
        reason, remedy = _reason(error, self._timeout)
        for secret in _secrets(self._url):
            reason = reason.replace(secret, "***")
        return FgdError(REDIS_CONNECTION_FAILED, f"Redis at {self._where}: {reason}", remedy=remedy)


def address(url: str) -> str:
    """Where a Redis is, without user, password and options."""
    parts = urlsplit(url)
    return parts.path if parts.scheme == "unix" else parts.netloc.rpartition("@")[2]


def _client(url: str, timeout: float) -> "Redis":
    try:
        from redis import Redis
        from redis.backoff import NoBackoff
        from redis.exceptions import ConnectionError as Lost
        from redis.retry import Retry
    except ImportError:
        raise FgdError(
            CONFIGURATION_INVALID,
            "events.redis_url is set, but the Redis client is not installed",
            remedy="Install it: `pip install 'fgd-sync[redis]'`. The container image has it.",
        ) from None
    once_more = Retry(NoBackoff(), 1, supported_errors=(Lost,))  # A server that was restarted has dropped us.
    try:
        client = Redis.from_url(
            url,
            socket_timeout=timeout,
            socket_connect_timeout=timeout,
            retry=once_more,
            client_name="fgd-sync",
            decode_responses=True,
        )
        pool = client.connection_pool
        pool.connection_class(**pool.connection_kwargs)  # Refuses options that it does not know; does not connect.
        pool.connection_class = type("Bounded", (_Bounded, pool.connection_class), {})
        return client
    except (ValueError, TypeError):
        # The library's words may hold a part of the password.
        raise FgdError(
            CONFIGURATION_INVALID,
            "events.redis_url is not an address of Redis",
            remedy=(
                "Write it as `redis://HOST:6379/0`, `rediss://…` or `unix:///PATH`; "
                "`/`, `@`, `:`, `#`, `?` and `%` in a password as `%2F`, `%40`, `%3A`, `%23`, `%3F`, `%25`."
            ),
        ) from None


class _Bounded:
    """What makes of a connection, whatever its kind, one that takes in so many bytes only."""

    def _connect(self) -> "_Socket":
        return _Socket(super()._connect())  # type: ignore[misc]


class _Socket:
    """The socket of a connection: it refuses to give more than `ANSWERS` bytes."""

    def __init__(self, socket: Any) -> None:
        self._socket, self._left = socket, ANSWERS

    def recv(self, size: int) -> bytes:
        data: bytes = self._socket.recv(size)
        self._take(len(data))
        return data

    def recv_into(self, *given: Any) -> int:
        size: int = self._socket.recv_into(*given)
        self._take(size)
        return size

    def _take(self, size: int) -> None:
        from redis.exceptions import InvalidResponse

        self._left -= size
        if self._left < 0:
            raise InvalidResponse("its answers do not end")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._socket, name)


def _secrets(url: str) -> list[str]:
    password = urlsplit(url).password or ""
    return [text for text in (password, unquote(password)) if text]


def _reason(error: Exception, timeout: float) -> tuple[str, str]:
    """Why Redis failed, in words, and what to do; "": what the code says."""
    from redis import exceptions

    if isinstance(error, exceptions.TimeoutError | TimeoutError):
        return f"no answer within {timeout:g} s", ""
    if isinstance(error, exceptions.AuthenticationError | exceptions.AuthenticationWrongNumberOfArgsError):
        return "it does not take the user or password", "Check the user and password in HEDGEHOG_FGD_REDIS_URL."
    if isinstance(error, exceptions.NoPermissionError):
        return f"its user may not write: {error}", f"Let the user write the stream: `ACL SETUSER … ~{STREAM} +@all`."
    if isinstance(error, exceptions.OutOfMemoryError):
        return "it is out of memory", "Give Redis more memory (`maxmemory`), or another eviction policy."
    if isinstance(error, exceptions.ReadOnlyError):
        return "it is a read-only replica", "Let `events.redis_url` lead to the primary server."
    if isinstance(error, exceptions.RedisError | OSError):
        return cause(error) or str(error), ""
    return "what answers there does not speak as Redis does", ""
