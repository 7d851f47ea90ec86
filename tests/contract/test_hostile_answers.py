"""Answers that are meant to do harm: bombs, redirections without end, a host that leads the token elsewhere."""

import gzip
import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from fgd_sync.adapters import git_command
from fgd_sync.adapters.github import GitHubClient
from fgd_sync.adapters.http_body import AnswerTooLargeError, pieces
from fgd_sync.adapters.netbox import Pace, PynetboxClient
from fgd_sync.adapters.redis_sink import RedisSink
from fgd_sync.adapters.remote_store import RemoteStore
from fgd_sync.model.code import GITHUB_CONNECTION_FAILED, REDIS_CONNECTION_FAILED
from fgd_sync.model.config import GitHubSettings
from fgd_sync.model.context import RunContext
from fgd_sync.model.failure import FgdError
from fgd_sync.model.github import NewCheck
from hand_clock import HandClock
from talker import Talker

TOKEN = "n0tF0rTheL0g" * 3
BOMB = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n" + gzip.compress(
    b"[" + b" " * (1 << 24), 9
)


def github(talker: Talker) -> GitHubClient:
    context = RunContext(repository="acme/fabrics", api_url=f"http://127.0.0.1:{talker.port}")
    return GitHubClient(TOKEN, context, GitHubSettings(connection_timeout=5, read_timeout=5))


def test_a_bomb_is_unpacked_up_to_a_limit_only() -> None:
    import urllib3

    talker = Talker(BOMB)
    response = urllib3.PoolManager().request("GET", f"http://127.0.0.1:{talker.port}", preload_content=False)
    taken: list[int] = []
    with pytest.raises(AnswerTooLargeError):
        taken.extend(len(piece) for piece in pieces(response, 1 << 20))
    assert sum(taken) <= 1 << 20


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("202 Accepted", "puts us off"),
        ("301 Moved\r\nLocation: http://127.0.0.1/other", "redirected"),
        ("301 Moved\r\nLocation: http://127.0.0.2/", "redirected to another server"),
        ("200 OK\r\nContent-Encoding: gzip", "gave an answer that cannot be read|broke off"),
        ("200 OK\r\nX-RateLimit-Remaining: \xb2\r\nX-RateLimit-Limit: 5", "not of the form|cannot be read"),
    ],
)
def test_a_github_that_puts_us_off_leads_elsewhere_or_says_nonsense_is_given_up(answer: str, words: str) -> None:
    talker = Talker(f"HTTP/1.1 {answer}\r\nConnection: close\r\n\r\n[]".encode("latin-1"))
    with pytest.raises(FgdError, match=words) as failed:
        github(talker).facts()
    assert failed.value.code is GITHUB_CONNECTION_FAILED
    assert talker.asked < 10


@pytest.mark.parametrize("body", ["[" * 50_000, '{"id": 1e999}', "9" * 5000, "null"])
def test_json_that_goes_too_far_is_a_failure_in_words(body: str) -> None:
    talker = Talker(f"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{body}".encode())
    calls: list[Callable[[], object]] = [
        lambda: github(talker).start_check(NewCheck("fgd", "1" * 40, "x")),
        lambda: github(talker).find_comment(1, "<!-- m -->"),
        lambda: PynetboxClient(f"http://127.0.0.1:{talker.port}", TOKEN, HandClock(), Pace()).get("dcim/sites", 1),
    ]
    for call in calls:
        with pytest.raises(FgdError) as failed:
            call()
        assert TOKEN not in json.dumps([failed.value.message, failed.value.remedy])


class Counting(BaseHTTPRequestHandler):
    """An API that counts who connects, and keeps connections open."""

    protocol_version = "HTTP/1.1"
    connections = 0

    def setup(self) -> None:
        type(self).connections += 1
        super().setup()

    def do_GET(self) -> None:
        body = b'{"protected": true}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


def test_bounded_connections_are_kept_open_all_the_same() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), Counting) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        context = RunContext(repository="acme/fabrics", api_url=f"http://127.0.0.1:{server.server_port}")
        client = GitHubClient(TOKEN, context, GitHubSettings())
        assert all(client.is_protected("main") for _ in range(3))
        server.shutdown()
    assert Counting.connections == 1


def packet(text: bytes) -> bytes:
    return b"%04x" % (len(text) + 4) + text


ADVERTISED = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-advertisement\r\n\r\n"
    + packet(b"# service=git-upload-pack\n")
    + b"0000"
    + packet(b"%040d HEAD\0agent=x\n" % 0)
)
REFS = packet(b"%040d refs/heads/x\n" % 0) * 1000


def test_a_git_server_that_never_ends_does_not_fill_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git_command, "REMOTE_MEMORY", 1 << 26)
    talker = Talker(ADVERTISED, REFS)
    store = RemoteStore(f"http://127.0.0.1:{talker.port}/a/b", tmp_path / "git", token=TOKEN, settings=GitHubSettings())
    with pytest.raises(FgdError, match="git ran out of memory over what the server said") as failed:
        store.refs("refs/")
    assert failed.value.code is GITHUB_CONNECTION_FAILED
    assert talker.said < 1 << 28


COMMIT = b"%040d" % 1
STORED = b"\0" + (60_000).to_bytes(2, "little") + (60_000 ^ 0xFFFF).to_bytes(2, "little") + bytes(60_000)
"""A block of zlib that is stored as it is."""

PACK = b"PACK\0\0\0\2\0\0\0\1" + b"\xb0" + b"\xff" * 5 + b"\x7f" + b"\x78\1"
"""The beginning of a pack with one file of terabytes."""

FETCHED = (
    packet(COMMIT + b" refs/heads/main\0shallow side-band-64k ofs-delta\n")
    + b"0000"
    + packet(b"shallow " + COMMIT)
    + b"0000"
    + packet(b"NAK\n")
    + packet(b"\1" + PACK)
)


def test_a_git_server_that_never_ends_does_not_fill_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(git_command, "REMOTE_FILE", 1 << 24)
    talker = Talker(FETCHED, packet(b"\1" + STORED))
    store = RemoteStore(f"git://127.0.0.1:{talker.port}/a/b", tmp_path / "git", settings=GitHubSettings())
    with pytest.raises(FgdError, match="what the server sends does not end: a fetch may bring 4 GB") as failed:
        store.fetch(["refs/heads/main"])
    assert failed.value.code is GITHUB_CONNECTION_FAILED
    assert talker.said < 1 << 26
    assert sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) <= 1 << 25


@pytest.mark.parametrize(
    ("answer", "more"), [(b"$99999999999\r\n", b"x" * 9999), (b"+", b"x" * 9999), (b"*99999999\r\n", b":1\r\n" * 9999)]
)
def test_a_redis_that_never_ends_does_not_fill_memory(answer: bytes, more: bytes) -> None:
    talker = Talker(answer, more)
    with pytest.raises(FgdError, match="its answers do not end") as failed:
        RedisSink(f"redis://127.0.0.1:{talker.port}/0").probe()
    assert failed.value.code is REDIS_CONNECTION_FAILED
    assert talker.said < 1 << 26
