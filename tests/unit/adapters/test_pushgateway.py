"""Metrics to a Pushgateway: the real one where it is installed, and a receiver that answers as it does or badly."""

import shutil
import socket
import subprocess
import threading
import time
from base64 import urlsafe_b64decode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from fgd_sync.adapters.metrics import JOB, MetricsSink, Pushgateway
from fgd_sync.model import code
from fgd_sync.model.event import EventType
from fgd_sync.model.failure import FgdError
from redis_server import free_port
from sync_events import sync_of

INSTANCE = "acme/fabrics"
OTHERS = 'fgd_sync_total{fabric="north",instance="else",job="fgd-sync",status="completed",trigger="push"} 40\n'


class Receiver(BaseHTTPRequestHandler):
    """Keeps what is PUT by its path, and gives it with the labels of the path, as a Pushgateway does."""

    pushed: ClassVar[dict[str, str]] = {}
    status = 200
    pause = 0.0

    def do_PUT(self) -> None:
        length = int(self.headers["Content-Length"])
        self.pushed[self.path] = self.rfile.read(length).decode()
        self._answer("")

    def do_GET(self) -> None:
        self._answer("".join(map(self._labelled, self.pushed)) + OTHERS if self.path == "/metrics" else "")

    def _labelled(self, path: str) -> str:
        extra = f'instance="{instance_of(path)}",job="{JOB}"'
        lines = [line for line in self.pushed[path].splitlines() if not line.startswith("#")]
        return "".join(
            line.replace("{", f"{{{extra},", 1) + "\n" if "{" in line else line.replace(" ", f"{{{extra}}} ") + "\n"
            for line in lines
        )

    def _answer(self, text: str) -> None:
        time.sleep(self.pause)
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the signature of the library
        pass


def instance_of(path: str) -> str:
    _, start, name = path.partition("instance@base64/")
    return urlsafe_b64decode(name).decode() if start else path.rpartition("/")[2]


@pytest.fixture
def receiver() -> Iterator[ThreadingHTTPServer]:
    Receiver.pushed, Receiver.status, Receiver.pause = {}, 200, 0.0
    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def url_of(server: ThreadingHTTPServer) -> str:
    return f"http://127.0.0.1:{server.server_port}"


def push(url: str, *fabrics: str, file: Path | None = None, timeout: float = 5.0) -> None:
    """A run that syncs these fabrics."""
    sink = MetricsSink(file, Pushgateway(url, INSTANCE, timeout))
    for fabric in fabrics:
        for item in sync_of(fabric, EventType.SYNC_FAILED):
            sink.deliver(item)
    sink.finish(2)


def values(text: str) -> dict[str, float]:
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {f"{sample.name} {sample.labels.get('fabric', '')}".strip(): sample.value for sample in samples}


def failure_of(url: str, timeout: float = 5.0) -> str:
    with pytest.raises(FgdError) as caught:
        push(url, "north", timeout=timeout)
    assert caught.value.code is code.METRICS_FAILED
    return caught.value.message


def test_one_group_is_replaced_and_counters_go_on_from_what_it_held(receiver: ThreadingHTTPServer) -> None:
    for _ in range(3):
        push(url_of(receiver), "north")
    push(url_of(receiver), "south")
    ((path, text),) = Receiver.pushed.items()
    assert path.startswith("/metrics/job/fgd-sync/")
    assert instance_of(path) == INSTANCE
    found = values(text)
    assert (found["fgd_sync_total north"], found["fgd_sync_total south"]) == (3, 1)
    assert found["fgd_sync_duration_seconds_count north"] == 3
    assert (found["fgd_queue_depth"], found["fgd_active_syncs"]) == (2, 0)


def test_with_a_file_too_the_file_is_what_counts(receiver: ThreadingHTTPServer, tmp_path: Path) -> None:
    for _ in range(2):
        push(url_of(receiver), "north", file=tmp_path / "fgd.prom")
    ((_, text),) = Receiver.pushed.items()
    assert values(text) == values((tmp_path / "fgd.prom").read_text())
    assert values(text)["fgd_sync_total north"] == 2


def test_what_the_gateway_did_not_take_is_counted_once_when_it_does(
    receiver: ThreadingHTTPServer, tmp_path: Path
) -> None:
    for file in (None, tmp_path / "fgd.prom"):
        Receiver.pushed, Receiver.status = {}, 503
        sink = MetricsSink(file, Pushgateway(url_of(receiver), INSTANCE))
        for item in sync_of("north"):
            sink.deliver(item)
        with pytest.raises(FgdError):
            sink.finish(0)
        Receiver.pushed, Receiver.status = {}, 200
        sink.finish(0)
        assert values(*Receiver.pushed.values())["fgd_sync_total north"] == 1


def test_a_gateway_that_refuses(receiver: ThreadingHTTPServer) -> None:
    Receiver.status = 503
    place = url_of(receiver).removeprefix("http://")
    assert failure_of(url_of(receiver)) == f"the Pushgateway at {place} answered with status 503"


def test_a_gateway_that_hangs_costs_the_time_out_and_no_more(receiver: ThreadingHTTPServer) -> None:
    Receiver.pause = 2.5
    start = time.monotonic()
    assert failure_of(url_of(receiver), timeout=0.3).endswith("did not answer within 0.3 s")
    assert time.monotonic() - start < 2.4


def test_a_gateway_that_is_not_there() -> None:
    assert failure_of(f"http://127.0.0.1:{free_port()}").endswith("cannot be reached: connection refused")


def test_something_else_than_http_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def talk() -> None:
            for _ in range(2):
                peer, _ = server.accept()
                peer.recv(100)
                peer.sendall(b"220 mail.example.org ESMTP\r\n")
                peer.close()

        thread = threading.Thread(target=talk)
        thread.start()
        assert "cannot be reached: " in failure_of(f"http://127.0.0.1:{server.getsockname()[1]}")
        thread.join()


def test_the_real_pushgateway_takes_it_and_gives_it_back(tmp_path: Path) -> None:
    program = shutil.which("prometheus-pushgateway") or shutil.which("pushgateway")
    if not program:
        pytest.skip("the Pushgateway is not installed: `make services` as root brings it")
    url = f"http://127.0.0.1:{free_port()}"
    command = [program, f"--web.listen-address={url.removeprefix('http://')}", "--log.level=error"]
    with subprocess.Popen(command, cwd=tmp_path) as gateway:
        try:
            end = time.monotonic() + 10
            while "connection refused" in _try(url) and time.monotonic() < end:
                time.sleep(0.05)
            for _ in range(2):
                push(url, "north")
            with urlopen(f"{url}/metrics") as answer:
                found = values(answer.read().decode())
            assert found["fgd_sync_total north"] == 3
            assert found["push_failure_time_seconds"] == 0
        finally:
            gateway.kill()


def _try(url: str) -> str:
    try:
        push(url, "north")
    except FgdError as failure:
        return failure.message
    return ""
