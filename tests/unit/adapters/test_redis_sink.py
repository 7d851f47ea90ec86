import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from redis import Redis

from fgd_sync.adapters.redis_sink import STREAM, RedisSink, address
from fgd_sync.model import code
from fgd_sync.model.event import Event, EventType, from_record
from fgd_sync.model.failure import FgdError
from fgd_sync.model.health import Status
from redis_server import RedisServer, free_port, require_redis

SECRET = "s3cr3t/w@rd"
QUOTED = "s3cr3t%2Fw%40rd"


def event(number: int = 0) -> Event:
    return Event(
        str(uuid4()),
        EventType.SYNC_PROGRESS,
        "2026-03-01T08:30:00Z",
        "north",
        None,
        "c-1",
        {"progress": number, "current_file": "raw/ü.yaml"},
        {"source": "fgd-sync", "version": "1"},
    )


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    require_redis()
    made = RedisServer(tmp_path)
    made.start()
    yield made
    made.kill()


def events_in(server: RedisServer) -> list[Event]:
    with Redis(unix_socket_path=str(server.socket), decode_responses=True) as client:
        return [from_record(json.loads(fields["event"])) for _, fields in client.xrange(STREAM)]


def failure_of(sink: RedisSink, sent: Event | None = None) -> FgdError:
    with pytest.raises(FgdError) as caught:
        sink.deliver(sent or event())
    assert caught.value.code is code.REDIS_CONNECTION_FAILED
    assert caught.value.code.retryable
    assert "s3cr3t" not in f"{caught.value.message}{caught.value.remedy}{caught.value.details}"
    assert caught.value.__cause__ is None
    return caught.value


@pytest.mark.parametrize("form", ["redis://127.0.0.1:{port}/0", "unix://{socket}"])
def test_events_arrive_whole_and_in_order(server: RedisServer, form: str) -> None:
    sink = RedisSink(form.format(port=server.port, socket=server.socket))
    sent = [event(number) for number in range(20)]
    for item in sent:
        sink.deliver(item)
    sink.close()
    assert events_in(server) == sent


def test_an_entry_can_be_told_apart_without_reading_its_json(server: RedisServer) -> None:
    sink, sent = RedisSink(f"redis://127.0.0.1:{server.port}"), event()
    sink.deliver(sent)
    sink.close()
    shown = server.cli("XRANGE", STREAM, "-", "+").splitlines()
    assert shown[1:5] == ["event_id", sent.id, "event_type", "sync.progress"]


def test_the_stream_does_not_grow_without_bound(server: RedisServer) -> None:
    sink = RedisSink(f"redis://127.0.0.1:{server.port}", length=100)
    for number in range(1000):
        sink.deliver(event(number))
    sink.close()
    left = events_in(server)
    assert 100 <= len(left) < 300
    assert left[-1].payload["progress"] == 999


def test_a_consumer_group_gets_every_event_and_what_a_dead_consumer_had_can_be_claimed(server: RedisServer) -> None:
    sink, sent = RedisSink(f"redis://127.0.0.1:{server.port}"), [event(number) for number in range(6)]
    with Redis(port=server.port, decode_responses=True) as client:
        client.xgroup_create(STREAM, "dashboards", id="0", mkstream=True)
        for item in sent:
            sink.deliver(item)
        first = client.xreadgroup("dashboards", "one", {STREAM: ">"}, count=2)
        done = [entry for entry, _ in _entries(first)]
        second = client.xreadgroup("dashboards", "two", {STREAM: ">"})
        client.xack(STREAM, "dashboards", *(entry for entry, _ in _entries(second)))
        claimed = client.xautoclaim(STREAM, "dashboards", "two", min_idle_time=0)[1]
    sink.close()
    assert [entry for entry, _ in claimed] == done
    ids = [fields["event_id"] for _, fields in [*claimed, *_entries(second)]]
    assert ids == [item.id for item in sent]


def test_the_example_follows_a_stream_and_takes_up_again_where_it_was(server: RedisServer) -> None:
    program = Path(__file__).resolve().parents[3] / "examples" / "redis" / "follow.py"
    url, sink = f"redis://127.0.0.1:{server.port}/0", RedisSink(f"redis://127.0.0.1:{server.port}/0")

    def follow() -> list[str]:
        done = subprocess.run([sys.executable, program, url, "--once"], capture_output=True, text=True, check=True)
        return done.stdout.splitlines()

    assert follow() == []
    sink.deliver(event(1))
    sink.deliver(event(2))
    assert len(follow()) == 2
    with Redis(port=server.port, decode_responses=True) as client:
        sink.deliver(event(3))
        client.xreadgroup("follow-example", "died before it was done", {STREAM: ">"})
    sink.deliver(event(4))
    sink.close()
    assert follow() == ["2026-03-01T08:30:00Z north sync.progress "] * 2
    assert follow() == []


def _entries(answer: object) -> list[tuple[str, dict[str, str]]]:
    """The entries of the one stream that XREADGROUP answered with, in either protocol."""
    if isinstance(answer, dict):
        (chunks,) = answer.values()
        return list(chunks[0])
    assert isinstance(answer, list)
    return list(answer[0][1])


def test_a_server_that_is_lost_and_comes_back_is_used_again(server: RedisServer) -> None:
    sink, sent = RedisSink(f"redis://127.0.0.1:{server.port}"), [event(number) for number in range(3)]
    sink.deliver(sent[0])
    server.kill()
    assert "connection refused" in failure_of(sink, sent[1]).message
    server.start()
    sink.deliver(sent[1])
    server.kill()
    server.start()
    sink.deliver(sent[2])  # The connection was dropped; nobody need know.
    sink.close()
    assert events_in(server) == sent


def test_an_event_whose_delivery_was_not_confirmed_may_be_there_twice_under_one_id(server: RedisServer) -> None:
    sink, sent = RedisSink(f"redis://127.0.0.1:{server.port}", timeout=0.3), event()
    sink.deliver(event())
    server.signal(signal.SIGSTOP)
    assert "no answer within 0.3 s" in failure_of(sink, sent).message
    server.signal(signal.SIGCONT)
    sink.deliver(sent)
    sink.close()
    copies = [item for item in events_in(server) if item.id == sent.id]
    assert copies in ([sent], [sent, sent])


def test_a_server_that_hangs_costs_the_time_out_and_no_more(server: RedisServer) -> None:
    server.signal(signal.SIGSTOP)
    sink = RedisSink(f"redis://127.0.0.1:{server.port}", timeout=1)
    start = time.monotonic()
    failure = failure_of(sink)
    assert time.monotonic() - start < 1.9
    assert failure.message == f"Redis at 127.0.0.1:{server.port}: no answer within 1 s"
    server.signal(signal.SIGCONT)


def test_a_port_that_nobody_answers_on_costs_the_time_out_and_no_more() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=1) as silent:
        sink = RedisSink(f"redis://127.0.0.1:{silent.getsockname()[1]}", timeout=1)
        start = time.monotonic()
        assert "no answer" in failure_of(sink).message
        assert time.monotonic() - start < 1.9


def test_nobody_there() -> None:
    port = free_port()
    failure = failure_of(RedisSink(f"redis://:{QUOTED}@127.0.0.1:{port}"))
    assert failure.message == f"Redis at 127.0.0.1:{port}: connection refused"
    assert "no such file" in failure_of(RedisSink("unix:///nowhere/redis.sock")).message


def test_the_password_is_used_and_never_shown(tmp_path: Path) -> None:
    require_redis()
    server = RedisServer(tmp_path, "--requirepass", SECRET)
    server.start()
    try:
        sink = RedisSink(f"redis://:{QUOTED}@127.0.0.1:{server.port}")
        sink.deliver(event())
        assert sink.probe().status is Status.OK
        assert "s3cr3t" not in sink.probe().detail
        sink.close()
        for url in (f"redis://127.0.0.1:{server.port}", f"redis://ann:{QUOTED}@127.0.0.1:{server.port}"):
            failure = failure_of(RedisSink(url))
            assert "user or password" in failure.message
            assert "HEDGEHOG_FGD_REDIS_URL" in failure.remedy
    finally:
        server.kill()


def test_a_server_that_does_not_know_a_command_and_repeats_it_does_not_betray_the_password() -> None:
    """Servers repeat the words of a command that they do not know, and the password is one of them."""
    script = (
        "import socket, sys\n"
        "server = socket.create_server(('127.0.0.1', 0))\n"
        "print(server.getsockname()[1], flush=True)\n"
        "while True:\n"
        "    peer = server.accept()[0]\n"
        "    heard = peer.recv(4096).decode().split('\\r\\n')\n"
        "    peer.sendall(('-ERR unknown command, with args beginning with: ' + ' '.join(heard) + '\\r\\n').encode())\n"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as parrot:
        assert parrot.stdout
        port = int(parrot.stdout.readline())
        failure_of(RedisSink(f"redis://:{QUOTED}@127.0.0.1:{port}", timeout=1))
        parrot.kill()


def test_a_user_that_may_not_write_is_told_what_to_grant(server: RedisServer) -> None:
    server.cli("ACL", "SETUSER", "reader", "on", ">pw", "~*", "+@read", "+@connection")
    failure = failure_of(RedisSink(f"redis://reader:pw@127.0.0.1:{server.port}"))
    assert "may not write" in failure.message
    assert "ACL SETUSER" in failure.remedy


def test_a_server_without_memory_or_one_that_only_reads(server: RedisServer) -> None:
    sink = RedisSink(f"redis://127.0.0.1:{server.port}")
    server.cli("CONFIG", "SET", "maxmemory", "1")
    assert failure_of(sink).message.endswith("it is out of memory")
    server.cli("CONFIG", "SET", "maxmemory", "0")
    server.cli("REPLICAOF", "127.0.0.1", str(free_port()))
    assert failure_of(sink).message.endswith("it is a read-only replica")
    server.cli("REPLICAOF", "NO", "ONE")
    server.cli("SET", STREAM, "not a stream")
    assert "WRONGTYPE" in failure_of(sink).message
    sink.close()


def test_tls_is_spoken_and_a_certificate_that_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    require_redis()
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    words = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(["openssl", "req", *words, *names], check=True, capture_output=True)
    port = free_port()
    tls = ["--tls-port", str(port), "--tls-cert-file", str(certificate), "--tls-key-file", str(key)]
    server = RedisServer(tmp_path, *tls, "--tls-auth-clients", "no", "--tls-ca-cert-file", str(certificate))
    server.start()
    try:
        sink = RedisSink(f"rediss://localhost:{port}?ssl_ca_certs={certificate}")
        sink.deliver(event())
        sink.close()
        assert len(events_in(server)) == 1
        failure = failure_of(RedisSink(f"rediss://localhost:{port}"))
        assert "self-signed certificate" in failure.message.replace("self signed", "self-signed")
    finally:
        server.kill()


@pytest.mark.parametrize("url", ["redis://:s3cr3t/x@host:6379", "redis://host:70000", "redis://host?s3cr3t=1"])
def test_an_address_that_cannot_be_read_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(FgdError) as caught:
        RedisSink(url)
    assert caught.value.code is code.CONFIGURATION_INVALID
    assert "s3cr3t" not in caught.value.message + caught.value.remedy


def test_health_says_which_server_and_how_much_is_in_the_stream(server: RedisServer) -> None:
    sink = RedisSink(f"redis://127.0.0.1:{server.port}/0")
    sink.deliver(event())
    found = sink.probe()
    sink.close()
    assert found.detail.startswith("Redis ")
    assert found.detail.endswith(f"at 127.0.0.1:{server.port}; 1 entries in the stream fgd:events")
    server.kill()
    with pytest.raises(FgdError, match="connection refused"):
        sink.probe()


def test_the_address_is_shown_without_user_password_and_options() -> None:
    assert address(f"rediss://ann:{QUOTED}@redis.example.org:6380/1?x=y") == "redis.example.org:6380"
    assert address(f"unix://:{QUOTED}@/run/redis.sock?db=1") == "/run/redis.sock"


def test_without_the_client_library_it_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "redis.py").write_text("raise ImportError('not installed')\n")
    script = "from fgd_sync.adapters.redis_sink import RedisSink; RedisSink('redis://localhost')"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{os.pathsep.join(filter(None, sys.path))}"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "the Redis client is not installed" in done.stderr
